"""The fields: the taxonomy as the hub uses it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.db.models import Q

from vidensbro.kit.text.taxonomy import Taxonomy


@cache
def taxonomy() -> Taxonomy:
    """The concept scheme that rows are tagged with."""
    return Taxonomy.bundled()


@cache
def with_narrower(notation: str) -> tuple[str, ...]:
    """The field and every field below it; a notation that the taxonomy does not know is alone."""
    if notation not in taxonomy():
        return (notation,)
    found = [notation]
    for one in found:
        found += [child.notation for child in taxonomy().narrower(one)]
    return tuple(found)


def below(notation: str) -> Q:
    """A tag is this field or one below it."""
    return Q(notation__in=with_narrower(notation))


def with_broader(notations: Iterable[str]) -> tuple[str, ...]:
    """These fields and all those above them, sorted: who works with wound care also works with medtech."""
    found: set[str] = set()
    for notation in notations:
        found |= {notation, *_above(notation)}
    return tuple(sorted(found))


@cache
def _above(notation: str) -> tuple[str, ...]:
    if notation not in taxonomy():
        return ()
    return tuple(concept.notation for concept in taxonomy().broader(notation))
