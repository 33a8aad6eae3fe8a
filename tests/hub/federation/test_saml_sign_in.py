"""Signing in through a research federation such as WAYF, with a real SAML provider on loopback."""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from tests.hub.cast import Cast
from tests.hub.federation.saml_server import (
    AFTER_SIGNING,
    BEFORE_SIGNING,
    SamlServer,
    make_keys,
    saml_server,
)
from tests.hub.federation.surfer import Page, Surfer
from vidensbro.hub.accounts.federation.models import UsedAssertion
from vidensbro.hub.accounts.federation.reading import parse
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.models import Event
from vidensbro.hub.directory.models import JoinRequest, Membership

PERSON = {
    "eduPersonPrincipalName": ["Ida@oest.dk"],
    "mail": ["ida@oest.dk"],
    "cn": ["Ida Forsker"],
    "gn": ["Ida"],
    "sn": ["Forsker"],
    "schacHomeOrganization": ["oest.dk"],
    "eduPersonScopedAffiliation": ["employee@oest.dk", "member@oest.dk"],
    "eduPersonAssurance": ["2"],
    "schacPersonalUniqueID": ["urn:schac:personalUniqueID:dk:CPR:0000000000"],
}
FILE = """
providers:
  - id: wayf
    kind: saml
    name: WAYF
    profile: wayf
    issuer: {url}/idp
    sign_in_address: {url}/sso
    sign_out_address: {url}/slo
    certificates:
      - |
{certificate}
    trusted_email_domains: [oest.dk]
    assurance:
      levels: ["1", "2", "3"]
      least: "2"
    organisations:
      join: confirm
      affiliations: [employee, faculty, staff]
{more}
"""
BAD = {
    "another_question": "A valid SubjectConfirmation was not found",
    "audience": "is not a valid audience",
    "destination": "was received at",
    "doctype": "doctype",
    "early": "not yet valid",
    "expired": "expired",
    "foreign_key": "Signature validation failed",
    "issuer": "Invalid issuer",
    "no_audience": "another audience",
    "no_bearer": "A valid SubjectConfirmation was not found",
    "no_end": "it may be brought here",
    "no_recipient": "it may be brought here",
    "no_xml": "XMLSyntaxError",
    "recipient": "A valid SubjectConfirmation was not found",
    "response_only": "The Assertion of the Response is not signed",
    "signature_removed": "is not signed",
    "tampered": "Signature validation failed",
    "unsigned": "is not signed",
    "weak": "Deprecated signature algorithm",
    "wrapped": "must contain 1 assertion",
}
"""What is wrong with an answer, and what the log says of it."""
Surf = Callable[[], Surfer]


def without(*names: str, **others: list[str]) -> dict[str, list[str]]:
    return {**{name: values for name, values in PERSON.items() if name not in names}, **others}


def people() -> dict[str, dict[str, list[str]]]:
    return {
        "ida": PERSON,
        "student": without(
            eduPersonPrincipalName=["stud@oest.dk"],
            mail=["stud@oest.dk"],
            eduPersonScopedAffiliation=["student@oest.dk"],
        ),
        "nameless": without("mail"),
        "homeless": without("schacHomeOrganization"),
        "unsure": without(eduPersonAssurance=["1"]),
        "guest": without(
            eduPersonPrincipalName=["gast@uni.example"],
            mail=["gast@uni.example"],
            schacHomeOrganization=["uni.example"],
        ),
        "pairwise": without("eduPersonPrincipalName", mail=["pair@oest.dk"]),
        "thief": without(eduPersonPrincipalName=["thief@oest.dk"], mail=["member@example.org"]),
    }


def written(idp: SamlServer, more: str = "") -> str:
    certificate = textwrap.indent(idp.certificate, " " * 8)
    return FILE.format(url=idp.url, certificate=certificate, more=more)


PLACEHOLDER = "A" * 300


@pytest.fixture
def provider(cast: Cast, configure, surf: Surf, tmp_path: Path) -> Iterator[SamlServer]:
    """The installation's own metadata is fetched from it, as whoever runs the provider would."""
    configure(FILE.format(url="http://localhost:9", certificate=f"        {PLACEHOLDER}", more=""))
    metadata = surf().open("/sign-in/with/wayf/metadata/").response.text
    with saml_server(people(), tmp_path, metadata) as running:
        configure(written(running))
        yield running


