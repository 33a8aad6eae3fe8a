"""The taxonomy as a tree with counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vidensbro.hub.ui.fields import FieldLink, field_link, with_narrower
from vidensbro.kit.text.taxonomy import Concept, Taxonomy


@dataclass(frozen=True, slots=True)
class Branch:
    """A field, how many rows are tagged with it or below it, and its branches."""

    link: FieldLink
    count: int
    below: tuple[Branch, ...]


def tree(counts: Mapping[str, int]) -> list[Branch]:
    """All fields with counts. `counts` are tags by notation, those below a field not included."""
    taxonomy = Taxonomy.bundled()
    return [_branch(taxonomy, concept, counts) for concept in taxonomy.top()]


def path_to(notation: str) -> list[dict[str, str]]:
    """The way from all fields down to this one, as breadcrumbs; the last has no address."""
    above = Taxonomy.bundled().broader(notation)
    links = [field_link(concept.notation) for concept in reversed(above)]
    return [{"label": link.label, "href": link.href} for link in links]


def _branch(taxonomy: Taxonomy, concept: Concept, counts: Mapping[str, int]) -> Branch:
    return Branch(
        link=field_link(concept.notation),
        count=sum(counts.get(notation, 0) for notation in with_narrower(concept.notation)),
        below=tuple(_branch(taxonomy, one, counts) for one in taxonomy.narrower(concept.notation)),
    )
