"""Fields of the taxonomy as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vidensbro.kit.text.taxonomy import Concept, Taxonomy

INDENT = "\u2003"


@dataclass(frozen=True, slots=True)
class FieldLink:
    """A field with its name in the page's language and the address of its page."""

    notation: str
    label: str
    href: str


def field_label(notation: str) -> str:
    """The name of a field in the page's language; one that the taxonomy lacks is shown by its notation."""
    taxonomy = Taxonomy.bundled()
    if notation not in taxonomy:
        return notation.replace("-", " ")
    return taxonomy.label(notation, _language())


def field_definition(notation: str) -> str:
    """What a field is, in the page's language where the taxonomy says it."""
    taxonomy = Taxonomy.bundled()
    if notation not in taxonomy:
        return ""
    definitions = taxonomy.concept(notation).definitions
    return definitions.get(_language()) or definitions.get("en", "")


def field_link(notation: str) -> FieldLink:
    """A link to the page of a field."""
    return FieldLink(notation, field_label(notation), reverse("field", args=[notation]))


def field_links(notations: Iterable[str]) -> list[FieldLink]:
    """Links to the pages of fields, each once, in the order given."""
    return [field_link(notation) for notation in dict.fromkeys(notations)]


def with_narrower(notation: str) -> tuple[str, ...]:
    """The field and all fields below it; an unknown one alone."""
    taxonomy = Taxonomy.bundled()
    if notation not in taxonomy:
        return (notation,)
    return tuple(concept.notation for concept in _down(taxonomy, taxonomy.concept(notation)))


def field_choices(levels: int = 2) -> list[tuple[str, str]]:
    """Fields to choose from, down to a level, each below the one that it belongs to; "" stands for any."""
    taxonomy = Taxonomy.bundled()
    concepts = [one for top in taxonomy.top() for one in _down(taxonomy, top) if one.level <= levels]
    language = _language()
    named = [(one, taxonomy.label(one.notation, language)) for one in concepts]
    return [("", _("any field")), *((one.notation, INDENT * (one.level - 1) + label) for one, label in named)]


def _down(taxonomy: Taxonomy, concept: Concept) -> Iterator[Concept]:
    yield concept
    for below in taxonomy.narrower(concept.notation):
        yield from _down(taxonomy, below)


def _language() -> str:
    return get_language() or "en"
