"""Signing in: the right people get in, guessing is stopped, nothing tells who has an account, all is recorded."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import BasePasswordHasher, MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.hub.accounts.conftest import PASSWORD, link, mails, sign_in
from tests.hub.cast import SYSTEM
from vidensbro.hub.accounts import services
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.models import Event


def told(action: str) -> list[Event]:
    return list(Event.objects.filter(action=action).order_by("at", "id"))


class Hashes:
    """How often a password was hashed, which is what takes the time that would tell."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        plain = MD5PasswordHasher.encode

        def counting(hasher: BasePasswordHasher, password: str, salt: str) -> str:
            self.count += 1
            return plain(hasher, password, salt)

        monkeypatch.setattr(MD5PasswordHasher, "encode", counting)

    def during(self, act) -> int:
        self.count = 0
        act()
        return self.count


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> Hashes:
    return Hashes(monkeypatch)


def test_signing_in_is_recorded_with_how(ida: User, client: Client) -> None:
    assert sign_in(client, "IDA@Example.org ")["Location"] == "/"
    (event,) = told("user.signed_in")
    assert (event.actor, event.object_id) == (f"user:{ida.pk}", str(ida.pk))
    assert event.details == {"methods": ["password"]}
    client.post("/sign-out/")
    assert [one.actor for one in told("user.signed_out")] == [f"user:{ida.pk}"]


def test_a_failure_is_recorded_without_what_was_typed(ida: User, client: Client) -> None:
    sign_in(client, password="my other password")
    sign_in(client, "nobody@example.org")
    events = told("user.sign_in_failed")
    assert [one.object_id for one in events] == [str(ida.pk), "unknown"]
    kept = str([(one.actor, one.object_id, one.details) for one in events])
    assert "nobody" not in kept
    assert "my other" not in kept


def test_a_known_and_an_unknown_address_get_the_same_answer(ida: User, hashes: Hashes) -> None:
    known, unknown = Client(), Client()
    answers = []

    def attempt(browser: Client, email: str) -> None:
        answers.append(sign_in(browser, email, "wrong password here"))

    spent = [
        hashes.during(lambda: attempt(known, "ida@example.org")),
        hashes.during(lambda: attempt(unknown, "nobo@example.org")),
    ]
    assert spent == [1, 1]
    first, second = (one.content.decode().replace("nobo@", "ida@") for one in answers)
    assert without_tokens(first) == without_tokens(second)
    assert {one.status_code for one in answers} == {400}


def without_tokens(page: str) -> str:
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_signing_up_with_a_known_address_looks_like_any_other(ida: User, hashes: Hashes) -> None:
    answers = []

    def sign_up(email: str) -> None:
        given = {"name": "Somebody", "email": email, "password1": PASSWORD}
        answers.append(Client().post("/sign-up/", given, follow=True))

    spent = [
        hashes.during(lambda: sign_up("ida@example.org")),
        hashes.during(lambda: sign_up("bo@example.org")),
    ]
    assert spent == [1, 1]
    assert without_tokens(answers[0].content.decode()) == without_tokens(answers[1].content.decode())
    assert User.objects.filter(email="ida@example.org").count() == 1
    assert [one.kind for one in mails("ida@example.org")] == [one.kind for one in mails("bo@example.org")]
    assert "belongs to an account already" in mails("ida@example.org")[0].text or "hører" in (
        mails("ida@example.org")[0].text
    )


def test_asking_for_a_new_password_tells_nothing(ida: User) -> None:
    answers, queries = [], []
    for email in ("ida@example.org", "nobody@example.org"):
        with CaptureQueriesContext(connection) as captured:
            answers.append(Client().post("/reset-password/", {"email": email}, follow=True))
        queries.append(len(captured))
    assert without_tokens(answers[0].content.decode()) == without_tokens(answers[1].content.decode())
    assert abs(queries[0] - queries[1]) <= 3
    assert len(mails("ida@example.org")) == len(mails("nobody@example.org")) == 1


def test_guessing_is_stopped_for_the_place_and_not_for_the_owner(ida: User, client: Client, settings) -> None:
    for _ in range(settings.VIDENSBRO_SIGN_IN_ATTEMPTS):
        assert sign_in(client, password="guess").status_code == 400
    assert sign_in(client).status_code == 429
    assert sign_in(client, "nobody@example.org").status_code == 400
    at_home = Client(REMOTE_ADDR="203.0.113.9")
    assert sign_in(at_home)["Location"] == "/"


def test_guessing_from_many_places_is_stopped_too(ida: User, settings) -> None:
    for number in range(settings.VIDENSBRO_SIGN_IN_ATTEMPTS * 10):
        place = Client(REMOTE_ADDR=f"198.51.{number // 250}.{number % 250}")
        assert sign_in(place, password="guess").status_code == 400
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9")).status_code == 429


def test_signing_in_does_not_use_up_attempts(ida: User, client: Client, settings) -> None:
    for _ in range(settings.VIDENSBRO_SIGN_IN_ATTEMPTS + 1):
        assert sign_in(client).status_code == 302
        client.post("/sign-out/")


