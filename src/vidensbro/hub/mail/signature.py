"""The signature of the sender's domain on what leaves (DKIM, RFC 6376), where the settings give a key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import dkim
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 1024
"""Bits below which nobody verifies (RFC 8301 section 3.2)."""
BESIDES = (b"list-unsubscribe-post", b"auto-submitted", b"content-language")
"""Signed as well as what RFC 6376 section 5.4.1 recommends: receivers act on one click only if it is (RFC 8058)."""
ONCE = (b"from", b"to", b"subject", b"date", b"message-id", b"list-unsubscribe", b"list-unsubscribe-post")
"""Signed one time more than they stand there: a second one that somebody adds breaks the signature."""
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signer:
    """The domain that answers for a mail, the selector of its public key in the DNS, and the private key."""

    domain: str
    selector: str
    key: bytes

    def header(self, content: bytes) -> bytes:
        """The DKIM-Signature of a message whose lines end with CR LF."""
        signing = dkim.DKIM(content)
        signing.should_sign |= {*BESIDES}
        signing.add_frozen(ONCE)
        return bytes(signing.sign(self.selector.encode(), self.domain.encode(), self.key))


def signed(content: bytes) -> bytes:
    """The message with a signature before it, or as it is without a key.

    Raises:
        ImproperlyConfigured: see `signer`.
    """
    found = signer()
    return content if found is None else found.header(content) + content


def signer() -> Signer | None:
    """What the settings say about signing; None if they say nothing.

    Raises:
        ImproperlyConfigured: they say half of it, a name is none, or the file holds no RSA key.
    """
    file, selector, domain = (
        settings.VIDENSBRO_DKIM_KEY_FILE,
        settings.VIDENSBRO_DKIM_SELECTOR,
        settings.VIDENSBRO_DKIM_DOMAIN,
    )
    if not (file or selector or domain):
        return None
    for name, value in (("SELECTOR", selector), ("DOMAIN", domain)):
        if not _NAME.match(value):
            raise ImproperlyConfigured(f"VIDENSBRO_DKIM_{name} is {value!r}")
    if not file:
        raise ImproperlyConfigured("VIDENSBRO_DKIM_KEY_FILE names no file")
    return Signer(domain, selector, _key(file))


@lru_cache(maxsize=4)
def _key(file: str) -> bytes:
    """The key as the signing library reads it, whichever of the usual forms of PEM the file has."""
    try:
        found = serialization.load_pem_private_key(Path(file).read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ImproperlyConfigured(f"VIDENSBRO_DKIM_KEY_FILE: {error}") from error
    if not isinstance(found, RSAPrivateKey) or found.key_size < SHORTEST_KEY:
        raise ImproperlyConfigured(f"VIDENSBRO_DKIM_KEY_FILE holds no RSA key of {SHORTEST_KEY} bits or more")
    return found.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
