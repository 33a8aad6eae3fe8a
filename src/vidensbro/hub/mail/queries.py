"""Reading mail: how it stands, what was given up, and who wants what."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.mail import rules
from vidensbro.hub.mail.content import address_key
from vidensbro.hub.mail.kinds import MailKind, kinds, optional_kinds
from vidensbro.hub.mail.links import mail_of
from vidensbro.hub.mail.models import Mail, MailChoice, State


@dataclass(frozen=True, slots=True)
class MailStatus:
    """How many mails are in each state, since when the oldest waits, and what the server said to the last that does."""

    counts: Mapping[str, int]
    oldest: datetime | None
    last_answer: str

    @property
    def unfinished(self) -> int:
        """Mails still to be sent."""
        return self.counts[State.WAITING] + self.counts[State.SENDING]


@dataclass(frozen=True, slots=True)
class LinkedMail:
    """What the link of a mail is about: the address, the kind of the mail (None if there is none like it any more)."""

    address: str
    kind: MailKind | None
    language: str


def status(actor: rules.Asker) -> MailStatus:
    """How mail stands. For staff. Raises Denied."""
    rules.require_staff(actor)
    found = dict(Mail.objects.values_list("state").annotate(Count("id")))
    waiting = Mail.objects.filter(state__in=[State.WAITING, State.SENDING])
    answers = waiting.exclude(answer="").order_by("-pk").values_list("answer", flat=True)
    return MailStatus(
        counts={state: found.get(state, 0) for state in State.values},
        oldest=waiting.aggregate(oldest=Min("created"))["oldest"],
        last_answer=answers.first() or "",
    )


def given_up(actor: rules.Asker) -> QuerySet[Mail]:
    """Mails that were given up, the newest first. For staff. Raises Denied."""
    rules.require_staff(actor)
    return Mail.objects.filter(state=State.GIVEN_UP).order_by("-given_up_at", "-pk")


def switched_off(address: str) -> frozenset[str]:
    """The codes of the optional kinds that are switched off for an address, which is the asker's own."""
    rows = MailChoice.objects.filter(address=address_key(address), off=True)
    return frozenset(rows.values_list("kind", flat=True)) & {one.code for one in optional_kinds()}


def linked(token: str) -> LinkedMail:
    """What a signed link is about. Raises NotFound: forged, or the mail has been deleted."""
    found = _linked_row(mail_of(token))
    return LinkedMail(found.address, kinds().get(found.kind), found.language)


def _linked_row(mail_id: uuid.UUID) -> Mail:
    found = Mail.objects.filter(pk=mail_id).only("address", "kind", "language").first()
    if found is None:
        raise NotFound("mail")
    return found
