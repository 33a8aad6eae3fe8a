"""Addresses as the newsroom keeps and compares them."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable

from django.conf import settings

from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.mail.content import address_key, ascii_address, is_address


def canonical(address: str) -> str:
    """The one form of an address: lower case, the domain as mail servers know it (RFC 5891).

    "Ida@Bøger.dk " and "ida@xn--bger-gra.dk" are one address. What stands before the @ is ASCII: our mail goes over
    servers that need not know SMTPUTF8 (RFC 6531).

    Raises:
        Invalid: it is none that mail can be sent to ("address": "email_invalid").
    """
    plain = address_key(unicodedata.normalize("NFC", address))
    if not is_address(plain):
        raise Invalid({"address": ("email_invalid",)})
    found = ascii_address(plain)
    if not found.isascii() or not is_address(found):
        raise Invalid({"address": ("email_invalid",)})
    return found


def digest_of(address: str) -> str:
    """By what the suppression list knows a canonical address: SHA-256, in 64 hexadecimal digits."""
    return hashlib.sha256(address.encode()).hexdigest()


def keyed_digest(address: str) -> str:
    """By what a link knows an address for as long as the site's key lasts: BLAKE2b with that key (RFC 7693), in 32
    hexadecimal digits. Nobody without the key can try addresses on it."""
    return _keyed(_key(), address)


def address_with(digest: str, addresses: Iterable[str]) -> str:
    """The first of canonical addresses that has this keyed digest, or "". A hundred thousand take a tenth of a
    second."""
    key = _key()
    return next((one for one in addresses if _keyed(key, one) == digest), "")


def _keyed(key: bytes, address: str) -> str:
    return hashlib.blake2b(address.encode(), digest_size=16, key=key).hexdigest()


def _key() -> bytes:
    return hashlib.sha256(f"vidensbro.newsroom.reader{settings.SECRET_KEY}".encode()).digest()
