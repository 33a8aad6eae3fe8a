"""A need in, explained matches out: through the database, the outbox and the index."""

from __future__ import annotations

import pytest

from tests.hub.cast import SYSTEM, WOUND_TEXT, Cast
from tests.hub.matches.conftest import Corpus
from vidensbro.hub.common.errors import Denied, Invalid, NotFound, Unavailable
from vidensbro.hub.directory import services as directory
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.matches import engine, indexing, queries, services
from vidensbro.hub.matches.models import Feedback, MatchRow, MatchRun
from vidensbro.hub.needs import services as needs
from vidensbro.hub.outbox.services import drain
from vidensbro.kit.matching import Filters
from vidensbro.kit.matching import Need as KitNeed

DANISH = (
    "Vi udvikler en sensor, der opdager tryksår tidligt hos beboere på plejehjem, og søger klinisk viden."
)


def keys(found) -> list[str]:
    return [f"{one.document.kind}:{one.document.id}" for one in found.matches]


@pytest.mark.parametrize("text", [WOUND_TEXT, DANISH])
def test_a_need_finds_paper_author_clinic_in_either_language(cast: Cast, corpus: Corpus, text: str) -> None:
    drain()
    found = keys(services.match(cast["visitor"], KitNeed(text=text)))
    assert f"publication:{corpus.paper.pk}" in found
    assert f"person:{corpus.researcher.pk}" in found
    assert f"test_site:{corpus.clinic.pk}" in found
    assert f"publication:{corpus.other_paper.pk}" not in found


def test_members_only_is_for_members_and_changes_no_score(cast: Cast, corpus: Corpus) -> None:
    drain()
    need = KitNeed(text=WOUND_TEXT)
    visitor, member = (services.match(cast[name], need) for name in ("visitor", "member"))
    assert f"funding:{corpus.secret.pk}" in keys(member)
    assert f"funding:{corpus.secret.pk}" not in keys(visitor)
    assert str(corpus.secret.pk) not in repr(visitor)
    paper = f"publication:{corpus.paper.pk}"
    scores = [
        one.score for result in (visitor, member) for one in result.matches if one.document.key == paper
    ]
    assert scores[0] == scores[1]


def test_filters_cannot_widen_what_an_actor_sees(cast: Cast, corpus: Corpus) -> None:
    drain()
    cheat = Filters(audience=frozenset({"members", "public", "secretariat"}))
    found = services.match(cast["visitor"], KitNeed(text=WOUND_TEXT), filters=cheat)
    assert f"funding:{corpus.secret.pk}" not in keys(found)


def test_kinds_narrow(cast: Cast, corpus: Corpus) -> None:
    drain()
    found = services.match(cast["member"], KitNeed(text=WOUND_TEXT), kinds=["test_site", "funding"])
    assert {one.document.kind for one in found.matches} == {"test_site", "funding"}


