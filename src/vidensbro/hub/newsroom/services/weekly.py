"""The week's releases in one mail, on Monday morning, to those who asked for that.

How far a reader has been told is `Subscriber.weekly_until`, moved on in the transaction that writes the mail: at most
one mail a week, whatever becomes of the worker.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from vidensbro.hub.common import clock
from vidensbro.hub.directory.fields import with_broader
from vidensbro.hub.mail import bulk
from vidensbro.hub.mail import services as mail
from vidensbro.hub.mail.letters import Copy
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.mail.models import State as MailState
from vidensbro.hub.newsroom.models import Issuer, ReleaseField, Subscriber, Version
from vidensbro.hub.newsroom.notifications import WEEKLY
from vidensbro.hub.newsroom.queries import versions
from vidensbro.hub.newsroom.queries.subscribing import suppressed
from vidensbro.hub.newsroom.queries.versions import Choice
from vidensbro.hub.newsroom.services.letters import weekly_letter
from vidensbro.hub.newsroom.services.sending import copy_for, mail_key

PORTION = 200
HOUR = 7
"""When on Monday, by the clock of the site (TIME_ZONE)."""
LONGEST = timedelta(weeks=4)
"""After a standstill no more than this is told of."""


@dataclass(frozen=True, slots=True)
class Told:
    """A version that may be told of, its fields with those above them, and who issues it."""

    version: Version
    fields: frozenset[str]
    issuers: frozenset[uuid.UUID]


def send_weekly() -> int:
    """Write the mail of the last Monday to those who have not got it; how many mails. For jobs. Idempotent."""
    monday = last_monday(clock.now())
    written = 0
    told: Mapping[str, Sequence[Told]] | None = None
    while readers := _next(monday):
        if told is None:
            told = _of_the_weeks(monday)
        written += _send_portion(readers, monday, told)
    return written


def last_monday(moment: datetime) -> datetime:
    """The last Monday morning that has come by then, on the clock of the site."""
    local = timezone.localtime(moment)
    day = local.date() - timedelta(days=local.weekday())
    zone = timezone.get_default_timezone()
    found = datetime(day.year, day.month, day.day, HOUR, tzinfo=zone)
    if found > moment:
        day -= timedelta(days=7)
        found = datetime(day.year, day.month, day.day, HOUR, tzinfo=zone)
    return found


def _next(monday: datetime) -> list[uuid.UUID]:
    due = Subscriber.objects.filter(
        state=Subscriber.State.ACTIVE, pace=Subscriber.Pace.WEEKLY, weekly_until__lt=monday
    )
    return list(due.order_by("pk").values_list("pk", flat=True)[:PORTION])


def _of_the_weeks(monday: datetime) -> Mapping[str, Sequence[Told]]:
    """What may be told of, by language, the newest first."""
    rows = versions.out(Choice(since=monday - LONGEST, until=monday)).prefetch_related(
        Prefetch("release__field_tags", ReleaseField.objects.all()),
        Prefetch("release__issuers", Issuer.objects.all()),
    )
    found: dict[str, list[Told]] = defaultdict(list)
    for row in rows:
        if row.out_before:
            continue
        fields = with_broader({tag.notation for tag in row.release.field_tags.all()})
        issuers = frozenset(one.organisation_id for one in row.release.issuers.all())
        found[row.language].append(Told(row, frozenset(fields), issuers))
    return found


@transaction.atomic
def _send_portion(keys: Sequence[uuid.UUID], monday: datetime, told: Mapping[str, Sequence[Told]]) -> int:
    rows = Subscriber.objects.filter(
        pk__in=keys, state=Subscriber.State.ACTIVE, pace=Subscriber.Pace.WEEKLY, weekly_until__lt=monday
    )
    # Two workers at once: the second waits, and then finds that these have been told.
    locked = rows.select_for_update().order_by("pk")
    readers = list(locked.prefetch_related("fields", "organisations"))
    unwanted = suppressed(one.address for one in readers)
    had = _had(readers, told)
    copies: dict[tuple[Version, ...], list[Copy]] = defaultdict(list)
    for one in readers:
        wanted = tuple(
            item.version
            for item in told.get(one.language, ())
            if _wants(one, item) and (one.address, item.version.release_id) not in had
        )
        if wanted and one.address not in unwanted:
            key = f"{WEEKLY.code}:{one.pk}:{monday:%Y-%m-%d}"
            copies[wanted].append(copy_for(one, key, one.language))
    written = sum(
        mail.send_copies(WEEKLY.code, weekly_letter(rows, rows[0].language), some)
        for rows, some in copies.items()
    )
    Subscriber.objects.filter(pk__in=[one.pk for one in readers]).update(weekly_until=monday)
    if written:
        bulk.wake()
    return written


def _wants(reader: Subscriber, item: Told) -> bool:
    since = reader.weekly_until
    if since is None or item.version.publish_at is None or item.version.publish_at < since:
        return False
    fields = {one.notation for one in reader.fields.all()}
    issuers = {one.organisation_id for one in reader.organisations.all()}
    return (not fields or bool(fields & item.fields)) and (not issuers or bool(issuers & item.issuers))


def _had(
    readers: Sequence[Subscriber], told: Mapping[str, Sequence[Told]]
) -> frozenset[tuple[str, uuid.UUID]]:
    """Who got which release by itself already: on a list, or before choosing to be told once a week."""
    keys = {
        mail_key(item.version.release_id, one.address): (one.address, item.version.release_id)
        for one in readers
        for item in told.get(one.language, ())
    }
    rows = Mail.objects.filter(key__in=keys).exclude(state=MailState.SUPPRESSED)
    return frozenset(keys[one] for one in rows.values_list("key", flat=True))
