"""Every address as everybody: what it answers stands in the table, and reading writes nothing."""

from __future__ import annotations

from collections import Counter

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver, include, path
from django.urls.resolvers import RegexPattern

from tests.hub.permissions.asking import address, ask, body_of, letter, reading_only
from tests.hub.permissions.rows import ALSO, ROWS, WRITES_ON_GET
from tests.hub.permissions.table import MEMBERS, Row
from tests.hub.permissions.walking import routes
from tests.hub.permissions.world import Thing, World

pytestmark = pytest.mark.django_db
OTHER_METHODS = ("PUT", "PATCH", "DELETE")


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    walked = list(routes())
    assert [one.pattern for one in walked if not one.name] == [], "addresses without a name"
    assert len({one.name for one in walked}) == len(walked), "two addresses of one name"
    known = {one.name: one.same for one in walked}
    assert {row.name for row in ROWS} | set(ALSO) == set(known)
    for other, name in ALSO.items():
        assert known[other] == known[name], f"{other} is not {name} by another name"


def test_the_walk_goes_into_name_spaces() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    inner = include(([path("needs/", view, name="needs")], "api"))
    resolver = URLResolver(RegexPattern(r"^/"), [path("api/v1/", inner), path("about/", view, name="about")])
    assert {one.name: one.pattern for one in routes(resolver)} == {
        "api:needs": "^/api/v1/needs/",
        "about": "^/about/",
    }


def test_no_row_stands_twice() -> None:
    assert [label for label, count in Counter(row.label for row in ROWS).items() if count > 1] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label)
def test_get(world: World, row: Row) -> None:
    where = address(row, world.things.get(row.about, Thing()))
    found = ""
    for who in MEMBERS:
        with reading_only(WRITES_ON_GET.get(row.name, frozenset())):
            found += letter(ask(world, who, "GET", where))
    assert found == row.get


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label)
def test_post(world: World, row: Row) -> None:
    where = address(row, world.things.get(row.about, Thing()))
    body = body_of(row, world)
    assert "".join(letter(ask(world, who, "POST", where, body)) for who in MEMBERS) == row.post


@pytest.mark.parametrize("row", {row.name: row for row in ROWS}.values(), ids=lambda row: row.name)
def test_there_is_no_other_way_in(world: World, row: Row) -> None:
    where = address(row, world.things.get(row.about, Thing()))
    found = {method: ask(world, "secretariat", method, where).status_code for method in OTHER_METHODS}
    assert set(found.values()) <= {302, 404, 405}, found