def test_a_closed_account_says_so_only_to_who_knows_the_password(ida: User, client: Client) -> None:
    services.set_active(SYSTEM, ida.pk, False)
    assert "closed" not in sign_in(client, password="wrong").content.decode()
    assert sign_in(client)["Location"] == "/sign-in/closed/"
    assert "/sign-in/" in client.get("/account/")["Location"]


def test_closing_an_account_signs_it_out(ida: User, client: Client) -> None:
    sign_in(client)
    assert client.get("/account/").status_code == 200
    services.set_active(SYSTEM, ida.pk, False)
    assert client.get("/account/").status_code == 302


# --- making an account ----------------------------------------------------------------------------------------


def sign_up(client: Client, email: str = "bo@example.org", **changes: str):
    return client.post("/sign-up/", {"name": "Bo", "email": email, "password1": PASSWORD, **changes})


def test_a_new_account_is_a_visitors_and_waits_for_its_address(client: Client) -> None:
    assert sign_up(client)["Location"] == "/sign-up/sent/"
    user = User.objects.get(email="bo@example.org")
    assert (user.role, user.name, user.language) == ("visitor", "Bo", "en")
    assert client.get("/account/").status_code == 302
    assert sign_in(client, "bo@example.org")["Location"] == "/sign-up/sent/"
    path = link(mails("bo@example.org")[0])
    before = Event.objects.count()
    assert "bo@example.org" in client.get(path).content.decode()
    assert Event.objects.count() == before
    assert sign_in(client, "bo@example.org")["Location"] == "/sign-up/sent/"
    assert client.post(path)["Location"] == "/sign-in/"
    assert sign_in(client, "bo@example.org")["Location"] == "/"
    assert client.get(path).status_code == 404
    assert [one.action for one in Event.objects.filter(object_id=str(user.pk)).order_by("at", "id")] == [
        "user.signed_up",
        "user.address_confirmed",
        "user.signed_in",
    ]


@pytest.mark.parametrize(
    ("changes", "told_as"),
    [
        ({"password1": "kort"}, "password1"),
        ({"email": "none"}, "email"),
        ({"name": ""}, "name"),
        ({"password1": "1234567890123"}, "password1"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said(
    client: Client, changes: dict[str, str], told_as: str
) -> None:
    response = sign_up(client, **changes)
    assert response.status_code == 400
    assert told_as in response.context["form"].errors
    assert not User.objects.exists()


@pytest.mark.parametrize("how", ["invited", "closed"])
def test_signing_up_can_be_left_to_invitations(client: Client, settings, how: str) -> None:
    settings.VIDENSBRO_SIGN_UP = how
    assert "by invitation" in client.get("/sign-up/").content.decode()
    sign_up(client)
    assert not User.objects.exists()


def test_an_invitation_opens_signing_up_for_its_own_address_only(client: Client, settings) -> None:
    settings.VIDENSBRO_SIGN_UP = "invited"
    session = client.session
    session["account_verified_email"] = "bo@example.org"
    session.save()
    assert sign_up(client, "another@example.org").status_code == 400
    assert sign_up(client)["Location"] == "/"
    assert User.objects.get().email == "bo@example.org"


# --- forgotten passwords ---------------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_by_mail(ida: User, client: Client) -> None:
    elsewhere = Client()
    sign_in(elsewhere)
    client.post("/reset-password/", {"email": "Ida@example.org"})
    path = link(mails("ida@example.org")[0])
    assert client.get(path).status_code == 200
    assert elsewhere.get("/account/").status_code == 200
    assert client.post(path, {"password": "kort"}).status_code == 400
    assert client.post(path, {"password": "en helt anden kode her"})["Location"] == "/sign-in/"
    assert elsewhere.get("/account/").status_code == 302
    assert client.get(path).status_code == 404
    assert sign_in(client).status_code == 400
    assert sign_in(client, password="en helt anden kode her").status_code == 302
    assert len(told("user.password_reset")) == 1
    assert "has been changed" in mails("ida@example.org")[-1].subject


@pytest.mark.parametrize("path", ["zz/zz", "018f00000000700080000000000000aa/abc-def", "1/set-password"])
def test_a_forged_link_opens_nothing(ida: User, client: Client, path: str) -> None:
    assert client.get(f"/reset-password/{path}/").status_code == 404
    assert client.post(f"/reset-password/{path}/", {"password": PASSWORD}).status_code == 404
    assert client.get(f"/confirm-email/{path.replace('/', '')}/").status_code == 404
    assert client.get(f"/confirm-new-email/{path.replace('/', '')}/").status_code == 404


@pytest.mark.parametrize("language", ["da", "en"])
def test_mail_is_in_the_language_of_its_reader(client: Client, language: str) -> None:
    services.create_user(SYSTEM, "ea@example.org", "Ea", password=PASSWORD, language=language)
    client.post("/reset-password/", {"email": "ea@example.org"})
    (mail,) = mails("ea@example.org")
    assert mail.language == language
    assert link(mail) in mail.html


@pytest.mark.parametrize(
    "path",
    ["/accounts/login/", "/login/", "/accounts/email/", "/account/email/remove/", "/mfa/", "/login/code/"],
)
def test_addresses_of_the_library_itself_are_not_there(ida: User, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
