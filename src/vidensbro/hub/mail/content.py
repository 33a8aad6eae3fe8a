"""Who gets a mail and what goes with it, checked before anything is stored."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from vidensbro.hub.common.errors import Problems
from vidensbro.hub.common.text import storable

LONGEST_ADDRESS = 254
"""RFC 5321 section 4.5.3.1.3, erratum 1690."""
LANGUAGES = ("da", "en")
_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+(?:; ?[a-z]+=[A-Za-z0-9._-]+)*\Z")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a mail. The ids say whose it is, for export and erasure; neither needs to exist."""

    address: str
    name: str = ""
    language: str = "da"
    user_id: uuid.UUID | None = None
    person_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail. `content_type` may carry parameters: "text/calendar; method=REQUEST"."""

    name: str
    content_type: str
    content: bytes


def address_key(address: str) -> str:
    """The form in which an address is stored and compared."""
    return address.strip().lower()


def one_line(text: str) -> str:
    """The text on one line, every run of white space one space."""
    return " ".join(text.split())


def fits_a_header(text: str) -> bool:
    """Has the text neither line ends nor other control characters, which could begin a header of their own?"""
    return storable(text) == text and not any(unicodedata.category(one) in {"Cc", "Zl", "Zp"} for one in text)


def is_address(text: str) -> bool:
    """Is this one plain address that a mail server takes?"""
    try:
        validate_email(text)
        ascii_address(text)
    except (ValidationError, UnicodeError):
        return False
    return len(text) <= LONGEST_ADDRESS and fits_a_header(text)


def ascii_address(address: str) -> str:
    """The address with its domain as mail servers know it (RFC 5891): "a@xn--bl-wia.dk"."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"


def named_address(text: str) -> tuple[str, str]:
    """Name and address of "Name <address>", or of an address alone."""
    name, address = parseaddr(text)
    return name, address


def check(recipient: Recipient, attachments: Sequence[Attachment], reply_to: str) -> None:
    """Do nothing if a mail to this recipient can be made.

    Raises:
        Invalid: an address is none ("email_invalid"); a name or type holds what no header may ("unstorable").
    """
    problems = Problems()
    problems.check(is_address(address_key(recipient.address)), "address", "email_invalid")
    problems.check(fits_a_header(recipient.name), "name", "unstorable")
    problems.check(recipient.language in LANGUAGES, "language", "invalid_choice")
    if reply_to:
        name, address = named_address(reply_to)
        problems.check(fits_a_header(reply_to) and fits_a_header(name), "reply_to", "unstorable")
        problems.check(is_address(address), "reply_to", "email_invalid")
    for one in attachments:
        problems.check(bool(one.name) and fits_a_header(one.name), "attachments", "unstorable")
        problems.check(_TYPE.match(one.content_type) is not None, "attachments", "invalid")
    problems.raise_if_any()


__all__ = [
    "LANGUAGES",
    "LONGEST_ADDRESS",
    "Attachment",
    "Recipient",
    "address_key",
    "ascii_address",
    "check",
    "fits_a_header",
    "is_address",
    "named_address",
    "one_line",
]
