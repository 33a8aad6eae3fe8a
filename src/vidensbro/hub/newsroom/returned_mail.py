"""What comes back to the sender's mailbox: reports of mail servers (RFC 3464) and of complaints (RFC 5965).

Pure: bytes in, what they say out. Which servers write what is the knowledge of flufl.bounce.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from enum import Enum

from flufl.bounce import all_failures

# It tells of each step, and of each message that it cannot read, with whatever stands in it.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)

LONGEST_MESSAGE = 1 << 20
"""Bytes of one message that are looked at; what makes one longer is what was sent along, at its end."""
_FROM = re.compile(rb"From \S")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_OUR_ID = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})")
_IN_ANSWER = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_COMPLAINTS = frozenset({"abuse", "fraud", "virus", "opt-out", "other"})


class Told(Enum):
    """What a message says of another one."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    DELAYED = "delayed"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Report:
    """One message that was handed in. `number` counts from 1; `message_ids` are those of mails of ours that it names,
    each as the 32 hexadecimal digits before the @."""

    number: int
    told: Told
    message_ids: tuple[str, ...] = ()


def reports(lines: Iterable[bytes]) -> Iterator[Report]:
    """What each message of a file says: one message (RFC 5322), or many one after the other (mbox, RFC 4155)."""
    for number, content in enumerate(_messages(lines), start=1):
        yield _report(number, content)


def _messages(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The messages of a file. In a mailbox a line "From ..." after an empty one, or as the first, begins one."""
    kept: list[bytes] = []
    size, fresh, mailbox, started = 0, True, False, False
    for line in lines:
        begins = fresh and _FROM.match(line) is not None and (mailbox or not started)
        fresh, started = not line.strip(), started or bool(line.strip())
        if begins:
            if kept:
                yield _unquoted(kept)
            kept, size, mailbox = [], 0, True
        elif size < LONGEST_MESSAGE:
            kept.append(line[: LONGEST_MESSAGE - size])
            size += len(line)
    if any(line.strip() for line in kept):
        yield _unquoted(kept) if mailbox else b"".join(kept)


def _unquoted(lines: list[bytes]) -> bytes:
    return _QUOTED_FROM.sub(rb"\1", b"".join(lines))


def _report(number: int, content: bytes) -> Report:
    try:
        message = message_from_bytes(content)
        return Report(number, _told(message), _ours(message))
    except (MessageError, LookupError, ValueError, AttributeError, TypeError, AssertionError, RecursionError):
        # Anybody may write to this mailbox, and what parsers make of hostile messages has no end: this one says
        # nothing, and those after it are read.
        return Report(number, Told.NOTHING)


def _told(message: Message) -> Told:
    if (kind := _complaint(message)) is not None:
        return Told.COMPLAINT if kind in _COMPLAINTS else Told.NOTHING
    if not str(message.get("From", "")).strip():
        # The library takes it for granted.
        del message["From"]
        message["From"] = "<>"
    delayed, failed = all_failures(message)
    if not failed:
        return Told.DELAYED if delayed else Told.NOTHING
    statuses = list(_statuses(message))
    return Told.SOFT if statuses and all(map(_passing, statuses)) else Told.HARD


def _complaint(message: Message) -> str | None:
    """The type of a complaint (RFC 5965 section 3.1); None where the message is none."""
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            for fields in _header_blocks(part):
                if kind := str(fields.get("Feedback-Type", "")).strip().lower():
                    return kind
    return None


def _statuses(message: Message) -> Iterator[tuple[str, str, str]]:
    """Status codes (RFC 3463) of the recipients to whom the mail did not get."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for fields in _header_blocks(part):
            action = str(fields.get("Action", "")).strip().lower()
            if action.startswith(("fail", "error")):
                found = _STATUS.match(str(fields.get("Status", "")))
                yield (found[1], found[2], found[3]) if found else ("5", "0", "0")


def _passing(status: tuple[str, str, str]) -> bool:
    """May the next mail arrive? A full mailbox empties (X.2.2), and what is refused for its content or the sender's
    renown (X.7.*) says nothing of the mailbox."""
    kind, subject, detail = status
    return kind == "4" or (subject, detail) == ("2", "2") or subject == "7"


def passing_refusal(answer: str) -> bool:
    """Does what a server said to a mail that it refused leave hope for the next? Without a code (RFC 3463): no.

    >>> passing_refusal("552 5.2.2 Mailbox full"), passing_refusal("550 5.1.1 No such user")
    (True, False)
    """
    found = _IN_ANSWER.search(answer)
    return found is not None and _passing((found[1], found[2], found[3]))


def _header_blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        for one in payload:
            if isinstance(one, Message):
                yield one


def _ours(message: Message) -> tuple[str, ...]:
    """Message-IDs of the shape of ours, wherever the returned mail or its headers stand."""
    found: dict[str, None] = {}
    for part in message.walk():
        told = [str(value) for _, value in part.items()]
        if part.get_content_maintype() == "text" or not part.is_multipart():
            content = part.get_payload(decode=True)
            told.append(content.decode("utf-8", "replace") if isinstance(content, bytes) else "")
        for text in told:
            found |= dict.fromkeys(_OUR_ID.findall(text))
    return tuple(found)
