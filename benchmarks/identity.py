"""How often people, and works without a DOI, are rightly taken for one: `python -m benchmarks.identity FILE...`.

The files are works of OpenAlex (JSON lines). People: every author with an ORCID iD is cut in two, the one half with
every second of the works, the other with the rest; ORCID iD and author identifier are hidden, and the pairs are looked
for as an import does, by name, organisation and co-authors. Two halves of one ORCID iD are rightly one, of two ORCID
iDs wrongly. Works: each is taken to come a second time, without its DOI, and is looked for by title, first author and
year.
"""

from __future__ import annotations

import math
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import django

from vidensbro.kit.sources import open_source
from vidensbro.kit.sources.model import WorkRecord

THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0)
Key = tuple[str, int]


@dataclass
class Half:
    """Half of an author, or an author without an ORCID iD."""

    orcid: str
    given: str
    family: str
    works: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)


def works_in(paths: Iterable[Path]) -> list[WorkRecord]:
    """The works of the files, each once."""
    found: dict[str, WorkRecord] = {}
    for path in paths:
        for item in open_source("openalex", path):
            if isinstance(item, WorkRecord):
                found.setdefault(item.provenance.source_id, item)
    return list(found.values())


def halves(works: Iterable[WorkRecord]) -> dict[Key, Half]:
    """The authors, those with an ORCID iD cut in two."""
    from vidensbro.hub.directory.importers import split_name
    from vidensbro.hub.imports.services.names import fold

    found: dict[Key, Half] = {}
    times: Counter[str] = Counter()
    for work in works:
        here: list[Key] = []
        for author in work.authorships:
            who = author.orcid or author.person
            if not who:
                continue
            key = (who, times[author.orcid] % 2 if author.orcid else 0)
            times[author.orcid] += 1 if author.orcid else 0
            given, family = split_name(author.name)
            half = found.setdefault(key, Half(author.orcid, fold(given), fold(family)))
            half.works.add(work.provenance.source_id)
            half.places |= {place.ror or place.id for place in author.institutions}
            here.append(key)
        for key in here:
            found[key].beside |= {who for who, _ in here if who != key[0]}
    return found


def scored(people: dict[Key, Half]) -> dict[tuple[Key, Key], float]:
    """The pairs of halves with ORCID iDs at one organisation, and how likely each is one person."""
    from vidensbro.hub.imports.services.likelihood import likelihood
    from vidensbro.hub.imports.services.names import likeness

    found: dict[tuple[Key, Key], float] = {}
    for group in families(people):
        for one, other in combinations(sorted(group), 2):
            left, right = people[one], people[other]
            names, _ = likeness(left.given, right.given)
            if not names or left.works & right.works or not (left.orcid and right.orcid):
                continue
            shared = len((left.beside & right.beside) - {one[0], other[0]})
            score = likelihood(names, shared, only_two=len(group) == 2)
            found[one, other] = max(score, found.get((one, other), 0.0))
    return found


def families(people: dict[Key, Half]) -> Iterator[list[Key]]:
    """People of one family name at one organisation."""
    groups: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key, half in people.items():
        for place in half.places:
            groups[place, half.family].append(key)
    yield from groups.values()


def lower_bound(right: int, total: int) -> float:
    """Of a share, with 95% confidence (Wilson 1927)."""
    if not total:
        return 0.0
    z, share = 1.96, right / total
    middle = share + z * z / (2 * total)
    return (middle - z * math.sqrt(share * (1 - share) / total + z * z / (4 * total**2))) / (
        1 + z * z / total
    )


def people_table(works: Sequence[WorkRecord]) -> list[str]:
    """Precision and recall from each threshold on. Recall is of all authors that were cut in two."""
    people = halves(works)
    twice = Counter(who for who, _ in people)
    whole = sum(number == 2 for number in twice.values())
    near = sum(
        bool(people[who, 0].places & people[who, 1].places) for who, number in twice.items() if number == 2
    )
    pairs = scored(people)
    lines = [
        f"{len(works)} works, {len(people)} authors, {whole} cut in two, {near} with an organisation in common",
        "| from | pairs | right | precision | at least (95%) | recall |",
        "|---|---|---|---|---|---|",
    ]
    for least in THRESHOLDS:
        some = [pair for pair, score in pairs.items() if score >= least - 1e-9]
        right = sum(one[0] == other[0] for one, other in some)
        share = right / len(some) if some else 0.0
        bound = lower_bound(right, len(some))
        lines.append(
            f"| {least:.2f} | {len(some)} | {right} | {share:.4f} | {bound:.3f} | {right / whole:.3f} |"
        )
    return lines


def works_table(works: Sequence[WorkRecord]) -> list[str]:
    """How often a title with a first author and a year is another work's."""
    from vidensbro.hub.imports.services.works import title_key

    groups: dict[tuple[str, int], list[str]] = defaultdict(list)
    for work in works:
        first = work.authorships[0].name if work.authorships else ""
        key = title_key(work.title, first)
        if key and work.date:
            groups[key, work.date.year].append(work.doi or work.provenance.source_id)
    keyed = sum(len(group) for group in groups.values())
    asked = sum(len(group) ** 2 for group in groups.values())
    right = sum(Counter(group)[one] for group in groups.values() for one in group)
    return [
        f"{len(works)} works, {keyed} with a title that tells enough, a first author and a year",
        f"{asked} pairs, {right} right: precision {right / asked:.4f} (at least {lower_bound(right, asked):.4f}), "
        f"recall {keyed / len(works):.3f}",
    ]


def main(arguments: Sequence[str]) -> None:
    """Write both tables to standard output."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vidensbro.hub.config.settings")
    django.setup()
    works: list[Any] = works_in(Path(one) for one in arguments)
    sys.stdout.write("\n".join(["People", *people_table(works), "", "Works", *works_table(works), ""]))


if __name__ == "__main__":
    main(sys.argv[1:])
