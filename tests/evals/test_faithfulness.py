"""Taking evidence away: only what was quoted, scored as in the whole collection."""

from pathlib import Path

import pytest

from evals.asking import Asker
from evals.collections import Expertise, Retrieval, Text
from evals.faithfulness import Faithfulness, Overlay, faithfulness, sample
from evals.indexing import documents, indexed
from evals.measure import measure
from evals.variants import DEFAULT
from vidensbro.kit.matching import Engine, Filters, Need

PADDING = "The weather was noted daily. Rain fell on many days. Wind came from the west. Nights were cold."


def silent(_phase: str, _done: int, _of: int) -> None: ...


def collection(titles: tuple[str, str] = ("", "")) -> Retrieval:
    bodies = {
        "1": f"{PADDING} Moisture sensors warn of pressure ulcers. {PADDING}",
        "2": f"{PADDING} Valves of wind turbines wear out. {PADDING}",
    }
    texts = tuple(Text(key, title, body) for (key, body), title in zip(bodies.items(), titles, strict=True))
    queries = {"a": "sensors against pressure ulcers", "b": "worn valves of turbines"}
    return Retrieval("small", texts, queries, {"a": {"1": 1}, "b": {"2": 1}})


def judged(found: Retrieval, folder: Path) -> Faithfulness:
    """The explanations of what the needs "a" and "b" find, without a model."""
    asker = Asker(found)
    with indexed(documents(found), None, DEFAULT, folder / "index") as index:
        snapshot = index.snapshot()
        engine = Engine(lambda: snapshot, config=DEFAULT.config(people=False))
        answers = asker.ask(engine, ["a", "b"], "queries", silent)
        return faithfulness(found, asker, answers, snapshot, None, folder / "quotes", silent)


def test_without_the_quoted_sentence_the_score_falls_and_without_another_it_does_not(tmp_path: Path) -> None:
    result = judged(collection(), tmp_path)
    assert (result.cases, result.fell) == (2, 1.0)
    # Nothing but the quoted sentence answers: without it there is no score left.
    assert result.drop.value == pytest.approx(1.0)
    assert (result.quotes_cases, result.quotes_fell, result.titles) == (2, 1.0, 0)
    assert result.quotes_drop == result.drop
    assert (result.other_cases, result.other_fell, result.more) == (2, 0.0, 1.0)
    quoted = [
        "Moisture sensors warn of pressure ulcers.",
        "Valves of wind turbines wear out.",
    ]
    whole = [len(text.body) for text in collection().texts]
    shares = [len(text) / length for text, length in zip(quoted, whole, strict=True)]
    assert result.quoted == pytest.approx(sum(shares) / 2)


def test_a_title_is_taken_away_only_where_it_is_shown_as_evidence(tmp_path: Path) -> None:
    # The title of the one answers its need, that of the other says nothing of its own.
    result = judged(collection(("Pressure ulcers and their sensors", "A rainy year")), tmp_path)
    assert (result.cases, result.titles, result.quotes_cases) == (2, 1, 2)
    # With the quotations alone gone, the title still answers; without both nothing does.
    assert result.drop.value == pytest.approx(1.0)
    assert result.quotes_drop.low < 0.9
    assert result.quotes_drop.high == pytest.approx(1.0)


def test_an_answer_whose_title_is_all_its_evidence_counts(tmp_path: Path) -> None:
    texts = (Text("1", "Pressure ulcers and sensors", "It rained."), Text("2", "Valves", "It was cold."))
    result = judged(
        Retrieval("titles", texts, {"a": "sensors against pressure ulcers", "b": "valves"}, {"a": {"1": 1}}),
        tmp_path,
    )
    assert (result.cases, result.fell, result.titles) == (2, 1.0, 2)
    assert (result.quotes_cases, result.quoted) == (0, 0.0)


def test_a_document_scores_alike_among_others_and_alone_with_the_same_statistics(tmp_path: Path) -> None:
    found = collection()
    with indexed(documents(found), None, DEFAULT, tmp_path / "all") as index:
        whole = index.snapshot()
        alone = [one for one in documents(found) if one.id == "1"]
        with indexed(alone, None, DEFAULT, tmp_path / "one") as other:
            view = Overlay(whole, other.snapshot())
            need, only = Need(found.queries["a"]), Filters(kinds=("publication",))
            scores = [
                Engine(lambda seen=seen: seen).match(need, only).matches[0].score for seen in (whole, view)
            ]
    assert scores[0] == scores[1]


def test_an_expert_without_the_supporting_documents_loses(tmp_path: Path) -> None:
    body = "The kernel machines that we train on this text are small and they learn in a few minutes, run"
    texts = tuple(Text(str(n), "", f"{body} {n}.", ("p",)) for n in range(3))
    people = Expertise("few", texts, {"0": f"{body} 0."}, ("p",), {"0": frozenset({"p"})})
    report = measure(people, None, silent, ablations=True)
    assert report.faithfulness is not None
    assert (report.faithfulness.cases, report.faithfulness.fell, report.faithfulness.drop.value) == (
        1,
        1.0,
        1.0,
    )


def test_a_sample_is_always_the_same_and_keeps_the_order() -> None:
    queries = [f"{n:03}" for n in range(500)]
    taken = sample(queries, 40)
    assert taken == sample(queries, 40) == sorted(taken)
    assert len(set(taken)) == 40
    assert sample(queries[:7], 40) == queries[:7]
