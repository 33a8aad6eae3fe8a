"""What goes to the server is signed, where the settings give a key; verified as a receiver does."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from django.core.exceptions import ImproperlyConfigured

from tests.hub.mail.conftest import NEWS, PostOffice, write
from vidensbro.hub.mail import signature
from vidensbro.hub.mail.checks import mail_can_be_signed
from vidensbro.hub.outbox import services as outbox

PEM = serialization.Encoding.PEM
PKCS8, OLD = serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def dns(key: rsa.RSAPrivateKey):
    """The answer of the DNS for the selector, and nothing for any other name."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = key.public_key().public_bytes(serialization.Encoding.DER, form)

    def ask(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"bridge._domainkey.example.org."
        return b"v=DKIM1; k=rsa; p=" + b64encode(public)

    return ask


def configure(settings, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    settings.VIDENSBRO_DKIM_KEY_FILE = str(path)
    settings.VIDENSBRO_DKIM_SELECTOR = "bridge"
    settings.VIDENSBRO_DKIM_DOMAIN = "example.org"
    settings.DEFAULT_FROM_EMAIL = "Bridge <bridge@example.org>"


@pytest.mark.django_db
@pytest.mark.parametrize("form", [PKCS8, OLD])
def test_a_receiver_can_verify_what_comes(
    server: PostOffice, words: None, settings, tmp_path: Path, key: rsa.RSAPrivateKey, form
) -> None:
    configure(settings, tmp_path / "key.pem", key.private_bytes(PEM, form, serialization.NoEncryption()))
    write(kind=NEWS, template="hello", context={"title": "Sår & <sensorer>"})
    outbox.drain({"mail.send"})
    content = server.mails[0].content
    assert dkim.verify(content, dnsfunc=dns(key))
    signed = server.mails[0].message["DKIM-Signature"]
    fields = signed.replace(" ", "").lower()
    for name in ("from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"):
        assert f":{name}:" in fields or f"h={name}:" in fields or f":{name};" in fields, name
    link = server.mails[0].message["List-Unsubscribe"].encode()
    forged = content.replace(link, b"<https://elsewhere.example/>")
    assert not dkim.verify(forged, dnsfunc=dns(key))
    second = b"List-Unsubscribe: <https://elsewhere.example/>\r\n" + content
    assert not dkim.verify(second, dnsfunc=dns(key))
    assert not dkim.verify(content.replace(b"sensorer", b"skalaer."), dnsfunc=dns(key))


@pytest.mark.django_db
def test_nothing_is_signed_without_a_key(server: PostOffice, words: None) -> None:
    write(template="hello", context={"title": "x"})
    outbox.drain({"mail.send"})
    assert "DKIM-Signature" not in server.mails[0].message
    assert mail_can_be_signed() == []


def test_half_a_configuration_stops_the_start(settings, tmp_path: Path, key: rsa.RSAPrivateKey) -> None:
    def wrong(**changed: str) -> None:
        for name, value in changed.items():
            setattr(settings, f"VIDENSBRO_DKIM_{name}", value)
        with pytest.raises(ImproperlyConfigured):
            signature.signer()
        assert [one.id for one in mail_can_be_signed()] == ["vidensbro.E102"]

    good = key.private_bytes(PEM, PKCS8, serialization.NoEncryption())
    configure(settings, tmp_path / "key.pem", good)
    assert signature.signer() is not None
    wrong(SELECTOR="")
    wrong(SELECTOR="a b")
    wrong(SELECTOR="bridge", DOMAIN="example.org\r\nX: y")
    wrong(DOMAIN="example.org", KEY_FILE="")
    wrong(KEY_FILE=str(tmp_path / "missing.pem"))
    (tmp_path / "none.pem").write_text("no key")
    wrong(KEY_FILE=str(tmp_path / "none.pem"))
    other = ed25519.Ed25519PrivateKey.generate()
    (tmp_path / "other.pem").write_bytes(other.private_bytes(PEM, PKCS8, serialization.NoEncryption()))
    wrong(KEY_FILE=str(tmp_path / "other.pem"))
