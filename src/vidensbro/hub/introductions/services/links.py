"""Links with which a counterpart answers without an account.

The secret goes out in a mail and is never stored: the database knows its SHA-256 only, so that whoever reads the
database (or a backup) cannot answer for anybody. 256 random bits need no salt and cannot be guessed.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.introductions import addresses
from vidensbro.hub.introductions.models import AnswerLink, Introduction, State

BYTES = 32
READ_FOR = timedelta(days=180)
"""How long a link that only reads lives at most; it ends with its introduction."""


class LinkGone(NotFound):
    """The link leads nowhere. `reason`: "unknown", "expired", "used", "answered", "withdrawn", "over"; strangers are
    told the same whichever it is, the holder of a real link may be told more."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__("link")


def issue(row: Introduction, expires: datetime | None = None) -> str:
    """A new link for this introduction; its secret. Valid until `expires` (the introduction's own end)."""
    token = secrets.token_urlsafe(BYTES)
    until = expires or row.expires_at or clock.now()
    AnswerLink.objects.create(introduction=row, digest=digest_of(token), created=clock.now(), expires=until)
    return token


def issue_further(row: Introduction) -> str:
    """A new link for the mail that brings a counterpart back to a request that is under way; its secret.

    It answers as long as there is something to answer, and afterwards only reads. "" for a counterpart with an
    account: there one signs in.
    """
    if any(one.user_id is not None for one in addresses.counterpart_recipients(row)):
        return ""
    if row.state == State.ASKED:
        return issue(row)
    token, moment = secrets.token_urlsafe(BYTES), clock.now()
    AnswerLink.objects.create(
        introduction=row, digest=digest_of(token), created=moment, expires=moment + READ_FOR, reading=True
    )
    return token


def digest_of(token: str) -> str:
    """SHA-256 of a secret, in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def find(token: str) -> AnswerLink:
    """The link with this secret, with its introduction and both sides. Raises LinkGone: "unknown"."""
    rows = AnswerLink.objects.select_related(
        "introduction__need__organisation", "introduction__person", "introduction__organisation"
    )
    link = rows.filter(digest=digest_of(token)).first()
    if link is None:
        raise LinkGone("unknown")
    return link


def why_closed(link: AnswerLink, row: Introduction) -> str:
    """Why nobody can answer with this link now: a code; "" if somebody can."""
    if row.state == State.WITHDRAWN:
        return "withdrawn"
    if link.reading or row.state not in {State.ASKED, State.EXPIRED}:
        return "answered"
    if link.used_at is not None:
        return "used"
    if row.state == State.EXPIRED or link.expires <= clock.now():
        return "expired"
    return ""


def why_unreadable(link: AnswerLink, row: Introduction) -> str:
    """Why nothing can be read with this link now: a code; "" if it can."""
    if not link.reading:
        return why_closed(link, row)
    if row.state == State.WITHDRAWN:
        return "withdrawn"
    if row.state not in {State.ACCEPTED, State.INTRODUCED}:
        return "over"
    return "expired" if link.expires <= clock.now() else ""
