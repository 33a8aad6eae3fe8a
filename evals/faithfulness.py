"""Whether an explanation is what the score rests on: with the evidence that is shown gone, the score must fall.

What is shown of a document are its quoted passages, and its title where words of the need are marked in it. They are
cut out of the document, which is then embedded, indexed and scored again for the same need, with the word statistics
of the whole collection; so is the document less its quotations alone, and, for comparison, less as much of what was
*not* quoted. An expert's supporting documents are hidden, all of those that are named.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evals.asking import Answers, Asker
from evals.bootstrap import SEED, Figure, figure
from evals.collections import Collection, Expertise
from evals.indexing import indexed
from evals.progress import Progress
from evals.variants import DEFAULT
from vidensbro.kit.matching import Document, Engine, Match, Statistics
from vidensbro.kit.matching.model import Filters
from vidensbro.kit.matching.protocols import Candidates, Embedder, IndexQuery, Snapshot
from vidensbro.kit.matching.quoting import units

NEEDS = 100
"""Needs looked at, drawn by chance with a fixed seed."""

ANSWERS = 3
"""The first answers of each need; of experts the first one."""

CASE = "case"
WHOLE, SHOWN, QUOTES, OTHER = "whole", "shown", "quotes", "other"

NONE = Figure(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """Over `cases` answers: the share whose score fell without what was shown, and the mean part of it that was lost.

    `titles` of the cases have a title that is shown as evidence, and `quoted` is the mean share of a text that is
    quoted: without all of its text every score falls.

    `quotes_*` is the same with the quotations gone and the title kept, over the answers that are quoted from.

    `other_*` is the same with as much taken out that was not quoted, over those answers that had as much; `more` is
    the share of these whose score lost more with the quotations: a shorter document alone changes a score too.
    """

    cases: int
    fell: float
    drop: Figure
    titles: int = 0
    quoted: float = 0.0
    quotes_cases: int = 0
    quotes_fell: float = 0.0
    quotes_drop: Figure = NONE
    other_cases: int = 0
    other_fell: float = 0.0
    other_drop: Figure = NONE
    more: float = 0.0


@dataclass(frozen=True, slots=True)
class _Case:
    query: str
    document: Document
    quoted: float
    versions: dict[str, Document]


class Overlay:
    """A snapshot with the documents of one index and the word statistics of another."""

    def __init__(self, statistics: Snapshot, documents: Snapshot) -> None:
        self._statistics, self._documents = statistics, documents

    @property
    def version(self) -> str:
        """That of the statistics."""
        return self._statistics.version

    def statistics(self) -> Statistics:
        """Those of the one index."""
        return self._statistics.statistics()

    def document_frequency(self, terms: Sequence[str]) -> npt.NDArray[np.int64]:
        """That of the one index."""
        return self._statistics.document_frequency(terms)

    def search(self, query: IndexQuery, filters: Filters, per_kind: int = 200) -> Candidates:
        """Among the documents of the other."""
        return self._documents.search(query, filters, per_kind)

    def documents(self, keys: Sequence[str]) -> list[Document | None]:
        """Those of the other."""
        return self._documents.documents(keys)

    def keys(self, kind: str = "") -> Iterable[str]:
        """Those of the other."""
        return self._documents.keys(kind)

    def facets(self, filters: Filters) -> dict[str, dict[str, int]]:
        """Those of the other."""
        return self._documents.facets(filters)

    def vectors(self, keys: Sequence[str]) -> npt.NDArray[np.float32]:
        """Those of the other."""
        return self._documents.vectors(keys)


def sample(queries: Sequence[str], most: int) -> list[str]:
    """At most so many queries, always the same ones, in their order."""
    if len(queries) <= most:
        return list(queries)
    taken = set(random.Random(SEED).sample(range(len(queries)), most))
    return [query for number, query in enumerate(queries) if number in taken]


def faithfulness(
    collection: Collection,
    asker: Asker,
    answers: Answers,
    snapshot: Snapshot,
    model: Embedder | None,
    folder: Path,
    progress: Progress,
) -> Faithfulness:
    """Take away what the first answers of a sample of needs were explained by. `folder` is for a second index."""
    queries = sample(list(answers.heads), NEEDS)
    if isinstance(collection, Expertise):
        return _of_experts(asker, answers, queries, snapshot, model, progress)
    cases = [
        case for query in queries for match in answers.heads[query][:ANSWERS] for case in _case(query, match)
    ]
    changed = [
        replace(version, id=f"{number}/{name}", facets=((CASE, str(number)),))
        for number, case in enumerate(cases)
        for name, version in case.versions.items()
    ]
    with indexed(changed, model, DEFAULT, folder) as index:
        view = Overlay(snapshot, index.snapshot())
        engine = Engine(lambda: view, embedder=model, config=DEFAULT.config(people=False))
        scores = []
        for number, case in enumerate(cases):
            filters = Filters(kinds=("publication",), facets=((CASE, str(number)),))
            found = engine.match(asker.need(case.query), filters, limit=len(case.versions)).matches
            scores.append({match.document.id.rpartition("/")[2]: match.score for match in found})
            progress("quotes", number + 1, len(cases))
    return _summed(cases, scores)


def _summed(cases: Sequence[_Case], scores: Sequence[dict[str, float]]) -> Faithfulness:
    lost = {
        name: [_lost(found, name) for case, found in zip(cases, scores, strict=True) if name in case.versions]
        for name in (SHOWN, QUOTES, OTHER)
    }
    both = [found for case, found in zip(cases, scores, strict=True) if OTHER in case.versions]
    return Faithfulness(
        cases=len(cases),
        fell=_fell(lost[SHOWN]),
        drop=figure(lost[SHOWN]),
        titles=sum(case.versions[SHOWN].title != case.document.title for case in cases),
        quoted=figure([case.quoted for case in cases]).value,
        quotes_cases=len(lost[QUOTES]),
        quotes_fell=_fell(lost[QUOTES]),
        quotes_drop=figure(lost[QUOTES]),
        other_cases=len(lost[OTHER]),
        other_fell=_fell(lost[OTHER]),
        other_drop=figure(lost[OTHER]),
        more=_fell([_lost(found, QUOTES) - _lost(found, OTHER) for found in both]),
    )


def _of_experts(
    asker: Asker,
    answers: Answers,
    queries: Sequence[str],
    snapshot: Snapshot,
    model: Embedder | None,
    progress: Progress,
) -> Faithfulness:
    engine = Engine(lambda: snapshot, embedder=model, config=DEFAULT.config(people=True))
    everybody = snapshot.statistics().kinds.get("person", 0)
    lost = []
    for number, query in enumerate(queries, 1):
        for match in answers.heads[query][:1]:
            hidden = frozenset(match.evidence.supporting)
            found = engine.match(asker.need(query), asker.filters(query, hidden), limit=everybody).matches
            after = next((one.score for one in found if one.document.key == match.document.key), 0.0)
            lost.append(1 - after / match.score)
        progress("quotes", number, len(queries))
    return Faithfulness(len(lost), _fell(lost), figure(lost))


def _case(query: str, match: Match) -> Iterator[_Case]:
    """Nothing for an answer that is explained by its meaning alone: there is nothing to take away."""
    document, body = match.document, match.document.body
    quoted = [passage.text for passage in match.evidence.passages]
    title = "" if match.evidence.title_marks else document.title
    if not quoted and title == document.title:
        return
    cut = body
    for text in quoted:
        cut = cut.replace(text, " ", 1)
    versions = {WHOLE: document, SHOWN: replace(document, title=title, body=cut)}
    if quoted:
        versions[QUOTES] = replace(document, body=cut)
        other = _less_others(body, quoted, seed=f"{query} {document.id}")
        if other is not None:
            versions[OTHER] = replace(document, body=other)
    yield _Case(query, document, sum(map(len, quoted)) / max(len(body), 1), versions)


def _less_others(body: str, quoted: Sequence[str], seed: str) -> str | None:
    """The text less as many characters as were quoted, in units that were not; None where there are too few."""
    places = [(body.find(text), body.find(text) + len(text)) for text in quoted]
    free = [one for one in units(body) if all(one.end <= start or one.start >= end for start, end in places)]
    random.Random(seed).shuffle(free)
    wanted, taken = sum(map(len, quoted)), []
    for one in free:
        if wanted <= 0:
            break
        taken.append(one)
        wanted -= one.end - one.start
    if wanted > 0:
        return None
    for one in sorted(taken, key=lambda sentence: -sentence.start):
        body = body[: one.start] + " " + body[one.end :]
    return body


def _lost(scores: dict[str, float], version: str) -> float:
    """Part of the score that is gone; negative where it rose."""
    return 1 - scores.get(version, 0.0) / scores[WHOLE]


def _fell(lost: Sequence[float]) -> float:
    return sum(one > 0 for one in lost) / len(lost) if lost else 0.0
