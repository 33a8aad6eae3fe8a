"""Every address as everybody: what it answers stands in the table, and reading writes nothing."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.hub.permissions.asking import address, ask, body_of, letter, reading_only
from tests.hub.permissions.rows import ALSO, ROWS, WRITES_ON_GET
from tests.hub.permissions.table import Row
from tests.hub.permissions.walking import routes
from tests.hub.permissions.world import MEMBERS, Thing, World

pytestmark = pytest.mark.django_db


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    walked = list(routes())
    assert len({one.name for one in walked}) == len(walked), "two addresses of one name"
    known = {one.name: one.same for one in walked}
    assert {row.name for row in ROWS} | set(ALSO) == set(known)
    for other, name in ALSO.items():
        assert known[other] == known[name], f"{other} is not {name} by another name"


def test_no_row_stands_twice() -> None:
    assert [label for label, count in Counter(row.label for row in ROWS).items() if count > 1] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label)
def test_get(world: World, row: Row) -> None:
    path = address(row, world.things.get(row.about, Thing()))
    found = ""
    for who in MEMBERS:
        with reading_only(WRITES_ON_GET.get(row.name, frozenset())):
            found += letter(ask(world, who, "GET", path))
    assert found == row.get


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label)
def test_post(world: World, row: Row) -> None:
    path = address(row, world.things.get(row.about, Thing()))
    body = body_of(row, world)
    assert "".join(letter(ask(world, who, "POST", path, body)) for who in MEMBERS) == row.post
