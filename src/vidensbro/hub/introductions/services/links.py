"""Links with which a counterpart answers without an account.

The secret goes out in a mail and is never stored: the database knows its SHA-256 only, so that whoever reads the
database (or a backup) cannot answer for anybody. 256 random bits need no salt and cannot be guessed.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.introductions.models import AnswerLink, Introduction, State

BYTES = 32


class LinkGone(NotFound):
    """The link leads nowhere. `reason`: "unknown", "expired", "used", "answered", "withdrawn"; strangers are told the
    same whichever it is, the holder of a real link may be told more."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__("link")


def issue(row: Introduction, expires: datetime | None = None) -> str:
    """A new link for this introduction; its secret. Valid until `expires` (the introduction's own end)."""
    token = secrets.token_urlsafe(BYTES)
    until = expires or row.expires_at or clock.now()
    AnswerLink.objects.create(introduction=row, digest=digest_of(token), created=clock.now(), expires=until)
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
    if row.state not in {State.ASKED, State.EXPIRED}:
        return "answered"
    if link.used_at is not None:
        return "used"
    if row.state == State.EXPIRED or link.expires <= clock.now():
        return "expired"
    return ""
