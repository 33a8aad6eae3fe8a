"""How many queries pages cost: pinned, so that a slow page is noticed where it is made."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.hub.cast import WOUND_TEXT
from tests.hub.web.conftest import World

Browse = Callable[..., Client]


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 2),
        ("/needs/", 4),
        ("/directory/", 5),
        ("/directory/people/", 4),
        ("/knowledge/", 5),
        ("/knowledge/offers/", 3),
        ("/directory/?q=ulcers", 6),
        ("/directory/people/?q=ulcers", 5),
        ("/knowledge/?q=ulcers", 5),
        ("/knowledge/offers/?q=klinik", 3),
        ("/fields/", 0),
        ("/about/", 0),
    ],
)
def test_lists(world: World, browse: Browse, django_assert_num_queries, path: str, most: int) -> None:
    client = browse()
    client.get(path)
    with django_assert_num_queries(most):
        client.get(path)


def test_a_trial_costs_a_few_queries_for_each_kind(
    world: World, browse: Browse, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(24):
        browse().post("/match/", {"text": WOUND_TEXT})


def test_lists_cost_the_same_however_long(world: World, browse: Browse, django_assert_num_queries) -> None:
    from tests.hub.cast import SYSTEM
    from vidensbro.hub.directory import services as directory

    for number in range(30):
        directory.create_organisation(SYSTEM, name=f"Firma {number}", kind="company", country="DK")
    client = browse()
    client.get("/directory/")
    with django_assert_num_queries(5):
        client.get("/directory/")
