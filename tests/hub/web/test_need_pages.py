"""Writing, posting, changing and closing a need through the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.hub.web.conftest import World
from vidensbro.hub.needs.models import Need, State

Browse = Callable[..., Client]
TEXT = "Vi søger en klinik, der vil afprøve et plaster mod tryksår på plejehjem."
FORM = {"text": TEXT, "title": "Plaster mod tryksår", "visibility": "public"}


def test_draft_post_edit_close_reopen(world: World, browse: Browse) -> None:
    client = browse("member")
    client.post(
        "/needs/new/", {**FORM, "sought": ["test_site"], "fields_chosen": ["wound-care"], "readiness": "4"}
    )
    need = Need.objects.get(title="Plaster mod tryksår")
    assert (need.state, need.sought, need.readiness) == (State.DRAFT, ["test_site"], 4)
    assert [tag.notation for tag in need.field_tags.all()] == ["wound-care"]
    for step, state in (
        ("post", State.POSTED),
        ("answer", State.ANSWERED),
        ("close", State.CLOSED),
        ("reopen", State.POSTED),
    ):
        assert client.post(f"/needs/{need.pk}/{step}/", {"outcome": "En test"}).status_code == 302
        need.refresh_from_db()
        assert need.state == state
    client.post(f"/needs/{need.pk}/edit/", {**FORM, "title": "Nyt navn"})
    need.refresh_from_db()
    assert (need.title, need.outcome) == ("Nyt navn", "En test")


def test_posting_at_once(world: World, browse: Browse) -> None:
    browse("member").post("/needs/new/", {**FORM, "post": "1"})
    assert Need.objects.get(title=FORM["title"]).state == State.POSTED


def test_on_behalf_of_ones_own_organisation_only(world: World, browse: Browse) -> None:
    own, other = str(world.cast.company.pk), str(world.cast.university.pk)
    assert browse("member").post("/needs/new/", {**FORM, "organisation": other}).status_code == 400
    browse("member").post("/needs/new/", {**FORM, "organisation": own})
    assert Need.objects.get(title=FORM["title"]).organisation == world.cast.company


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": ""}, "This field is required"),
        ({"text": "kort", "post": "1"}, "This is too short"),
        ({"readiness": "12"}, "12 is not one of the available choices"),
        ({"deadline": "i morgen"}, "Enter a valid date"),
        ({"visibility": "nobody"}, "nobody is not one of the available choices"),
        ({"sought": ["unicorn"]}, "unicorn is not one of the available choices"),
        ({"fields_chosen": ["alchemy"]}, "alchemy is not one of the available choices"),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"text": "x" * 20_001}, "at most 20000 characters"),
    ],
)
def test_wrong_input_is_told_beside_the_field(world: World, browse: Browse, change: dict, said: str) -> None:
    before = Need.objects.count()
    response = browse("member").post("/needs/new/", {**FORM, **change})
    page = response.content.decode()
    assert response.status_code == 400
    assert said in page
    assert 'role="alert"' in page
    assert Need.objects.count() == before


def test_errors_are_tied_to_fields(browse: Browse) -> None:
    page = browse("member").post("/needs/new/", {**FORM, "text": ""}).content.decode()
    assert 'aria-describedby="id_text-hint id_text-error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_text-error"' in page


@pytest.mark.parametrize("step", ["edit", "post", "close", "answer", "reopen", "delete"])
def test_others_cannot_touch_it(world: World, browse: Browse, step: str) -> None:
    for name, status in (("outsider", 404), ("administrator", 404)):
        assert browse(name).post(f"/needs/{world.sealed.pk}/{step}/", FORM).status_code == status
    assert browse("outsider").post(f"/needs/{world.public.pk}/{step}/", FORM).status_code == 403
    world.public.refresh_from_db()
    assert (world.public.title, world.public.state) == ("A public need", State.POSTED)


def test_a_step_out_of_turn_is_a_conflict_in_words(world: World, browse: Browse) -> None:
    response = browse("owner").post(f"/needs/{world.public.pk}/post/")
    assert response.status_code == 409
    assert "The need is no longer a draft." in response.content.decode()


def test_deleting_a_draft(world: World, browse: Browse) -> None:
    assert browse("owner").post(f"/needs/{world.draft.pk}/delete/")["Location"] == "/needs/mine/"
    assert not Need.objects.filter(pk=world.draft.pk).exists()


def test_my_needs_are_mine(world: World, browse: Browse) -> None:
    assert "A draft of the owner" in browse("owner").get("/needs/mine/").content.decode()
    assert "You have no needs yet" in browse("outsider").get("/needs/mine/").content.decode()


def test_who_is_no_member_is_told_before_writing(world: World, browse: Browse) -> None:
    world.cast.users["outsider"].role = "visitor"
    world.cast.users["outsider"].save()
    answer = browse("outsider").get("/needs/new/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "This is for members." in page
    assert 'href="/account/#my-organisations"' in page
    assert 'id="my-organisations"' in browse("outsider").get("/account/").content.decode()
