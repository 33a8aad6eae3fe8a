"""Lists ask whoever has an index, and can do without."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

import pytest

from vidensbro.hub.accounts.models import User
from vidensbro.hub.common import search as searching
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.common.search import Ranked, TextHits

ONE, TWO = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.fixture(autouse=True)
def own_registry() -> Iterator[None]:
    """Searchers of this test only."""
    kept = list(searching._searchers)
    searching._searchers.clear()
    yield
    searching._searchers[:] = kept


def test_nobody_to_ask() -> None:
    assert searching.search("wounds", ["publication"], frozenset()) == TextHits({}, titles_only=True)


def test_hits_keep_their_places_and_what_is_no_key_is_passed_over() -> None:
    asked: list[tuple[str, Sequence[str], frozenset[str]]] = []

    def find(text: str, kinds: Sequence[str], tokens: frozenset[str]) -> Sequence[str]:
        asked.append((text, kinds, tokens))
        return [str(TWO), "no key", str(ONE), str(TWO)]

    searching.register(find, find)
    found = searching.search("wounds", ["publication"], frozenset({"public"}))
    assert asked == [("wounds", ("publication",), frozenset({"public"}))]
    assert found == TextHits({TWO: 0, ONE: 1})


def test_an_index_that_is_out_of_order_is_no_error() -> None:
    def find(text: str, kinds: Sequence[str], tokens: frozenset[str]) -> Sequence[str]:
        raise Unavailable("index_damaged")

    searching.register(find, find)
    assert searching.search("wounds", [], frozenset()).titles_only


def test_rows_come_in_the_order_of_the_hits(db, django_assert_num_queries) -> None:
    users = [User.objects.create(email=f"{n}@example.org", name=str(n), password="!") for n in range(5)]
    hits = TextHits({users[3].pk: 0, users[1].pk: 1})
    rows = Ranked(User.objects.order_by("name"), hits)
    with django_assert_num_queries(2):
        assert len(rows) == 5
        assert [row.name for row in rows[0:4]] == ["3", "1", "0", "2"]
    assert rows[4].name == "4"
    first = Ranked(User.objects.order_by("name"), hits, first=[users[4].pk, users[2].pk])
    assert [row.name for row in first[0:5]] == ["2", "4", "3", "1", "0"]
    users[3].delete()
    assert [row.name for row in rows[0:2]] == ["1"]
