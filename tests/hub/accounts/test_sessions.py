"""Where somebody is signed in, the address that one signs in with, and what of both is kept and erased."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from tests.hub.accounts.conftest import PASSWORD, link, mails, sign_in
from tests.hub.cast import SYSTEM
from vidensbro.hub.accounts import presenters, services
from vidensbro.hub.accounts.actors import user_actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.services.sessions import shortened
from vidensbro.hub.audit import privacy
from vidensbro.hub.audit.models import Event
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.common.errors import Denied, Invalid, NotFound

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1"


def phone() -> Client:
    return Client(headers={"user-agent": PHONE, "accept-language": "en"}, REMOTE_ADDR="203.0.113.77")


@pytest.mark.parametrize(
    ("whole", "kept"),
    [
        ("192.0.2.77", "192.0.2.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("nonsense", "0.0.0.0"),
        ("", "0.0.0.0"),
    ],
)
def test_network_addresses_are_shortened(whole: str, kept: str) -> None:
    assert shortened(whole) == kept


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        (PHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("curl/8.5", "curl/8.5"),
        ("", "An unknown device"),
        ("<script>\x00ø", "<script>"),
    ],
)
def test_devices_are_named_in_two_words(agent: str, shown: str) -> None:
    assert presenters.device(agent) == shown


def test_the_page_shows_where_one_is_signed_in(ida: User, client: Client) -> None:
    sign_in(client)
    sign_in(phone())
    page = client.get("/account/sessions/").content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert "203.0.113.…" in page
    assert "203.0.113.77" not in page
    assert not UserSession.objects.filter(ip="203.0.113.77").exists()


def test_reading_writes_nothing_and_sending_does(
    ida: User, client: Client, django_assert_max_num_queries
) -> None:
    sign_in(client)
    UserSession.objects.update(last_seen_at="2026-01-01T00:00Z")
    with django_assert_max_num_queries(60) as captured:
        client.get("/account/sessions/")
        client.get("/account/")
    assert not [one["sql"] for one in captured if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    client.post("/account/", {"name": "Ida", "language": "en"})
    assert UserSession.objects.exclude(last_seen_at="2026-01-01T00:00Z").count() == 1


def test_ending_one_session_leaves_the_others(ida: User, client: Client) -> None:
    other = phone()
    sign_in(client)
    sign_in(other)
    row = UserSession.objects.get(user_agent=PHONE)
    assert client.post(f"/account/sessions/{row.pk}/end/")["Location"] == "/account/sessions/"
    assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200
    assert client.post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert Event.objects.filter(action="user.session_ended").count() == 1


def test_ending_all_others(ida: User, client: Client) -> None:
    others = [phone(), Client()]
    for one in (client, *others):
        sign_in(one)
    client.post("/account/sessions/end-others/")
    assert [one.get("/account/").status_code for one in others] == [302, 302]
    assert client.get("/account/").status_code == 200
    assert Session.objects.count() == UserSession.objects.count() == 1


def test_ending_the_session_that_one_is_in_signs_out(ida: User, client: Client) -> None:
    sign_in(client)
    row = UserSession.objects.get()
    assert client.post(f"/account/sessions/{row.pk}/end/")["Location"] == "/sign-in/"
    assert client.get("/account/").status_code == 302


def test_nobody_ends_anothers_sessions(ida: User, client: Client) -> None:
    services.create_user(SYSTEM, "bo@example.org", "Bo", password=PASSWORD)
    sign_in(client)
    row = UserSession.objects.get()
    stranger = Client()
    assert stranger.post(f"/account/sessions/{row.pk}/end/").status_code == 302
    sign_in(stranger, "bo@example.org")
    assert stranger.post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert client.get("/account/").status_code == 200
    with pytest.raises(Denied):
        services.end_session(SYSTEM, row.pk)


def test_a_new_password_ends_the_other_sessions(ida: User, client: Client) -> None:
    other = phone()
    sign_in(client)
    sign_in(other)
    client.post("/account/password/", {"present": PASSWORD, "password": "en helt anden kode her"})
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert "Firefox on Linux" in client.get("/account/sessions/").content.decode()
    assert UserSession.objects.get().session_key == client.session.session_key


def test_the_present_password_is_not_guessed_on_an_open_screen(ida: User, client: Client, settings) -> None:
    sign_in(client)
    guess = {"present": "et gæt", "password": "en helt anden kode her"}
    for _ in range(settings.VIDENSBRO_SIGN_IN_ATTEMPTS):
        assert client.post("/account/password/", guess).status_code == 400
    assert client.post("/account/password/", {**guess, "present": PASSWORD}).status_code == 429
    ida.refresh_from_db()
    assert ida.check_password(PASSWORD)
    failed = Event.objects.filter(action="user.sign_in_failed", object_id=str(ida.pk))
    assert failed.count() == settings.VIDENSBRO_SIGN_IN_ATTEMPTS


def test_signing_out_leaves_no_row(ida: User, client: Client) -> None:
    sign_in(client)
    client.post("/sign-out/")
    assert not UserSession.objects.exists()


# --- another address ----------------------------------------------------------------------------------------------


def ask(client: Client, address: str):
    page = client.get("/account/email/")
    if page.status_code == 302:
        client.post(page["Location"], {"password": PASSWORD, "next": "/account/email/"})
    return client.post("/account/email/", {"email": address})


def test_an_address_changes_when_its_link_is_used(ida: User, client: Client) -> None:
    sign_in(client)
    assert ask(client, "New@example.org")["Location"] == "/account/"
    ida.refresh_from_db()
    assert ida.email == "ida@example.org"
    path = link(mails("new@example.org")[0])
    assert "new@example.org" in Client().get(path).content.decode()
    ida.refresh_from_db()
    assert ida.email == "ida@example.org"
    Client().post(path)
    ida.refresh_from_db()
    assert ida.email == "new@example.org"
    assert [(one.email, one.verified) for one in EmailAddress.objects.all()] == [("new@example.org", True)]
    assert "new@example.org" in mails("ida@example.org")[-1].text
    assert Client().post(path).status_code == 404
    assert sign_in(Client(), "new@example.org")["Location"] == "/"
    assert sign_in(Client()).status_code == 400


def test_a_taken_address_gets_the_same_answer(ida: User, client: Client) -> None:
    services.create_user(SYSTEM, "bo@example.org", "Bo")
    sign_in(client)
    taken, free = ask(client, "bo@example.org"), ask(client, "free@example.org")
    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    assert (
        "belongs to an account" in mails("bo@example.org")[0].text
        or "konto" in mails("bo@example.org")[0].text
    )
    assert not re.search("confirm-new-email", mails("bo@example.org")[0].text)


def test_two_may_ask_for_one_address_and_the_first_gets_it(ida: User) -> None:
    bo = services.create_user(SYSTEM, "bo@example.org", "Bo")
    for user in (ida, bo):
        services.ask_for_address(user_actor(user), "new@example.org")
    first, second = (link(mail) for mail in mails("new@example.org"))
    assert Client().post(first).status_code == 302
    assert Client().post(second).status_code == 409


@pytest.mark.parametrize("change", ["set", "reset"])
def test_a_new_password_ends_links_to_another_address(ida: User, change: str) -> None:
    services.ask_for_address(user_actor(ida), "thief@example.org")
    if change == "set":
        services.set_password(user_actor(ida), ida.pk, "en helt anden kode her")
    else:
        services.reset_password(ida.pk, "en helt anden kode her")
    assert Client().post(link(mails("thief@example.org")[0])).status_code == 404
    ida.refresh_from_db()
    assert ida.email == "ida@example.org"


@pytest.mark.parametrize("confirmed", [True, False])
def test_what_somebody_else_linked_to_an_unconfirmed_account_goes(ida: User, confirmed: bool) -> None:
    EmailAddress.objects.filter(user=ida).update(verified=confirmed)
    SocialAccount.objects.create(user=ida, provider="wayf", uid="mallory@example.org")
    services.reset_password(ida.pk, "en helt anden kode her")
    assert SocialAccount.objects.exists() is confirmed


@pytest.mark.parametrize("address", ["none", "ida@example.org", "x" * 250 + "@example.org"])
def test_what_is_no_new_address_is_refused(ida: User, address: str) -> None:
    with pytest.raises(Invalid):
        services.ask_for_address(user_actor(ida), address)
    with pytest.raises(NotFound):
        services.read_change("forged")


# --- what is kept --------------------------------------------------------------------------------------------------


def test_an_export_holds_it_and_no_secrets(ida: User, client: Client) -> None:
    sign_in(client)
    Authenticator.objects.create(user=ida, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    exported = privacy.export(Subject(user_id=ida.pk))["accounts"]
    assert exported["addresses"] == [{"email": "ida@example.org", "confirmed": True}]
    assert exported["second_factors"][0]["type"] == "totp"
    assert exported["sessions"][0]["network"] == "127.0.0.0"
    assert "JBSWY3DPEHPK3PXP" not in str(exported)


def test_erasing_leaves_nothing_and_signs_out(ida: User, client: Client) -> None:
    sign_in(client)
    Authenticator.objects.create(user=ida, type="totp", data={"secret": "x"})
    privacy.erase(SYSTEM, Subject(user_id=ida.pk))
    for model in (EmailAddress, Authenticator, UserSession, Session, User):
        assert not model.objects.exists(), model
    assert client.get("/account/").status_code == 302
