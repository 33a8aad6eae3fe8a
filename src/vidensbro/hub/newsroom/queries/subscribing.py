"""Reading subscriptions: what a link is about, what there is to choose from, the press desk's lists."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from vidensbro.hub.accounts.actors import VISITOR, Actor
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.newsroom import links
from vidensbro.hub.newsroom.addresses import digest_of
from vidensbro.hub.newsroom.links import Reader
from vidensbro.hub.newsroom.models import Inquiry, ListEntry, MailingList, Subscriber, Suppression, Version
from vidensbro.hub.newsroom.rules import keep_list, see_version
from vidensbro.hub.newsroom.services import consent
from vidensbro.hub.newsroom.services.consent import Wishes
from vidensbro.hub.newsroom.services.subscribing import address_of, wishes_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that a link to confirm is about. `given`: it has been confirmed, and holds."""

    address: str
    wishes: Wishes
    given: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What comes to the holder of a link. `row` and `wishes` are None for one who does not subscribe. `asked`: a
    question to a press desk waits for the address to be proven."""

    address: str
    language: str
    row: Subscriber | None
    wishes: Wishes | None
    lists: tuple[str, ...]
    asked: bool

    @property
    def comes(self) -> bool:
        """May anything come?"""
        return bool(self.lists) or (self.row is not None and self.row.state == Subscriber.State.ACTIVE)


def asked(token: str) -> Asked:
    """What a link to confirm is about. Raises NotFound: forged, too old, used, or left since."""
    subscriber, nonce = links.confirmation_of(token)
    row = Subscriber.objects.filter(pk=subscriber).first()
    if row is None:
        raise NotFound("subscription")
    if consent.is_given(row, nonce):
        return Asked(row.address, wishes_of(row), given=True)
    waits = consent.in_time(row, nonce)
    if waits is None:
        raise NotFound("subscription")
    return Asked(row.address, Wishes.from_json(waits), given=False)


def reading(reader: Reader) -> Reading | None:
    """What comes to the holder of a link; None if nothing of the holder is kept any more."""
    address = address_of(reader)
    if not address:
        return None
    row = Subscriber.objects.filter(address=address).first()
    entries = list(ListEntry.objects.filter(address=address).select_related("list").order_by("pk"))
    asked = list(Inquiry.objects.filter(email=address).order_by("-at"))
    return Reading(
        address=address,
        language=_language(reader, [*([row] if row is not None else []), *entries, *asked]),
        row=row,
        wishes=wishes_of(row) if row is not None else None,
        lists=tuple(sorted(one.list.name for one in entries if one.left is None)),
        asked=any(one.proven is None for one in asked),
    )


def _language(reader: Reader, kept: Sequence[Subscriber | ListEntry | Inquiry]) -> str:
    """The language of the mail that led here, or that of whatever is kept of the reader."""
    same = [one for one in kept if links.reader_of(one) == reader]
    return (same or kept)[0].language


def issuers_to_choose(besides: Iterable[uuid.UUID] = ()) -> list[Organisation]:
    """Those whose releases everybody may read by now, by name, and those besides that a reader has chosen."""
    out = see_version.visible(VISITOR, Version.objects.all()).values("release")
    return list(
        Organisation.objects.filter(Q(releases_issued__release__in=out) | Q(pk__in=[*besides]))
        .distinct()
        .order_by("name_key", "pk")
    )


def names_of(organisations: Iterable[uuid.UUID], language: str) -> list[str]:
    """Names of organisations in a language, in order."""
    rows = Organisation.objects.filter(pk__in=[*organisations]).order_by("name_key", "pk")
    return [row.name_in(language) for row in rows]


def suppressed(addresses: Iterable[str]) -> frozenset[str]:
    """Those of these canonical addresses to which nothing of the newsroom is mailed."""
    by_digest = {digest_of(one): one for one in addresses}
    rows = Suppression.objects.filter(digest__in=by_digest).values_list("digest", flat=True)
    return frozenset(by_digest[one] for one in rows)


def lists(actor: Actor) -> QuerySet[MailingList]:
    """The lists that the actor keeps, by name, each with `readers`: how many are on it."""
    rows = keep_list.visible(actor, MailingList.objects.all()).select_related("organisation")
    readers = Count("entries", filter=Q(entries__left__isnull=True))
    return rows.annotate(readers=readers).order_by("name", "pk")


def list_of(actor: Actor, list_id: uuid.UUID | str) -> MailingList:
    """One of them. Raises NotFound."""
    row = lists(actor).filter(pk=key_of(list_id)).first()
    if row is None:
        raise NotFound("mailing_list", list_id)
    return row


def entries(actor: Actor, row: MailingList) -> QuerySet[ListEntry]:
    """Everybody on a list that the actor keeps, those who left last. Raises NotFound."""
    return list_of(actor, row.pk).entries.order_by("left", "address")
