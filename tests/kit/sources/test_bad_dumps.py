"""Dumps of every source: cut short, shuffled, doubled, spoilt, changed overnight, and with texts of ten megabytes."""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.kit.sources.dumps import LONG, Item, dump, items, with_text
from vidensbro.kit.sources import SOURCES, Problem, digest, open_source
from vidensbro.kit.sources.streams import Position

NUMBER = 25
TEN_MEGABYTES = 10_000_000
SEPARATORS = (b",", b";")
EVERY = pytest.mark.parametrize("source", SOURCES)


def read(source: str, path: Path, start: Position | None = None) -> tuple[list[Any], list[Problem]]:
    """Records and problems."""
    found = list(open_source(source, path, start))
    return [one for one in found if not isinstance(one, Problem)], [
        one for one in found if isinstance(one, Problem)
    ]


def said(records: list[Any]) -> set[tuple[str, str, str]]:
    """What records say, wherever they stand."""
    return {(type(one).__name__, one.provenance.source_id, digest(one)) for one in records}


def shared(records: list[Any]) -> list[Any]:
    """Organisations that rows name beside what they are about: each is told of once, whatever names it again."""
    chief = Counter(type(one).__name__ for one in records).most_common(1)[0][0]
    return [one for one in records if type(one).__name__ == "OrganisationRecord" != chief]


@EVERY
def test_a_dump_is_read_whole(source: str, tmp_path: Path) -> None:
    records, problems = read(source, dump(source, tmp_path, items(source, NUMBER)))
    assert len(records) >= NUMBER
    assert len(said(records)) == len(records)
    assert [one.code for one in problems if one.skipped] == []


@EVERY
def test_what_is_cut_short_says_so_and_no_half_record_passes_for_a_whole_one(
    source: str, tmp_path: Path
) -> None:
    path = dump(source, tmp_path, items(source, NUMBER))
    content = path.read_bytes()
    whole, _ = read(source, path)
    told = 0
    places = [len(content) * share // 23 for share in range(1, 23)] + [len(content) - n for n in (3, 9, 30)]
    for place in places:
        if content[place - 1 : place] in SEPARATORS and path.suffix == ".csv":
            place -= 1  # a table cut before an empty last cell looks whole
        path.write_bytes(content[:place])
        records, problems = read(source, path)
        assert said(records) <= said(whole), place
        told += bool(problems)
        assert all(one.message for one in problems)
    assert told >= len(places) * 2 // 3


@EVERY
def test_the_order_of_a_dump_means_nothing(source: str, tmp_path: Path) -> None:
    some = items(source, NUMBER)
    straight, _ = read(source, dump(source, tmp_path, some))
    random.Random(7).shuffle(some)
    shuffled, problems = read(source, dump(source, tmp_path, some))
    assert said(shuffled) == said(straight)
    assert [one for one in problems if one.skipped] == []


@EVERY
def test_what_stands_there_twice_counts_once(source: str, tmp_path: Path) -> None:
    some = items(source, NUMBER)
    once, _ = read(source, dump(source, tmp_path, some))
    twice, problems = read(source, dump(source, tmp_path, [*some, *some[::-1]]))
    assert said(twice) == said(once)
    assert len(twice) == len(once)
    if source != "structural_funds":
        # There a project has no identifier: the same row again is the same project, and nothing to tell of.
        assert [one.code for one in problems].count("duplicate") == len(twice) - len(shared(twice))


@EVERY
def test_reading_goes_on_after_any_record_of_a_dump(source: str, tmp_path: Path) -> None:
    path = dump(source, tmp_path, items(source, 6))
    reader = open_source(source, path)
    done: list[tuple[Any, Position]] = [(item, reader.position()) for item in reader]
    found = [item for item, _ in done if not isinstance(item, Problem)]
    for place, (_, at) in enumerate(done):
        if place + 1 < len(done) and (done[place + 1][1].line, done[place + 1][1].offset) == (
            at.line,
            at.offset,
        ):
            continue  # records of one row stand or fall together
        before = [item for item, _ in done[: place + 1] if not isinstance(item, Problem)]
        rest, _ = read(source, path, at)
        # Organisations that several rows name may be told of again.
        assert said(found) == said(before) | said(rest), place


@EVERY
def test_spoilt_bytes_never_end_the_reading(source: str, tmp_path: Path) -> None:
    path = dump(source, tmp_path, items(source, NUMBER))
    content = path.read_bytes()
    chance = random.Random(11)
    for _ in range(40):
        spoilt = bytearray(content)
        for _ in range(chance.choice([1, 3, 30])):
            at = chance.randrange(len(spoilt))
            spoilt[at : at + chance.randrange(3)] = chance.choice(
                [b"\x00", b"\xff\xfe", b'"', b"<", b"{", b"\n", b""]
            )
        path.write_bytes(spoilt)
        records, problems = read(source, path)
        assert all(one.provenance.source_id for one in records)
        assert all(one.message for one in problems)


HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE works; --",
    "\u202egnp.exe",
    "\x00\x07\x1b[2J",
    "\ud800",
    "%s%n{0}{{constructor}}",
    "../../../../etc/passwd",
    "&lol9;<!ENTITY x SYSTEM 'file:///etc/passwd'>",
)


