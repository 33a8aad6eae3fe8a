"""Links with which a counterpart answers without an account.

A link carries a token: a secret and its signature ("secret.signature", HMAC-SHA-256 by the site's secret key, so that
SECRET_KEY_FALLBACKS lets links live on when the key is changed). A token that was made up or altered is refused before
the database is asked anything. Of the secret its row knows the SHA-256 only, so that whoever reads that table cannot
answer for anybody, nor can whoever knows the key alone; the whole link is in the mail that carries it and nowhere else.
256 random bits need no salt and cannot be guessed. That a link answers once, and until when, is in its row.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core import signing

from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.introductions import addresses
from vidensbro.hub.introductions.models import AnswerLink, Introduction, State

BYTES = 32
_SALT = "vidensbro.introductions.answer"
READ_FOR = timedelta(days=180)
"""How long a link that only reads lives at most; it ends with its introduction."""


class LinkGone(NotFound):
    """The link leads nowhere. `reason`: "unknown", "expired", "used", "answered", "withdrawn", "over"; strangers are
    told the same whichever it is, the holder of a real link may be told more."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__("link")


def issue(row: Introduction, expires: datetime | None = None) -> str:
    """A new link for this introduction; its token. Valid until `expires` (the introduction's own end)."""
    secret, until = secrets.token_urlsafe(BYTES), expires or row.expires_at or clock.now()
    AnswerLink.objects.create(introduction=row, digest=digest_of(secret), created=clock.now(), expires=until)
    return signed(secret)


def issue_further(row: Introduction) -> str:
    """A new link for the mail that brings a counterpart back to a request that is under way; its token.

    It answers as long as there is something to answer, and afterwards only reads. "" for a counterpart with an
    account: there one signs in.
    """
    if any(one.user_id is not None for one in addresses.counterpart_recipients(row)):
        return ""
    if row.state == State.ASKED:
        return issue(row)
    secret, moment = secrets.token_urlsafe(BYTES), clock.now()
    AnswerLink.objects.create(
        introduction=row, digest=digest_of(secret), created=moment, expires=moment + READ_FOR, reading=True
    )
    return signed(secret)


def digest_of(secret: str) -> str:
    """SHA-256 of a secret, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def signed(secret: str) -> str:
    """The token that a link carries for this secret. It holds no sign that a mail program takes for the link's end."""
    return _signer().sign(secret)


def secret_of(token: str) -> str:
    """The secret of a token that was made here. Asks no database. Raises LinkGone: "unknown"."""
    try:
        # What is not ASCII cannot have been made here, and halves of surrogate pairs cannot be compared.
        return _signer().unsign(token if token.isascii() else "")
    except signing.BadSignature as error:
        raise LinkGone("unknown") from error


def _signer() -> signing.Signer:
    return signing.Signer(salt=_SALT, sep=".")


def find(token: str) -> AnswerLink:
    """The link with this token, with its introduction and both sides. Raises LinkGone: "unknown"."""
    digest = digest_of(secret_of(token))
    rows = AnswerLink.objects.select_related(
        "introduction__need__organisation", "introduction__person", "introduction__organisation"
    )
    link = rows.filter(digest=digest).first()
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