def sign_in(surfer: Surfer, who: str, **fields: str) -> Page:
    return surfer.submit(answered(surfer, who, **fields), "/sign-in/with/wayf/saml/")


def answered(surfer: Surfer, who: str, **fields: str) -> Page:
    return surfer.submit(surfer.begin("wayf", **fields), "/login", who=who)


def test_a_researcher_comes_in_and_acts_for_the_university(
    provider: SamlServer, surf: Surf, cast: Cast
) -> None:
    surfer = surf()
    page = sign_in(surfer, "ida", next="/account/")
    assert page.url.endswith("/account/")
    user = User.objects.get(email="ida@oest.dk")
    assert (user.name, user.role, user.has_usable_password()) == ("Ida Forsker", "member", False)
    link = SocialAccount.objects.get(user=user)
    assert (link.provider, link.uid) == ("wayf", "ida@oest.dk")
    assert "CPR" not in str(link.extra_data)
    assert link.extra_data["affiliations"] == ["employee", "member"]
    assert Membership.objects.get(user=user).organisation == cast.university
    event = Event.objects.get(action="user.signed_in_through", object_id=str(user.pk))
    assert event.details == {"provider": "wayf", "assurance": ["2"]}


def test_the_same_person_comes_back_to_the_same_account(provider: SamlServer, surf: Surf) -> None:
    sign_in(surf(), "ida")
    provider.people["ida"] = without(mail=["ida.forsker@oest.dk"])
    surfer = surf()
    sign_in(surfer, "ida")
    assert surfer.signed_in
    assert SocialAccount.objects.count() == 1
    assert Event.objects.filter(action="user.signed_in_through").count() == 2


def test_every_fault_is_tried() -> None:
    assert set(BAD) >= {*BEFORE_SIGNING, *AFTER_SIGNING} - {"commented"}


def test_a_bad_answer_opens_nothing(
    provider: SamlServer, surf: Surf, caplog: pytest.LogCaptureFixture
) -> None:
    before, surfer, passed = User.objects.count(), surf(), []
    for fault, reason in BAD.items():
        provider.fault = fault
        caplog.clear()
        page = sign_in(surfer, "ida")
        refused = page.status == 400 and "could not be trusted" in page.text
        if not refused or reason.lower() not in caplog.text.lower() or surfer.signed_in:
            passed.append(fault)
    assert passed == []
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_a_comment_within_a_value_cuts_nothing_off(provider: SamlServer, surf: Surf) -> None:
    provider.fault = "commented"
    sign_in(surf(), "ida")
    assert [link.uid for link in SocialAccount.objects.all()] in ([], ["ida@oest.dk"])


def test_an_answer_works_once(provider: SamlServer, surf: Surf) -> None:
    surfer = surf()
    page = answered(surfer, "ida")
    assert surfer.submit(page, "/sign-in/with/wayf/saml/").status == 200
    again = surfer.submit(page, "/sign-in/with/wayf/saml/")
    assert again.status == 400
    assert "Begin again" in again.text
    assert UsedAssertion.objects.count() == 1


def test_an_answer_works_only_in_the_browser_that_asked(provider: SamlServer, surf: Surf) -> None:
    surfer, thief = surf(), surf()
    page = answered(surfer, "ida")
    stolen = thief.submit(page, "/sign-in/with/wayf/saml/")
    assert stolen.status == 400
    assert not thief.signed_in
    assert not SocialAccount.objects.exists()
    surfer.submit(page, "/sign-in/with/wayf/saml/")
    assert surfer.signed_in


def unasked(provider: SamlServer, surfer: Surfer) -> Page:
    """The provider begins: its answer answers nothing."""
    here = f"{surfer.site}/sign-in/with/wayf"
    message = provider.answer("ida", "", f"{here}/saml/", f"{here}/metadata/")
    assert b"InResponseTo" not in base64.b64decode(message)
    return Page(surfer.client.post(f"{here}/saml/", data={"SAMLResponse": message}))