@pytest.mark.parametrize(
    ("need", "field"),
    [
        (KitNeed(text=""), "text"),
        (KitNeed(text=" \n "), "text"),
        (KitNeed(text="x" * 100_001), "text"),
        (KitNeed(text=WOUND_TEXT, sought=("unicorn",)), "sought"),
    ],
)
def test_what_cannot_be_answered_is_said(cast: Cast, need: KitNeed, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.match(cast["visitor"], need)
    assert field in caught.value.problems


@pytest.mark.parametrize(
    "text", ["sensor", "wound " * 16_000, "tryksår and pressure ulcer på hjem", "??? !!! 123"]
)
def test_odd_needs_get_an_answer(cast: Cast, corpus: Corpus, text: str) -> None:
    drain()
    found = services.match(cast["visitor"], KitNeed(text=text))
    assert all(0 <= one.score <= 1 for one in found.matches)


def test_an_empty_index_answers_with_nothing(cast: Cast) -> None:
    assert services.match(cast["visitor"], KitNeed(text=WOUND_TEXT)).matches == ()


def test_a_damaged_index_says_so(cast: Cast, corpus: Corpus) -> None:
    drain()
    for path in engine.index_folder().rglob("*"):
        if path.is_file() and "lock" not in path.name:
            path.write_bytes(b"rubbish")
    engine.forget()
    with pytest.raises(Unavailable):
        services.match(cast["visitor"], KitNeed(text=WOUND_TEXT))
    indexing.index_build()
    assert services.match(cast["visitor"], KitNeed(text=WOUND_TEXT)).matches


def test_posting_a_need_leads_to_kept_matches_with_evidence(cast: Cast, corpus: Corpus) -> None:
    row = cast.need()
    drain()
    found = queries.matches_of(cast["owner"], row.pk)
    assert found.run is not None
    assert (found.run.index_version, found.run.language) == (engine.snapshot().version, "en")
    assert not found.outdated
    assert found.matches[0].target in {corpus.paper, corpus.researcher, corpus.clinic, corpus.secret}
    by_key = {f"{one.kind}:{one.id}": one for one in found.matches}
    paper = by_key[f"publication:{corpus.paper.pk}"]
    assert any("pressure ulcers" in passage.text for passage in paper.evidence.passages)
    total = sum(one.value for one in paper.evidence.contributions)
    assert total == pytest.approx(paper.score)
    assert f"publication:{corpus.paper.pk}" in found.rows


def test_kept_evidence_is_what_the_engine_said(cast: Cast, corpus: Corpus) -> None:
    row = cast.need()
    drain()
    kept = queries.matches_of(cast["owner"], row.pk)
    fresh = services.match(cast["owner"], KitNeed(text=row.text, title=row.title), limit=services.PER_KIND)
    assert [(one.kind, one.id, one.score, one.evidence) for one in kept.matches] == [
        (one.document.kind, one.document.id, one.score, one.evidence) for one in fresh.matches
    ]


def test_a_new_work_reaches_open_needs(cast: Cast, corpus: Corpus) -> None:
    row = cast.need()
    drain()
    added = knowledge.create_work(
        SYSTEM, title="A pressure ulcer sensor for nursing homes", abstract=WOUND_TEXT, language="en"
    )
    drain()
    found = queries.matches_of(cast["owner"], row.pk)
    assert found.matches[0].target == added
    assert MatchRun.objects.filter(need=row).count() == 2


def test_the_same_answer_is_kept_once(cast: Cast, corpus: Corpus) -> None:
    row = cast.need()
    drain()
    first = MatchRun.objects.get(need=row)
    assert services.refresh(row.pk) == first
    assert MatchRun.objects.filter(need=row).count() == 1


def test_old_runs_stay_without_their_rows(cast: Cast, corpus: Corpus) -> None:
    row = cast.need()
    for number in range(services.RUNS_WITH_ROWS + 2):
        needs.edit(cast["owner"], row.pk, title=f"Pressure ulcer sensor {number}")
        drain()
    runs = MatchRun.objects.filter(need=row).order_by("-started")
    assert runs.count() == services.RUNS_WITH_ROWS + 2
    with_rows = set(MatchRow.objects.filter(run__need=row).values_list("run_id", flat=True))
    assert with_rows == {run.pk for run in runs[: services.RUNS_WITH_ROWS]}


def test_closed_needs_and_drafts_are_left_alone(cast: Cast, corpus: Corpus) -> None:
    draft, closed = cast.need(posted=False), cast.need()
    needs.close(cast["owner"], closed.pk)
    drain()
    assert not MatchRun.objects.exists()
    assert services.refresh(draft.pk) is None


def test_whoever_hides_is_gone_from_what_was_found(cast: Cast, corpus: Corpus) -> None:
    row = cast.need()
    drain()
    directory.set_person_visibility(SYSTEM, corpus.researcher.pk, "hidden")
    found = queries.matches_of(cast["owner"], row.pk)
    assert all(one.target != corpus.researcher for one in found.matches)
    drain()
    view = engine.snapshot()
    assert view.documents([f"person:{corpus.researcher.pk}"]) == [None]
    paper = view.documents([f"publication:{corpus.paper.pk}"])[0]
    assert paper is not None
    assert all(one.kind != "person" for one in paper.stands_behind)


def test_what_turns_members_only_is_gone_for_others_at_once(cast: Cast, corpus: Corpus) -> None:
    drain()
    result = services.match(cast["visitor"], KitNeed(text=DANISH))
    knowledge.edit_offer(SYSTEM, corpus.clinic.pk, audience="members")
    for_visitor = queries.shown(cast["visitor"], result)
    assert all(one.target != corpus.clinic for one in for_visitor.matches)
    assert "hjælpemidler" not in repr(for_visitor)
    assert any(one.target == corpus.clinic for one in queries.shown(cast["member"], result).matches)


def test_matches_are_for_the_owners_side(cast: Cast, corpus: Corpus) -> None:
    row = cast.need("public")
    drain()
    for name in ("owner", "coordinator", "secretariat"):
        assert queries.matches_of(cast[name], row.pk).matches
    for name in ("visitor", "outsider", "colleague", "administrator"):
        with pytest.raises(Denied):
            queries.matches_of(cast[name], row.pk)
    sealed = cast.need("sealed")
    with pytest.raises(NotFound):
        queries.matches_of(cast["outsider"], sealed.pk)


def test_a_weak_need_comes_to_the_secretariat(cast: Cast, corpus: Corpus) -> None:
    weak = cast.need(text="We look for somebody who restores medieval church organs.", title="Organ builder")
    drain()
    assert weak in queries.weak_needs(cast["secretariat"])
    with pytest.raises(Denied):
        queries.weak_needs(cast["member"])


def test_not_relevant_because(cast: Cast, corpus: Corpus) -> None:
    row = cast.need()
    drain()
    clinic = ("test_site", str(corpus.clinic.pk))
    with pytest.raises(Invalid) as caught:
        services.give_feedback(cast["owner"], *clinic, "not_relevant", need_id=row.pk)
    assert caught.value.problems[""] == ("feedback_refusal_has_reason",)
    said = services.give_feedback(
        cast["owner"], *clinic, "not_relevant", reason="wrong_place", need_id=row.pk
    )
    again = services.give_feedback(
        cast["owner"], *clinic, "not_relevant", reason="no_capacity", need_id=row.pk
    )
    assert said.pk == again.pk
    assert [one.reason for one in queries.feedback_of(cast["owner"], row)] == ["no_capacity"]
    services.refresh(row.pk)
    assert all(one.target != corpus.clinic for one in queries.matches_of(cast["owner"], row.pk).matches)
    services.take_back_feedback(cast["owner"], said.pk)
    services.refresh(row.pk)
    assert any(one.target == corpus.clinic for one in queries.matches_of(cast["owner"], row.pk).matches)


def test_feedback_on_a_text_that_was_only_tried(cast: Cast, corpus: Corpus) -> None:
    digest = services.digest_of(KitNeed(text=WOUND_TEXT))
    paper = ("publication", str(corpus.paper.pk))
    services.give_feedback(cast["member"], *paper, "relevant", text_digest=digest)
    assert Feedback.objects.get().verdict == "relevant"
    with pytest.raises(Denied, match="sign_in_needed"):
        services.give_feedback(cast["visitor"], *paper, "relevant", text_digest=digest)
    with pytest.raises(NotFound):
        services.give_feedback(cast["member"], "person", "nobody", "relevant", text_digest=digest)
    with pytest.raises(Denied, match="not_owner"):
        services.give_feedback(cast["outsider"], *paper, "relevant", need_id=cast.need("public").pk)


def test_the_digest_does_not_see_case_and_space() -> None:
    one = services.digest_of(KitNeed(text="A  sensor\nfor wounds", title="Sensor"))
    assert one == services.digest_of(KitNeed(text="a sensor for wounds", title="SENSOR "))
    assert one != services.digest_of(KitNeed(text="a sensor for burns", title="SENSOR "))


def test_showing_costs_the_same_however_many(
    cast: Cast, corpus: Corpus, django_assert_max_num_queries
) -> None:
    row = cast.need()
    for number in range(8):
        knowledge.create_work(
            SYSTEM, title=f"Pressure ulcer sensors, part {number}", abstract=WOUND_TEXT, language="en"
        )
    drain()
    owner = cast["owner"]
    with django_assert_max_num_queries(20):
        assert len(queries.matches_of(owner, row.pk).matches) > 8
