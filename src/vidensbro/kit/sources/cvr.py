"""Companies from the Danish company register (CVR), as Erhvervsstyrelsen's distribution gives them.

Both the documents of the permanent index (`Vrvirksomhed`) and the older form with day-month-year dates.
Taken are facts about the organisation only: no owners, directors or auditors (`deltagerRelation`), no
telephone numbers or mail addresses; of one-person firms, whose address often is a home, not the street.
Advertising protection (the act on the CVR, section 19) is kept with the record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Final

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.jsonrows import Data, Row
from vidensbro.kit.sources.model import Name, OrganisationRecord, Provenance, Record
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import country, day, inside, is_there, mapping, mappings, text, web

SOURCE: Final = "cvr"
LICENCE: Final = "LicenseRef-CVR"
EXPECTED: Final = (
    "cvrNummer|cvrnr",
    "navne|navn",
    "beliggenhedsadresse",
    "reklamebeskyttet|reklamebeskyttelse",
)

_ONE_PERSON: Final = frozenset({"10", "15"})
"""Enkeltmandsvirksomhed and personligt ejet mindre virksomhed."""

_KINDS: Final = (
    ("kommune", "municipality"),
    ("region", "region"),
    ("statslig", "agency"),
    ("folkekirke", "other"),
    ("fond", "foundation"),
    ("selvejende", "foundation"),
    ("forening", "association"),
)


def companies(data: Data) -> Iterator[Data]:
    """The companies in an answer: one, or a page of a search."""
    hits = inside(data, "hits", "hits")
    for entry in mappings(hits) if isinstance(hits, list) else [data]:
        source = mapping(entry.get("_source")) or entry
        yield mapping(source.get("Vrvirksomhed")) or source


def fields(row: Row) -> Iterator[tuple[str, bool]]:
    """For the guard: what every company has; protection that is not stated must not be taken for none."""
    for data in companies(row.data):
        for path in EXPECTED:
            there = is_there(data, path)
            yield path.split("|")[0], there


def mapper(retrieved: date | None) -> Callable[[Row, str], Iterator[Record | Problem]]:
    """A mapper for one file."""

    def records(row: Row, file: str) -> Iterator[Record | Problem]:
        for data in companies(row.data):
            yield from _company(data, row.line, file, retrieved)

    return records


def _company(data: Data, line: int, file: str, retrieved: date | None) -> Iterator[Record | Problem]:
    written = text(data.get("cvrNummer")) or text(data.get("cvrnr"))
    number = identifiers.cvr(written)
    if not number:
        yield problem(file, line, "identifier" if written else "missing", "cvrNummer", written)
        if not re.fullmatch(r"\d{8}", written):
            return
    names = list(_periods(data, "navne", "navn", "navn"))
    name = next((_named(entry) for entry in names if _named(entry)), "")
    if not name:
        yield problem(file, line, "missing", "navne", written)
        return
    protection = data.get("reklamebeskyttet", data.get("reklamebeskyttelse"))
    if protection is None:
        # Silence is not leave: who does not say is protected.
        yield problem(file, line, "invalid", "reklamebeskyttet", written)
    key = number or written
    page = f"https://datacvr.virk.dk/enhed/virksomhed/{key}"
    where = Provenance(SOURCE, key, LICENCE, retrieved, page, file, line)
    yield _organisation(data, where, number, name, names, protection not in (False, "0", 0, "false"))


def _organisation(
    data: Data, where: Provenance, number: str, name: str, names: list[Data], protected: bool
) -> OrganisationRecord:
    form = next(_periods(data, "virksomhedsform", "virksomhedsform", "virksomhedsform"), {})
    code = text(form.get("virksomhedsformkode")) or text(form.get("kode"))
    described = (text(form.get("langBeskrivelse")) or text(form.get("tekst"))).lower()
    kind = next((kind for word, kind in _KINDS if word in described), "company")
    begun, ended = _life(data)
    trade = next(_periods(data, "hovedbranche", "hovedbranche", "hovedbranche"), {})
    branch = text(trade.get("branchekode")) or text(trade.get("kode"))
    address = next(_periods(data, "beliggenhedsadresse", "beliggenhedsadresse", "beliggenhedsadresse"), {})
    return OrganisationRecord(
        provenance=where,
        name=name,
        names=tuple(_names(name, names, data)),
        kind=kind,
        kinds=(kind,),
        website=_website(data),
        cvr=number,
        external_ids=(("db07", branch),) if branch else (),
        street="" if code in _ONE_PERSON else _street(address),
        postcode=text(address.get("postnummer")) or text(address.get("postnr")),
        city=text(address.get("postdistrikt")),
        country=country(address.get("landekode")) or "DK",
        status="inactive" if ended else "active",
        established=begun.year if begun else None,
        protected=protected,
    )


def _periods(data: Data, key: str, old: str, inner: str) -> Iterator[Data]:
    """The entries of a dated list, the one that holds now first, then from the latest to the earliest."""
    found: Any = data.get(key) or data.get(old)
    if isinstance(found, dict):
        found = found.get(inner)
    entries: Iterable[Data] = [found] if isinstance(found, dict) else list(mappings(found))

    def latest(entry: Data) -> tuple[bool, date]:
        begun, ended = _period(entry)
        return ended is None, ended or begun or date.min

    yield from sorted(entries, key=latest, reverse=True)


def _period(entry: Data) -> tuple[date | None, date | None]:
    period = mapping(entry.get("periode")) or entry
    begun = day(period.get("gyldigFra")) or day(period.get("startdato"))
    return begun, day(period.get("gyldigTil")) or day(period.get("ophoersdato"))


def _named(entry: Data) -> str:
    return text(entry.get("navn")) or text(entry.get("tekst"))


def _names(name: str, names: list[Data], data: Data) -> Iterator[Name]:
    yield Name(name, "da")
    others = [_named(entry) for entry in names]
    others += [_named(entry) for entry in mappings(data.get("binavne")) if _period(entry)[1] is None]
    for other in dict.fromkeys(others):
        if other and other != name:
            yield Name(other, "", "alias")


def _life(data: Data) -> tuple[date | None, date | None]:
    """When it began, and when it ended if it has."""
    spans = [_period(entry) for entry in _periods(data, "livsforloeb", "livsforloeb", "livsforloeb")]
    begun = min((span[0] for span in spans if span[0]), default=None)
    return begun, None if not spans or spans[0][1] is None else spans[0][1]


def _website(data: Data) -> str:
    for entry in _periods(data, "hjemmeside", "hjemmeside", "hjemmeside"):
        shown = text(entry.get("kontaktoplysning"))
        if shown and entry.get("hemmelig") is not True and _period(entry)[1] is None:
            return web(shown if "://" in shown else f"https://{shown}")
    return ""


def _street(address: Data) -> str:
    """Road, numbers, floor and door; the free text where a foreign address has only that."""
    first = text(address.get("husnummerFra")) + text(address.get("bogstavFra"))
    last = text(address.get("husnummerTil")) + text(address.get("bogstavTil"))
    number = f"{first}-{last}" if first and last else first
    road = " ".join(part for part in (text(address.get("vejnavn")), number) if part)
    floor = " ".join(part for part in (text(address.get("etage")), text(address.get("sidedoer"))) if part)
    return ", ".join(part for part in (road, floor) if part) or text(
        address.get("fritekst") or address.get("adresseFritekst")
    )
