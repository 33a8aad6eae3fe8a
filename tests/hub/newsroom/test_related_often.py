"""What is related is asked of the engine once in a while, whatever it says: it may have nothing to say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.hub.cast import NOON, Cast
from tests.hub.matches.conftest import own_index
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.feeding import put_on, write
from vidensbro.hub.common.caching import pages
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.directory.announcements import INDEX_UPDATE
from vidensbro.hub.matches import services as matches
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.queries import related as queries_related
from vidensbro.hub.newsroom.queries.related import related
from vidensbro.hub.newsroom.services import steps
from vidensbro.hub.outbox.services import drain

__all__ = ["own_index"]
pytestmark = pytest.mark.django_db
MOST = 6
"""Queries that asking the engine costs: fields, languages, who is asking, the ranker."""


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    pages.clear()
    yield
    pages.clear()


@pytest.fixture
def out(cast: Cast) -> Version:
    with clock_at(NOON):
        return put_on(write(WORDS, [cast.company.pk]), HOUR)


def costs(row: Version, times: int = 3) -> list[int]:
    """How many queries it takes each time."""
    found = []
    with clock_at(HOUR):
        for _ in range(times):
            with CaptureQueriesContext(connection) as queries:
                assert related(row) == []
            found.append(len(queries))
    assert 0 < found[0] <= MOST
    return found


def test_an_empty_index_is_asked_once(out: Version, own_index: Any) -> None:
    assert costs(out)[1:] == [0, 0]


def test_an_index_without_another_release_is_asked_once(out: Version, own_index: Any) -> None:
    with clock_at(HOUR):
        steps.note_all_published()
        drain([INDEX_UPDATE])
    assert costs(out)[1:] == [0, 0]


@pytest.mark.parametrize("unreadable", [True, False])
def test_an_engine_that_is_out_of_order_is_left_alone_for_a_while(
    out: Version, own_index: Any, monkeypatch: pytest.MonkeyPatch, unreadable: bool
) -> None:
    asked = []

    def broken(*given: Any, **more: Any) -> None:
        asked.append(given)
        raise Unavailable("index_damaged", "Build it anew.")

    def unread() -> str:
        raise Unavailable("index_damaged", "Build it anew.")

    monkeypatch.setattr(matches, "match", broken)
    if unreadable:
        monkeypatch.setattr(queries_related, "index_version", unread)
    assert costs(out)[1:] == [0, 0]
    assert len(asked) == 1
