"""Releases in lists, and why one stands beside another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from vidensbro.hub.common.rows import as_uuid
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.presenters.parts import ShownPicture
from vidensbro.hub.newsroom.presenters.release import path_of, pictures_of
from vidensbro.hub.newsroom.queries.related import Related
from vidensbro.hub.ui.facets import Facet, facet
from vidensbro.hub.ui.fields import FieldLink, field_label, field_links
from vidensbro.hub.ui.languages import language_name
from vidensbro.hub.ui.words import and_list, quoted_list

CARD_WIDTH = 480
MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Card:
    """A release in a list. Words are in `language`."""

    headline: str
    lead: str
    language: str
    path: str
    publish_at: datetime | None
    issuers: tuple[str, ...]
    fields: tuple[FieldLink, ...]
    picture: ShownPicture | None
    corrected: bool
    example: bool


@dataclass(frozen=True, slots=True)
class RelatedCard:
    """A release that is about the same, and why it is shown, in a sentence."""

    headline: str
    language: str
    path: str
    publish_at: datetime | None
    reason: str


def card(row: Version, width: int = CARD_WIDTH) -> Card:
    """A version as lists show it; with issuers, fields and pictures fetched (`queries.reading`)."""
    release = row.release
    return Card(
        headline=row.headline,
        lead=row.lead,
        language=row.language,
        path=path_of(row),
        publish_at=row.publish_at,
        issuers=tuple(one.organisation.name_in(row.language) for one in release.issuers.all()),
        fields=tuple(field_links(sorted(tag.notation for tag in release.field_tags.all()))),
        picture=next(pictures_of(release.pictures.all(), row.language, width), None),
        corrected=row.state == "corrected",
        example=release.example,
    )


def related_card(one: Related) -> RelatedCard:
    """A related release with the reason in words."""
    row = one.version
    return RelatedCard(row.headline, row.language, path_of(row), row.publish_at, reason(one))


def reason(one: Related) -> str:
    """Why the engine holds two releases together, in a sentence."""
    fields = and_list([field_label(notation) for notation in one.fields])
    if one.words and fields:
        told = {"words": quoted_list(one.words), "fields": fields}
        return _("Both say %(words)s and are about %(fields)s.") % told
    if one.words:
        return _("Both say %(words)s.") % {"words": quoted_list(one.words)}
    if fields:
        return _("Both are about %(fields)s.") % {"fields": fields}
    return _("Close in meaning, in other words.")


def facets(query: QueryDict, counts: Mapping[str, Mapping[str, int]]) -> list[Facet]:
    """What the archive can be narrowed to, with how many releases each choice shows."""
    names = _names([*list(counts["organisation"])[:MOST_SHOWN], query.get("organisation", "")])
    return [
        facet(query, "year", (_("Year"), _("All years")), counts["year"], str),
        facet(
            query,
            "organisation",
            (_("Issued by"), _("All organisations")),
            counts["organisation"],
            lambda key: names.get(key, _("Not known")),
            MOST_SHOWN,
        ),
        facet(query, "field", (_("Field"), _("All fields")), counts["field"], field_label, MOST_SHOWN),
        facet(query, "language", (_("Language"), _("All languages")), counts["language"], language_name),
    ]


def _names(ids: Iterable[str]) -> Mapping[str, str]:
    keys = {key for one in ids if (key := as_uuid(one)) is not None}
    return {str(row.pk): organisation_name(row) for row in Organisation.objects.filter(pk__in=keys)}
