"""Needs as pages show them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from vidensbro.hub.common.targets import targets
from vidensbro.hub.needs.models import Need, State, Visibility
from vidensbro.hub.ui.fields import FieldLink, field_links
from vidensbro.hub.ui.linked_data import without_blanks


def need_title(row: Need) -> str:
    """The title, or the beginning of the text where there is none."""
    if row.title:
        return row.title
    first = row.text.strip().split("\n")[0]
    return first if len(first) <= 90 else first[:90].rsplit(" ", 1)[0] + " …"


def need_href(row: Need) -> str:
    """The address of a need's page."""
    return reverse("need", args=[row.pk])


def circle(row: Need) -> str:
    """For whom a need is, in a word or two; nothing for one that everybody may see."""
    return {
        Visibility.MEMBERS: gettext("for members"),
        Visibility.ORGANISATIONS: gettext("for named organisations"),
        Visibility.SEALED: gettext("sealed"),
    }.get(Visibility(row.visibility), "")


def need_tags(row: Need) -> list[FieldLink]:
    """The fields that it is about."""
    return field_links(sorted(tag.notation for tag in row.field_tags.all()))


def sought_labels(row: Need) -> list[str]:
    """What is sought, in words."""
    registry = targets()
    return [str(registry[kind].plural) for kind in row.sought if kind in registry]


def need_data(row: Need) -> dict[str, Any] | None:
    """Linked data about a public need (schema.org Demand); nothing about others."""
    if row.visibility != Visibility.PUBLIC or row.state == State.DRAFT:
        return None
    return without_blanks(
        {
            "@type": "Demand",
            "@id": settings.VIDENSBRO_BASE_URL + need_href(row),
            "name": need_title(row),
            "description": row.text,
            "inLanguage": row.language,
            "validFrom": row.posted.date().isoformat() if row.posted else "",
            "validThrough": row.deadline.isoformat() if row.deadline else "",
            "about": [tag.label for tag in need_tags(row)],
        }
    )
