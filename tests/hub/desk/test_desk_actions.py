"""Assigning, snoozing, noting, routing, dealing with, in bulk; and undoing it."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from tests.hub.cast import NOON, SYSTEM
from tests.hub.desk.conftest import Desk
from vidensbro.hub.accounts import services as accounts
from vidensbro.hub.audit import privacy
from vidensbro.hub.audit.models import Event
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.audit.retention import expire_all
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.desk import queries, saving, services
from vidensbro.hub.desk.models import DeskAction, DeskItem, SavedView
from vidensbro.hub.desk.services import Wish
from vidensbro.hub.directory import services as directory
from vidensbro.hub.introductions import services as introductions
from vidensbro.hub.introductions.models import Introduction

WEEK = date(2026, 3, 9)


def undo(desk: Desk) -> services.Outcome:
    last = queries.last_action(desk.broker)
    assert last is not None
    return services.undo(desk.broker, last.pk)


def test_assigning(desk: Desk) -> None:
    desk.need()
    ref = desk.ref("route")
    services.act(desk.broker, ref, Wish(assignee=str(desk.second.pk)))
    assert desk.one("route").assignee == desk.second
    assert [item.ref for item in desk.items(desk.colleague, assignee="me")] == ref
    services.act(desk.broker, ref, Wish(assignee="nobody"))
    assert desk.one("route").assignee is None
    assert DeskItem.objects.count() == 0


def test_only_brokers_are_assigned_to(desk: Desk) -> None:
    desk.need()
    for name in ("member", "administrator"):
        with pytest.raises(Invalid) as refused:
            services.act(desk.broker, desk.ref("route"), Wish(assignee=str(desk.cast.users[name].pk)))
        assert refused.value.problems == {"assignee": ("invalid_choice",)}


def test_whoever_gets_an_introduction_is_its_broker(desk: Desk) -> None:
    row = desk.asked()
    services.act(desk.broker, desk.ref("waiting"), Wish(assignee=str(desk.second.pk)))
    assert Introduction.objects.get(pk=row.pk).broker == desk.second
    assert desk.one("waiting").assignee == desk.second
    undo(desk)
    assert Introduction.objects.get(pk=row.pk).broker is None


def test_assignee_and_note_stay_with_a_thing_that_is_here_for_another_reason(desk: Desk) -> None:
    row = desk.asked()
    assert row.expires_at is not None
    services.act(desk.broker, desk.ref("waiting"), Wish(assignee=str(desk.second.pk), note="Call her"))
    with clock_at(row.expires_at - timedelta(days=3)):
        item = desk.one("expiring")
        assert (item.assignee, item.note) == (desk.second, "Call her")
        services.act(desk.broker, [item.ref], Wish(until=date(2026, 3, 20)))
        assert desk.one("expiring", state="snoozed").note == "Call her"


def test_snoozing_hides_until_the_day(desk: Desk) -> None:
    desk.need()
    ref = desk.ref("route")
    services.act(desk.broker, ref, Wish(until=WEEK))
    assert desk.items() == []
    assert [item.ref for item in desk.items(state="snoozed")] == ref
    with clock_at(NOON + timedelta(days=6)):
        assert desk.items() == []
    with clock_at(NOON + timedelta(days=7)):
        assert [item.ref for item in desk.items()] == ref


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2026, 3, 2), "not_future"), (date(2025, 1, 1), "not_future"), (date(2028, 1, 1), "too_late")],
)
def test_snoozing_needs_a_day_to_come(desk: Desk, day: date, code: str) -> None:
    desk.need()
    with pytest.raises(Invalid) as refused:
        services.act(desk.broker, desk.ref("route"), Wish(until=day))
    assert refused.value.problems == {"until": (code,)}


def test_notes(desk: Desk) -> None:
    desk.need()
    services.act(desk.broker, desk.ref("route"), Wish(note=" Ring the owner "))
    assert desk.one("route", text="ring").note == "Ring the owner"
    services.act(desk.broker, desk.ref("route"), Wish(note=""))
    assert desk.one("route").note == ""
    with pytest.raises(Invalid):
        services.act(desk.broker, desk.ref("route"), Wish(note="x" * 2001))


def test_routing_to_the_nearest_and_to_another(desk: Desk) -> None:
    row = desk.need()
    services.act(desk.broker, desk.ref("route"), Wish(office="nearest"))
    assert desk.items() == []
    item = desk.one("route", state="done", office=str(desk.aalborg.pk))
    assert item.office == desk.aalborg
    services.act(desk.broker, [item.ref], Wish(office=str(desk.copenhagen.pk)))
    assert DeskItem.objects.get(key=row.pk).office == desk.copenhagen
    # Back on the desk, it goes nowhere.
    services.act(desk.broker, [item.ref], Wish(done=False))
    assert desk.one("route").office is None


def test_what_is_about_a_need_can_be_routed_as_well(desk: Desk) -> None:
    row = desk.asked()
    done = services.act(desk.broker, desk.ref("waiting"), Wish(office=str(desk.aalborg.pk)))
    assert done.changed == 1
    assert desk.kinds() == ["waiting"]
    assert desk.one("waiting").office == desk.aalborg
    assert DeskItem.objects.get().key == row.need_id


def test_what_is_about_no_need_cannot_be_routed(desk: Desk) -> None:
    desk.everything()
    with pytest.raises(Conflict) as refused:
        services.act(desk.broker, desk.ref("mail"), Wish(office="nearest"))
    assert refused.value.reason == "desk_not_routable"
    both = [item.ref for item in desk.items() if item.matter.kind in {"mail", "route"}]
    done = services.act(desk.broker, both, Wish(office="nearest"))
    assert (done.changed, done.not_routable) == (2, 1)


def test_an_office_of_somebody_else_is_refused(desk: Desk) -> None:
    desk.need()
    office = desk.cast.company.offices.get()
    with pytest.raises(Invalid):
        services.act(desk.broker, desk.ref("route"), Wish(office=str(office.pk)))


def test_in_bulk_and_all_of_it_undone(desk: Desk) -> None:
    desk.everything()
    before = desk.items()
    wish = Wish(assignee=str(desk.second.pk), note="Together", done=True)
    done = services.act(desk.broker, [item.ref for item in before], wish)
    assert (done.changed, done.parts) == (8, ("assigned", "noted", "finished"))
    assert desk.items() == []
    assert undo(desk).changed == 8
    assert desk.items() == before
    assert DeskItem.objects.count() == 0
    assert queries.last_action(desk.broker) is None


def test_what_has_gone_is_told(desk: Desk) -> None:
    desk.need()
    gone = ("route", uuid.uuid4())
    assert services.act(desk.broker, [*desk.ref("route"), gone], Wish(done=True)).gone == 1
    with pytest.raises(Conflict) as refused:
        services.act(desk.broker, [gone], Wish(done=True))
    assert refused.value.reason == "desk_gone"


def test_nothing_chosen_and_nothing_wished(desk: Desk) -> None:
    desk.need()
    for refs, wish in (([], Wish(done=True)), (desk.ref("route"), Wish())):
        with pytest.raises(Invalid):
            services.act(desk.broker, refs, wish)
    assert DeskAction.objects.count() == 0


def test_undo_leaves_what_a_colleague_has_changed_since(desk: Desk) -> None:
    desk.everything()
    refs = [item.ref for item in desk.items(kind="route")]
    services.act(desk.broker, refs, Wish(note="Mine"))
    services.act(desk.colleague, refs[:1], Wish(note="Theirs"))
    done = undo(desk)
    assert (done.changed, done.gone) == (1, 1)
    assert sorted(item.note for item in desk.items(kind="route")) == ["", "Theirs"]


def test_undo_is_ones_own_once_and_for_a_day(desk: Desk) -> None:
    desk.need()
    services.act(desk.broker, desk.ref("route"), Wish(note="One"))
    services.act(desk.broker, desk.ref("route"), Wish(note="Two"))
    first, last = DeskAction.objects.order_by("at", "pk")
    assert queries.last_action(desk.colleague) is None
    for actor, action in ((desk.colleague, last), (desk.broker, first)):
        with pytest.raises(Conflict):
            services.undo(actor, action.pk)
    services.undo(desk.broker, last.pk)
    with pytest.raises(Conflict):
        services.undo(desk.broker, last.pk)
    assert desk.one("route").note == "One"
    with clock_at(NOON + timedelta(hours=25)):
        assert queries.last_action(desk.broker) is None


def test_undo_of_a_snooze_that_replaced_another(desk: Desk) -> None:
    desk.need()
    services.act(desk.broker, desk.ref("route"), Wish(until=WEEK))
    services.act(desk.broker, desk.ref("route", state="snoozed"), Wish(until=date(2026, 5, 1)))
    undo(desk)
    assert desk.one("route", state="snoozed").snoozed_until == WEEK


def test_everything_is_in_the_record_and_no_text_of_it(desk: Desk) -> None:
    row = desk.need()
    services.act(desk.broker, desk.ref("route"), Wish(assignee=str(desk.second.pk), note="Confidential"))
    services.act(desk.broker, desk.ref("route"), Wish(office="nearest"))
    undo(desk)
    events = Event.objects.filter(action__startswith="desk.", object_id=str(row.pk)).order_by("pk")
    assert [one.action for one in events] == ["desk.assigned", "desk.noted", "desk.routed", "desk.undone"]
    assert {one.kind for one in events} == {"need"}
    assert "Confidential" not in str([one.details for one in events])


def test_views(desk: Desk) -> None:
    own = saving.save_view(desk.broker, " My  weak ones ", "kind=weak&page=3&csrf=x")
    assert (own.name, own.query) == ("My weak ones", "kind=weak")
    assert queries.views(desk.colleague) == []
    again = saving.save_view(desk.broker, "My weak ones", "kind=mail", shared=True)
    assert (again.pk, SavedView.objects.count()) == (own.pk, 1)
    assert queries.views(desk.colleague) == [own]
    with pytest.raises(Denied):
        saving.delete_view(desk.colleague, own.pk)
    with pytest.raises(Denied):
        saving.save_view(desk.cast["administrator"], "x", "")
    with pytest.raises(Invalid):
        saving.save_view(desk.broker, " ", "kind=weak")
    hidden = saving.save_view(desk.broker, "Hidden", "kind=mail")
    with pytest.raises(NotFound):
        saving.delete_view(desk.colleague, hidden.pk)
    saving.delete_view(desk.broker, own.pk)
    assert queries.views(desk.colleague) == []


def test_a_broker_is_erased(desk: Desk) -> None:
    desk.everything()
    services.act(desk.broker, [item.ref for item in desk.items()], Wish(assignee=str(desk.second.pk)))
    services.act(desk.colleague, desk.ref("mail"), Wish(note="Britt Megler looks after it"))
    saving.save_view(
        desk.colleague, "Shared", f"assignee={desk.second.pk}&q=Britt Megler&kind=mail", shared=True
    )
    saving.save_view(desk.colleague, "Own", "kind=mail")
    subject = Subject(user_id=desk.second.pk)
    told = privacy.export(subject)["desk"]
    assert len(told["assigned"]) == 7
    assert len(told["views"]) == 2
    privacy.erase(SYSTEM, subject)
    assert DeskItem.objects.filter(assignee=desk.second).count() == 0
    assert desk.one("mail").note == "[…] looks after it"
    assert [(row.name, row.owner, row.query) for row in SavedView.objects.all()] == [
        ("Shared", None, "kind=mail")
    ]
    assert str(desk.second.pk) not in str(list(DeskAction.objects.values("changes")))
    saving.delete_view(desk.broker, SavedView.objects.get().pk)


def test_notes_about_somebody_are_told_and_erased(desk: Desk) -> None:
    row = desk.asked()
    services.act(desk.broker, desk.ref("waiting"), Wish(note="Ida Testsen is on leave; Nordsensor waits"))
    subject = Subject(user_id=desk.scene.users["researcher"].pk, person_id=row.person_id)
    (told,) = privacy.export(subject)["desk"]["notes_about"]
    # The need is sealed: whoever is asked is not to learn from a note whose it is.
    assert (told["kind"], told["note"]) == ("waiting", "")
    privacy.erase(SYSTEM, subject)
    assert "Ida Testsen" not in str([*DeskItem.objects.values(), *DeskAction.objects.values()])


def test_a_note_about_ones_own_need_is_told(desk: Desk) -> None:
    desk.need()
    services.act(desk.broker, desk.ref("route"), Wish(note="Ring on Monday"))
    (told,) = privacy.export(Subject(user_id=desk.cast.users["owner"].pk))["desk"]["notes_about"]
    assert told["note"] == "Ring on Monday"


def test_every_word_for_somebody_goes_however_it_is_written(desk: Desk) -> None:
    desk.everything()
    person = desk.scene.clinician
    directory.add_contact_point(SYSTEM, "phone", "+45 70709917", person_id=person.pk)
    services.act(desk.broker, desk.ref("mail"), Wish(note="Ask åse prøve on +45 70709917"))
    for name in ("Åse Prøve", "åse  PRØVE"):
        saving.save_view(desk.broker, name, "q=åse prøve&kind=mail")
    privacy.erase(SYSTEM, Subject(person_id=person.pk))
    assert desk.one("mail").note == "Ask […] on […]"
    views = SavedView.objects.all()
    assert {row.query for row in views} == {"kind=mail"}
    assert len({row.name for row in views}) == 2
    kept = str([*DeskItem.objects.values(), *DeskAction.objects.values(), *views.values()]).casefold()
    assert "prøve" not in kept
    assert "70709917" not in kept


def test_what_is_past_its_time_goes(desk: Desk) -> None:
    need = desk.need(visibility="sealed")
    row = desk.asked(need)
    for item in desk.items():
        services.act(desk.broker, [item.ref], Wish(note="Remember"))
    assert (DeskItem.objects.count(), DeskAction.objects.count()) == (2, 2)
    with clock_at(NOON + timedelta(days=6)):
        assert expire_all()["desk"] == 0
    with clock_at(NOON + timedelta(days=8)):
        assert expire_all()["desk"] == 2
        assert (DeskItem.objects.count(), DeskAction.objects.count()) == (2, 0)
        introductions.withdraw(desk.cast["owner"], row.pk)
    with clock_at(NOON + timedelta(days=375)):
        expire_all()
    assert DeskItem.objects.get().key == need.pk
    need.delete()
    expire_all()
    assert not DeskItem.objects.exists()


def test_a_broker_who_left_has_nothing_any_more(desk: Desk) -> None:
    desk.need()
    services.act(desk.broker, desk.ref("route"), Wish(assignee=str(desk.second.pk)))
    accounts.set_active(SYSTEM, desk.second.pk, False)
    assert desk.one("route").assignee is None
