"""A real SAML 2.0 identity provider on loopback: pysaml2 behind a small web server.

`faults` below tell how it can err or lie: before signing (the provider itself says it) or afterwards (somebody on the
way has changed it).
"""

from __future__ import annotations

import base64
import datetime as dt
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, sigver
from saml2.authn_context import PASSWORDPROTECTEDTRANSPORT
from saml2.config import IdPConfig
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NAMEID_FORMAT_TRANSIENT, NameID
from saml2.server import Server
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA1, SIG_RSA_SHA256

from tests.hub.federation.saml_crypto import XmlsecBackend

NAMES = {"saml": "urn:oasis:names:tc:SAML:2.0:assertion", "samlp": "urn:oasis:names:tc:SAML:2.0:protocol"}
Attributes = dict[str, list[str]]


def make_keys(folder: Path, name: str) -> tuple[Path, Path]:
    """A key and its self-signed certificate, as files."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    key_file, certificate_file = folder / f"{name}.key", folder / f"{name}.pem"
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return key_file, certificate_file


def _each(root: etree._Element, path: str) -> list[etree._Element]:
    return root.xpath(path, namespaces=NAMES)


def _set(path: str, name: str, value: str) -> Callable[[etree._Element], None]:
    def change(root: etree._Element) -> None:
        for one in _each(root, path):
            if name:
                one.set(name, value)
            else:
                one.text = value

    return change


def _drop(path: str, name: str = "") -> Callable[[etree._Element], None]:
    def change(root: etree._Element) -> None:
        for one in _each(root, path):
            if name:
                one.attrib.pop(name, None)
            else:
                one.getparent().remove(one)

    return change


def _long_ago(root: etree._Element) -> None:
    for path in ("//saml:Conditions", "//saml:SubjectConfirmationData"):
        _set(path, "NotOnOrAfter", "2020-01-01T00:00:00Z")(root)
    _set("//saml:Conditions", "NotBefore", "2019-12-31T00:00:00Z")(root)


BEFORE_SIGNING: dict[str, Callable[[etree._Element], None]] = {
    "audience": _set("//saml:Audience", "", "https://somebody-else.example/"),
    "no_audience": _drop("//saml:AudienceRestriction"),
    "expired": _long_ago,
    "early": _set("//saml:Conditions", "NotBefore", "2090-01-01T00:00:00Z"),
    "recipient": _set("//saml:SubjectConfirmationData", "Recipient", "https://somebody-else.example/saml/"),
    "no_recipient": _drop("//saml:SubjectConfirmationData", "Recipient"),
    "no_end": _drop("//saml:SubjectConfirmationData", "NotOnOrAfter"),
    "another_question": _set("//saml:SubjectConfirmationData", "InResponseTo", "id-another"),
    "issuer": _set("//saml:Assertion/saml:Issuer", "", "https://somebody-else.example/"),
    "destination": _set("/samlp:Response", "Destination", "https://somebody-else.example/saml/"),
    "no_bearer": _set("//saml:SubjectConfirmation", "Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"),
}


def _wrapped(xml: str) -> str:
    """Signature wrapping: the signed assertion is moved aside and a forged one put in its place."""
    root = etree.fromstring(xml.encode())
    signed = _each(root, "//saml:Assertion")[0]
    forged = etree.fromstring(etree.tostring(signed))
    forged.set("ID", "id-forged")
    for one in forged.findall("{http://www.w3.org/2000/09/xmldsig#}Signature"):
        forged.remove(one)
    for value in _each(forged, ".//saml:AttributeValue"):
        value.text = "evil@oest.dk"
    root.append(forged)
    return etree.tostring(root, encoding="unicode")


AFTER_SIGNING: dict[str, Callable[[str], str]] = {
    "tampered": lambda xml: xml.replace("ida@oest.dk", "bea@oest.dk"),
    "wrapped": _wrapped,
    "signature_removed": lambda xml: re.sub(
        r"<(\w+:)?Signature .*?</(\w+:)?Signature>", "", xml, flags=re.DOTALL
    ),
    "commented": lambda xml: xml.replace("ida@oest.dk", "ida@oest.dk<!-- -->"),
    "doctype": lambda xml: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + xml,
    "no_xml": lambda xml: "nothing of the kind",
}


def encrypted(xml: str, certificate_file: Path) -> str:
    """The same response with its assertion encrypted for the holder of a certificate."""
    root = etree.fromstring(xml.encode())
    assertion = _each(root, "//saml:Assertion")[0]
    data = xmlsec.template.encrypted_data_create(
        root, xmlsec.Transform.AES256, type=xmlsec.EncryptionType.ELEMENT, ns="xenc"
    )
    xmlsec.template.encrypted_data_ensure_cipher_value(data)
    info = xmlsec.template.encrypted_data_ensure_key_info(data, ns="ds")
    wrapped_key = xmlsec.template.add_encrypted_key(info, xmlsec.Transform.RSA_OAEP)
    xmlsec.template.encrypted_data_ensure_cipher_value(wrapped_key)
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_file(str(certificate_file), xmlsec.KeyFormat.CERT_PEM))
    context = xmlsec.EncryptionContext(manager)
    context.key = xmlsec.Key.generate(xmlsec.KeyData.AES, 256, xmlsec.KeyDataType.SESSION)
    data = context.encrypt_xml(data, assertion)
    around = etree.SubElement(root, f"{{{NAMES['saml']}}}EncryptedAssertion")
    around.append(data)
    return etree.tostring(root, encoding="unicode")


@dataclass
class SamlServer:
    """The running provider. `fault` spoils the next answers; `left` names those who signed out here."""

    url: str
    people: dict[str, Attributes]
    certificate: str
    crypto: XmlsecBackend
    foreign_key: str
    server: Server
    fault: str = ""
    persistent: bool = True
    sign: tuple[bool, bool] = (False, True)
    left: list[str] = field(default_factory=list)
    encrypt_for: Path | None = None
    asked: list[str] = field(default_factory=list)

    def answer(self, who: str, question: str, destination: str, audience: str) -> str:
        """A signed response about `who`, in base64."""
        self.crypto.spoil = BEFORE_SIGNING.get(self.fault)
        self.crypto.key_file = self.foreign_key if self.fault == "foreign_key" else ""
        kind = NAMEID_FORMAT_PERSISTENT if self.persistent else NAMEID_FORMAT_TRANSIENT
        signs_response, signs_assertion = (False, False) if self.fault == "unsigned" else self.sign
        if self.fault == "response_only":
            signs_response, signs_assertion = True, False
        made = self.server.create_authn_response(
            self.people[who],
            in_response_to=question or None,
            destination=destination,
            sp_entity_id=audience,
            name_id=NameID(format=kind, text=f"pairwise-{who}"),
            userid=who,
            authn={"class_ref": PASSWORDPROTECTEDTRANSPORT, "authn_auth": self.url},
            sign_response=signs_response,
            sign_assertion=signs_assertion,
            sign_alg=SIG_RSA_SHA1 if self.fault == "weak" else SIG_RSA_SHA256,
            digest_alg=DIGEST_SHA256,
        )
        xml = AFTER_SIGNING.get(self.fault, str)(str(made))
        if self.encrypt_for is not None:
            xml = encrypted(xml, self.encrypt_for)
        return base64.b64encode(xml.encode()).decode()


def _form(address: str, fields: dict[str, str]) -> str:
    inputs = "".join(
        f'<input name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items()
    )
    return f'<html><body><form method="post" action="{escape(address)}">{inputs}<button id="go">Go</button></form>'


def _handler(running: dict[str, SamlServer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            """The tests have nothing to read here."""

        def show(self, text: str) -> None:
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            idp, parts = running["idp"], urlsplit(self.path)
            given = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/sso":
                idp.asked.append(parts.query)
                question = idp.server.parse_authn_request(given["SAMLRequest"], BINDING_HTTP_REDIRECT)
                where = idp.server.response_args(question.message, [BINDING_HTTP_POST])
                self.show(
                    _form(
                        "/login",
                        {
                            "who": "",
                            "question": where["in_response_to"],
                            "destination": where["destination"],
                            "audience": where["sp_entity_id"],
                        },
                    )
                )
            elif parts.path == "/slo":
                asked = idp.server.parse_logout_request(given["SAMLRequest"], BINDING_HTTP_REDIRECT)
                idp.left.append(asked.message.name_id.text)
                self.show("<html><body>You are signed out everywhere.")
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            idp = running["idp"]
            length = int(self.headers["Content-Length"])
            given = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            answer = idp.answer(
                given["who"], given.get("question", ""), given["destination"], given["audience"]
            )
            self.show(_form(given["destination"], {"SAMLResponse": answer}))

    return Handler


@contextmanager
def saml_server(
    people: dict[str, Attributes], folder: Path, metadata: str, host: str = "localhost"
) -> Iterator[SamlServer]:
    """Run the provider for an installation with this metadata."""
    key_file, certificate_file = make_keys(folder, "idp")
    foreign_key, _ = make_keys(folder, "foreign")
    running: dict[str, SamlServer] = {}
    web = ThreadingHTTPServer((host, 0), _handler(running))
    url = f"http://{host}:{web.server_port}"
    crypto = XmlsecBackend()
    config = {
        "entityid": f"{url}/idp",
        "service": {
            "idp": {
                "endpoints": {
                    "single_sign_on_service": [(f"{url}/sso", BINDING_HTTP_REDIRECT)],
                    "single_logout_service": [(f"{url}/slo", BINDING_HTTP_REDIRECT)],
                },
                "policy": {"default": {"lifetime": {"minutes": 15}, "attribute_restrictions": None}},
            }
        },
        "key_file": str(key_file),
        "cert_file": str(certificate_file),
        "xmlsec_binary": sys.executable,
        "metadata": {"inline": [metadata]},
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sigver, "_get_xmlsec_cryptobackend", lambda *args, **kwargs: crypto)
        server = Server(config=IdPConfig().load(config))
    running["idp"] = SamlServer(url, people, certificate_file.read_text(), crypto, str(foreign_key), server)
    thread = threading.Thread(target=web.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield running["idp"]
    finally:
        web.shutdown()
        thread.join(5)
        web.server_close()
