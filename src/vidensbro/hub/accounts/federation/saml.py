"""SAML 2.0: asking for a sign-in, and whether an answer can be believed.

python3-saml checks the signature, issuer, destination, status and times. What it lets pass where a field is left out
is checked here as well (SAML profiles 4.1.4.3): the audience, the recipient, and which question is answered, all
inside what is signed.
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import xmlsec
from django.http import HttpRequest
from django.urls import reverse
from lxml import etree
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from vidensbro.hub.accounts.federation.claims import raw_values
from vidensbro.hub.accounts.federation.configuration import SamlProvider
from vidensbro.hub.accounts.federation.profiles import NAME_ID
from vidensbro.hub.accounts.federation.refusals import Refused

MOST_CHARACTERS = 400_000
RELAY_STATE = "vidensbro"
"""Says nothing; but an empty one would be part of the address and not of the signature, and so spoil the latter."""
_NAMES = {"saml": Constants.NS_SAML, "samlp": Constants.NS_SAMLP}
_UNREADABLE = (
    OneLogin_Saml2_Error,
    OneLogin_Saml2_ValidationError,
    binascii.Error,
    etree.LxmlError,
    xmlsec.Error,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An assertion that holds. `in_response_to` is the question's ID, empty where nobody asked."""

    raw: dict[str, list[str]]
    in_response_to: str
    assertion_id: str
    until: datetime
    name_id: str
    name_id_format: str
    session_index: str


def question(request: HttpRequest, provider: SamlProvider) -> tuple[str, str]:
    """Where to send somebody to sign in, and the ID of the request that goes along."""
    auth = _auth(request, provider, {})
    return str(auth.login(return_to=RELAY_STATE)), str(auth.get_last_request_id())


def farewell(request: HttpRequest, provider: SamlProvider, session: dict[str, str]) -> str:
    """Where to send somebody to end the session there as well; "" where the provider has no such address."""
    if provider.sign_out_address is None:
        return ""
    auth = _auth(request, provider, {})
    return str(
        auth.logout(
            return_to=request.build_absolute_uri("/"),
            name_id=session.get("name_id"),
            session_index=session.get("session_index") or None,
            name_id_format=session.get("name_id_format") or None,
        )
    )


def metadata(request: HttpRequest, provider: SamlProvider) -> bytes:
    """What the provider must know about this installation, as SAML metadata."""
    settings = OneLogin_Saml2_Settings(settings=_configured(request, provider), sp_validation_only=True)
    made = settings.get_sp_metadata()
    return made if isinstance(made, bytes) else str(made).encode()


def read_answer(request: HttpRequest, provider: SamlProvider, message: str) -> Answer:
    """The assertion in a posted `SAMLResponse`.

    Raises:
        Refused: "invalid" with what is wrong, or "denied" where the provider itself says no.
    """
    if not message or len(message) > MOST_CHARACTERS:
        raise Refused("invalid", "no message, or too long a one")
    auth = _auth(request, provider, {"SAMLResponse": message})
    try:
        auth.process_response()
        if auth.get_errors() or not auth.is_authenticated():
            raise _refusal(auth)
        document = etree.fromstring(_bytes(auth.get_last_response_xml()), _parser())
        return _believed(request, provider, auth, document)
    except _UNREADABLE as error:
        raise Refused("invalid", f"{type(error).__name__}: {error}"[:300]) from error


def _believed(
    request: HttpRequest, provider: SamlProvider, auth: OneLogin_Saml2_Auth, document: etree._Element
) -> Answer:
    assertion = _single(document, "//saml:Assertion")
    audiences = [one.text for one in _all(assertion, ".//saml:AudienceRestriction/saml:Audience")]
    _hold(entity_id(request, provider) in audiences, "it is for another audience")
    bearer = _bearer(request, provider, assertion)
    asked = bearer.get("InResponseTo", "")
    _hold(document.get("InResponseTo", asked) == asked, "it answers another request")
    until = datetime.fromisoformat(str(bearer.get("NotOnOrAfter")))
    name_id_format = str(auth.get_nameid_format() or "")
    return Answer(
        raw=_raw(auth, name_id_format),
        in_response_to=asked,
        assertion_id=str(assertion.get("ID")),
        until=until if until.tzinfo else until.replace(tzinfo=UTC),
        name_id=str(auth.get_nameid() or ""),
        name_id_format=name_id_format,
        session_index=str(auth.get_session_index() or ""),
    )


def _bearer(request: HttpRequest, provider: SamlProvider, assertion: etree._Element) -> etree._Element:
    """The confirmation that whoever brings the assertion may use it, here and for a while."""
    path = f"./saml:Subject/saml:SubjectConfirmation[@Method='{Constants.CM_BEARER}']/saml:SubjectConfirmationData"
    here = _absolute(request, "saml-answer", provider)
    found = [one for one in _all(assertion, path) if one.get("Recipient") == here and one.get("NotOnOrAfter")]
    _hold(len(found) == 1, "nothing in it says that it may be brought here")
    return found[0]


