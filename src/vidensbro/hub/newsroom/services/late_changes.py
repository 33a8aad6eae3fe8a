"""What is changed beside the words of a release while a version is in review or waits for its hour: noted, so that
issuers that had approved can be told and nobody is spoken for unawares.

New words need new approvals; a new telephone number an hour before the release does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Model, Q, QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common import clock
from vidensbro.hub.newsroom.announcements import changes_to_tell
from vidensbro.hub.newsroom.models import LateChange, Release, State, Version

GATHER: Final = timedelta(minutes=5)
"""So long after the first change those who had approved are written to, once for all that was changed meanwhile."""
SHARE: Final = 4
"""No longer than this part of the time that is left until the hour, so that they can still act."""
Texts = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to something that belongs to a release; the columns are those of `models.LateChange`."""

    what: str
    done: str
    key: str = ""
    name_da: str = ""
    name_en: str = ""
    texts: Texts = ()


def texts_of(row: Model, columns: Iterable[str]) -> dict[str, str]:
    """What the columns of a row say, as texts."""
    return {name: str(getattr(row, name)) for name in columns}


def texts_changed(before: dict[str, str], row: Model, changed: Iterable[str]) -> Texts:
    """Column, text before and text now of those that were changed."""
    return tuple((name, before[name], str(getattr(row, name))) for name in changed)


def note_change(actor: Actor, release: Release, change: Change) -> None:
    """Keep what was done as long as a version is in review or waits, and have those who had approved told."""
    waited = {str(row.pk): row.number for row in waiting(release)}
    if not waited:
        return
    LateChange.objects.create(
        release=release,
        by_id=actor.user_id,
        what=change.what,
        done=change.done,
        key=change.key,
        name_da=change.name_da,
        name_en=change.name_en,
        texts=[list(one) for one in change.texts],
        waited=waited,
    )
    follow_changes(release)


def follow_changes(release: Release) -> None:
    """Have what was noted told in time, and forgotten once no version waits. Call when a version has moved on."""
    if release.late_changes.exists():
        changes_to_tell(release, _wait(release))


def last_change(release: Release) -> str:
    """Names the last thing that was changed beside the words; "" if nothing was since a version was handed in."""
    key = release.late_changes.order_by("-at", "-pk").values_list("pk", flat=True).first()
    return str(key or "")


def waiting(release: Release) -> QuerySet[Version]:
    """Versions that are read for approval, approved, or wait for an hour that is ahead."""
    ahead = Q(state=State.SCHEDULED, publish_at__gt=clock.now())
    return release.versions.filter(Q(state__in=[State.IN_REVIEW, State.APPROVED]) | ahead)


def _wait(release: Release) -> timedelta:
    """How long more is gathered: not at all, once nothing is untold or a version that waited has come out."""
    untold, moment = list(release.late_changes.filter(told=None)), clock.now()
    if not untold:
        return timedelta(0)
    waited = {key for one in untold for key in one.waited}
    hours = release.versions.filter(pk__in=waited).exclude(publish_at=None).order_by("publish_at")
    ends = [untold[0].at + GATHER]
    ends += [
        moment + (hour - moment) / SHARE for hour in hours.values_list("publish_at", flat=True)[:1] if hour
    ]
    return max(min(ends) - moment, timedelta(0))
