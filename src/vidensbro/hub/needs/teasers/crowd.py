"""For how many organisations of the directory a text could stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q

from vidensbro.hub.common.text import name_key
from vidensbro.hub.directory.fields import taxonomy, with_broader, with_narrower
from vidensbro.hub.directory.models import Office, Organisation, OrganisationField

FEWEST: Final = 5
"""Fewer than this are a small crowd: whoever knows the trade can guess."""

_SURE: Final = 0.3
_MOST_FIELDS: Final = 3
_SHORTEST_PLACE: Final = 3
_PIECE = re.compile(r"[^\W\d_]+")
_Kind = Organisation.Kind

_KIND_WORDS: Final[dict[str, tuple[str, ...]]] = {
    _Kind.COMPANY: ("virksomhed", "firma", "producent", "company", "companies", "manufacturer", "startup"),
    _Kind.UNIVERSITY: ("universitet", "university", "universities"),
    _Kind.HOSPITAL: ("hospital", "sygehus"),
    _Kind.REGION: ("region", "regioner", "regionen", "regions"),
    _Kind.MUNICIPALITY: ("kommune", "municipality", "municipalities"),
    _Kind.FOUNDATION: ("fond", "fonden", "fonde", "foundation", "foundations"),
    _Kind.INVESTOR: ("investor",),
    _Kind.INCUBATOR: ("inkubator", "incubator"),
    _Kind.MINISTRY: ("ministerium", "ministeriet", "ministry"),
    _Kind.AGENCY: ("styrelse", "agency"),
    _Kind.ASSOCIATION: ("forening", "patientforening", "association"),
    _Kind.COLLEGE: ("professionshøjskole", "college"),
    _Kind.CLUSTER: ("klynge", "klyngen", "cluster"),
}
_WHOLE: Final = {"region", "regioner", "regionen", "regions", "fond", "fonden", "fonde", "klynge", "klyngen"}


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many organisations fit what a text reveals: fields (notations), places, and kinds of organisation.

    Where several kinds are named, `kind` is the one with the fewest organisations: the text may speak of it.
    """

    count: int
    fields: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    kind: str = ""

    @property
    def few(self) -> bool:
        """Is it so few that somebody could guess?"""
        return self.count < FEWEST


def crowd(text: str, language: str) -> Crowd:
    """The organisations that work with every field the text speaks of, are in a place that it names, and of a kind
    that it names. Some ten queries."""
    pieces = [one.group() for one in _PIECE.finditer(text)]
    fields, places = _fields(text, language), _places(text, pieces)
    fitting = _fitting(fields, places)
    kinds = _kinds(pieces)
    counts = {kind: Organisation.objects.current().filter(fitting, kind=kind).count() for kind in kinds}
    if not counts:
        return Crowd(Organisation.objects.current().filter(fitting).count(), fields, places)
    kind = min(sorted(counts), key=lambda one: counts[one])
    return Crowd(counts[kind], fields, places, kind)


def place_names(text: str) -> frozenset[str]:
    """Keys of the words of the places that the text names, which are revealed but name nobody."""
    found = _places(text, [one.group() for one in _PIECE.finditer(text)])
    return frozenset(word for place in found for word in name_key(place).split())


def _fitting(fields: tuple[str, ...], places: tuple[str, ...]) -> Q:
    """An organisation tagged with a field fits it, and so does one tagged with a field above or below."""
    query = Q()
    for notation in fields:
        near = {*with_narrower(notation), *with_broader([notation])}
        tags = OrganisationField.objects.filter(organisation=OuterRef("pk"), notation__in=near)
        query &= Q(Exists(tags))
    if places:
        at = Q(city__in=places) | Q(region__in=places)
        query &= Q(Exists(Office.objects.filter(at, organisation=OuterRef("pk"))))
    return query


def _fields(text: str, language: str) -> tuple[str, ...]:
    """The fields that the text surely speaks of, without those that another one of them lies below."""
    sure = [one.notation for one in taxonomy().suggest(text, language, 8) if one.score >= _SURE]
    above = {one for notation in sure for one in with_broader([notation]) if one != notation}
    return tuple([one for one in sure if one not in above][:_MOST_FIELDS])


def _places(text: str, pieces: list[str]) -> tuple[str, ...]:
    """Cities and regions of the directory's offices that the text names, as they are spelt there."""
    capitalised = {name_key(piece) for piece in pieces if piece[:1].isupper()}
    said = f" {' '.join(name_key(piece) for piece in pieces)} "
    known: set[str] = set()
    for column in ("city", "region"):
        known |= set(Office.objects.exclude(**{column: ""}).values_list(column, flat=True).distinct())
    found = []
    for place in sorted(known):
        words = [name_key(one.group()) for one in _PIECE.finditer(place)]
        if (
            len(place) < _SHORTEST_PLACE
            or not words
            or words[-1] not in capitalised | _genitives(capitalised)
        ):
            continue
        if any(f" {' '.join([*words[:-1], last])} " in said for last in (words[-1], words[-1] + "s")):
            found.append(place)
    return tuple(found)


def _genitives(words: set[str]) -> set[str]:
    return {word[:-1] for word in words if word.endswith("s")}


def _kinds(pieces: list[str]) -> list[str]:
    keys = {name_key(piece) for piece in pieces}
    return [kind for kind, words in _KIND_WORDS.items() if any(_is_named(word, keys) for word in words)]


def _is_named(word: str, keys: set[str]) -> bool:
    """Is the word among the keys, as it is or with an ending?"""
    return word in keys or (word not in _WHOLE and any(key.startswith(word) for key in keys))
