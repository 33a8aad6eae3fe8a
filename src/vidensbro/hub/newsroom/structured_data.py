"""What machines read of a release: NewsArticle (schema.org) as JSON-LD, Open Graph, and cards of other sites.

Made for what everybody may read and for nothing else.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from vidensbro.hub.newsroom.presenters.parts import ShownPicture, ShownSubject
from vidensbro.hub.newsroom.presenters.release import Shown
from vidensbro.hub.ui.linked_data import without_blanks

LOCALES = {"da": "da_DK", "en": "en_GB"}
LONGEST = 300


class Meta(NamedTuple):
    """A `meta` element: the attribute that names it (property, name), its name and its content."""

    attribute: str
    name: str
    content: str


def may_be_told(shown: Shown) -> bool:
    """Is it out, and does it say anything?"""
    return shown.out and shown.tombstone is None


def news_article(shown: Shown) -> dict[str, Any] | None:
    """The release as schema.org NewsArticle; None for what is not out or was withdrawn."""
    if not may_be_told(shown):
        return None
    issuers = [
        {"@type": "Organization", "@id": _absolute(one.href), "name": one.name} for one in shown.issuers
    ]
    return without_blanks(
        {
            "@type": "NewsArticle",
            "@id": shown.url,
            "url": shown.url,
            "mainEntityOfPage": shown.url,
            "headline": shown.headline,
            "description": shown.lead,
            "articleBody": shown.text,
            "inLanguage": shown.language,
            "datePublished": _moment(shown.publish_at),
            "dateModified": _moment(shown.modified),
            "dateline": shown.dateline,
            "contentLocation": {"@type": "Place", "name": shown.place} if shown.place else None,
            "author": issuers,
            "publisher": issuers[:1],
            "copyrightHolder": issuers,
            "license": shown.terms.href,
            "copyrightNotice": "" if shown.terms.href else shown.terms.label,
            "isAccessibleForFree": True,
            "image": [_image(one) for one in shown.pictures],
            "correction": [
                {"@type": "CorrectionComment", "text": one.note, "datePublished": _moment(one.at)}
                for one in shown.corrections
            ],
            "about": [{"@type": "DefinedTerm", "name": one.label} for one in shown.fields],
            "mentions": [_mention(one) for one in shown.subjects if one.public],
            "associatedMedia": [
                {
                    "@type": "MediaObject",
                    "name": one.title,
                    "contentUrl": _absolute(one.href),
                    "encodingFormat": one.content_type,
                }
                for one in shown.documents
            ],
            "workTranslation": [
                {"@type": "NewsArticle", "@id": one.url, "inLanguage": one.language}
                for one in shown.others
                if one.out
            ],
        }
    )


def cards(shown: Shown) -> list[Meta]:
    """Open Graph (ogp.me) and the card of social networks; nothing for what is not out or was withdrawn."""
    if not may_be_told(shown):
        return []
    picture = shown.picture
    found = [
        Meta("property", "og:type", "article"),
        Meta("property", "og:site_name", settings.VIDENSBRO_THEME.name),
        Meta("property", "og:title", shown.headline),
        Meta("property", "og:description", shown.lead[:LONGEST]),
        Meta("property", "og:url", shown.url),
        Meta("property", "og:locale", LOCALES[shown.language]),
        *(Meta("property", "og:locale:alternate", LOCALES[one.language]) for one in shown.others if one.out),
        Meta("property", "article:published_time", _moment(shown.publish_at)),
        Meta("property", "article:modified_time", _moment(shown.modified)),
        *(Meta("property", "article:tag", one.label) for one in shown.fields),
        Meta("name", "twitter:card", "summary_large_image" if picture else "summary"),
        Meta("name", "twitter:title", shown.headline),
        Meta("name", "twitter:description", shown.lead[:LONGEST]),
    ]
    if picture is not None:
        found += _picture_cards(picture)
    return [one for one in found if one.content]


def _picture_cards(picture: ShownPicture) -> list[Meta]:
    return [
        Meta("property", "og:image", _absolute(picture.card)),
        Meta("property", "og:image:alt", picture.alt),
        Meta("name", "twitter:image", _absolute(picture.card)),
        Meta("name", "twitter:image:alt", picture.alt),
    ]


def _image(picture: ShownPicture) -> dict[str, Any]:
    return without_blanks(
        {
            "@type": "ImageObject",
            "contentUrl": _absolute(picture.src),
            "width": picture.width,
            "height": picture.height,
            "caption": picture.caption or picture.alt,
            "creditText": picture.credit,
            "license": picture.terms.href,
            "copyrightNotice": "" if picture.terms.href else picture.terms.label,
        }
    )


def _mention(one: ShownSubject) -> dict[str, Any]:
    kinds = {"person": "Person", "work": "CreativeWork", "need": "Demand"}
    return {"@type": kinds.get(one.kind, "Thing"), "@id": _absolute(one.href), "name": one.title}


def _moment(at: datetime | None) -> str:
    """A moment by the clock here, to the second, with its offset (ISO 8601)."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at is not None else ""


def _absolute(path: str) -> str:
    return str(settings.VIDENSBRO_BASE_URL) + path