@pytest.mark.parametrize("source", sorted(LONG))
def test_hostile_text_stays_text(source: str, tmp_path: Path) -> None:
    some = items(source, len(HOSTILE))
    for place, text in enumerate(HOSTILE):
        plain = text.replace("\ud800", "\\ud800").replace("\x00", "").replace("\x07", "").replace("\x1b", "")
        if source == "oai":
            plain = plain.replace("&", "&amp;").replace("<", "&lt;")
        if source == "structural_funds":
            plain = plain.encode("cp1252", "ignore").decode("cp1252")
        some[place] = with_text(source, some[place], f"About {plain} seaweed")
    records, _ = read(source, dump(source, tmp_path, some))
    assert len(records) >= len(HOSTILE)
    for record in records:
        for line in str(record).splitlines():
            assert not set(line) & {"\x00", "\x07", "\x1b", "\ud800"}


def renamed(*way: str) -> Callable[[Item], Item]:
    """The record with another name for a field."""

    def change(item: Item) -> Item:
        changed = copy.deepcopy(item)
        place = changed
        for name in way[:-1]:
            place = place[name]
        place["New" + way[-1]] = place.pop(way[-1])
        return changed

    return change


def _without_people(item: Item) -> Item:
    return {**item, "authorships": [renamed("author")(one) for one in item["authorships"]]}


def tag(name: str) -> Callable[[Item], Item]:
    """The element with another name for one within it."""
    return lambda item: {
        "xml": item["xml"].replace(f"<{name}", f"<{name}x").replace(f"</{name}", f"</{name}x")
    }


PROTOCOL = "protocolSection"
CHANGES: list[tuple[str, Callable[[Item], Item], str]] = [
    ("ror", renamed("names"), "names"),
    ("ror", renamed("status"), "status"),
    ("ror", renamed("id"), "id"),
    ("openalex", renamed("authorships"), "authorships"),
    ("openalex", renamed("id"), "id"),
    ("openalex", renamed("abstract_inverted_index"), "abstract_inverted_index"),
    ("openalex", _without_people, "authorships.author"),
    ("ror", renamed("locations"), "locations"),
    ("cordis", renamed("objective"), "project.objective"),
    ("cordis", renamed("title"), "project.title"),
    ("eu_calls", renamed("metadata", "title"), "title"),
    ("eu_calls", renamed("metadata", "descriptionByte"), "text"),
    ("eu_calls", renamed("metadata", "deadlineDate"), "deadlines"),
    ("oai", tag("dc:title"), "title"),
    ("oai", tag("identifier"), "header.identifier"),
    ("oai", tag("oai_dc:dc"), "metadata"),
    ("orcid", renamed("person"), "person"),
    ("orcid", renamed("activities-summary"), "activities-summary"),
    ("orcid", renamed("orcid-identifier"), "orcid-identifier"),
    ("uniquip", renamed("ID"), "id"),
    ("clinicaltrials", renamed(PROTOCOL, "descriptionModule"), f"{PROTOCOL}.descriptionModule.briefSummary"),
    (
        "clinicaltrials",
        renamed(PROTOCOL, "identificationModule", "nctId"),
        f"{PROTOCOL}.identificationModule.nctId",
    ),
    ("cvr", renamed("Vrvirksomhed", "reklamebeskyttet"), "reklamebeskyttet"),
    ("cvr", renamed("Vrvirksomhed", "navne"), "navne"),
    ("structural_funds", renamed("Startdato / Operation start date"), "start"),
    ("structural_funds", renamed("Kontraktansvarlig partner / Beneficiary name"), "beneficiary"),
]


@pytest.mark.parametrize(("source", "change", "field"), CHANGES)
def test_a_source_that_changes_overnight_is_stopped_and_the_field_named(
    source: str, change: Callable[[Item], Item], field: str, tmp_path: Path
) -> None:
    some = [change(item) for item in items(source, NUMBER)]
    records, problems = read(source, dump(source, tmp_path, some))
    # Tables of an archive are judged one by one: what is named in one that has not changed may be told of.
    assert [one for one in records if type(one).__name__ != "OrganisationRecord" or source != "cordis"] == []
    stopped = [one for one in problems if one.code == "schema_changed"]
    assert [one.field.rpartition(":")[2] for one in stopped] == [field]


def test_every_public_source_is_guarded_against_a_change() -> None:
    assert {source for source, _, _ in CHANGES} == set(SOURCES) - {"plain"}


@pytest.mark.parametrize("source", sorted(LONG))
def test_ten_megabytes_of_text_are_cut_or_left_out_and_nothing_else_is_lost(
    source: str, tmp_path: Path
) -> None:
    some = items(source, 3)
    usual, _ = read(source, dump(source, tmp_path, some))
    long = "seaweed " * (TEN_MEGABYTES // 8)
    some[1] = with_text(source, some[1], long)
    records, problems = read(source, dump(source, tmp_path, some))
    named = {one[:2] for one in said(usual)}
    assert len(said(records) & said(usual)) >= len(usual) - 1
    missing = named - {one[:2] for one in said(records)}
    assert len(missing) <= 1
    if missing:
        assert [one.code for one in problems if one.skipped] != []
    assert max(len(str(record)) for record in records) < TEN_MEGABYTES + 100_000
