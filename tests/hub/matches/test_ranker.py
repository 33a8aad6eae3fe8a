"""The ranker learned from introductions: used where feedback shows that it is better, and nowhere else."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

import pytest

from tests.hub.cast import NOON, SYSTEM, WOUND_TEXT, Cast
from vidensbro.hub.common.errors import Denied
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.matches import ranker, services, training
from vidensbro.hub.matches.evidence import evidence_from_json
from vidensbro.hub.matches.models import Feedback, LearnedRanker, MatchRun
from vidensbro.hub.matches.ranker_words import ranker_view
from vidensbro.hub.needs.models import Need
from vidensbro.hub.outbox import periodic
from vidensbro.hub.outbox.services import drain
from vidensbro.kit.matching import Need as KitNeed
from vidensbro.kit.matching.engine import CONTRIBUTION_CODES
from vidensbro.kit.matching.learning import LEAST, MOST

TERM, PLACE = CONTRIBUTION_CODES.index("term"), CONTRIBUTION_CODES.index("place")
SIDES = 30


def features(**parts: float) -> list[float]:
    return [parts.get(code, 0.0) for code in CONTRIBUTION_CODES]


def bare_needs(count: int, sides: int = SIDES, **columns: object) -> list[Need]:
    """Posted needs of many organisations, each a little newer than the one before.

    Their ids are fixed: by them it is decided which needs are held out, and chance may well look like skill in some.
    """
    places = [Organisation(name=f"Place {number}", kind="company", country="DK") for number in range(sides)]
    Organisation.objects.bulk_create(places)
    given = {"visibility": "public", "state": "closed", "posted": NOON, "closed": NOON, **columns}
    return Need.objects.bulk_create(
        Need(
            pk=uuid.UUID(int=n + 1),
            text=f"need {n}",
            organisation=places[n % sides],
            created=NOON + timedelta(hours=n),
            **given,
        )
        for n in range(count)
    )


def say(cast: Cast, need: Need, target: str, verdict: str, parts: list[float], **more: object) -> Feedback:
    given = {"kind": "test_site", "user": cast.users["owner"], "scored_by": ranker.current_scale(), **more}
    given["reason"] = given.get("reason", "wrong_topic" if verdict == "not_relevant" else "")
    return Feedback.objects.create(
        need=need, text_digest="0" * 64, target_id=target, verdict=verdict, features=parts, **given
    )


def teach(cast: Cast, *, by: str, needs: int = 120, seed: int = 1) -> None:
    """Six judged answers to each need. What was good goes by the place alone, by the score, or by chance."""
    chance, rows, scored_by = random.Random(seed), [], ranker.current_scale()
    for need in bare_needs(needs):
        answers = [features(term=chance.uniform(0, 0.4), place=chance.uniform(0, 0.1)) for _ in range(6)]
        told = {"place": lambda row: row[PLACE], "score": sum, "chance": lambda row: chance.random()}[by]
        answers.sort(key=told, reverse=True)
        rows += [
            Feedback(
                need=need,
                text_digest="0" * 64,
                kind="test_site",
                target_id=str(place),
                user=cast.users["owner"],
                verdict="relevant" if place < 2 else "not_relevant",
                reason="" if place < 2 else "wrong_place",
                scored_by=scored_by,
                features=answer,
            )
            for place, answer in enumerate(answers)
        ]
    Feedback.objects.bulk_create(rows)


@pytest.fixture
def near_and_far(cast: Cast) -> tuple[str, str]:
    """Two test sites: one in the town that the need names, and one abroad that says more of what the need says."""
    near, far = (
        knowledge.create_offer(
            SYSTEM,
            cast.university.pk,
            kind="test_site",
            title=title,
            body=body,
            language="en",
            city=city,
            country=country,
        )
        for title, body, city, country in (
            ("Test ward", "A sensor for pressure ulcers can be tried here.", "Aarhus", "DK"),
            ("Test ward", "A sensor for pressure ulcers in nursing homes can be tried here.", "Lund", "SE"),
        )
    )
    return str(near.pk), str(far.pk)


def asked(cast: Cast) -> Need:
    return cast.need("public", city="Aarhus", country="DK", sought=["test_site"])


def order(run: MatchRun) -> list[str]:
    return list(run.rows.filter(kind="test_site").order_by("rank").values_list("target_id", flat=True))


def last_run(need: Need) -> MatchRun:
    run = need.runs.order_by("-started", "-pk").first()
    assert run is not None
    return run


def test_where_the_default_is_wrong_what_was_learned_is_used_and_can_be_switched_off(
    cast: Cast, near_and_far: tuple[str, str], settings
) -> None:
    near, far = near_and_far
    need = asked(cast)
    drain()
    before = last_run(need)
    assert (before.ranker, order(before)) == ({}, [far, near])

    teach(cast, by="place")
    found = training.train(cast["secretariat"])
    assert found.why == "used"
    assert found.learned is not None
    weights = found.learned.weights
    assert LEAST <= weights["term"] < 1 < weights["place"] <= MOST
    drain()
    weighed = last_run(need)
    assert (weighed.ranker, order(weighed)) == (weights, [near, far])
    for row in weighed.rows.all():
        parts = evidence_from_json(row.evidence).contributions
        assert sum(part.value for part in parts) == pytest.approx(row.score, abs=1e-12)
    assert weighed.best_score == max(row.score for row in weighed.rows.all())
    tried = services.match(cast["visitor"], KitNeed(text="sensor for pressure ulcers"))
    assert ranker.ranked(tried, ranker.Ranker()) == tried

    settings.VIDENSBRO_RANKER = "off"
    training.keep_learning()
    drain()
    after = last_run(need)
    assert (after.ranker, order(after)) == ({}, [far, near])
    assert [row.score for row in after.rows.all()] == [row.score for row in before.rows.all()]
    assert ranker.report().why == "off"
    assert LearnedRanker.objects.exists()


@pytest.mark.parametrize(("by", "why"), [("chance", {"not_better", "chance"}), ("score", {"not_better"})])
def test_with_noise_or_where_the_default_is_right_nothing_changes(
    cast: Cast, near_and_far: tuple[str, str], by: str, why: set[str]
) -> None:
    need = asked(cast)
    drain()
    before = last_run(need)
    teach(cast, by=by, seed=5)
    found = training.train(cast["administrator"])
    assert not found.used
    assert found.why in why | {"too_few"}
    drain()
    assert last_run(need) == before


def test_few_needs_are_too_few(cast: Cast) -> None:
    teach(cast, by="place", needs=20)
    assert training.train(SYSTEM).why == "too_few"
    assert ranker.ranker_for(ranker.current_scale()) == ranker.Ranker()


def test_another_engine_has_no_use_for_what_was_learned(cast: Cast) -> None:
    teach(cast, by="place")
    assert training.train(SYSTEM).used
    assert ranker.ranker_for(ranker.current_scale()).weights
    LearnedRanker.objects.update(scored_by="1-of-long-ago")
    assert ranker.report().why == "other_engine"
    assert not ranker.ranker_for(ranker.current_scale()).weights
    Feedback.objects.update(scored_by="1-of-long-ago")
    training.train(SYSTEM)
    row = LearnedRanker.objects.get()
    assert (row.needs, row.held_out, row.scored_by) == (0, 0, ranker.current_scale())


def test_what_was_erased_is_forgotten_at_the_next_training(cast: Cast) -> None:
    teach(cast, by="place")
    assert training.train(SYSTEM).used
    Feedback.objects.filter(user=cast.users["owner"]).delete()
    training.keep_learning()
    row = LearnedRanker.objects.get()
    assert (row.needs, set(row.weights.values())) == (0, {1.0})
    assert ranker.report().why == "too_few"


def test_learning_comes_round_every_day(cast: Cast) -> None:
    assert periodic.jobs()["ranker.train"] == timedelta(days=1)
    teach(cast, by="place")
    periodic.put_due()
    drain()
    assert ranker.report().used


def test_without_feedback_nothing_is_learned_and_nothing_is_asked_anew(cast: Cast) -> None:
    asked(cast)
    drain()
    training.keep_learning()
    assert not LearnedRanker.objects.exists()
    assert drain().done == 0
    assert ranker.report().why == "untrained"


@pytest.mark.parametrize("name", ["visitor", "member", "owner", "coordinator"])
def test_only_staff_may_train(cast: Cast, name: str) -> None:
    with pytest.raises(Denied):
        training.train(cast[name])


def test_what_was_said_keeps_what_the_engine_itself_found(
    cast: Cast, near_and_far: tuple[str, str], settings
) -> None:
    """The features of an answer are the same whether it was weighed when it was judged or not."""
    near, _ = near_and_far
    need = asked(cast)
    drain()
    own = services.give_feedback(cast["owner"], "test_site", near, "relevant", need_id=need.pk)
    assert own.scored_by == ranker.current_scale()
    row = last_run(need).rows.get(target_id=near)
    assert sum(own.features) == pytest.approx(row.score)
    assert own.features[PLACE] > 0
    teach(cast, by="place")
    training.train(SYSTEM)
    drain()
    assert last_run(need).ranker
    weighed = services.give_feedback(
        cast["owner"], "test_site", near, "not_relevant", reason="other", need_id=need.pk
    )
    assert weighed.features == pytest.approx(own.features)


def test_feedback_on_what_no_run_found_has_nothing_to_teach(
    cast: Cast, near_and_far: tuple[str, str]
) -> None:
    need = asked(cast)
    said = services.give_feedback(cast["owner"], "test_site", near_and_far[0], "relevant", need_id=need.pk)
    assert (said.scored_by, said.features) == ("", [])
    assert training.judgements(ranker.current_scale()) == []


GOOD, BAD = features(term=0.3), features(term=0.1)


def judged(cast: Cast) -> list[tuple[float, bool]]:
    return sorted((one.features[TERM], one.good) for one in training.judgements(ranker.current_scale()))


def test_a_good_and_a_bad_answer_of_one_kind_teach(cast: Cast) -> None:
    (need,) = bare_needs(1)
    say(cast, need, "a", "relevant", GOOD)
    assert judged(cast) == []
    say(cast, need, "b", "not_relevant", BAD, kind="person")
    assert judged(cast) == []
    say(cast, need, "c", "not_relevant", BAD)
    assert (0.3, True) in judged(cast)
    assert (0.1, False) in judged(cast)


@pytest.mark.parametrize("reason", ["already_known", "no_capacity", "other"])
def test_reasons_that_do_not_say_it_was_wrong_teach_nothing(cast: Cast, reason: str) -> None:
    (need,) = bare_needs(1)
    say(cast, need, "a", "relevant", GOOD)
    say(cast, need, "b", "not_relevant", BAD, reason=reason)
    assert judged(cast) == []


@pytest.mark.parametrize(
    "columns", [{"visibility": "sealed"}, {"visibility": "organisations"}, {"example": True}]
)
def test_closed_circles_and_examples_teach_nothing(cast: Cast, columns: dict[str, object]) -> None:
    (need,) = bare_needs(1, **columns)
    say(cast, need, "a", "relevant", GOOD)
    say(cast, need, "b", "not_relevant", BAD)
    assert judged(cast) == []


def test_who_was_asked_knows_better_than_who_only_looked_and_quarrels_teach_nothing(cast: Cast) -> None:
    (need,) = bare_needs(1)
    say(cast, need, "a", "relevant", GOOD)
    say(cast, need, "b", "not_relevant", BAD)
    say(cast, need, "c", "relevant", features(term=0.2))
    say(cast, need, "c", "not_relevant", features(term=0.2), user=cast.users["member"])
    assert judged(cast) == [(0.1, False), (0.3, True)]
    say(cast, need, "c", "relevant", features(term=0.2), user=None, introduction=need.pk)
    assert judged(cast) == [(0.1, False), (0.2, True), (0.3, True)]


def test_one_organisation_has_five_needs_to_say_at_most_and_they_are_the_newest(cast: Cast) -> None:
    needs = bare_needs(8, sides=1)
    for number, need in enumerate(needs):
        say(cast, need, "a", "relevant", features(term=0.5 + number / 100))
        say(cast, need, "b", "not_relevant", BAD)
    told = training.judgements(ranker.current_scale())
    assert {one.need for one in told} == {str(need.pk) for need in needs[3:]}


def test_the_public_is_told_the_weights_that_are_used_and_no_others(cast: Cast, client, settings) -> None:
    def page() -> str:
        return client.get("/neutrality/", headers={"accept-language": "en"}).content.decode()

    assert "Nothing has been learned from introductions yet" in page()
    teach(cast, by="place", needs=20)
    training.train(SYSTEM)
    few = page()
    assert "too few needs can show" in few
    assert "Likeness in meaning" not in few
    assert ranker_view(ranker.report(), inside=True).weights
    Feedback.objects.all().delete()
    Need.objects.all().delete()
    teach(cast, by="place")
    used = training.train(SYSTEM)
    assert used.learned is not None
    shown = page()
    assert f"{used.learned.weights['place']:.3f}" in shown
    assert f"tried on {used.learned.held_out} others" in shown
    settings.VIDENSBRO_RANKER = "off"
    assert "switched off here" in page()


def test_a_page_of_answers_says_that_they_are_weighed(
    cast: Cast, near_and_far: tuple[str, str], client
) -> None:
    def page() -> str:
        answer = client.post("/match/", {"text": WOUND_TEXT}, headers={"accept-language": "en"})
        return answer.content.decode()

    drain()
    assert "weighed by what was learned" not in page()
    teach(cast, by="place")
    training.train(SYSTEM)
    assert "weighed by what was learned" in page()
