"""Addresses as the newsroom keeps and compares them."""

from __future__ import annotations

import hashlib
import unicodedata

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