def test_what_nobody_asked_for_is_refused(provider: SamlServer, surf: Surf) -> None:
    surfer = surf()
    page = unasked(provider, surfer)
    assert page.status == 400
    assert "not begun here" in page.text
    assert not surfer.signed_in


def test_unless_the_provider_may_begin_and_then_it_works_once(
    provider: SamlServer, surf: Surf, configure
) -> None:
    configure(written(provider, "    idp_initiated: true"))
    surfer, thief = surf(), surf()
    here = f"{surfer.site}/sign-in/with/wayf"
    message = provider.answer("ida", "", f"{here}/saml/", f"{here}/metadata/")
    surfer.client.post(f"{here}/saml/", data={"SAMLResponse": message})
    assert surfer.signed_in
    again = thief.client.post(f"{here}/saml/", data={"SAMLResponse": message})
    assert again.status_code == 400
    assert "used before" in again.text
    assert not thief.signed_in
    assert Event.objects.filter(action="user.refused_through", details__reason="replayed").exists()


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("nameless", "mail"),
        ("homeless", "schacHomeOrganization"),
        ("unsure", "more certain sign-in"),
    ],
)
def test_too_little_is_refused_in_words(provider: SamlServer, surf: Surf, who: str, words: str) -> None:
    surfer = surf()
    page = sign_in(surfer, who)
    assert page.status == 403
    assert words in page.text
    assert not surfer.signed_in


def test_another_domain_than_the_provider_speaks_for(provider: SamlServer, surf: Surf, configure) -> None:
    configure(written(provider, "    domains: [oest.dk]"))
    page = sign_in(surf(), "guest")
    assert page.status == 403
    assert "uni.example" in page.text
    surfer = surf()
    sign_in(surfer, "ida")
    assert surfer.signed_in


def test_only_staff_of_the_university_act_for_it(provider: SamlServer, surf: Surf) -> None:
    surfer = surf()
    sign_in(surfer, "student")
    assert surfer.signed_in
    user = User.objects.get(email="stud@oest.dk")
    assert user.role == "visitor"
    assert not Membership.objects.filter(user=user).exists()


def test_an_unknown_home_organisation_brings_a_visitor(provider: SamlServer, surf: Surf, configure) -> None:
    configure(written(provider).replace("[oest.dk]", "[oest.dk, uni.example]"))
    page = sign_in(surf(), "guest")
    assert "uni.example, is not in the directory yet" in page.text
    user = User.objects.get(email="gast@uni.example")
    assert user.role == "visitor"
    assert not JoinRequest.objects.filter(user=user).exists()


def test_a_mapping_finds_the_organisation(provider: SamlServer, surf: Surf, configure, cast: Cast) -> None:
    text = written(provider).replace("[oest.dk]", "[oest.dk, uni.example]")
    configure(
        text.replace("      join: confirm", "      join: ask\n      known: {uni.example: 'domain:oest.dk'}")
    )
    sign_in(surf(), "guest")
    user = User.objects.get(email="gast@uni.example")
    assert JoinRequest.objects.get(user=user).organisation == cast.university


def test_a_persistent_name_serves_where_no_principal_name_is_told(provider: SamlServer, surf: Surf) -> None:
    sign_in(surf(), "pairwise")
    assert SocialAccount.objects.get().uid == "pairwise-pairwise"


def test_a_transient_name_does_not(provider: SamlServer, surf: Surf) -> None:
    provider.persistent = False
    page = sign_in(surf(), "pairwise")
    assert page.status == 403
    assert not SocialAccount.objects.exists()


def test_an_address_alone_takes_over_no_account(provider: SamlServer, surf: Surf, cast: Cast) -> None:
    EmailAddress.objects.update_or_create(
        user=cast.users["member"], email="member@example.org", defaults={"verified": True, "primary": True}
    )
    surfer, before = surf(), User.objects.count()
    sign_in(surfer, "thief")
    assert not surfer.signed_in
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_both_signatures_where_both_are_asked_for(provider: SamlServer, surf: Surf, configure) -> None:
    configure(written(provider, "    signed: both"))
    assert sign_in(surf(), "ida").status == 400
    provider.sign = (True, True)
    surfer = surf()
    sign_in(surfer, "ida")
    assert surfer.signed_in


