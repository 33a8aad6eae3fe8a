"""What somebody may not know of answers exactly as what there is not."""

from __future__ import annotations

import pytest

from tests.hub.permissions.asking import absent, address, ask, body_of, letter, told
from tests.hub.permissions.rows import ROWS
from tests.hub.permissions.table import MEMBERS, Row
from tests.hub.permissions.world import Thing, World

pytestmark = pytest.mark.django_db

UNSEEN = [row for row in ROWS if "n" in row.get + row.post and row.about]


SHOWN_ON = {
    "step of disclosure": "introduction-request of the sealed need",
    "handed document": "introduction-request of the sealed need",
    "colleague in the organisation": "organisation-own organisation",
    "researcher in the university": "organisation-their organisation",
    "researcher's contact": "person-researcher's person",
    "fact of the observed collaboration": "collaboration-observed collaboration",
}
"""Where those who are refused an act see the thing that has no page of its own."""


@pytest.mark.parametrize("row", UNSEEN, ids=lambda row: row.label)
def test_hidden_and_absent_are_the_same(world: World, row: Row) -> None:
    thing = world.things[row.about]
    there, nowhere = address(row, thing), address(row, absent(thing))
    for method, letters in (("GET", row.get), ("POST", row.post)):
        for who, expected in zip(MEMBERS, letters, strict=True):
            if expected != "n":
                continue
            body = body_of(row, world) if method == "POST" else None
            hidden, missing = ask(world, who, method, there, body), ask(world, who, method, nowhere, body)
            assert told(hidden, there) == told(missing, nowhere), f"{method} as {who}"


def test_a_refusal_tells_nobody_of_what_they_did_not_know(world: World) -> None:
    """Who is answered "you may not do this" either sees the thing elsewhere, or is told so whatever is asked for."""
    seen = {
        (pair, who)
        for row in ROWS
        for letters in (row.get, row.post)
        for who, answer in zip(MEMBERS, letters, strict=True)
        if answer in "obc"
        for pair in world.things.get(row.about, Thing()).arguments.items()
    }
    pages = {row.label: row for row in ROWS}
    betrayed = []
    for row in ROWS:
        pairs = world.things.get(row.about, Thing()).arguments.items()
        for method, letters in (("GET", row.get), ("POST", row.post)):
            for who, expected in zip(MEMBERS, letters, strict=True):
                shown = row.about in SHOWN_ON and pages[SHOWN_ON[row.about]].get[MEMBERS.index(who)] == "o"
                if expected != "d" or shown or all((pair, who) in seen for pair in pairs):
                    continue
                path = address(row, absent(world.things[row.about]))
                body = body_of(row, world) if method == "POST" else None
                if letter(ask(world, who, method, path, body)) != "d":
                    betrayed.append((row.label, method, who))
    assert not betrayed, "\n".join(map(str, betrayed))
