"""The way of an introduction, step by step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hub.introductions.conftest import MESSAGE, Scene
from vidensbro.hub.audit.queries import history
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.directory.models import Membership
from vidensbro.hub.introductions import queries, services
from vidensbro.hub.introductions.models import AnswerLink, Introduction, MeetingTime
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.matches.evidence import evidence_from_json
from vidensbro.hub.matches.models import Feedback
from vidensbro.hub.needs import services as needs
from vidensbro.kit.matching.engine import CONTRIBUTION_CODES


def actions(row: Introduction) -> list[str]:
    return [event.action.removeprefix("introduction.") for event in reversed(history("introduction", row.pk))]


def test_the_owner_asks_and_the_researcher_says_yes(scene: Scene) -> None:
    drafted = scene.drafted(match_key=f"publication:{scene.paper.pk}", minutes=45)
    assert (drafted.state, drafted.asked_at, drafted.on_behalf) == ("drafted", None, False)
    assert drafted.match_title == scene.paper.title
    assert drafted.match_score == pytest.approx(0.7)
    assert evidence_from_json(drafted.evidence) == scene.evidence()
    asked = services.ask(scene["owner"], drafted.pk)
    assert asked.state == "asked"
    assert asked.agreed_at == asked.asked_at
    assert asked.expires_at - asked.asked_at == timedelta(days=14)
    introduced = services.accept(Answerer(scene["researcher"]), drafted.pk, note="Gladly.")
    assert introduced.state == "introduced"
    assert introduced.introduced_at >= introduced.answered_at
    closed = services.close(scene["owner"], drafted.pk, "met", "A good talk.")
    assert (closed.state, closed.outcome) == ("closed", "met")
    assert (closed.note, closed.closing) == ("Gladly.", "A good talk.")
    assert actions(closed) == ["drafted", "asked", "accepted", "introduced", "closed"]


def test_the_record_never_holds_what_was_written(scene: Scene) -> None:
    row = scene.asked()
    services.decline(Answerer(scene["researcher"]), row.pk, "other", "Ask my rival.", "Bo Hemmelig")
    told = " ".join(str(event.details) for event in history("introduction", row.pk))
    assert not any(word in told for word in ("rival", "Bo", "nurses"))


def test_what_the_secretariat_asks_waits_for_the_owners_yes(scene: Scene) -> None:
    row = scene.asked(by="secretariat")
    assert (row.on_behalf, row.agreed_at, row.broker) == (True, None, scene.cast.users["secretariat"])
    accepted = services.accept(Answerer(scene["researcher"]), row.pk)
    assert accepted.state == "accepted"
    with pytest.raises(Denied, match="not_owner"):
        services.agree(scene["secretariat"], row.pk)
    assert services.agree(scene["owner"], row.pk).state == "introduced"
    with pytest.raises(Conflict, match="already_agreed"):
        services.agree(scene["owner"], row.pk)


def test_the_owner_may_agree_before_the_answer(scene: Scene) -> None:
    row = scene.asked(by="secretariat")
    assert services.agree(scene["owner"], row.pk).state == "asked"
    assert services.accept(Answerer(scene["researcher"]), row.pk).state == "introduced"


def test_the_secretariat_notes_the_yes_of_an_owner_without_account(scene: Scene) -> None:
    need = scene.need("members")
    type(need).objects.filter(pk=need.pk).update(owner=None)
    Membership.objects.filter(user=scene.cast.users["coordinator"]).delete()
    row = scene.asked(need, by="secretariat")
    services.accept(Answerer(scene["researcher"]), row.pk)
    assert services.agree(scene["secretariat"], row.pk).state == "introduced"


def test_yes_later_stays_open_and_comes_back(scene: Scene) -> None:
    row = scene.asked()
    day = clock.today() + timedelta(days=60)
    later = services.postpone(Answerer(scene["researcher"]), row.pk, day, "After the summer.")
    assert (later.state, later.postponed_until) == ("asked", day)
    assert later.expires_at.date() == day + timedelta(days=14)
    assert services.accept(Answerer(scene["researcher"]), row.pk).state == "introduced"


@pytest.mark.parametrize(("days", "code"), [(0, "not_future"), (-1, "not_future"), (400, "too_late")])
def test_later_lies_ahead_but_not_too_far(scene: Scene, days: int, code: str) -> None:
    row = scene.asked()
    with pytest.raises(Invalid, match=code):
        services.postpone(Answerer(scene["researcher"]), row.pk, clock.today() + timedelta(days=days))


def test_no_needs_a_reason(scene: Scene) -> None:
    row = scene.asked()
    for reason, code in (("", "required"), ("boring", "invalid_choice")):
        with pytest.raises(Invalid, match=code):
            services.decline(Answerer(scene["researcher"]), row.pk, reason)
    done = services.decline(Answerer(scene["researcher"]), row.pk, "no_time", referral="Åse Prøve")
    assert (done.state, done.reason, done.referral) == ("declined", "no_time", "Åse Prøve")
    with pytest.raises(Conflict, match="answered"):
        services.accept(Answerer(scene["researcher"]), row.pk)


def test_after_a_no_the_same_may_be_asked_again(scene: Scene) -> None:
    row = scene.asked()
    services.decline(Answerer(scene["researcher"]), row.pk, "too_early")
    assert scene.drafted(row.need).state == "drafted"


def test_one_open_request_for_each_need_and_counterpart(scene: Scene) -> None:
    row = scene.asked()
    for name in ("owner", "secretariat"):
        with pytest.raises(Conflict, match="already_asked"):
            scene.drafted(row.need, by=name)
    assert scene.drafted(row.need, person_id=scene.clinician.pk).state == "drafted"
    assert (
        scene.drafted(row.need, person_id=None, organisation_id=scene.cast.university.pk).state == "drafted"
    )
    assert scene.drafted().state == "drafted"


@pytest.mark.parametrize(
    "name", ["visitor", "member", "colleague", "coordinator", "outsider", "administrator"]
)
def test_others_cannot_ask_for_a_sealed_need(scene: Scene, name: str) -> None:
    need = scene.need("sealed")
    with pytest.raises(NotFound):
        scene.drafted(need, by=name)


def test_one_who_sees_a_need_cannot_ask_for_it(scene: Scene) -> None:
    with pytest.raises(Denied, match="not_owner"):
        scene.drafted(scene.need("public"), by="outsider")


def test_only_for_open_needs(scene: Scene) -> None:
    draft = scene.cast.need("sealed", posted=False)
    with pytest.raises(Conflict, match="need_not_posted"):
        scene.drafted(draft)
    row = scene.drafted()
    needs.close(scene["owner"], row.need_id)
    with pytest.raises(Conflict, match="need_not_posted"):
        services.ask(scene["owner"], row.pk)


def test_an_answer_comes_too_late_for_a_closed_need(scene: Scene) -> None:
    row = scene.asked()
    needs.close(scene["owner"], row.need_id)
    with pytest.raises(Conflict, match="need_gone"):
        services.accept(Answerer(scene["researcher"]), row.pk)
    token = scene.link(row)
    with pytest.raises(NotFound):
        services.open_link(token)
    with pytest.raises(Conflict, match="need_gone"):
        services.answer_by_link(token, "yes")


def test_no_answer_after_the_end_even_before_anybody_noted_it(scene: Scene) -> None:
    row = scene.asked()
    with clock.clock_at(row.expires_at), pytest.raises(Conflict, match="expired"):
        services.accept(Answerer(scene["researcher"]), row.pk)


def test_one_who_decides_for_the_organisation_says_no_yes_for_a_sealed_need(scene: Scene) -> None:
    broker = scene.cast.users["secretariat"]
    Membership.objects.create(user=broker, organisation=scene.cast.company, role="coordinator")
    row = scene.asked(scene.need("sealed"), by="secretariat")
    assert (row.on_behalf, row.agreed_at) == (True, None)
    colleague = scene.asked(scene.need("members"), by="coordinator")
    assert (colleague.on_behalf, colleague.agreed_at) == (False, colleague.asked_at)


def test_what_is_no_longer_found_is_not_requested(scene: Scene) -> None:
    need = scene.cast.need("sealed")
    with pytest.raises(Conflict, match="match_gone"):
        scene.drafted(need, match_key=f"publication:{scene.paper.pk}")
    assert scene.drafted(need).match_key == ""


def test_a_draft_is_edited_and_then_fixed(scene: Scene) -> None:
    row = scene.drafted()
    start = clock.now() + timedelta(days=3)
    services.edit(
        scene["owner"], row.pk, message="Shorter.", minutes=15, times=[(start, start + timedelta(hours=1))]
    )
    row.refresh_from_db()
    assert (row.message, row.minutes, row.times.count()) == ("Shorter.", 15, 1)
    services.ask(scene["owner"], row.pk)
    with pytest.raises(Conflict, match="not_drafted"):
        services.edit(scene["owner"], row.pk, message="Other.")
    with pytest.raises(Conflict, match="not_drafted"):
        services.ask(scene["owner"], row.pk)


@pytest.mark.parametrize("minutes", [0, 4, 481])
def test_minutes_have_bounds(scene: Scene, minutes: int) -> None:
    with pytest.raises(Invalid, match="introduction_minutes"):
        scene.drafted(minutes=minutes)


def test_times_are_in_order_and_ahead(scene: Scene) -> None:
    start, hour = clock.now() + timedelta(days=3), timedelta(hours=1)
    for times, code in (
        ([(start, start)], "meeting_time_in_order"),
        ([(start, start + 9 * hour)], "meeting_time_in_order"),
        ([(start - timedelta(days=9), start - timedelta(days=9) + hour)], "not_future"),
        ([(start, start + hour), (start, start + 2 * hour)], "same"),
        ([(start + n * hour, start + (n + 1) * hour) for n in range(9)], "too_many"),
    ):
        with pytest.raises(Invalid, match=code):
            scene.drafted(times=times)


def test_a_time_is_chosen_once(scene: Scene) -> None:
    start, hour = clock.now() + timedelta(days=3), timedelta(hours=1)
    row = scene.asked(times=[(start, start + hour), (start + 3 * hour, start + 4 * hour)])
    other = scene.asked(times=[(start, start + hour)], person_id=scene.clinician.pk)
    foreign = other.times.get().pk
    with pytest.raises(Invalid, match="invalid_choice"):
        services.accept(Answerer(scene["researcher"]), row.pk, time_id=foreign)
    second = row.times.order_by("starts").last()
    services.accept(Answerer(scene["researcher"]), row.pk, time_id=second.pk)
    assert MeetingTime.objects.get(introduction=row, chosen=True) == second
    with pytest.raises(Conflict, match="time_chosen"):
        services.request_times(scene["owner"], row.pk, [(start, start + hour)])
    with pytest.raises(Conflict, match="time_chosen"):
        services.choose_time(Answerer(scene["researcher"]), row.pk, second.pk)


def test_other_times_may_be_offered_after_the_yes(scene: Scene) -> None:
    row = scene.asked()
    services.accept(Answerer(scene["researcher"]), row.pk)
    start = clock.now() + timedelta(days=3)
    services.request_times(scene["owner"], row.pk, [(start, start + timedelta(hours=1))])
    services.choose_time(Answerer(scene["researcher"]), row.pk, row.times.get().pk)
    assert row.times.get().chosen


def test_withdrawing_before_they_know_each_other(scene: Scene) -> None:
    row = scene.asked()
    token = scene.link(row)
    assert services.withdraw(scene["owner"], row.pk, "Solved.").state == "withdrawn"
    with pytest.raises(Conflict, match="withdrawn"):
        services.answer_by_link(token, "yes")
    with pytest.raises(Conflict, match="not_open"):
        services.withdraw(scene["owner"], row.pk)
    other = scene.asked()
    services.accept(Answerer(scene["researcher"]), other.pk)
    with pytest.raises(Conflict, match="introduced"):
        services.withdraw(scene["owner"], other.pk)


def test_only_the_introduced_are_closed(scene: Scene) -> None:
    row = scene.asked()
    with pytest.raises(Conflict, match="not_introduced"):
        services.close(scene["owner"], row.pk, "met")
    services.accept(Answerer(scene["researcher"]), row.pk)
    with pytest.raises(Invalid, match="invalid_choice"):
        services.close(scene["owner"], row.pk, "married")


def test_the_broker_is_of_the_secretariat(scene: Scene) -> None:
    row = scene.asked()
    with pytest.raises(Denied, match="secretariat_only"):
        services.assign_broker(scene["owner"], row.pk, scene.cast.users["secretariat"].pk)
    with pytest.raises(Invalid, match="invalid_choice"):
        services.assign_broker(scene["secretariat"], row.pk, scene.cast.users["member"].pk)
    services.assign_broker(scene["secretariat"], row.pk, scene.cast.users["secretariat"].pk)
    assert services.assign_broker(scene["secretariat"], row.pk, None).broker is None


def test_a_sealed_need_without_a_word_asks_nobody(scene: Scene) -> None:
    row = scene.drafted(message="")
    with pytest.raises(Invalid, match="message"):
        services.ask(scene["owner"], row.pk)
    assert services.ask(scene["owner"], scene.drafted(scene.need("public"), message="").pk).state == "asked"


def test_who_stands_behind_a_match(scene: Scene) -> None:
    behind = queries.counterparts(scene["owner"], f"publication:{scene.paper.pk}")
    university = scene.cast.university
    assert [(one.row, one.role) for one in behind] == [
        (scene.researcher, "corresponding"),
        (scene.clinician, "first"),
        (university, "affiliation"),
    ]
    behind = queries.counterparts(scene["owner"], f"test_site:{scene.clinic.pk}")
    assert [(one.row, one.role) for one in behind] == [(scene.clinician, "contact"), (university, "owner")]
    with pytest.raises(NotFound):
        queries.counterparts(scene["owner"], "publication:no")


def test_hidden_people_stand_behind_nothing(scene: Scene) -> None:
    type(scene.researcher).objects.filter(pk=scene.researcher.pk).update(visibility="hidden")
    for name in ("owner", "secretariat"):
        behind = queries.counterparts(scene[name], f"publication:{scene.paper.pk}")
        assert scene.researcher not in [one.row for one in behind]
        with pytest.raises(NotFound):
            scene.drafted(by=name)


def test_the_counterpart_of_a_match_must_stand_behind_it(scene: Scene) -> None:
    need = scene.need()
    key = f"test_site:{scene.clinic.pk}"
    with pytest.raises(Invalid, match="not_behind"):
        scene.drafted(need, match_key=key)
    with pytest.raises(Invalid, match="choose_counterpart"):
        scene.drafted(need, match_key=key, person_id=None)
    with pytest.raises(Invalid, match="introduction_one_counterpart"):
        scene.drafted(need, person_id=None)
    chosen = scene.drafted(need, match_key=f"person:{scene.researcher.pk}", person_id=None)
    assert chosen.person == scene.researcher


def test_answers_say_something_of_the_match(scene: Scene) -> None:
    key = f"publication:{scene.paper.pk}"
    row = scene.asked(match_key=key)
    services.decline(Answerer(scene["researcher"]), row.pk, "not_my_field")
    said = Feedback.objects.filter(
        introduction=row.pk, verdict="not_relevant", reason="not_my_field", user=None
    )
    targets = {f"{kind}:{target}" for kind, target in said.values_list("kind", "target_id")}
    assert targets == {key, f"person:{scene.researcher.pk}"}
    busy = scene.asked(match_key=key)
    services.decline(Answerer(scene["researcher"]), busy.pk, "no_time")
    assert not Feedback.objects.filter(introduction=busy.pk).exists()
    met = scene.asked(match_key=key)
    services.accept(Answerer(scene["researcher"]), met.pk)
    services.close(scene["owner"], met.pk, "met")
    assert set(Feedback.objects.filter(introduction=met.pk).values_list("verdict", flat=True)) == {"relevant"}


def test_a_yes_of_both_sides_says_that_the_match_was_right_and_what_its_score_was_made_of(
    scene: Scene,
) -> None:
    row = scene.asked(scene.need("public"), match_key=f"publication:{scene.paper.pk}")
    assert not Feedback.objects.exists()
    services.accept(Answerer(scene["researcher"]), row.pk)
    said = Feedback.objects.get(introduction=row.pk, kind="publication")
    assert (said.verdict, said.target_id) == ("relevant", str(scene.paper.pk))
    document = CONTRIBUTION_CODES.index("document")
    assert said.features == [0.7 if place == document else 0 for place in range(len(CONTRIBUTION_CODES))]
    assert said.scored_by == "1"
    services.close(scene["owner"], row.pk, "not_met")
    assert set(Feedback.objects.values_list("verdict", flat=True)) == {"relevant"}


def test_a_message_keeps_its_words_only(scene: Scene) -> None:
    row = scene.drafted(message=f"  {MESSAGE}\x00 ")
    assert row.message == MESSAGE
    with pytest.raises(Invalid, match="max_length"):
        scene.drafted(message="x" * 5001)


def test_no_link_for_a_draft(scene: Scene) -> None:
    row = scene.drafted()
    assert not AnswerLink.objects.exists()
    with pytest.raises(Conflict, match="not_asked_yet"):
        services.accept(Answerer(scene["researcher"], via_link=True, person_id=row.person_id), row.pk)
