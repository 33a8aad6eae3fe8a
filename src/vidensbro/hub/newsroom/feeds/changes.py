"""When what a feed tells of a version was last changed: its words, and everything that goes along with them.

Words have dates of their own (`presenters.release.modified`). Pictures, documents, contacts, what all versions share,
and the names of the issuers have none: the audit log knows when they were changed, and files of pictures when they were
made. What belongs to another language alone changes nothing, so that nobody can tell that it is being written.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Max, Q

from vidensbro.hub.audit.models import Event
from vidensbro.hub.common import clock
from vidensbro.hub.newsroom.models import Issuer, PictureSize, State, Version

NAMES: Final = frozenset({"name", "name_da", "name_en"})
"""Columns of an organisation that a feed shows."""
HIDDEN: Final = frozenset({"embargo_for_press"})
"""Columns of a release that it does not show."""

_MATERIAL = (
    Q(action="release.changed")
    | Q(action="release.moved")
    | Q(action__startswith="release.picture")
    | Q(action__startswith="release.document")
    | Q(action__startswith="release.contact")
)


def changed_at(rows: Sequence[Version]) -> Mapping[uuid.UUID, datetime]:
    """By version, when what goes along with its words was last changed since its hour, never later than now; those are
    left out of which nothing was. Four queries at most, however many versions."""
    speaking = [row for row in rows if row.publish_at is not None and row.state != State.WITHDRAWN]
    if not speaking:
        return {}
    since = min(row.publish_at for row in speaking if row.publish_at is not None)
    material, sizes, names = _material(speaking, since), _sizes(speaking), _names(speaking, since)
    found: dict[uuid.UUID, datetime] = {}
    for row in speaking:
        moments = [at for at, details in material[str(row.release_id)] if _concerns(row, details)]
        moments += [sizes[row.release_id]] if row.release_id in sizes else []
        moments += names[row.release_id]
        after = [at for at in moments if row.publish_at is not None and at > row.publish_at]
        if after:
            found[row.pk] = min(max(after), clock.now())
    return found


def _material(
    rows: Sequence[Version], since: datetime
) -> Mapping[str, list[tuple[datetime, dict[str, Any]]]]:
    releases = {str(row.release_id) for row in rows}
    events = Event.objects.filter(_MATERIAL, kind="release", object_id__in=releases, at__gt=since)
    found: dict[str, list[tuple[datetime, dict[str, Any]]]] = defaultdict(list)
    for release, at, details in events.values_list("object_id", "at", "details"):
        found[release].append((at, details))
    return found


def _concerns(row: Version, details: Mapping[str, Any]) -> bool:
    """Does such a change show in the version's language?"""
    columns = set(details.get("columns", ()))
    if columns and columns <= HIDDEN:
        return False
    return "language" in columns or details.get("language", "") in {"", row.language}


def _sizes(rows: Sequence[Version]) -> Mapping[uuid.UUID, datetime]:
    sizes = PictureSize.objects.filter(picture__release__in={row.release_id for row in rows})
    made = sizes.order_by().values_list("picture__release").annotate(at=Max("file__created"))
    return {release: at for release, at in made if at is not None}


def _names(rows: Sequence[Version], since: datetime) -> Mapping[uuid.UUID, list[datetime]]:
    """By release, when one of its issuers was given another name."""
    issuers = Issuer.objects.filter(release__in={row.release_id for row in rows})
    issued: dict[str, set[uuid.UUID]] = defaultdict(set)
    for organisation, release in issuers.values_list("organisation", "release"):
        issued[str(organisation)].add(release)
    events = Event.objects.filter(
        kind="organisation", action="organisation.edited", object_id__in=issued, at__gt=since
    )
    found: dict[uuid.UUID, list[datetime]] = defaultdict(list)
    for key, at, details in events.values_list("object_id", "at", "details"):
        if NAMES & set(details.get("columns", ())):
            for release in issued[key]:
                found[release].append(at)
    return found
