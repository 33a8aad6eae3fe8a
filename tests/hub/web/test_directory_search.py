"""The search boxes of the directory: names first, then what somebody is known for."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable

import pytest
from django.test import Client

from tests.hub.cast import SYSTEM
from tests.hub.web.conftest import World
from vidensbro.hub.directory import services as directory
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.matches import engine
from vidensbro.hub.outbox.services import drain

Browse = Callable[..., Client]
NAMES_ONLY = "only names were searched"


def listed(client: Client, path: str, words: str) -> list[str]:
    """The names on the page, in order."""
    response = client.get(path, {"q": words})
    assert response.status_code == 200
    return re.findall(r'<h3><a href="/[^"]*">([^<]+)</a></h3>', response.content.decode())


@pytest.mark.parametrize("words", ["tryksår", "pressure ulcers", "mattress"])
def test_those_behind_a_work_are_found_by_what_it_says(world: World, browse: Browse, words: str) -> None:
    assert listed(browse(), "/directory/people/", words) == ["Ida Testsen"]
    assert listed(browse(), "/directory/", words) == ["Østuniversitetet"]


def test_names_come_first(world: World, browse: Browse) -> None:
    directory.create_person(SYSTEM, name="Åse Mattress")
    drain()
    assert listed(browse(), "/directory/people/", "mattress") == ["Åse Mattress", "Ida Testsen"]
    assert listed(browse(), "/directory/people/", "testsen") == ["Ida Testsen"]
    assert listed(browse(), "/directory/", "nordsens") == ["Nordsensor"]


def test_who_is_hidden_is_not_found_by_works(world: World, browse: Browse) -> None:
    researcher = world.corpus.researcher
    researcher.visibility = "hidden"
    researcher.save()
    assert listed(browse(), "/directory/people/", "mattress") == []


def test_an_offer_for_members_speaks_to_members_only(world: World, browse: Browse) -> None:
    knowledge.create_offer(
        SYSTEM,
        world.cast.company.pk,
        kind="equipment",
        title="Cryostat",
        language="en",
        audience="members",
    )
    drain()
    assert listed(browse("member"), "/directory/", "cryostat") == ["Nordsensor"]
    assert listed(browse(), "/directory/", "cryostat") == []


def test_facets_count_what_was_found(world: World, browse: Browse) -> None:
    page = browse().get("/directory/", {"q": "mattress"}).content.decode()
    assert "1 organisation<" in page
    assert "kind=university" in page
    assert "kind=company" not in page


def test_without_an_index_names_are_searched_and_it_is_said(world: World, browse: Browse) -> None:
    engine.forget()
    shutil.rmtree(engine.index_folder())
    for path, name in (("/directory/people/", "Ida Testsen"), ("/directory/", "Nordsensor")):
        assert listed(browse(), path, name[:4].lower()) == [name]
        assert NAMES_ONLY in browse().get(path, {"q": name}).content.decode()
        assert listed(browse(), path, "mattress") == []
