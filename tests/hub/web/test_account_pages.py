"""Signing in and out, one's own account, and too many attempts."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from tests.hub.cast import SYSTEM
from tests.hub.web.conftest import World
from vidensbro.hub.accounts import services

Browse = Callable[..., Client]
PASSWORD = "fire ord der huskes"


def account(world: World) -> dict[str, str]:
    services.set_password(SYSTEM, world.cast.users["member"].pk, PASSWORD)
    return {"username": "Member@Example.org", "password": PASSWORD}


def test_signing_in_whatever_the_case_and_out_again(world: World, browse: Browse) -> None:
    client = browse()
    response = client.post("/sign-in/", {**account(world), "next": "/needs/mine/"})
    assert response["Location"] == "/needs/mine/"
    assert "Log ud" in client.get("/").content.decode()
    client.post("/sign-out/")
    assert "Log ind" in client.get("/").content.decode()


def test_signing_in_leads_nowhere_else(world: World, browse: Browse) -> None:
    response = browse().post("/sign-in/", {**account(world), "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_a_wrong_password_says_no_more_than_that(world: World, browse: Browse) -> None:
    given = account(world)
    wrong = browse().post("/sign-in/", {**given, "password": "wrong"}).content.decode()
    unknown = browse().post("/sign-in/", {**given, "username": "nobody@example.org"}).content.decode()
    for page in (wrong, unknown):
        assert "do not belong together" in page


def test_too_many_attempts_lock(world: World, browse: Browse, settings) -> None:
    given, client = account(world), browse()
    for _ in range(settings.VIDENSBRO_SIGN_IN_ATTEMPTS):
        assert client.post("/sign-in/", {**given, "password": "wrong"}).status_code == 400
    response = client.post("/sign-in/", {**given, "password": "wrong"})
    assert response.status_code == 429
    assert "Too many attempts" in response.content.decode()
    assert client.post("/sign-in/", given).status_code == 429


def test_name_and_language_of_ones_own_account(world: World, browse: Browse) -> None:
    client = browse("member")
    client.post("/account/", {"name": "Nyt Navn", "language": "en"})
    member = world.cast.users["member"]
    member.refresh_from_db()
    assert (member.name, member.language) == ("Nyt Navn", "en")
    assert client.post("/account/", {"name": "", "language": "en"}).status_code == 400


def test_a_new_password_asks_for_the_old_one(world: World, browse: Browse) -> None:
    account(world)
    client = browse("member")
    wrong = client.post("/account/password/", {"present": "wrong", "password": "en anden god kode"})
    assert "This is not your present password." in wrong.content.decode()
    weak = client.post("/account/password/", {"present": PASSWORD, "password": "kort"})
    assert "The password is too short" in weak.content.decode()
    done = client.post("/account/password/", {"present": PASSWORD, "password": "en anden god kode"})
    assert done["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


def test_signing_in_brings_the_accounts_language_unless_another_was_chosen(
    world: World, browse: Browse
) -> None:
    given = account(world)
    services.edit_user(SYSTEM, world.cast.users["member"].pk, language="da")
    client = browse(language="en")
    client.post("/sign-in/", given)
    assert '<html lang="da">' in client.get("/").content.decode()
    chooser = browse(language="da")
    chooser.post("/language/", {"language": "en", "next": "/"})
    chooser.post("/sign-in/", given)
    assert '<html lang="en">' in chooser.get("/").content.decode()
