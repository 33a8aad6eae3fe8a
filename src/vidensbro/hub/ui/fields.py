"""Fields of the taxonomy as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class FieldLink:
    """A field with its name in the page's language and the address of its page."""

    notation: str
    label: str
    href: str


def field_label(notation: str) -> str:
    """The name of a field in the page's language; an unknown one is shown by its notation."""
    return notation.rsplit(".", 1)[-1].replace("-", " ").capitalize()


def field_links(notations: Iterable[str]) -> list[FieldLink]:
    """Links to the pages of fields, each once, in the order given."""
    return [
        FieldLink(notation, field_label(notation), reverse("field", args=[notation]))
        for notation in dict.fromkeys(notations)
    ]
