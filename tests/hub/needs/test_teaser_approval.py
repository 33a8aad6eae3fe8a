"""Writing and approving teasers: nothing is shown to anybody that was not approved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.hub.cast import Cast
from tests.hub.needs.teasing import CLEAN, approve, crowd_of, written
from vidensbro.hub.audit.queries import history
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.needs import queries, services
from vidensbro.hub.needs.models import NeedTeaser


def shown_to(cast: Cast, row: NeedTeaser) -> set[str]:
    """By list; the page by id may also be opened by those who see the need."""
    for name in cast.names:
        if row in queries.teasers(cast[name]):
            assert queries.teaser(cast[name], row.pk) == row
    return {name for name in cast.names if row in queries.teasers(cast[name])}


EVERYBODY = {"visitor", "member", "colleague", "coordinator", "outsider", "administrator"}


@pytest.mark.parametrize(
    ("visibility", "audience", "expected"),
    [
        ("sealed", "public", EVERYBODY),
        ("sealed", "members", EVERYBODY - {"visitor"}),
        ("organisations", "public", {"visitor", "outsider", "administrator"}),
        ("organisations", "members", {"outsider", "administrator"}),
    ],
)
def test_an_approved_teaser_is_for_those_who_do_not_see_the_need(
    cast: Cast, visibility: str, audience: str, expected: set[str]
) -> None:
    assert shown_to(cast, written(cast, visibility, audience=audience)) == expected


def test_one_that_is_not_approved_is_not_there(cast: Cast) -> None:
    row = written(cast, approved=False)
    assert shown_to(cast, row) == set()
    for name in cast.names:
        with pytest.raises(NotFound):
            queries.teaser(cast[name], row.pk)
    assert queries.approved_teaser(row.need) is None


def change_text(cast: Cast, row: NeedTeaser) -> None:
    services.write_teaser(cast["owner"], row.need_id, CLEAN + " Soon.", audience=row.audience)


def change_audience(cast: Cast, row: NeedTeaser) -> None:
    services.write_teaser(cast["owner"], row.need_id, CLEAN, audience="members")


def withdraw(cast: Cast, row: NeedTeaser) -> None:
    services.withdraw_teaser(cast["owner"], row.need_id)


def open_up_and_close_again(cast: Cast, row: NeedTeaser) -> None:
    services.edit(cast["owner"], row.need_id, visibility="members")
    services.edit(cast["owner"], row.need_id, visibility="sealed")


@pytest.mark.parametrize("change", [change_text, change_audience, withdraw, open_up_and_close_again])
def test_what_voids_an_approval(cast: Cast, change: Callable[[Cast, NeedTeaser], None]) -> None:
    row = written(cast)
    change(cast, row)
    row.refresh_from_db()
    assert (row.approved_at, row.approved_by) == (None, None)
    assert shown_to(cast, row) == set()


def test_saving_the_same_again_voids_nothing(cast: Cast) -> None:
    row = written(cast)
    services.write_teaser(cast["owner"], row.need_id, f" {CLEAN}\r\n", audience="public")
    assert queries.approved_teaser(row.need) == row


def test_a_closed_need_has_no_teaser_and_a_reopened_one_has(cast: Cast) -> None:
    row = written(cast)
    services.close(cast["owner"], row.need_id)
    assert shown_to(cast, row) == set()
    with pytest.raises(Conflict, match="need_closed"):
        approve(cast, row)
    services.reopen(cast["owner"], row.need_id)
    assert shown_to(cast, row) == EVERYBODY


@pytest.mark.parametrize("visibility", ["public", "members"])
def test_an_open_need_has_none(cast: Cast, visibility: str) -> None:
    with pytest.raises(Conflict, match="teaser_not_needed"):
        services.write_teaser(cast["owner"], cast.need(visibility).pk, CLEAN)


def test_only_what_was_looked_at_is_approved(cast: Cast) -> None:
    row = written(cast, approved=False)
    with pytest.raises(Conflict, match="teaser_changed"):
        services.approve_teaser(cast["owner"], row.need_id, "Another text", warnings_seen=True)
    with pytest.raises(Conflict, match="teaser_missing"):
        services.approve_teaser(cast["owner"], cast.need("sealed").pk, CLEAN)


def test_warnings_must_be_seen(cast: Cast) -> None:
    crowd_of(cast, 6)
    row = services.write_teaser(cast["owner"], cast.need("sealed").pk, "Nordsensor is looking for help.")
    with pytest.raises(Invalid) as caught:
        services.approve_teaser(cast["owner"], row.need_id, row.text)
    assert caught.value.problems == {"warnings_seen": ("teaser_warnings",)}
    services.approve_teaser(cast["owner"], row.need_id, row.text, warnings_seen=True)
    event = history("need", row.need_id)[0]
    assert (event.action, event.details["warnings"]) == ("teaser.approved", ["organisation_name"])
    clean = services.write_teaser(cast["owner"], row.need_id, CLEAN)
    services.approve_teaser(cast["owner"], row.need_id, clean.text)


@pytest.mark.parametrize(
    ("text", "field", "code"), [("", "text", "blank"), ("x" * 1001, "text", "max_length")]
)
def test_what_is_no_teaser_is_said_by_field(cast: Cast, text: str, field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.write_teaser(cast["owner"], cast.need("sealed").pk, text)
    assert code in caught.value.problems[field]


def test_strangers_do_not_learn_of_it_and_those_who_see_the_need_are_refused(cast: Cast) -> None:
    row = written(cast, "organisations", approved=False)
    for name, error in (("outsider", NotFound), ("administrator", NotFound), ("colleague", Denied)):
        for act in (
            lambda actor: services.write_teaser(actor, row.need_id, "Mine"),
            lambda actor: services.approve_teaser(actor, row.need_id, CLEAN),
            lambda actor: services.withdraw_teaser(actor, row.need_id),
        ):
            with pytest.raises(error):
                act(cast[name])
    with pytest.raises(Denied):
        queries.teaser_of(cast["colleague"], row.need)
    with pytest.raises(Denied):
        queries.interests(cast["colleague"], row.need)


def test_neither_id_nor_order_tells_the_need_or_its_time(cast: Cast) -> None:
    rows = []
    for day in (3, 17, 25):
        with clock.clock_at(datetime(2026, 3, day, tzinfo=UTC)):
            rows.append(written(cast))
    listed = list(queries.teasers(cast["visitor"]))
    assert [row.pk for row in listed] == sorted(row.pk for row in rows)
    assert {row.month.date().isoformat() for row in listed} == {"2026-03-01"}
    assert all(row.pk.version == 4 and row.pk != row.need_id for row in rows)
