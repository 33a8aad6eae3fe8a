"""Figures that span features."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.common.targets import targets
from vidensbro.hub.directory import queries as directory
from vidensbro.hub.knowledge import queries as knowledge
from vidensbro.hub.needs import queries as needs
from vidensbro.hub.needs.models import State
from vidensbro.hub.ui.remembering import remembered

SECONDS = 300
WORKS = ("publication", "project", "patent", "trial", "dataset")


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much there is that everybody may see."""

    organisations: int
    people: int
    works: int
    offers: int
    needs: int


def numbers() -> Numbers:
    """The figures of the home page, at most a few minutes old."""
    return remembered(("numbers",), _numbers, SECONDS)


def field_counts() -> Mapping[str, int]:
    """How many public rows are tagged with each field itself, at most a few minutes old."""
    return remembered(("fields",), _field_counts, SECONDS)


def _numbers() -> Numbers:
    works = [target.count() for kind, target in targets().items() if kind in WORKS]
    return Numbers(
        organisations=directory.organisations(VISITOR).count(),
        # Not what is in the index: that holds people and offers for members, too.
        people=directory.people(VISITOR).count(),
        works=sum(works),
        offers=knowledge.offers(VISITOR).count(),
        needs=needs.needs(VISITOR, needs.NeedSearch(state=State.POSTED)).count(),
    )


def _field_counts() -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for counts in (
        directory.organisation_facets(VISITOR)["field"],
        directory.person_facets(VISITOR)["field"],
        knowledge.work_facets(VISITOR)["field"],
        knowledge.offer_facets(VISITOR)["field"],
    ):
        found.update(counts)
    return found
