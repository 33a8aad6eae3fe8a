"""When what everybody is shown of a version was last changed: its words, and everything that goes along with them.

Pages, feeds and sitemaps all say this date. Words have dates of their own. Pictures, documents, contacts, what all
versions share, and the names of the issuers have none: the audit log knows when they were changed, and files of
pictures when they were made. What belongs to another language alone changes nothing, so that nobody can tell that it is
being written.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Prefetch, Q

from vidensbro.hub.audit.models import Event
from vidensbro.hub.common import clock
from vidensbro.hub.newsroom.models import Issuer, PictureSize, State, Version

NAMES: Final = frozenset({"name", "name_da", "name_en"})
"""Columns of an organisation that are shown."""
HIDDEN: Final = frozenset({"embargo_for_press"})
"""Columns of a release that are not."""
PARTS: Final = (
    "corrections",
    Prefetch("release__issuers", Issuer.objects.select_related("organisation")),
    "release__pictures",
    Prefetch("release__pictures__sizes", PictureSize.objects.select_related("file")),
)
"""What must have been fetched of a version."""

_MATERIAL = (
    Q(action="release.changed")
    | Q(action="release.moved")
    | Q(action__startswith="release.picture")
    | Q(action__startswith="release.document")
    | Q(action__startswith="release.contact")
)

Told = Mapping[str, Sequence[tuple[datetime, Mapping[str, Any]]]]
"""What the log says of a release or an organisation, by its id: when, and the details."""


def modified_at(rows: Sequence[Version]) -> Mapping[uuid.UUID, datetime]:
    """By version, the date; those are left out that have no hour. With `PARTS` fetched, one query.

    What was done before the hour counts for nothing, and beside the words nothing is later than now.
    """
    told = _told([row for row in rows if row.state != State.WITHDRAWN])
    return {row.pk: max(_moments(row, row.publish_at, told)) for row in rows if row.publish_at is not None}


def _moments(row: Version, hour: datetime, told: Told) -> Iterator[datetime]:
    yield hour
    yield from (one.at for one in row.corrections.all())
    if row.withdrawn is not None:
        yield row.withdrawn
    elif hour <= clock.now():
        yield from (min(at, clock.now()) for at in _beside(row, told) if at > hour)


def _beside(row: Version, told: Told) -> Iterator[datetime]:
    """When something was changed that goes along with the words."""
    release = row.release
    yield from (at for at, details in told.get(str(release.pk), ()) if _concerns(row, details))
    for picture in release.pictures.all():
        yield from (size.file.created for size in picture.sizes.all())
    for issuer in release.issuers.all():
        events = told.get(str(issuer.organisation_id), ())
        yield from (at for at, details in events if NAMES & set(details.get("columns", ())))


def _concerns(row: Version, details: Mapping[str, Any]) -> bool:
    """Does such a change show in the version's language?"""
    columns = set(details.get("columns", ()))
    if columns and columns <= HIDDEN:
        return False
    return "language" in columns or details.get("language", "") in {"", row.language}


def _told(rows: Iterable[Version]) -> Told:
    """What the log says of them since the first one was out."""
    now = clock.now()
    out = {row: row.publish_at for row in rows if row.publish_at is not None and row.publish_at <= now}
    if not out:
        return {}
    issuers = {str(one.organisation_id) for row in out for one in row.release.issuers.all()}
    events = Event.objects.filter(
        Q(_MATERIAL, kind="release", object_id__in={str(row.release_id) for row in out})
        | Q(kind="organisation", action="organisation.edited", object_id__in=issuers),
        at__gt=min(out.values()),
    )
    found: dict[str, list[tuple[datetime, Mapping[str, Any]]]] = defaultdict(list)
    for key, at, details in events.values_list("object_id", "at", "details"):
        found[key].append((at, details))
    return found
