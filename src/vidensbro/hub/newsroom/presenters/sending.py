"""How the mail of a version stands: to how many, how far, what went wrong, and how long it still takes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Min

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common import clock
from vidensbro.hub.mail.models import Letter, Mail
from vidensbro.hub.mail.models import State as MailState
from vidensbro.hub.newsroom.models import Dispatch, MailingList, Returned, Version
from vidensbro.hub.newsroom.rules import keep_list, publish_release, write_release
from vidensbro.hub.newsroom.services.letters import about

MEASURED = timedelta(minutes=2)
"""How far back it is looked how fast mails leave."""


@dataclass(frozen=True, slots=True)
class ListChoice:
    """A list of the press desk that a version may go to; `readers` are on it."""

    row: MailingList
    readers: int
    named: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """The mail of a version. `total` counts those written so far; it is all of them once `queued` is set.

    `failed` were given up, `unwanted` are those whose readers left, or whose release was withdrawn, before they left
    the house; `came_back` arrived nowhere or were called spam after the server had taken them. `followed` is how often
    the link to the release was opened by anybody, None unless the settings have that counted. `rate` is mails a
    second, 0 where nothing can be said; `rest` is how long the others take at that rate.
    """

    version: Version
    begun: datetime | None
    queued: datetime | None
    counts: dict[str, int]
    came_back: int
    followed: int | None
    rate: float
    rest: timedelta | None
    may_retry: bool
    may_name_lists: bool
    lists: Sequence[ListChoice] = field(default=())

    @property
    def total(self) -> int:
        """Mails written so far."""
        return sum(self.counts.values())

    @property
    def sent(self) -> int:
        """Taken by the server."""
        return self.counts.get(MailState.SENT, 0)

    @property
    def waiting(self) -> int:
        """Still to be sent."""
        return self.counts.get(MailState.WAITING, 0) + self.counts.get(MailState.SENDING, 0)

    @property
    def failed(self) -> int:
        """Given up."""
        return self.counts.get(MailState.GIVEN_UP, 0)

    @property
    def unwanted(self) -> int:
        """Not sent, because nobody wants them any more."""
        return self.counts.get(MailState.SUPPRESSED, 0)

    @property
    def done(self) -> int:
        """Of a hundred, how many are through, whatever became of them."""
        return 100 if not self.total else (self.total - self.waiting) * 100 // self.total

    @property
    def ends(self) -> datetime | None:
        """When the last will have been sent, at this rate."""
        return clock.now() + self.rest if self.rest is not None else None

    @property
    def finding(self) -> bool:
        """Are more readers being found? Nobody looks for those of what was withdrawn."""
        return self.begun is not None and self.queued is None and self.version.withdrawn is None

    @property
    def goes_on(self) -> bool:
        """Will the figures be others in a moment?"""
        return self.finding or self.waiting > 0


def figures(actor: Actor, version: Version) -> Figures | None:
    """How the mail of a version stands; None for one who does not write it."""
    if not write_release.allows(actor, version.release):
        return None
    dispatch = Dispatch.objects.filter(version=version).first()
    decides = bool(publish_release.allows(actor, version.release))
    letters = list(Letter.objects.filter(about=about(version)).values_list("pk", flat=True))
    mails = Mail.objects.filter(letter__in=letters)
    counts = dict(mails.values_list("state").annotate(Count("pk")).order_by("state")) if letters else {}
    waiting = counts.get(MailState.WAITING, 0) + counts.get(MailState.SENDING, 0)
    rate = _rate(letters) if waiting else 0.0
    begun = dispatch.begun if dispatch else None
    return Figures(
        version=version,
        begun=begun,
        queued=dispatch.queued if dispatch else None,
        counts=counts,
        came_back=_came_back(letters) if letters else 0,
        followed=dispatch.followed if dispatch and settings.VIDENSBRO_COUNT_LINKS else None,
        rate=rate,
        rest=timedelta(seconds=round(waiting / rate)) if rate and waiting else None,
        may_retry=decides and bool(counts.get(MailState.GIVEN_UP)),
        may_name_lists=decides and begun is None and version.withdrawn is None,
        lists=_lists(actor, dispatch) if decides else (),
    )


def _came_back(letters: Sequence[uuid.UUID]) -> int:
    """Mails that the server had taken and that came back nevertheless, or were called spam."""
    taken = Mail.objects.filter(letter__in=letters, state=MailState.SENT)
    return Returned.objects.filter(mail__in=taken.values("pk")).values("mail").distinct().count()


def _rate(letters: Sequence[uuid.UUID]) -> float:
    """Mails a second: as measured lately, else as the settings allow."""
    lately = Mail.objects.filter(
        letter__in=letters, state=MailState.SENT, sent_at__gte=clock.now() - MEASURED
    )
    found = lately.aggregate(count=Count("pk"), first=Min("sent_at"), last=Max("sent_at"))
    if found["count"] > 1 and found["last"] > found["first"]:
        return float((found["count"] - 1) / (found["last"] - found["first"]).total_seconds())
    return float(settings.VIDENSBRO_EMAIL_RATE)


def _lists(actor: Actor, dispatch: Dispatch | None) -> Sequence[ListChoice]:
    named = set(dispatch.lists.values_list("pk", flat=True)) if dispatch else set()
    rows = keep_list.visible(actor, MailingList.objects.all()).order_by("name", "pk")
    readers = dict(rows.filter(entries__left=None).order_by().values_list("pk").annotate(Count("entries")))
    return [ListChoice(row, readers.get(row.pk, 0), row.pk in named) for row in rows]
