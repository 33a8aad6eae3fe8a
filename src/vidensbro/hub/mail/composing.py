"""From a row to the bytes that a mail server takes: the same bytes at every attempt."""

from __future__ import annotations

import re
from base64 import b64decode
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from urllib.parse import urlsplit

from django.conf import settings

from vidensbro.hub.mail.content import ascii_address, fits_a_header, is_address, named_address
from vidensbro.hub.mail.letters import words_of
from vidensbro.hub.mail.models import Mail

# Everything in seven bits, so that no server on the way needs an extension or changes anything.
POLICY = SMTP.clone(cte_type="7bit")
FOLD = "\r\n "
ON_A_LINE = 76
"""RFC 2047 section 2: no longer is a line with an encoded word in it."""
LONGEST_QUOTED = 60
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_LISTS_OF_IDS = frozenset({"In-Reply-To", "References"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")


class UnsafeHeader(ValueError):
    """A header of a row holds what would end it early. Checked before it was stored: such a row was tampered with."""


def message_domain() -> str:
    """The right side of Message-IDs: the sender's domain, or the site's host if the sender has none of its own."""
    domain = named_address(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    host = urlsplit(settings.VIDENSBRO_BASE_URL).hostname or "localhost"
    chosen = domain if "." in domain else host
    return ascii_address(f"a@{chosen}")[2:]


def envelope(mail: Mail) -> tuple[str, str]:
    """Sender and recipient as the server is told them."""
    return ascii_address(named_address(mail.sender)[1]), ascii_address(mail.address)


def addressed(mail: Mail) -> list[tuple[str, str]]:
    """Whom the mail names as its readers. Of several, those who have been erased since are left out."""
    left = [(name, address) for name, address in mail.together if is_address(address)]
    return left or [(mail.name, mail.address)]


def answers_go_to(mail: Mail) -> list[tuple[str, str]]:
    """Where an answer goes, if not to the sender: of a mail to several readers, to all of them."""
    if mail.together:
        return addressed(mail)
    found = named_address(mail.reply_to)
    # Whoever would have got the answer may have been erased since.
    return [found] if is_address(found[1]) else []


def composed(mail: Mail) -> bytes:
    """The whole message, lines ended by CR LF (RFC 5322, RFC 2045-2049).

    Date, Message-ID and the marks between parts come from the row, so that a repeated mail is the same mail, and so
    is what each of several readers gets.

    Raises:
        UnsafeHeader: a header holds a line end or is not ASCII.
    """
    message = EmailMessage(policy=POLICY)
    text, html = words_of(mail)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for one in mail.attachments:
        _attach(message, one["name"], one["type"], b64decode(one["content"]))
    for number, part in enumerate(one for one in message.walk() if one.is_multipart()):
        part.set_boundary(f"=_{_local_part(mail.message_id)}_{number}")
    body = _LINE_ENDS.sub(b"\r\n", message.as_bytes())
    return _machine_headers(mail) + _address_headers(mail) + _subject(mail.subject) + body


def _address_headers(mail: Mail) -> bytes:
    """Who writes, who reads, who gets an answer. They are written here as well: where the standard library folds a long
    name it loses the quotes around it, and a comma or an address in the name becomes a reader of its own."""
    headers = {"From": [named_address(mail.sender)], "To": addressed(mail), "Reply-To": answers_go_to(mail)}
    written = (
        f"{name}: {f',{FOLD}'.join(_address(*one) for one in found)}\r\n"
        for name, found in headers.items()
        if found
    )
    return "".join(written).encode("ascii")


def _subject(text: str) -> bytes:
    """Written here, too: where the standard library folds between two words that it encodes, the space is lost.

    Raises:
        UnsafeHeader: see `composed`.
    """
    if not fits_a_header(text):
        raise UnsafeHeader("Subject")
    charset = "us-ascii" if text.isascii() and "=?" not in text and len(text) <= ON_A_LINE else "utf-8"
    encoded = Header(text, charset, maxlinelen=ON_A_LINE, header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {encoded}\r\n".encode("ascii")


def _machine_headers(mail: Mail) -> bytes:
    """Headers for programs. They are written here, because folding would break long addresses in them."""
    headers = {
        "Date": format_datetime(mail.created),
        "Message-ID": mail.message_id,
        "Content-Language": mail.language,
    }
    headers |= mail.headers
    if mail.reply_to_ids:
        headers["In-Reply-To"] = headers["References"] = mail.reply_to_ids
    return "".join(_header(name, value) for name, value in headers.items()).encode("ascii")


def _header(name: str, value: str) -> str:
    # Several Message-IDs may need more than one line; nothing else has spaces in so long a value.
    lines = value.split(" ") if name in _LISTS_OF_IDS else [value]
    if not _NAME.match(name) or any(not _fits(one) for one in lines):
        raise UnsafeHeader(name)
    folded = "\r\n ".join(lines)
    return f"{name}: {folded}\r\n"


def _fits(value: str) -> bool:
    return value.isascii() and fits_a_header(value) and len(value) < 900


def _local_part(message_id: str) -> str:
    return message_id.removeprefix("<").partition("@")[0]


def _address(name: str, address: str) -> str:
    """Name and address; a name that is long or not ASCII as encoded words (RFC 2047), others quoted if need be.

    Raises:
        UnsafeHeader: see `composed`.
    """
    plain = ascii_address(address)
    if not _fits(plain) or not fits_a_header(name):
        raise UnsafeHeader(address)
    if name.isascii() and len(name) <= LONGEST_QUOTED and "=?" not in name:
        return formataddr((name, plain))
    encoded = Header(name, "utf-8", maxlinelen=ON_A_LINE, header_name="Reply-To").encode(linesep="\r\n")
    return f"{encoded}{FOLD}<{plain}>"


def _attach(message: EmailMessage, name: str, content_type: str, content: bytes) -> None:
    kind, *rest = (part.strip() for part in content_type.split(";"))
    main, _, sub = kind.partition("/")
    parameters = dict(part.split("=", 1) for part in rest)
    if main == "text":
        parameters.setdefault("charset", "utf-8")
    message.add_attachment(content, maintype=main, subtype=sub, filename=name, params=parameters)
