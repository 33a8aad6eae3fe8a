"""The search boxes of the lists: the whole text, both languages, the best first, for the reader's eyes only."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable

import pytest
from django.test import Client

from tests.hub.cast import SYSTEM
from tests.hub.web.conftest import World
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.matches import engine
from vidensbro.hub.outbox.services import drain

Browse = Callable[..., Client]
PAPER = "Early detection of pressure ulcers in nursing home residents"
CLINIC = "Sårklinik med plads til afprøvning"
GRANT = "Grant for pressure ulcer sensors"
TITLES_ONLY = "only titles were searched"


def seen(client: Client, path: str, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("words", ["mattress", "tryksår", "ulcers", "sensor tryksår", "nursing homes"])
def test_works_are_found_by_their_text_in_either_language(world: World, browse: Browse, words: str) -> None:
    page = seen(browse(), "/knowledge/", q=words)
    assert PAPER in page
    assert "Superconducting" not in page
    assert TITLES_ONLY not in page


def test_offers_are_found_by_their_text_in_either_language(world: World, browse: Browse) -> None:
    for words in ("tryksår", "pressure ulcer", "hjælpemidler"):
        assert CLINIC in seen(browse(), "/knowledge/offers/", q=words)
    assert CLINIC not in seen(browse(), "/knowledge/offers/", q="qubits")


def test_offers_for_members_are_for_members(world: World, browse: Browse) -> None:
    assert GRANT in seen(browse("member"), "/knowledge/offers/", q="tryksår")
    assert GRANT not in seen(browse(), "/knowledge/offers/", q="tryksår")


def test_the_best_come_first_and_pages_go_on_in_that_order(world: World, browse: Browse) -> None:
    for number in range(40):
        knowledge.create_work(
            SYSTEM,
            title=f"Brewing study {number:02}",
            abstract="On yeast." if number else "Yeast, yeast and yeast: a yeast that ferments yeast.",
            language="en",
        )
    drain()
    pages = [seen(browse(), "/knowledge/", q="yeast", page=str(page)) for page in (1, 2)]
    shown = [re.findall(r"Brewing study (\d\d)</a>", page) for page in pages]
    assert [len(numbers) for numbers in shown] == [25, 15]
    assert shown[0][0] == "00"
    assert len({*shown[0], *shown[1]}) == 40
    assert "40 works" in pages[0]


def test_facets_count_what_was_found(world: World, browse: Browse) -> None:
    knowledge.create_work(SYSTEM, kind="patent", title="A mattress", language="en")
    drain()
    page = seen(browse(), "/knowledge/", q="mattress", kind="patent")
    assert "1 work" in page
    counts = {name: int(n) for name, n in re.findall(r"kind=(\w+)[^>]*>.*?(\d+)", page, re.DOTALL)}
    assert counts["patent"] == 1
    assert "kind=publication" in page
    assert "kind=dataset" not in page


def test_part_of_a_word_is_found_in_titles(world: World, browse: Browse) -> None:
    page = seen(browse(), "/knowledge/", q="supercond")
    assert "Superconducting qubits on sapphire" in page
    assert TITLES_ONLY not in page


@pytest.mark.parametrize("broken", ["empty", "damaged"])
def test_without_an_index_titles_are_searched_and_it_is_said(
    world: World, browse: Browse, broken: str
) -> None:
    engine.forget()
    if broken == "empty":
        shutil.rmtree(engine.index_folder())
    else:
        for path in engine.index_folder().rglob("*"):
            if path.is_file():
                path.write_bytes(b"no index")
    page = seen(browse(), "/knowledge/", q="early ulcers")
    assert PAPER in page
    assert TITLES_ONLY in page
    assert PAPER not in seen(browse(), "/knowledge/", q="mattress")
    assert CLINIC in seen(browse(), "/knowledge/offers/", q="sårklinik")


def test_the_page_says_it_in_danish(world: World, browse: Browse) -> None:
    page = seen(browse(language="da"), "/knowledge/", q="zzqx")
    assert "Intet arbejde siger det" in page
    assert "Ord, på dansk eller engelsk" in page


@pytest.mark.parametrize("words", ["\x00", "' OR 1=1 --", "%", "ß" * 300, "🙂", "da:sår", "<script>"])
def test_odd_words_get_an_answer(world: World, browse: Browse, words: str) -> None:
    for path in ("/knowledge/", "/knowledge/offers/"):
        seen(browse(), path, q=words)
