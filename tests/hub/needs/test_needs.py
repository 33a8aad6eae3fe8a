"""Needs: states, who sees what, what follows a change."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.hub.cast import SYSTEM, WOUND_TEXT, Cast
from vidensbro.hub.audit.queries import history
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.needs import queries, services
from vidensbro.hub.needs.models import Need, State
from vidensbro.hub.outbox.models import Entry

EVERYBODY = {
    "visitor",
    "member",
    "colleague",
    "coordinator",
    "outsider",
    "secretariat",
    "administrator",
    "owner",
}
MEMBERS = EVERYBODY - {"visitor"}


@pytest.mark.parametrize(
    ("visibility", "posted", "seen_by"),
    [
        ("public", True, EVERYBODY),
        ("members", True, MEMBERS),
        ("sealed", True, {"owner", "secretariat"}),
        ("public", False, {"owner"}),
        ("members", False, {"owner"}),
        ("sealed", False, {"owner"}),
    ],
)
def test_who_sees_a_need(cast: Cast, visibility: str, posted: bool, seen_by: set[str]) -> None:
    row = cast.need(visibility, posted=posted)
    by_list = {name for name in cast.names if row in queries.needs(cast[name])}
    by_id = {name for name in cast.names if _sees(cast, name, row)}
    assert by_list == by_id == seen_by


def _sees(cast: Cast, name: str, row: Need) -> bool:
    try:
        return queries.need(cast[name], row.pk) == row
    except NotFound:
        return False


@pytest.mark.parametrize("visibility", ["public", "members", "sealed"])
def test_who_may_change_a_posted_need(cast: Cast, visibility: str) -> None:
    row = cast.need(visibility)
    expected = {"owner", "secretariat"} | ({"coordinator"} if visibility != "sealed" else set())
    assert {name for name in cast.names if queries.may_edit(cast[name], row)} == expected
    assert {name for name in cast.names if queries.may_see_matches(cast[name], row)} == expected


def test_a_stranger_does_not_learn_that_a_sealed_need_exists(cast: Cast) -> None:
    row = cast.need("sealed")
    with pytest.raises(NotFound):
        services.edit(cast["outsider"], row.pk, title="Mine now")
    with pytest.raises(NotFound):
        services.close(cast["administrator"], row.pk)


def test_one_who_sees_it_is_told_why_not(cast: Cast) -> None:
    row = cast.need("public")
    with pytest.raises(Denied, match="not_owner"):
        services.edit(cast["outsider"], row.pk, title="Mine now")
    with pytest.raises(Denied, match="sign_in_needed"):
        services.edit(cast["visitor"], row.pk, title="Mine now")


def test_an_organisations_need_is_owned_by_its_coordinators(cast: Cast) -> None:
    row = services.create_draft(SYSTEM, organisation_id=cast.company.pk, text=WOUND_TEXT, visibility="sealed")
    services.post(SYSTEM, row.pk)
    assert {name for name in cast.names if _sees(cast, name, row)} == {"coordinator", "secretariat"}


def test_a_visitor_cannot_begin_a_need(cast: Cast) -> None:
    with pytest.raises(Denied, match="sign_in_needed"):
        services.create_draft(cast["visitor"], text=WOUND_TEXT)


def test_nobody_speaks_for_another_organisation(cast: Cast) -> None:
    with pytest.raises(Denied, match="not_yours"):
        services.create_draft(cast["outsider"], organisation_id=cast.company.pk, text=WOUND_TEXT)


def test_the_whole_way(cast: Cast) -> None:
    owner = cast["owner"]
    row = cast.need(posted=False)
    assert (row.state, row.posted) == (State.DRAFT, None)
    row = services.post(owner, row.pk)
    assert row.state == State.POSTED
    assert row.posted is not None
    assert services.answer(owner, row.pk).state == State.ANSWERED
    closed = services.close(owner, row.pk, "  A clinic was found. ")
    assert (closed.state, closed.outcome) == (State.CLOSED, "A clinic was found.")
    with pytest.raises(Conflict, match="need_closed"):
        services.edit(owner, row.pk, title="Too late")
    reopened = services.reopen(owner, row.pk)
    assert (reopened.state, reopened.closed) == (State.POSTED, None)
    assert [event.action for event in history("need", row.pk)] == [
        "need.reopened",
        "need.closed",
        "need.answered",
        "need.posted",
        "need.drafted",
    ]


@pytest.mark.parametrize(
    ("operation", "state"),
    [
        (services.post, "posted"),
        (services.delete_draft, "posted"),
        (services.answer, "draft"),
        (services.close, "draft"),
        (services.reopen, "draft"),
        (services.reopen, "posted"),
    ],
)
def test_what_a_state_does_not_allow_changes_nothing(cast: Cast, operation, state: str) -> None:
    row = cast.need(posted=state == "posted")
    with pytest.raises(Conflict):
        operation(cast["owner"], row.pk)
    assert Need.objects.get(pk=row.pk).state == state


def test_a_draft_can_be_thrown_away(cast: Cast) -> None:
    row = cast.need(posted=False)
    services.delete_draft(cast["owner"], row.pk)
    assert not Need.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"readiness": 10}, "", "need_readiness_1_to_9"),
        ({"sought": ["unicorn"]}, "sought", "invalid_choice"),
        ({"sought": ["release"]}, "sought", "invalid_choice"),
        ({"visibility": "secret"}, "visibility", "invalid_choice"),
        ({"title": "x" * 201}, "title", "max_length"),
        ({"text": "x" * 100_000}, "text", "max_length"),
        ({"owner_id": "me"}, "owner_id", "unknown"),
    ],
)
def test_what_cannot_be_stored_is_said_by_field(cast: Cast, changes: dict, field: str, code: str) -> None:
    row = cast.need()
    with pytest.raises(Invalid) as caught:
        services.edit(cast["owner"], row.pk, **changes)
    assert code in caught.value.problems[field]
    assert Need.objects.get(pk=row.pk).title == row.title


@pytest.mark.parametrize("text", ["", "   ", "help"])
def test_an_unfinished_draft_is_kept_but_not_posted(cast: Cast, text: str) -> None:
    row = services.create_draft(cast["owner"], text=text)
    with pytest.raises(Invalid) as caught:
        services.post(cast["owner"], row.pk)
    assert caught.value.problems["text"] == ("too_short",)
    assert Need.objects.get(pk=row.pk).state == State.DRAFT


def test_text_is_kept_as_written_but_for_what_no_database_holds(cast: Cast) -> None:
    nasty = "<script>alert(1)</script> =cmd|' /C calc'!A0 \u202e \U0001f9ea Æ"
    row = services.create_draft(cast["owner"], text=f"  {nasty}\x00 ")
    assert Need.objects.get(pk=row.pk).text == nasty


def test_posting_and_editing_ask_for_matches_once(cast: Cast) -> None:
    row = cast.need()
    services.edit(cast["owner"], row.pk, deadline=date(2026, 12, 1))
    services.edit(cast["owner"], row.pk, fields=["medtech"])
    waiting = Entry.objects.filter(topic="matches.refresh").values_list("key", flat=True)
    assert list(waiting) == [str(row.pk)]


def test_what_does_not_change_the_answer_asks_for_none(cast: Cast) -> None:
    row = cast.need()
    Entry.objects.all().delete()
    services.edit(cast["owner"], row.pk, contact="Call the reception")
    services.edit(cast["owner"], row.pk, title=row.title)
    assert not Entry.objects.exists()


def test_a_draft_asks_for_nothing(cast: Cast) -> None:
    row = cast.need(posted=False)
    services.edit(cast["owner"], row.pk, title="Another")
    assert not Entry.objects.filter(topic="matches.refresh").exists()


def test_nothing_is_kept_of_a_change_that_failed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = cast.need(posted=False)

    def broken(*args: object, **kwargs: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(services, "matches_outdated", broken)
    with pytest.raises(OSError, match="disk"):
        services.post(cast["owner"], row.pk)
    assert Need.objects.get(pk=row.pk).state == State.DRAFT
    assert [event.action for event in history("need", row.pk)] == ["need.drafted"]


def test_the_database_itself_refuses_a_state_without_its_date(cast: Cast) -> None:
    row = cast.need()
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=row.pk).update(state=State.CLOSED)


def test_my_needs_are_mine_and_my_organisations(cast: Cast) -> None:
    row, sealed = cast.need(), cast.need("sealed")
    assert set(queries.my_needs(cast["owner"])) == {row, sealed}
    assert set(queries.my_needs(cast["coordinator"])) == {row}
    assert not queries.my_needs(cast["colleague"])
    assert not queries.my_needs(cast["visitor"])


def test_a_list_costs_the_same_however_long(cast: Cast, django_assert_num_queries) -> None:
    member = cast["outsider"]
    for _ in range(2):
        services.edit(cast["owner"], cast.need().pk, fields=["medtech", "digital-health"])
        with django_assert_num_queries(2):
            for row in queries.needs(member):
                assert (row.organisation.name, row.owner.name) == ("Nordsensor", "Owner")
                assert len(row.field_tags.all()) == 2


def test_search_by_word_field_and_state(cast: Cast) -> None:
    row = services.edit(cast["owner"], cast.need().pk, fields=["wound-care"])
    found = [
        queries.NeedSearch(text="sensor ulcers"),
        queries.NeedSearch(field="medtech"),
        queries.NeedSearch(state="posted"),
    ]
    assert all(row in queries.needs(cast["member"], search) for search in found)
    others = [
        queries.NeedSearch(text="quantum"),
        queries.NeedSearch(field="biotech"),
        queries.NeedSearch(state="closed"),
    ]
    assert not any(row in queries.needs(cast["member"], search) for search in others)


def test_the_engine_gets_the_need_as_it_is(cast: Cast) -> None:
    row = cast.need(city="Aalborg", country="DK", readiness=4, sought=["test_site"], language="en")
    services.edit(cast["owner"], row.pk, fields=["b", "a"])
    given = queries.as_kit_need(queries.need(cast["owner"], row.pk))
    assert (given.title, given.text, given.language) == (row.title, row.text, "en")
    assert (given.fields, given.sought, given.readiness) == (("a", "b"), ("test_site",), 4)
    assert given.place is not None
    assert (given.place.city, given.place.country) == ("Aalborg", "DK")