def _raw(auth: OneLogin_Saml2_Auth, name_id_format: str) -> dict[str, list[str]]:
    """Attributes by their names and friendly names, and the NameID if it stays the same from time to time."""
    raw = {**raw_values(auth.get_friendlyname_attributes()), **raw_values(auth.get_attributes())}
    raw.pop(NAME_ID, None)
    if name_id_format == Constants.NAMEID_PERSISTENT and auth.get_nameid():
        raw |= raw_values({NAME_ID: auth.get_nameid()})
    return raw


def _refusal(auth: OneLogin_Saml2_Auth) -> Refused:
    reason = str(auth.get_last_error_reason() or ", ".join(auth.get_errors()))
    code = "denied" if "status code of the Response was not Success" in reason else "invalid"
    return Refused(code, reason[:300])


def _hold(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Refused("invalid", otherwise)


def _all(element: etree._Element, path: str) -> list[etree._Element]:
    found = element.xpath(path, namespaces=_NAMES)
    return [one for one in found if isinstance(one, etree._Element)] if isinstance(found, list) else []


def _single(element: etree._Element, path: str) -> etree._Element:
    found = _all(element, path)
    _hold(len(found) == 1, "it holds not one assertion")
    return found[0]


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _auth(request: HttpRequest, provider: SamlProvider, posted: dict[str, str]) -> OneLogin_Saml2_Auth:
    told = {
        "https": "on" if request.is_secure() else "off",
        "http_host": request.get_host(),
        "script_name": "",
        "path_info": reverse("saml-answer", args=[provider.id]),
        "get_data": {},
        "post_data": posted,
    }
    return OneLogin_Saml2_Auth(told, _configured(request, provider))


def entity_id(request: HttpRequest, provider: SamlProvider) -> str:
    """What this installation is called at the provider: as configured, else the address of its metadata."""
    return provider.entity_id or _absolute(request, "saml-metadata", provider)


def _absolute(request: HttpRequest, name: str, provider: SamlProvider) -> str:
    return request.build_absolute_uri(reverse(name, args=[provider.id]))


def _configured(request: HttpRequest, provider: SamlProvider) -> dict[str, Any]:
    return {
        "strict": True,
        "debug": False,
        "security": _security(provider),
        "idp": _idp(provider),
        "sp": _ourselves(request, provider),
    }


def _security(provider: SamlProvider) -> dict[str, Any]:
    signs = provider.private_key is not None
    return {
        "authnRequestsSigned": signs,
        "logoutRequestSigned": signs,
        "signMetadata": False,
        "wantAssertionsSigned": provider.signed in {"assertion", "both"},
        "wantMessagesSigned": provider.signed in {"response", "both"},
        "wantAssertionsEncrypted": provider.encrypted,
        "wantNameId": False,
        "wantAttributeStatement": False,
        "allowRepeatAttributeName": True,
        "allowSingleLabelDomains": True,
        "rejectDeprecatedAlgorithm": True,
        "requestedAuthnContext": False,
        "signatureAlgorithm": Constants.RSA_SHA256,
        "digestAlgorithm": Constants.SHA256,
        "metadataValidUntil": "",
        "metadataCacheDuration": "",
    }


def _idp(provider: SamlProvider) -> dict[str, Any]:
    told: dict[str, Any] = {
        "entityId": provider.issuer,
        "singleSignOnService": {"url": provider.sign_in_address, "binding": Constants.BINDING_HTTP_REDIRECT},
        "x509certMulti": {"signing": list(provider.certificates)},
    }
    if provider.sign_out_address:
        told["singleLogoutService"] = {
            "url": provider.sign_out_address,
            "binding": Constants.BINDING_HTTP_REDIRECT,
        }
    return told


def _ourselves(request: HttpRequest, provider: SamlProvider) -> dict[str, Any]:
    told: dict[str, Any] = {
        "entityId": entity_id(request, provider),
        "assertionConsumerService": {
            "url": _absolute(request, "saml-answer", provider),
            "binding": Constants.BINDING_HTTP_POST,
        },
        "NameIDFormat": Constants.NAMEID_UNSPECIFIED,
    }
    if provider.sign_out_address:
        told["singleLogoutService"] = {
            "url": _absolute(request, "saml-signed-out", provider),
            "binding": Constants.BINDING_HTTP_REDIRECT,
        }
    if provider.private_key and provider.certificate:
        told["x509cert"] = provider.certificate
        told["privateKey"] = provider.private_key.get_secret_value()
    return told
