"""Trying a need, its evidence on the page, feedback and keeping it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from tests.hub.cast import WOUND_TEXT
from tests.hub.web.conftest import World
from vidensbro.hub.matches.models import Feedback, MatchRun
from vidensbro.hub.matches.services import digest_of, refresh
from vidensbro.hub.needs.models import Need, State
from vidensbro.hub.outbox.services import drain
from vidensbro.kit.matching import Need as KitNeed

Browse = Callable[..., Client]
DANISH = (
    "Vi udvikler en sensor, der opdager tryksår tidligt hos beboere på plejehjem, og søger klinisk viden."
)


def test_a_visitor_tries_a_danish_need_and_sees_english_evidence(world: World, browse: Browse) -> None:
    response = browse(language="da").post("/match/", {"text": DANISH})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Early detection of pressure ulcers in nursing home residents" in page
    assert "Ida Testsen" in page
    assert "<mark>" in page
    assert "fagordliste" in page
    assert "Sådan lægges pointene sammen" in page
    assert "Grant for pressure ulcer sensors" not in page


def test_nothing_of_a_trial_is_kept(world: World, browse: Browse) -> None:
    before = (Need.objects.count(), MatchRun.objects.count())
    browse().post("/match/", {"text": DANISH})
    assert (Need.objects.count(), MatchRun.objects.count()) == before


def test_members_find_what_is_for_members(world: World, browse: Browse) -> None:
    page = browse("member").post("/match/", {"text": WOUND_TEXT}).content.decode()
    assert "Grant for pressure ulcer sensors" in page
    assert "Save as a need" in page
    assert "Not relevant, because" in page


def test_an_answer_from_memory_is_nobody_elses(world: World, browse: Browse) -> None:
    browse("member").post("/match/", {"text": WOUND_TEXT})
    page = browse().post("/match/", {"text": WOUND_TEXT}).content.decode()
    assert "Grant for pressure ulcer sensors" not in page


def test_what_is_hidden_after_a_trial_is_not_shown_from_memory(world: World, browse: Browse) -> None:
    assert "Ida Testsen" in browse().post("/match/", {"text": WOUND_TEXT}).content.decode()
    researcher = world.corpus.researcher
    researcher.visibility = "hidden"
    researcher.save()
    assert "Ida Testsen" not in browse().post("/match/", {"text": WOUND_TEXT}).content.decode()


def refuse(client: Client, world: World, text: str, verdict: str = "not_relevant") -> None:
    given = {"kind": "publication", "target": str(world.corpus.paper.pk), "verdict": verdict}
    digest = digest_of(KitNeed(text=text))
    response = client.post("/match/feedback/", {**given, "reason": "too_old", "digest": digest})
    assert response.status_code == 200


PAPER = "Early detection of pressure ulcers in nursing home residents"


def answers(client: Client, text: str) -> str:
    """The page but for what was left out."""
    return client.post("/match/", {"text": text}).content.decode().partition("left out, because")[0]


def test_what_is_not_relevant_for_a_text_does_not_come_again_for_it(world: World, browse: Browse) -> None:
    client = browse("member")
    assert PAPER in client.post("/match/", {"text": WOUND_TEXT}).content.decode()
    refuse(client, world, WOUND_TEXT)
    for same in (WOUND_TEXT, f"  {WOUND_TEXT.upper()} "):
        assert PAPER not in answers(client, same)
    assert PAPER in client.post("/match/", {"text": DANISH}).content.decode()
    for other in ("colleague", "visitor"):
        assert PAPER in browse(other).post("/match/", {"text": WOUND_TEXT}).content.decode()


def test_a_changed_mind_brings_it_back(world: World, browse: Browse) -> None:
    client = browse("member")
    refuse(client, world, WOUND_TEXT)
    assert PAPER not in answers(client, WOUND_TEXT)
    refuse(client, world, WOUND_TEXT, verdict="relevant")
    assert PAPER in answers(client, WOUND_TEXT)


def test_kinds_narrow(world: World, browse: Browse) -> None:
    page = browse().post("/match/", {"text": WOUND_TEXT, "kinds": ["test_site"]}).content.decode()
    assert 'id="test_site"' in page
    assert 'id="publication"' not in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": ""}, "Write what you need, in your own words."),
        ({"text": "   \n "}, "Write what you need, in your own words."),
        ({"text": "x" * 100_001}, "at most 100000 can be read at once"),
        ({"text": "ulcers", "kinds": ["unicorn"]}, "unicorn is not one of the available choices"),
        ({}, "Write what you need, in your own words."),
    ],
)
def test_wrong_input_is_told(browse: Browse, given: dict, said: str) -> None:
    response = browse().post("/match/", given)
    assert response.status_code == 400
    assert said in response.content.decode()


@pytest.mark.parametrize(
    "text", ["ulcers", "zzqx", "\x00\u202e🙂", "' OR 1=1 --", "tryksår " * 9000, "ß" * 99_999]
)
def test_odd_needs_get_an_answer(browse: Browse, text: str) -> None:
    assert browse().post("/match/", {"text": text}).status_code == 200


def test_nothing_found_gives_advice(browse: Browse) -> None:
    page = browse().post("/match/", {"text": "zzqx wvvk"}).content.decode()
    assert "Nothing found yet" in page
    assert "Nothing here answers the need as it is written." in page


def test_the_same_answer_in_the_other_language(world: World, browse: Browse) -> None:
    client = browse(language="en")
    page = client.post(
        "/match/", {"text": DANISH, "kinds": ["publication"], "language": "da"}
    ).content.decode()
    assert '<html lang="da">' in page
    assert f'<input type="hidden" name="text" value="{DANISH}">' in page
    assert '<html lang="da">' in client.get("/").content.decode()


def test_a_tried_text_becomes_a_draft(world: World, browse: Browse) -> None:
    response = browse("member").post("/needs/keep/", {"text": DANISH})
    kept = Need.objects.get(text=DANISH)
    assert (kept.state, kept.owner) == (State.DRAFT, world.cast.users["member"])
    assert response["Location"] == f"/needs/{kept.pk}/edit/"


def said(world: World, **more: str) -> dict[str, str]:
    given = {"kind": "publication", "target": str(world.corpus.paper.pk), "need": str(world.public.pk)}
    return {**given, **more}


def test_not_relevant_because(world: World, browse: Browse) -> None:
    given = said(world, verdict="not_relevant", reason="too_old", note="From before our time")
    client = browse("owner")
    response = client.post("/match/feedback/", given)
    assert response["Location"] == f"/needs/{world.public.pk}/#matches"
    held = Feedback.objects.get()
    assert (held.verdict, held.reason, held.note) == ("not_relevant", "too_old", "From before our time")
    assert (
        "You find this not relevant: out of date."
        in client.get(f"/needs/{world.public.pk}/").content.decode()
    )
    client.post(f"/match/feedback/{held.pk}/take-back/", {"need": str(world.public.pk)})
    assert not Feedback.objects.exists()


def test_a_refusal_needs_a_reason(world: World, browse: Browse) -> None:
    response = browse("owner").post("/match/feedback/", said(world, verdict="not_relevant"))
    assert response.status_code == 400
    assert "Choose a reason" in response.content.decode()
    assert not Feedback.objects.exists()


def test_feedback_on_a_trial(world: World, browse: Browse) -> None:
    digest = digest_of(KitNeed(text=WOUND_TEXT))
    given = {
        "kind": "publication",
        "target": str(world.corpus.paper.pk),
        "digest": digest,
        "verdict": "relevant",
    }
    assert browse("member").post("/match/feedback/", given).status_code == 200
    assert Feedback.objects.get().text_digest == digest


def test_feedback_is_for_those_who_may_see_the_matches(world: World, browse: Browse) -> None:
    given = said(world, verdict="relevant")
    assert browse("outsider").post("/match/feedback/", given).status_code == 403
    assert (
        browse("outsider").post("/match/feedback/", {**given, "need": str(world.sealed.pk)}).status_code
        == 404
    )
    assert browse().post("/match/feedback/", given).status_code == 403
    assert not Feedback.objects.exists()


def test_a_part_of_the_page_answers_htmx(world: World, browse: Browse) -> None:
    given = said(world, verdict="relevant")
    response = browse("owner").post("/match/feedback/", given, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert b"<html" not in response.content


TAKE_BACK = re.compile(
    r'<form method="post" action="(/match/feedback/[^"]+/take-back/)">(.*?)</form>', re.DOTALL
)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def test_what_was_left_out_of_a_trial_can_be_taken_back_there(world: World, browse: Browse) -> None:
    client = browse("member")
    refuse(client, world, WOUND_TEXT)
    page = client.post("/match/", {"text": WOUND_TEXT, "kinds": ["publication", "person"]}).content.decode()
    assert "1 left out, because you find it not relevant" in page
    ((address, form),) = TAKE_BACK.findall(page)
    assert PAPER in form
    sent: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(form):
        sent.setdefault(name, []).append(unescape(value))
    assert sent["kinds"] == ["publication", "person"]
    page = client.post(address, sent).content.decode()
    assert "Taken back." in page
    assert "left out, because" not in page
    assert PAPER in page
    assert not Feedback.objects.exists()


def test_what_is_found_relevant_is_said_and_can_be_taken_back(world: World, browse: Browse) -> None:
    client = browse("member")
    refuse(client, world, WOUND_TEXT, verdict="relevant")
    page = client.post("/match/", {"text": WOUND_TEXT}).content.decode()
    assert "You find this relevant." in page
    assert len(TAKE_BACK.findall(page)) == 1
    assert not TAKE_BACK.findall(browse("colleague").post("/match/", {"text": WOUND_TEXT}).content.decode())


@pytest.mark.parametrize("part", [True, False])
def test_feedback_on_a_trial_can_be_taken_back_at_once(world: World, browse: Browse, part: bool) -> None:
    client, headers = browse("member"), {"HX-Request": "true"} if part else {}
    given = {"kind": "publication", "target": str(world.corpus.paper.pk), "verdict": "not_relevant"}
    digest = digest_of(KitNeed(text=WOUND_TEXT))
    answer = client.post("/match/feedback/", {**given, "reason": "other", "digest": digest}, headers=headers)
    address = f"/match/feedback/{Feedback.objects.get().pk}/take-back/"
    assert f'action="{address}"' in answer.content.decode()
    answer = client.post(address, headers=headers)
    assert answer.status_code == (200 if part else 302)
    assert not part or "Taken back." in answer.content.decode()
    assert not Feedback.objects.exists()


def test_what_a_need_was_refused_comes_back_when_that_is_taken_back(world: World, browse: Browse) -> None:
    client, address = browse("owner"), f"/needs/{world.public.pk}/"
    client.post("/match/feedback/", said(world, verdict="not_relevant", reason="too_old"))
    assert "left out, because" not in client.get(address).content.decode()
    refresh(world.public.pk)
    page = client.get(address).content.decode()
    assert "1 left out, because you find it not relevant" in page
    ((take_back, form),) = TAKE_BACK.findall(page)
    assert client.post(take_back, dict(HIDDEN.findall(form)))["Location"] == f"{address}#matches"
    drain()
    page = client.get(address).content.decode()
    assert PAPER in page
    assert "left out, because" not in page


def test_only_members_are_offered_to_keep_a_text(world: World, browse: Browse) -> None:
    world.cast.users["outsider"].role = "visitor"
    world.cast.users["outsider"].save()
    assert "Save as a need" not in browse("outsider").post("/match/", {"text": DANISH}).content.decode()
