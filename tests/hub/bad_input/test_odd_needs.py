"""Empty, tiny, huge and mixed needs through the pages: a clear word about each, and nothing typed is lost.

What the pages say of empty needs and of 100,001 characters is in tests/hub/web; here is what lies beyond.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.hub.bad_input.reading_pages import Page
from tests.hub.cast import WOUND_TEXT, Cast
from tests.hub.web.conftest import World
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.matches import queries
from vidensbro.hub.matches.services import LONGEST_TEXT
from vidensbro.hub.needs import services as needs
from vidensbro.hub.needs.models import Need, State
from vidensbro.hub.needs.services import LONGEST_TEXT as LONGEST_KEPT
from vidensbro.hub.outbox.services import drain

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]
MIXED = (
    "Vi udvikler a wearable sensor til tidlig opdagelse af pressure ulcers hos ældre, and we are looking for "
    "clinical partners på plejehjem, wir suchen auch eine Klinik."
)


def filled(text: str, length: int) -> str:
    """The text with as much behind it as makes `length` characters."""
    return text + " " + "\U0001f9ea" * (length - len(text) - 1)


def test_one_word_is_answered_or_asked_to_say_more(world: World, browse: Browse) -> None:
    assert (
        "Early detection of pressure ulcers"
        in Page(browse().post("/match/", {"text": "sensor"}).content).text
    )
    page = Page(browse().post("/match/", {"text": "kirkeorgel"}).content)
    assert "Nothing found yet" in page.text
    assert "There is little to go by." in page.text


def test_the_longest_need_of_the_largest_letters_is_answered(world: World, browse: Browse) -> None:
    text = filled(WOUND_TEXT, LONGEST_TEXT)
    response = browse().post("/match/", {"text": text})
    page = Page(response.content)
    assert response.status_code == 200
    assert "Early detection of pressure ulcers" in page.text
    assert "The text is very long: only the beginning was read." in page.text


def test_a_refused_need_is_still_there_to_be_shortened(world: World, browse: Browse) -> None:
    text = filled(WOUND_TEXT, LONGEST_TEXT + 1)
    response = browse().post("/match/", {"text": text})
    page = Page(response.content)
    assert response.status_code == 400
    assert "The text has 100001 characters; at most 100000 can be read at once." in page.text
    assert text in page.text


def test_a_mixed_need_finds_what_either_language_says(world: World, browse: Browse) -> None:
    page = Page(browse().post("/match/", {"text": MIXED}).content)
    assert "Early detection of pressure ulcers" in page.text
    assert "Sårklinik med plads til afprøvning" in page.text


def test_the_longest_need_that_can_be_kept_is_posted_and_matched(world: World, browse: Browse) -> None:
    client = browse("owner")
    text = filled(MIXED, LONGEST_KEPT)
    given = {"text": text, "visibility": "public", "post": "1"}
    assert client.post("/needs/new/", given).status_code == 302
    row = Need.objects.get(text=text)
    assert row.state == State.POSTED
    drain()
    found = queries.matches_of(world.cast["owner"], row.pk)
    assert world.corpus.paper in [one.target for one in found.matches]
    assert "Early detection of pressure ulcers" in Page(client.get(f"/needs/{row.pk}/").content).text


def test_a_tried_need_that_is_too_long_to_keep_is_not_lost(world: World, browse: Browse) -> None:
    text = filled(WOUND_TEXT, LONGEST_KEPT + 1)
    before = Need.objects.count()
    response = browse("member").post("/needs/keep/", {"text": text})
    page = Page(response.content)
    assert response.status_code == 400
    assert "20000" in page.text
    assert text in page.text
    assert Need.objects.count() == before


def test_a_form_with_one_wrong_field_keeps_all_the_others(world: World, browse: Browse) -> None:
    given = {
        "text": WOUND_TEXT,
        "title": "Sensor",
        "city": "Odense",
        "contact": "Receptionen",
        "visibility": "sealed",
    }
    for path in ("/needs/new/", f"/needs/{world.draft.pk}/edit/"):
        page = Page(browse("owner").post(path, {**given, "deadline": "i morgen"}).content)
        assert {"Sensor", "Odense", "Receptionen", "i morgen"} <= set(page.values)
        assert WOUND_TEXT in page.text
    world.draft.refresh_from_db()
    assert world.draft.title == "A draft of the owner"


def test_one_word_is_kept_as_a_draft_but_not_posted(world: World, browse: Browse) -> None:
    client = browse("owner")
    assert client.post("/needs/keep/", {"text": "sensor"}).status_code == 302
    row = Need.objects.get(text="sensor")
    response = client.post(f"/needs/{row.pk}/post/", follow=True)
    assert "The need is not complete yet." in Page(response.content).text
    row.refresh_from_db()
    assert row.state == State.DRAFT


def test_an_unfinished_draft_is_checked_in_all_that_it_has(cast: Cast) -> None:
    wrong = {"title": {"title": "x" * 201}, "": {"readiness": 12}, "visibility": {"visibility": "x"}}
    for field, columns in wrong.items():
        with pytest.raises(Invalid) as caught:
            needs.create_draft(cast["owner"], text="", **columns)
        assert field in caught.value.problems
    assert not Need.objects.exists()
