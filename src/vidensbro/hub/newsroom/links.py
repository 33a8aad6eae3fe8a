"""Signed links in mail of the newsroom: to confirm, to choose, to leave. Each is good for its own purpose alone.

No link holds an address, so that no log of requests does. One by which a reader chooses or leaves holds the address's
keyed digest: it works as long as anything comes to that address, whatever became of the row that it was made for.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal, cast

from django.conf import settings
from django.core import signing
from django.urls import reverse

from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import as_uuid
from vidensbro.hub.newsroom.addresses import keyed_digest
from vidensbro.hub.newsroom.models import Inquiry, ListEntry, Subscriber

_CONFIRM = "vidensbro.newsroom.confirm"
_CHOOSE = "vidensbro.newsroom.choose"
_LEAVE = "vidensbro.newsroom.leave"
_HEX = 32
Kind = Literal["s", "l", "q"]
"""A subscriber, somebody on a list of the press desk, or whoever reads the address given with a question."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who holds a link. `key` is that of the subscriber, the list or the question that the mail came by; it may be gone
    by now, and `digest` (see `addresses.keyed_digest`) still tells the reader's address."""

    kind: Kind
    key: uuid.UUID
    digest: str


def reader_of(row: Subscriber | ListEntry | Inquiry) -> Reader:
    """Who reads the mail that goes to this row."""
    if isinstance(row, Inquiry):
        return Reader("q", row.pk, keyed_digest(row.email))
    if isinstance(row, Subscriber):
        return Reader("s", row.pk, keyed_digest(row.address))
    return Reader("l", row.list_id, keyed_digest(row.address))


def confirm_url(subscriber_id: uuid.UUID, nonce: str) -> str:
    """Where a subscription is confirmed. How long, and that it is once, the row knows that keeps `nonce`."""
    token = _signer(_CONFIRM).sign(f"{subscriber_id.hex}{nonce}")
    return settings.VIDENSBRO_BASE_URL + reverse("confirm-subscription", args=[token])


def confirmation_of(token: str) -> tuple[uuid.UUID, str]:
    """The subscriber and the request that a token to confirm is about. Raises NotFound: it was not made here."""
    value = _unsigned(token, _CONFIRM)
    found = as_uuid(value[:_HEX])
    if found is None:
        raise NotFound("subscription")
    return found, value[_HEX:]


def choose_url(reader: Reader) -> str:
    """The page on which a reader chooses. Does not expire: it stands in every mail, and an old one must do."""
    return settings.VIDENSBRO_BASE_URL + reverse("subscription", args=[choose_token(reader)])


def choose_token(reader: Reader) -> str:
    """What names the reader in the address of that page."""
    return _signer(_CHOOSE).sign(_written(reader))


def leave_url(reader: Reader) -> str:
    """Where a reader leaves, and what `List-Unsubscribe` names (RFC 8058). Does not expire."""
    token = _signer(_LEAVE).sign(_written(reader))
    return settings.VIDENSBRO_BASE_URL + reverse("leave-newsroom", args=[token])


def chooser_of(token: str) -> Reader:
    """Who chooses with this token. Raises NotFound: it was not made here, or for another purpose."""
    return _read(_unsigned(token, _CHOOSE))


def leaver_of(token: str) -> Reader:
    """Who leaves with this token. Raises NotFound: it was not made here, or for another purpose."""
    return _read(_unsigned(token, _LEAVE))


def _written(reader: Reader) -> str:
    return f"{reader.kind}{reader.key.hex}{reader.digest}"


def _read(value: str) -> Reader:
    kind, key, digest = value[:1], as_uuid(value[1 : 1 + _HEX]), value[1 + _HEX :]
    if kind not in ("s", "l", "q") or key is None or not digest:
        raise NotFound("subscription")
    return Reader(cast(Kind, kind), key, digest)


def _signer(salt: str) -> signing.Signer:
    return signing.Signer(salt=salt, sep=".")


def _unsigned(token: str, salt: str) -> str:
    try:
        return _signer(salt).unsign(token)
    except signing.BadSignature as error:
        raise NotFound("subscription") from error
