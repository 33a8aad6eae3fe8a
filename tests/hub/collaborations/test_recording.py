"""Facts: recorded, corrected, undone; what the collaboration says of itself follows from them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from tests.hub.cast import SYSTEM, Cast
from tests.hub.collaborations.conftest import BEGAN
from tests.hub.files.samples import HTML, PDF, upload
from vidensbro.hub.audit.queries import history
from vidensbro.hub.collaborations import facts, queries, services
from vidensbro.hub.collaborations.facts import Evidence
from vidensbro.hub.collaborations.models import Collaboration, Milestone, Reached, Stage, Step
from vidensbro.hub.collaborations.presenters import sentence
from vidensbro.hub.collaborations.services import PartyGiven
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.common.messages import known_codes
from vidensbro.hub.files.models import StoredFile

SAID = Evidence(by="Member")
FEBRUARY = date(2026, 2, 2)
MARCH = date(2026, 3, 2)


def record(cast: Cast, row: Collaboration, fact: facts.Fact, when: date = FEBRUARY, **given) -> Step:
    who = given.pop("who", "member")
    return services.record_fact(
        cast[who], row.pk, fact, date=when, evidence=given.pop("evidence", SAID), **given
    )


def fresh(row: Collaboration) -> Collaboration:
    return Collaboration.objects.get(pk=row.pk)


def parties(row: Collaboration) -> tuple[int, ...]:
    return tuple(row.parties.values_list("pk", flat=True))


def test_beginning_says_what_it_is(cast: Cast, row: Collaboration) -> None:
    assert (row.stage, row.began, row.ended) == (Stage.DIALOGUE, BEGAN, None)
    assert (row.readiness_start, row.readiness_now, row.language) == (3, 3, "da")
    assert [step.kind for step in queries.timeline(row)] == ["begun", "readiness"]
    own = row.parties.get(organisation=cast.company)
    assert [one.user for one in own.people.all()] == [cast.users["member"]]
    assert [event.action for event in history("collaboration", row.pk)] == ["collaboration.begun"]


def test_stage_and_readiness_follow_the_dated_facts_not_the_order_of_entry(
    cast: Cast, row: Collaboration
) -> None:
    record(cast, row, facts.StageChange("test"), MARCH)
    record(cast, row, facts.StageChange("project"), FEBRUARY)
    record(cast, row, facts.ReadinessChange(6), MARCH)
    record(cast, row, facts.ReadinessChange(4), FEBRUARY)
    found = fresh(row)
    assert (found.stage, found.readiness_start, found.readiness_now) == ("test", 3, 6)
    assert [step.stage for step in queries.timeline(row) if step.stage] == ["dialogue", "project", "test"]


def test_ending_and_taking_up_again(cast: Cast, row: Collaboration) -> None:
    record(cast, row, facts.StageChange("ended"), FEBRUARY)
    assert fresh(row).ended == FEBRUARY
    record(cast, row, facts.StageChange("in_use"), MARCH)
    assert (fresh(row).stage, fresh(row).ended) == ("in_use", None)


def test_every_kind_of_evidence(cast: Cast, row: Collaboration) -> None:
    event = facts.Event()
    said = record(cast, row, event, note="Møde")
    linked = record(cast, row, event, note="Artikel", evidence=Evidence(link="https://example.org/a"))
    filed = record(cast, row, event, note="Referat", evidence=Evidence(file=upload("referat.pdf", PDF)))
    assert (said.evidence, said.evidence_by) == ("statement", "Member")
    assert (linked.evidence, linked.link) == ("link", "https://example.org/a")
    assert filed.file is not None
    assert (filed.evidence, filed.file.name) == ("file", "referat.pdf")


@pytest.mark.parametrize(
    ("evidence", "field", "code"),
    [
        (Evidence(), "evidence_by", "evidence_missing"),
        (Evidence(by="  "), "evidence_by", "evidence_missing"),
        (Evidence(link="javascript:alert(1)"), "link", "web_invalid"),
        (Evidence(link="ftp://example.org"), "link", "web_invalid"),
        (Evidence(link="https://"), "link", "invalid"),
        (Evidence(link="https://example.org/" + "x" * 500), "link", "max_length"),
        (Evidence(file=upload("side.html", HTML)), "file", "file_type_unknown"),
    ],
)
def test_evidence_that_is_none(
    cast: Cast, row: Collaboration, evidence: Evidence, field: str, code: str
) -> None:
    before = Step.objects.count()
    with pytest.raises(Invalid) as caught:
        record(cast, row, facts.Event(), note="Møde", evidence=evidence)
    assert code in caught.value.problems[field]
    assert (Step.objects.count(), StoredFile.objects.count()) == (before, 0)


@pytest.mark.parametrize(
    ("fact", "when", "field", "code"),
    [
        (facts.StageChange("project"), MARCH + timedelta(days=1), "date", "date_future"),
        (facts.StageChange("project"), BEGAN - timedelta(days=1), "date", "date_before_beginning"),
        (facts.StageChange("dialogue"), FEBRUARY, "stage", "stage_same"),
        (facts.StageChange("heaven"), FEBRUARY, "stage", "invalid_choice"),
        (facts.ReadinessChange(0), FEBRUARY, "", "step_readiness_fits_kind"),
        (facts.ReadinessChange(10), FEBRUARY, "", "step_readiness_fits_kind"),
        (facts.Event(), FEBRUARY, "", "step_event_has_words"),
        (facts.FundingGranted(), FEBRUARY, "", "funding_of_something"),
        (facts.FundingGranted(amount=1), FEBRUARY, "", "funding_has_source"),
        (facts.FundingGranted(minutes=60), FEBRUARY, "", "funding_hours_have_rate"),
        (facts.FundingGranted(rate=60), FEBRUARY, "", "funding_of_something"),
        (facts.FundingGranted(source="X", amount=-1), FEBRUARY, "amount", "min_value"),
        (facts.ResultReached("product", "Plaster"), FEBRUARY, "", "result_novelty_fits_kind"),
        (facts.ResultReached("patent", "P", novelty="world"), FEBRUARY, "", "result_novelty_fits_kind"),
        (facts.ResultReached("investment", "I"), FEBRUARY, "", "result_amount_fits_kind"),
        (facts.ResultReached("jobs", "J", amount=5), FEBRUARY, "", "result_amount_fits_kind"),
        (facts.ResultReached("jobs", "J", quantity=0), FEBRUARY, "", "result_quantity"),
        (facts.ResultReached("miracle", "M"), FEBRUARY, "kind", "invalid_choice"),
        (facts.ResultReached("patent", ""), FEBRUARY, "title", "blank"),
        (facts.MilestoneSet("", MARCH), FEBRUARY, "title", "blank"),
        (facts.AgreementSigned("data", ()), FEBRUARY, "parties", "agreement_needs_two"),
        (facts.AgreementSigned("data", (1, 999_999)), FEBRUARY, "parties", "invalid_choice"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_whole(
    cast: Cast, row: Collaboration, fact: facts.Fact, when: date, field: str, code: str
) -> None:
    before = Step.objects.count()
    with pytest.raises(Invalid) as caught:
        record(cast, row, fact, when)
    assert code in caught.value.problems[field]
    assert code in known_codes() | {
        "invalid_choice",
        "min_value",
        "blank",
        "step_readiness_fits_kind",
        "result_quantity",
    }
    assert Step.objects.count() == before


def test_an_agreement_between_parties(cast: Cast, row: Collaboration) -> None:
    both = parties(row)
    step = record(cast, row, facts.AgreementSigned("confidentiality", both, "NDA", date(2029, 2, 1)))
    assert {one.party_id for one in step.agreement.between.all()} == set(both)
    assert step.agreement.signed == FEBRUARY
    with pytest.raises(Invalid, match="agreement_in_order"):
        record(cast, row, facts.AgreementSigned("data", both, until=BEGAN))


def test_another_collaborations_party_cannot_sign(cast: Cast, row: Collaboration) -> None:
    other = services.begin(
        SYSTEM, title="En anden", parties=[PartyGiven("company", name="A"), PartyGiven("other", name="B")]
    )
    with pytest.raises(Invalid, match="invalid_choice"):
        record(cast, row, facts.AgreementSigned("data", (parties(row)[0], parties(other)[0])))


def test_a_milestone_is_reached_once(cast: Cast, row: Collaboration) -> None:
    milestone = record(cast, row, facts.MilestoneSet("Prototype", MARCH)).milestone
    assert queries.open_milestones(row) == [milestone]
    record(cast, row, facts.MilestoneReached(milestone.pk), MARCH)
    assert queries.open_milestones(row) == []
    with pytest.raises(Invalid, match="milestone_reached_once"):
        record(cast, row, facts.MilestoneReached(milestone.pk), MARCH)
    with pytest.raises(NotFound):
        record(cast, row, facts.MilestoneReached(0), MARCH)


def test_correcting_a_milestone_keeps_that_it_was_reached(cast: Cast, row: Collaboration) -> None:
    set_step = record(cast, row, facts.MilestoneSet("Prototyp", MARCH))
    record(cast, row, facts.MilestoneReached(set_step.milestone.pk), MARCH)
    fixed = services.correct(
        cast["member"], row.pk, set_step.pk, facts.MilestoneSet("Prototype", MARCH), date=FEBRUARY
    )
    (reached,) = Reached.objects.all()
    assert reached.milestone == fixed.milestone
    assert queries.open_milestones(row) == []
    services.undo(cast["member"], row.pk, fixed.pk)
    assert Reached.objects.get().milestone == set_step.milestone


def test_correcting_keeps_history(cast: Cast, row: Collaboration) -> None:
    wrong = record(cast, row, facts.StageChange("test"), evidence=Evidence(file=upload("a.pdf", PDF)))
    right = services.correct(cast["member"], row.pk, wrong.pk, facts.StageChange("project"), date=MARCH)
    wrong.refresh_from_db()
    assert (wrong.is_current, right.is_current, right.corrects) == (False, True, wrong)
    assert right.file == wrong.file
    assert fresh(row).stage == "project"
    assert wrong not in queries.timeline(row)
    assert wrong in queries.timeline(row, everything=True)
    with pytest.raises(Conflict, match="step_not_current"):
        services.correct(cast["member"], row.pk, wrong.pk, facts.StageChange("in_use"), date=MARCH)
    with pytest.raises(Invalid, match="step_other_kind"):
        services.correct(cast["member"], row.pk, right.pk, facts.ReadinessChange(5), date=MARCH)
    with pytest.raises(NotFound):
        services.correct(cast["member"], row.pk, row.pk, facts.ReadinessChange(5), date=MARCH)


def test_correcting_the_beginning_moves_it(cast: Cast, row: Collaboration) -> None:
    begun = row.steps.get(kind="begun")
    earlier = BEGAN - timedelta(days=30)
    services.correct(cast["member"], row.pk, begun.pk, facts.Begun("dialogue"), date=earlier)
    assert fresh(row).began == earlier
    begun = row.steps.get(kind="begun", superseded_at=None)
    with pytest.raises(Invalid, match="date_after_facts"):
        services.correct(cast["member"], row.pk, begun.pk, facts.Begun("dialogue"), date=MARCH)


def test_undoing_goes_back_one_entry_at_a_time(cast: Cast, row: Collaboration) -> None:
    first = record(cast, row, facts.StageChange("project"))
    second = record(cast, row, facts.ReadinessChange(5))
    with pytest.raises(Conflict, match="not_last_entry"):
        services.undo(cast["member"], row.pk, first.pk)
    services.undo(cast["member"], row.pk, second.pk)
    services.undo(cast["member"], row.pk, first.pk)
    found = fresh(row)
    assert (found.stage, found.readiness_now) == ("dialogue", 3)
    assert Step.objects.filter(withdrawn_at__isnull=False).count() == 2


def test_undoing_a_correction_brings_back_what_was_corrected(cast: Cast, row: Collaboration) -> None:
    step = record(cast, row, facts.StageChange("test"))
    fixed = services.correct(cast["member"], row.pk, step.pk, facts.StageChange("project"), date=MARCH)
    services.undo(cast["member"], row.pk, fixed.pk)
    assert fresh(row).stage == "test"
    again = services.correct(cast["member"], row.pk, step.pk, facts.StageChange("in_use"), date=MARCH)
    assert (again.corrects, fresh(row).stage) == (step, "in_use")


def test_the_beginning_is_not_undone(cast: Cast, row: Collaboration) -> None:
    services.undo(cast["member"], row.pk, row.steps.get(kind="readiness").pk)
    assert queries.last_entry(row) is None
    with pytest.raises(Conflict, match="not_last_entry"):
        services.undo(cast["member"], row.pk, row.steps.get(kind="begun").pk)


def test_somebody_elses_entry_is_undone_by_the_secretariat_only(cast: Cast, row: Collaboration) -> None:
    step = record(cast, row, facts.StageChange("project"))
    with pytest.raises(Denied, match="not_your_entry"):
        services.undo(cast["outsider"], row.pk, step.pk)
    services.undo(cast["secretariat"], row.pk, step.pk)
    assert fresh(row).stage == "dialogue"


def test_a_reached_milestone_that_is_undone_waits_again(cast: Cast, row: Collaboration) -> None:
    milestone = record(cast, row, facts.MilestoneSet("Prototype", MARCH)).milestone
    reached = record(cast, row, facts.MilestoneReached(milestone.pk), MARCH)
    services.undo(cast["member"], row.pk, reached.pk)
    assert queries.open_milestones(row) == [Milestone.objects.get(pk=milestone.pk)]
    with override("en"):
        told = sentence(Step.objects.get(pk=reached.pk))
    assert told == "The milestone “Prototype” was reached, on time."


def test_parties_join_and_leave(cast: Cast, row: Collaboration) -> None:
    added = services.add_party(
        cast["member"], row.pk, name="Fonden X", role="funder", date=FEBRUARY, evidence=SAID
    )
    assert (added.name, added.organisation, added.shared) == ("Fonden X", None, False)
    with pytest.raises(Conflict, match="party_once"):
        services.add_party(
            cast["member"], row.pk, name="ØSTUNIVERSITETET ", role="other", date=FEBRUARY, evidence=SAID
        )
    services.end_party(cast["member"], row.pk, added.pk, date=MARCH, evidence=SAID)
    assert [step.kind for step in queries.timeline(row)][-2:] == ["joined", "left"]
    with pytest.raises(Conflict, match="parties_two"):
        services.end_party(cast["member"], row.pk, parties(row)[1], date=MARCH, evidence=SAID)
    last = queries.last_entry(row)
    assert last is not None
    services.undo(cast["member"], row.pk, last.pk)
    added.refresh_from_db()
    assert added.until is None


def test_nobody_but_the_organisations_own_can_be_named(cast: Cast, row: Collaboration) -> None:
    first, second = parties(row)
    services.name_person(cast["member"], row.pk, first, "Owner@Example.org", "Project lead")
    for who in ("outsider@example.org", "nobody@example.org", "Somebody Else", ""):
        with pytest.raises(Invalid, match="person_unknown"):
            services.name_person(cast["member"], row.pk, first, who)
    with pytest.raises(Conflict, match="party_person_once"):
        services.name_person(cast["outsider"], row.pk, second, "outsider@example.org")


def test_who_acts_for_another_party_is_not_found_out_by_naming(cast: Cast, row: Collaboration) -> None:
    _, second = parties(row)
    for who in ("outsider@example.org", "nobody@example.org"):
        with pytest.raises(Invalid, match="person_unknown"):
            services.name_person(cast["member"], row.pk, second, who)
    with pytest.raises(Conflict, match="party_person_once"):
        services.name_person(cast["secretariat"], row.pk, second, "outsider@example.org")


def test_a_party_without_an_organisation_has_nobody_to_name(cast: Cast, row: Collaboration) -> None:
    added = services.add_party(
        cast["member"], row.pk, name="Fonden X", role="funder", date=FEBRUARY, evidence=SAID
    )
    with pytest.raises(Conflict, match="party_without_organisation"):
        services.name_person(cast["member"], row.pk, added.pk, "administrator@example.org")


@pytest.mark.parametrize(
    ("who", "error"), [("visitor", Denied), ("outsider", Denied), ("administrator", Denied)]
)
def test_nobody_enters_a_collaboration_of_others(cast: Cast, who: str, error: type[Exception]) -> None:
    given = [PartyGiven("company", cast.company.pk), PartyGiven("other", name="X")]
    with pytest.raises(error):
        services.begin(cast[who], title="Ikke min", parties=given)
    assert not Collaboration.objects.exists()


def test_a_collaboration_has_two_different_parties(cast: Cast) -> None:
    own = PartyGiven("company", cast.company.pk)
    for given, code in (
        ((own,), "parties_two"),
        ((own, own), "unique"),
        ((own, PartyGiven("other")), "required"),
    ):
        with pytest.raises(Invalid, match=code):
            services.begin(cast["member"], title="En", parties=given)
    assert not Collaboration.objects.exists()