def test_signing_out_there_as_well(provider: SamlServer, surf: Surf, configure) -> None:
    configure(written(provider, "    sign_out: everywhere"))
    surfer = surf()
    page = surfer.submit(sign_in(surfer, "ida"), "/sign-out/")
    assert not surfer.signed_in
    assert "signed out everywhere" in surfer.follow(page).text
    assert provider.left == ["pairwise-ida"]
    assert surfer.open("/sign-in/with/wayf/saml/signed-out/").url == f"{surfer.site}/"


def test_signing_out_here_only_is_the_rule(provider: SamlServer, surf: Surf) -> None:
    surfer = surf()
    page = surfer.submit(sign_in(surfer, "ida"), "/sign-out/")
    assert page.url == f"{surfer.site}/"
    assert provider.left == []


def test_the_metadata_says_what_the_provider_needs(provider: SamlServer, surf: Surf) -> None:
    surfer = surf()
    page = surfer.open("/sign-in/with/wayf/metadata/")
    assert page.response.headers["Content-Type"] == "application/samlmetadata+xml"
    root = etree.fromstring(page.response.content)
    assert root.get("entityID") == f"{surfer.site}/sign-in/with/wayf/metadata/"
    assert root.get("validUntil") is None
    service = root.find(".//{*}AssertionConsumerService")
    assert service.get("Location") == f"{surfer.site}/sign-in/with/wayf/saml/"
    assert root.find(".//{*}SPSSODescriptor").get("WantAssertionsSigned") == "true"


def test_whatever_is_posted_there_is_an_answer(provider: SamlServer, surf: Surf) -> None:
    surfer = surf()
    for message in ("", "AAAA", "%%%", base64.b64encode(b"<a/>").decode(), "A" * 500_000):
        response = surfer.client.post(
            f"{surfer.site}/sign-in/with/wayf/saml/", data={"SAMLResponse": message}
        )
        assert response.status_code == 400, message[:20]
    assert not {"vidensbro_saml", "vidensbro_session"} & set(surfer.client.cookies)


@pytest.fixture
def with_keys(provider: SamlServer, configure, tmp_path: Path, settings) -> Path:
    """The installation has a key of its own: it signs what it asks, and takes encrypted answers only."""
    key_file, certificate_file = make_keys(tmp_path, "ourselves")
    certificate = textwrap.indent(certificate_file.read_text(), " " * 6)
    more = f"    encrypted: true\n    private_key_env: TEST_KEY\n    certificate: |\n{certificate}"
    settings.VIDENSBRO_SIGN_IN = parse(
        written(provider, more), Path("sign-in.yaml"), {"TEST_KEY": key_file.read_text()}
    )
    return certificate_file


def test_encrypted_answers_are_read_and_open_ones_refused(
    provider: SamlServer, surf: Surf, with_keys: Path
) -> None:
    surfer = surf()
    assert sign_in(surfer, "ida").status == 400
    provider.encrypt_for = with_keys
    sign_in(surfer, "ida")
    assert surfer.signed_in


@pytest.mark.parametrize("fault", ["tampered", "unsigned", "no_audience"])
def test_encryption_is_no_signature(provider: SamlServer, surf: Surf, with_keys: Path, fault: str) -> None:
    provider.encrypt_for, provider.fault = with_keys, fault
    surfer = surf()
    assert sign_in(surfer, "ida").status == 400
    assert not surfer.signed_in


def test_questions_are_signed_with_our_key(provider: SamlServer, surf: Surf, with_keys: Path) -> None:
    surf().begin("wayf")
    raw = dict(part.split("=", 1) for part in provider.asked[-1].split("&"))
    assert unquote(raw["SigAlg"]) == "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    # SAML bindings 3.4.4.1: what stands in the address is signed, in this order.
    signed = "&".join(f"{name}={raw[name]}" for name in ("SAMLRequest", "RelayState", "SigAlg"))
    key = x509.load_pem_x509_certificate(with_keys.read_bytes()).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(
        base64.b64decode(unquote(raw["Signature"])), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
    )
