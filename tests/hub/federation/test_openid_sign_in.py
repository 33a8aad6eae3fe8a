"""Signing in through an OpenID Connect broker that passes on MitID Erhverv, with a real provider on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount

from tests.hub.cast import Cast
from tests.hub.federation.conftest import CVR
from tests.hub.federation.openid_server import OpenIdServer, openid_server
from tests.hub.federation.surfer import Page, Surfer
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.models import Event
from vidensbro.hub.directory.models import JoinRequest, Membership

NSIS = "https://data.gov.dk/concept/core/nsis/"
PROFESSIONAL = "7d0ab1f0-0c55-4c3c-8f2a-1f6a0f0d9b11"
PERSON = {
    "nemlogin.persistent_professional_id": PROFESSIONAL,
    "nemlogin.cvr": CVR,
    "nemlogin.org_name": "Nordsensor ApS",
    "nemlogin.name": "Signe Sikker",
    "nemlogin.email": "signe@nordsensor.dk",
    "nemlogin.cpr": "0000000000",
    "loa": f"{NSIS}Substantial",
    "identity_type": "professional",
}
FILE = """
providers:
  - id: mitid
    kind: oidc
    name: MitID Erhverv
    profile: mitid-erhverv
    issuer: {issuer}
    client_id: vidensbro
    client_secret_env: TEST_OIDC_SECRET
    scopes: [openid, profile, email]
    trusted_email_domains: [nordsensor.dk]
    organisations: {{join: confirm}}
{more}
"""
Surf = Callable[[], Surfer]


def people() -> dict[str, dict]:
    return {
        "signe": PERSON,
        "low": {**PERSON, "nemlogin.persistent_professional_id": "low", "loa": f"{NSIS}Low"},
        "unsure": {key: value for key, value in PERSON.items() if key != "loa"},
        "stranger": {
            **PERSON,
            "nemlogin.persistent_professional_id": "stranger",
            "nemlogin.cvr": "10150817",
            "nemlogin.email": "x@elsewhere.dk",
        },
        "silent": {
            **{key: value for key, value in PERSON.items() if key != "nemlogin.email"},
            "nemlogin.persistent_professional_id": "silent",
        },
        "private": {key: value for key, value in PERSON.items() if key != "nemlogin.cvr"},
        "thief": {
            **PERSON,
            "nemlogin.persistent_professional_id": "thief",
            "nemlogin.email": "member@example.org",
        },
        "boss": {
            **PERSON,
            "nemlogin.persistent_professional_id": "boss",
            "nemlogin.email": "secretariat@nordsensor.dk",
        },
    }


@pytest.fixture
def provider(cast: Cast, configure) -> Iterator[OpenIdServer]:
    with openid_server(people()) as running:
        configure(FILE.format(issuer=running.url, more=""))
        yield running


def sign_in(surfer: Surfer, who: str, **fields: str) -> Page:
    return surfer.submit(surfer.begin("mitid", **fields), "/oauth2/authorize", sub=who)


def test_a_new_user_comes_in_and_acts_for_the_company(provider: OpenIdServer, surf: Surf, cast: Cast) -> None:
    surfer = surf()
    page = sign_in(surfer, "signe")
    assert page.status == 200
    assert surfer.signed_in
    user = User.objects.get(email="signe@nordsensor.dk")
    assert (user.name, user.role, user.has_usable_password()) == ("Signe Sikker", "member", False)
    link = SocialAccount.objects.get(user=user)
    assert (link.provider, link.uid) == ("mitid", PROFESSIONAL)
    assert "0000000000" not in str(link.extra_data)
    held = Membership.objects.get(user=user)
    assert (held.organisation, held.role) == (cast.company, "member")
    event = Event.objects.get(action="user.signed_in_through", object_id=str(user.pk))
    assert event.details["provider"] == "mitid"
    assert "You act for Nordsensor ApS now." in page.text


def test_the_same_person_comes_back_to_the_same_account(provider: OpenIdServer, surf: Surf) -> None:
    sign_in(surf(), "signe")
    provider.people["signe"]["nemlogin.email"] = "signe@nordsensor.dk"
    sign_in(surf(), "signe")
    assert SocialAccount.objects.count() == 1
    assert Event.objects.filter(action="user.signed_in_through").count() == 2


def test_it_leads_back_to_the_page_that_was_asked_for(provider: OpenIdServer, surf: Surf) -> None:
    assert sign_in(surf(), "signe", next="/account/").url.endswith("/account/")
    assert sign_in(surf(), "signe", next="https://evil.example/").url.count("evil") == 0


FAULTS = (
    "tampered",
    "foreign_key",
    "unsigned",
    "shared_secret",
    "audience",
    "authorised_party",
    "issuer",
    "expired",
    "nonce",
    "subject",
)


def test_a_bad_token_opens_nothing(provider: OpenIdServer, surf: Surf) -> None:
    before, surfer, passed = User.objects.count(), surf(), []
    for fault in FAULTS:
        provider.fault = fault
        page = sign_in(surfer, "signe")
        if page.status != 400 or "could not be trusted" not in page.text or surfer.signed_in:
            passed.append(fault)
    assert passed == []
    assert len(set(provider.issued)) == len(FAULTS)
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


@pytest.mark.parametrize(
    ("who", "words"),
    [("low", "more certain sign-in"), ("unsure", "loa"), ("private", "nemlogin.cvr")],
)
def test_too_little_is_refused_in_words(provider: OpenIdServer, surf: Surf, who: str, words: str) -> None:
    surfer = surf()
    page = sign_in(surfer, who)
    assert page.status == 403
    assert words in page.text
    assert not surfer.signed_in
    event = Event.objects.get(action="user.refused_through")
    assert (event.object_id, event.actor) == ("mitid", "visitor")


def test_a_code_works_once_and_only_in_its_own_browser(provider: OpenIdServer, surf: Surf) -> None:
    surfer, thief = surf(), surf()
    page = surfer.begin("mitid")
    address, _, given = page.form("/oauth2/authorize")
    surfer.client.follow_redirects = False
    back = surfer.client.post(address, data={**given, "sub": "signe"}).headers["Location"]
    surfer.client.follow_redirects = thief.client.follow_redirects = True
    stolen = thief.client.get(back)
    assert stolen.status_code == 400
    assert not thief.signed_in
    assert surfer.client.get(back).status_code == 200
    assert surfer.signed_in
    again = surfer.client.get(back)
    assert again.status_code == 400
    assert "Begin again" in again.text


def test_turning_back_at_the_provider(provider: OpenIdServer, surf: Surf) -> None:
    surfer = surf()
    page = surfer.submit(surfer.begin("mitid"), "/oauth2/authorize", action="deny")
    assert page.status == 400
    assert "did not let you in" in page.text
    assert not surfer.signed_in


def test_an_unknown_company_brings_a_visitor(provider: OpenIdServer, surf: Surf) -> None:
    surfer = surf()
    page = sign_in(surfer, "stranger")
    # The provider's word for this domain is not taken: the address is confirmed by mail first.
    assert "/sign-up/sent/" in page.url
    user = User.objects.get(email="x@elsewhere.dk")
    assert user.role == "visitor"
    assert not Membership.objects.filter(user=user).exists()
    EmailAddress.objects.filter(user=user).update(verified=True)
    page = sign_in(surf(), "stranger")
    assert "not in the directory yet" in page.text
    assert not JoinRequest.objects.filter(user=user).exists()


def test_an_address_alone_takes_over_no_account(provider: OpenIdServer, surf: Surf, cast: Cast) -> None:
    EmailAddress.objects.update_or_create(
        user=cast.users["member"], email="member@example.org", defaults={"verified": True, "primary": True}
    )
    surfer, before = surf(), User.objects.count()
    page = sign_in(surfer, "thief")
    assert "/sign-up/sent/" in page.url
    assert not surfer.signed_in
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def trusted(cast: Cast, name: str, *, verified: bool) -> User:
    user = cast.users[name]
    User.objects.filter(pk=user.pk).update(email="signe@nordsensor.dk")
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email="signe@nordsensor.dk", verified=verified, primary=True)
    return user


def test_a_trusted_address_that_is_confirmed_here_links(
    provider: OpenIdServer, surf: Surf, cast: Cast
) -> None:
    user, before = trusted(cast, "outsider", verified=True), User.objects.count()
    surfer = surf()
    sign_in(surfer, "signe")
    assert surfer.signed_in
    assert SocialAccount.objects.get().user == user
    assert User.objects.count() == before
    assert Event.objects.filter(action="user.connected", object_id=str(user.pk)).exists()


def test_a_trusted_address_that_nobody_confirmed_here_does_not(
    provider: OpenIdServer, surf: Surf, cast: Cast
) -> None:
    trusted(cast, "outsider", verified=False)
    surfer = surf()
    sign_in(surfer, "signe")
    assert not surfer.signed_in
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("name", ["secretariat", "administrator"])
def test_no_address_opens_an_account_of_staff(
    provider: OpenIdServer, surf: Surf, cast: Cast, name: str
) -> None:
    trusted(cast, name, verified=True)
    surfer = surf()
    sign_in(surfer, "signe")
    assert not surfer.signed_in
    assert not SocialAccount.objects.exists()


def test_without_an_address_one_is_asked_for(provider: OpenIdServer, surf: Surf) -> None:
    surfer = surf()
    page = sign_in(surfer, "silent")
    assert "Your e-mail address" in page.text
    page = surfer.submit(page, "/sign-in/address/", email="")
    assert User.objects.filter(email="").count() == 0
    page = surfer.submit(page, "/sign-in/address/", email="silent@example.net")
    assert "/sign-up/sent/" in page.url
    assert not surfer.signed_in
    user = User.objects.get(email="silent@example.net")
    assert (user.name, user.role) == ("Signe Sikker", "visitor")


def test_an_address_of_somebody_else_is_no_way_in_either(
    provider: OpenIdServer, surf: Surf, cast: Cast
) -> None:
    surfer, before = surf(), User.objects.count()
    page = surfer.submit(sign_in(surfer, "silent"), "/sign-in/address/", email="member@example.org")
    # The same page as for a free address: nobody learns which addresses have accounts.
    assert "/sign-up/sent/" in page.url
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_no_new_accounts_where_none_are_wanted(provider: OpenIdServer, surf: Surf, configure) -> None:
    configure(FILE.format(issuer=provider.url, more="    new_accounts: false"))
    surfer, before = surf(), User.objects.count()
    page = sign_in(surfer, "signe")
    assert page.status == 403
    assert "No new accounts" in page.text
    assert User.objects.count() == before


def test_a_request_instead_of_a_membership(provider: OpenIdServer, surf: Surf, configure, cast: Cast) -> None:
    configure(FILE.format(issuer=provider.url, more="").replace("join: confirm", "join: ask"))
    page = sign_in(surf(), "signe")
    user = User.objects.get(email="signe@nordsensor.dk")
    assert "asked to act for Nordsensor ApS" in page.text
    assert JoinRequest.objects.get(user=user).state == "asked"
    assert not Membership.objects.filter(user=user).exists()
    assert user.role == "visitor"
    sign_in(surf(), "signe")
    assert JoinRequest.objects.filter(user=user).count() == 1


def test_who_was_removed_is_not_let_in_again_by_signing_in(
    provider: OpenIdServer, surf: Surf, cast: Cast
) -> None:
    sign_in(surf(), "signe")
    user = User.objects.get(email="signe@nordsensor.dk")
    Membership.objects.filter(user=user).delete()
    sign_in(surf(), "signe")
    assert not Membership.objects.filter(user=user).exists()


def test_a_closed_account_stays_closed(provider: OpenIdServer, surf: Surf) -> None:
    sign_in(surf(), "signe")
    User.objects.filter(email="signe@nordsensor.dk").update(is_active=False)
    surfer = surf()
    sign_in(surfer, "signe")
    assert not surfer.signed_in


def test_connecting_and_disconnecting(provider: OpenIdServer, surf: Surf, cast: Cast, live_server) -> None:
    from django.test import Client

    user = cast.users["member"]
    user.set_password("fire ord der huskes")
    user.save()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    surfer = surf()
    surfer.client.cookies.set(
        "vidensbro_session", client.cookies["vidensbro_session"].value, domain="localhost.local"
    )
    assert surfer.signed_in
    page = surfer.open("/account/connections/")
    assert "own password only" in page.text
    page = surfer.submit(page, "/sign-in/with/mitid/")
    assert "/account/confirm/" in page.url  # an open screen is not enough
    page = surfer.follow(surfer.submit(page, "/account/confirm/", password="fire ord der huskes"))
    page = surfer.submit(page, "/oauth2/authorize", sub="signe")
    assert page.url.endswith("/account/connections/")
    assert SocialAccount.objects.get().user == user
    assert "signe@nordsensor.dk" in page.text
    page = surfer.submit(page, "/account/connections/")
    assert not SocialAccount.objects.exists()
    assert Event.objects.filter(action="user.disconnected", object_id=str(user.pk)).exists()


def test_the_only_way_in_cannot_be_removed(provider: OpenIdServer, surf: Surf) -> None:
    surfer = surf()
    sign_in(surfer, "signe")
    page = surfer.submit(surfer.open("/account/connections/"), "/account/connections/")
    assert page.status == 400
    assert "only way to sign in" in page.text
    assert SocialAccount.objects.count() == 1


def test_what_belongs_to_another_account_cannot_be_connected(
    provider: OpenIdServer, surf: Surf, cast: Cast
) -> None:
    sign_in(surf(), "signe")
    other = surf()
    sign_in(other, "silent")
    user = User.objects.get(name="Signe Sikker", email="signe@nordsensor.dk")
    assert SocialAccount.objects.get().user == user


def test_a_provider_that_is_down_is_said_to_be(provider: OpenIdServer, surf: Surf, configure) -> None:
    configure(FILE.format(issuer="http://localhost:9", more=""))
    surfer = surf()
    page = surfer.submit(surfer.open("/sign-in/"), "/sign-in/with/mitid/")
    assert page.status == 502
    assert "does not answer" in page.text


def test_a_link_from_elsewhere_begins_nothing(provider: OpenIdServer, surf: Surf) -> None:
    surfer = surf()
    page = surfer.open(
        "/sign-in/with/mitid/?process=connect&scope=evil&auth_params=redirect_uri%3Dhttps://evil"
    )
    assert page.status == 200
    assert "vidensbro_session" not in surfer.client.cookies
    onward = surfer.submit(page, "/sign-in/with/mitid/")
    assert "evil" not in str(onward.tree.xpath("//*[@id='onward']/@href"))


def test_unknown_providers_are_not_there(provider: OpenIdServer, surf: Surf) -> None:
    surfer = surf()
    for path in ("", "answer/", "saml/finish/", "saml/signed-out/", "metadata/"):
        assert surfer.open(f"/sign-in/with/nobody/{path}").status == 404
    assert surfer.open("/sign-in/with/mitid/metadata/").status == 404


def test_signing_out_there_as_well(provider: OpenIdServer, surf: Surf, configure) -> None:
    configure(FILE.format(issuer=provider.url, more="    sign_out: everywhere"))
    surfer = surf()
    page = sign_in(surfer, "signe")
    page = surfer.submit(page, "/sign-out/")
    assert "signs you out there as well" in page.text
    assert not surfer.signed_in
    assert "Session" in surfer.follow(page).text
