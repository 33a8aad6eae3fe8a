"""The names by which a need's owner is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from django.db.models import Q

from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.common.text import name_key
from vidensbro.hub.directory.models import Alias, Identifier, Membership, Office, Organisation, Person
from vidensbro.hub.directory.queries import ancestors
from vidensbro.hub.needs.models import Need
from vidensbro.kit.text.terms import is_stop_word

_PIECE = re.compile(r"[^\W_]+")
_SHORTEST: Final = 3
_SHORTEST_CONTACT: Final = 4
_SHARED_BY: Final = 5
"""A word in the names of so many organisations points to none of them."""

_GENERIC: Final = frozenset(
    """aps amba ivs smba gmbh ltd inc group gruppen holding company firma danmark denmark danish dansk nordic nordisk
    international scandinavia hospital sygehus universitet universitetet universitetshospital university kommune
    municipality region regionen institut instituttet institute department afdeling afdelingen center centre centret
    forening foreningen association fond fonden foundation research forskning teknologi technology technologies
    medical medico health sundhed healthcare pharma biotech life science sciences care system systems solutions
    consult consulting klinik klinikken clinic laboratorium laboratory partners network netværk klynge cluster
    innovation service services""".split()
)


class Phrase(NamedTuple):
    """A name as keys of its words, and what it is the name of. `capital`: it is one only with a capital letter."""

    pieces: tuple[str, ...]
    code: str
    capital: bool = False


def phrases(need: Need) -> list[Phrase]:
    """Every name to look for: of the owning organisation and what it is part of, of its people, of its streets, and
    the words of the need's contact line."""
    places = _organisations(need)
    found = [
        *_organisation_phrases(places),
        *_street_phrases(places),
        *_people_phrases(need),
        *(Phrase((word,), "contact") for word in _contact_words(need)),
    ]
    return list(dict.fromkeys(found))


def known_identifiers(need: Need) -> list[str]:
    """What registers call the owning organisation and what it is part of."""
    rows = Identifier.objects.filter(organisation__in=_organisations(need)).order_by("value")
    return list(rows.values_list("value", flat=True))


def _organisations(need: Need) -> list[Organisation]:
    return [need.organisation, *ancestors(need.organisation)] if need.organisation else []


def _organisation_phrases(places: list[Organisation]) -> Iterator[Phrase]:
    names = [name for one in places for name in (one.name, one.name_da, one.name_en)]
    names += Alias.objects.filter(organisation__in=places).values_list("name", flat=True)
    names += [_host(one.website) for one in places]
    single: set[str] = set()
    for name in dict.fromkeys(name for name in names if name):
        pieces = _pieces(name)
        if len(pieces) > 1:
            yield Phrase(pieces, "organisation_name")
            yield Phrase(("".join(pieces),), "organisation_name")
        single |= {one for one in pieces if _points_somewhere(one)}
    yield from (Phrase((one,), "organisation_name") for one in sorted(_rare_in_names(single)))


def _host(address: str) -> str:
    """The telling part of a web address: "nordsensor" of https://www.nordsensor.dk/en."""
    host = re.sub(r"^https?://(?:www\.)?", "", address).split("/")[0]
    return host.rpartition(".")[0]


def _points_somewhere(word: str) -> bool:
    stop = is_stop_word(word, "da") or is_stop_word(word, "en")
    return len(word) >= _SHORTEST and word not in _GENERIC and not word.isdigit() and not stop


def _rare_in_names(pieces: Iterable[str]) -> set[str]:
    """Those that stand in the names of few organisations and are no city. Two queries for each."""
    found = set()
    for piece in sorted(pieces):
        shared = Organisation.objects.current().filter(name_key__contains=piece)[:_SHARED_BY].count()
        if shared < _SHARED_BY and not Office.objects.filter(city__iexact=piece).exists():
            found.add(piece)
    return found


def _street_phrases(places: list[Organisation]) -> Iterator[Phrase]:
    rows = Office.objects.filter(organisation__in=places).exclude(address="")
    for address in rows.order_by("pk").values_list("address", flat=True):
        street = tuple(one for one in _pieces(re.split(r"\d", address)[0]) if one)
        if street and len("".join(street)) >= _SHORTEST_CONTACT:
            yield Phrase(street, "address", capital=True)


def _people_phrases(need: Need) -> Iterator[Phrase]:
    """Those who act for the organisation and those who are shown as working there; hidden people are not told of."""
    names = list(
        Membership.objects.filter(organisation_id=need.organisation_id or NO_ID).values_list("user__name")
    )
    if need.owner is not None:
        names.append((need.owner.name,))
    if need.organisation_id:
        shown = Q(visibility__in=[Person.Visibility.PUBLIC, Person.Visibility.MEMBERS])
        people = Person.objects.current().filter(shown, affiliations__organisation_id=need.organisation_id)
        names += list(people.values_list("name").distinct())
    for (name,) in names:
        pieces = _pieces(name)
        if len(pieces) > 1:
            yield Phrase(pieces, "person_name")
        yield from (Phrase((one,), "person_name", capital=True) for one in pieces if len(one) >= _SHORTEST)


def _contact_words(need: Need) -> list[str]:
    return [one for one in _pieces(need.contact) if len(one) >= _SHORTEST_CONTACT and _points_somewhere(one)]


def _pieces(name: str) -> tuple[str, ...]:
    return tuple(name_key(one) for one in _PIECE.findall(name))
