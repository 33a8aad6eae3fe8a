"""Second factors: an app with codes, recovery codes, showing once more who one is, roles that must have one."""

from __future__ import annotations

import base64
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from tests.hub.accounts.conftest import PASSWORD, mails, sign_in
from tests.hub.accounts.one_time_codes import code
from tests.hub.cast import SYSTEM, Cast
from vidensbro.hub.accounts import services
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.models import Event
from vidensbro.hub.common.errors import Denied

APP = "/account/second-factor/app/"
RFC_KEY = base64.b32encode(b"12345678901234567890").decode()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that codes go by: it stands still until a test moves it."""
    now = [1_800_000_015.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


def show_who(client: Client, path: str, password: str = PASSWORD):
    """Open a page that asks for the password once more, and give it."""
    response = client.get(path)
    assert response["Location"].startswith("/account/confirm/?next=")
    return client.post(response["Location"], {"password": password, "next": path})


def set_up(client: Client) -> str:
    """Set up an app; its key."""
    show_who(client, APP)
    page = client.get(APP).content.decode()
    key = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert key, page
    assert "data:image/svg+xml" in page
    assert client.post(APP, {"code": "000000"}).status_code == 400
    assert client.post(APP, {"code": code(key[1])})["Location"] == "/account/second-factor/codes/"
    return key[1]


def recovery_codes(client: Client) -> list[str]:
    return re.findall(r"<code>(\d{8})</code>", client.get("/account/second-factor/codes/").content.decode())


@pytest.mark.parametrize(
    ("at", "shown"),
    [(59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"), (2000000000, "69279037")],
)
def test_codes_are_those_of_the_standard(at: int, shown: str) -> None:
    """Appendix B of RFC 6238, and the same key through the product's own library."""
    from allauth.mfa.totp.internal.auth import hotp_value

    assert code(RFC_KEY, at, digits=8) == shown
    assert hotp_value(RFC_KEY, at // 30) == int(shown) % 1_000_000


def test_an_app_is_asked_for_from_then_on(ida: User, client: Client, clock: list[float]) -> None:
    sign_in(client)
    key = set_up(client)
    client.post("/sign-out/")
    assert sign_in(client)["Location"] == "/sign-in/second-step/"
    assert client.get("/account/").status_code == 302
    clock[0] += 60
    assert client.post("/sign-in/second-step/", {"code": "123456"}).status_code == 400
    assert client.post("/sign-in/second-step/", {"code": code(key)})["Location"] == "/"
    assert client.get("/account/").status_code == 200
    signed_in = Event.objects.filter(action="user.signed_in").latest("at")
    assert signed_in.details == {"methods": ["password", "totp"]}
    added = Event.objects.filter(action="user.factor_added")
    assert sorted(one.details["type"] for one in added) == ["totp"]
    assert Event.objects.filter(action="user.sign_in_failed", object_id=str(ida.pk)).count() == 1
    assert "authenticator app now belongs" in mails("ida@example.org")[-1].text


def test_a_code_is_good_for_one_sign_in(ida: User, client: Client, clock: list[float]) -> None:
    sign_in(client)
    key = set_up(client)
    clock[0] += 60
    shown = code(key)
    for passed, expected in ((0, 302), (0, 400), (31, 400)):
        clock[0] += passed
        other = Client()
        sign_in(other)
        assert other.post("/sign-in/second-step/", {"code": shown}).status_code == expected


@pytest.mark.parametrize(("drift", "expected"), [(-30, 302), (30, 302), (-90, 400), (90, 400)])
def test_clocks_may_differ_a_little(
    ida: User, client: Client, clock: list[float], drift: int, expected: int
) -> None:
    sign_in(client)
    key = set_up(client)
    clock[0] += 600
    other = Client()
    sign_in(other)
    response = other.post("/sign-in/second-step/", {"code": code(key, clock[0] + drift)})
    assert response.status_code == expected


def test_guessing_codes_is_stopped(ida: User, client: Client, settings, clock: list[float]) -> None:
    sign_in(client)
    key = set_up(client)
    clock[0] += 60
    other = Client()
    sign_in(other)
    for _ in range(settings.VIDENSBRO_SIGN_IN_ATTEMPTS):
        assert other.post("/sign-in/second-step/", {"code": "000000"}).status_code == 400
    assert other.post("/sign-in/second-step/", {"code": code(key)}).status_code == 429


def test_a_recovery_code_opens_once(ida: User, client: Client, clock: list[float]) -> None:
    sign_in(client)
    set_up(client)
    codes = recovery_codes(client)
    assert len(codes) == len(set(codes)) == 10
    for expected in (302, 400):
        other = Client()
        sign_in(other)
        assert other.post("/sign-in/second-step/", {"code": codes[0]}).status_code == expected
    assert len(recovery_codes(client)) == 9


def test_looking_at_the_codes_writes_nothing(ida: User, client: Client) -> None:
    sign_in(client)
    set_up(client)
    before = list(Authenticator.objects.values("pk", "data"))
    events = Event.objects.count()
    client.get("/account/second-factor/codes/")
    client.get("/account/second-factor/")
    assert (list(Authenticator.objects.values("pk", "data")), Event.objects.count()) == (before, events)


def test_new_codes_replace_the_old(ida: User, client: Client) -> None:
    sign_in(client)
    set_up(client)
    old = recovery_codes(client)
    client.post("/account/second-factor/codes/new/")
    new = recovery_codes(client)
    assert not set(old) & set(new)
    other = Client()
    sign_in(other)
    assert other.post("/sign-in/second-step/", {"code": old[0]}).status_code == 400
    assert Event.objects.filter(action="user.recovery_codes_made").exists()


def test_without_the_app_its_codes_go_too(ida: User, client: Client) -> None:
    sign_in(client)
    set_up(client)
    assert client.get("/account/second-factor/app/remove/").status_code == 200
    client.post("/account/second-factor/app/remove/")
    assert not Authenticator.objects.exists()
    assert sign_in(Client())["Location"] == "/"


@pytest.mark.parametrize(
    "path",
    [APP, "/account/email/", "/account/second-factor/passkeys/add/", "/account/second-factor/codes/"],
)
def test_an_open_screen_is_not_enough(ida: User, client: Client, path: str) -> None:
    sign_in(client)
    assert client.get(path)["Location"].startswith("/account/confirm/")
    assert client.post(path, {"email": "new@example.org", "code": "1"}).status_code == 302
    assert show_who(client, path, "wrong").status_code == 400
    assert client.get(path).status_code == 302


def test_a_provider_is_not_disconnected_on_an_open_screen(ida: User, client: Client) -> None:
    row = SocialAccount.objects.create(user=ida, provider="wayf", uid="ida@uni.example")
    sign_in(client)
    asked = client.post("/account/connections/", {"account": row.pk})
    assert asked["Location"].startswith("/account/confirm/")
    assert SocialAccount.objects.exists()
    # What was asked for is done once the password has been given.
    client.post(asked["Location"], {"password": PASSWORD, "next": "/account/connections/"})
    assert not SocialAccount.objects.exists()


def test_showing_who_one_is_holds_for_a_while(ida: User, client: Client, clock: list[float]) -> None:
    sign_in(client)
    show_who(client, "/account/email/")
    assert client.get("/account/email/").status_code == 200
    clock[0] += 301
    assert client.get("/account/email/").status_code == 302


# --- roles that must have one -----------------------------------------------------------------------------------


def test_a_role_that_must_have_one_is_led_to_adding_it(ida: User, client: Client, settings) -> None:
    settings.VIDENSBRO_SECOND_FACTOR = frozenset({"member"})
    assert client.get("/about/").status_code == 200
    sign_in(client)
    for path in ("/account/", "/needs/", "/"):
        assert client.get(path)["Location"] == "/account/second-factor/"
    assert "must have a second factor" in client.get("/account/second-factor/").content.decode()
    set_up(client)
    assert client.get("/account/").status_code == 200
    assert client.post("/account/second-factor/app/remove/").status_code == 400
    assert Authenticator.objects.filter(type="totp").exists()


def test_the_last_passkey_of_such_a_role_stays(ida: User, client: Client, settings) -> None:
    settings.VIDENSBRO_SECOND_FACTOR = frozenset({"member"})
    first, last = (
        Authenticator.objects.create(user=ida, type="webauthn", data={"name": name}) for name in ("A", "B")
    )
    client.force_login(ida)
    removal = "/account/second-factor/passkeys/{}/remove/"
    show_who(client, removal.format(first.pk))
    assert client.post(removal.format(first.pk)).status_code == 302
    refused = client.post(removal.format(last.pk))
    assert (refused.status_code, list(Authenticator.objects.all())) == (400, [last])
    assert "needs a second factor" in refused.content.decode()
    settings.VIDENSBRO_SECOND_FACTOR = frozenset()
    assert client.post(removal.format(last.pk)).status_code == 302
    assert not Authenticator.objects.exists()


def test_other_roles_go_on_without(ida: User, client: Client, settings) -> None:
    settings.VIDENSBRO_SECOND_FACTOR = frozenset({"secretariat"})
    sign_in(client)
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("role", "asked"), [("secretariat", True), ("administrator", True), ("member", False)]
)
def test_who_may_see_much_is_asked_to_add_one(ida: User, client: Client, role: str, asked: bool) -> None:
    User.objects.filter(pk=ida.pk).update(role=role)
    sign_in(client)
    page = client.get("/account/").content.decode()
    assert ("Add a second factor" in page) is asked


# --- what administrators do --------------------------------------------------------------------------------------


def test_an_administrator_removes_lost_factors(cast: Cast, ida: User, client: Client) -> None:
    sign_in(client)
    set_up(client)
    for name in ("member", "secretariat"):
        with pytest.raises(Denied):
            services.reset_second_factor(cast[name], ida.pk)
    assert services.reset_second_factor(cast["administrator"], ida.pk) == 2
    assert client.get("/account/").status_code == 302
    assert sign_in(client)["Location"] == "/"
    assert services.reset_second_factor(SYSTEM, ida.pk) == 0
    assert "An administrator has removed" in mails("ida@example.org")[-1].text
