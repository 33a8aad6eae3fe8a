"""Explanations measured anew, beside figures that still hold.

What is quoted may change where nobody's place in a list does. Then only the faithfulness of explanations need be
measured again; the hours that every variant takes are saved. That the ranking is the same is not taken for granted.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evals import judging
from evals.asking import Asker
from evals.bootstrap import Figure, figure
from evals.collections import Collection, Expertise
from evals.faithfulness import faithfulness
from evals.indexing import counted, documents, indexed
from evals.measure import ranking_engine
from evals.progress import Progress
from evals.remembering import Remembering
from evals.variants import DEFAULT, LIST_EVERYTHING
from vidensbro.kit.matching.protocols import Embedder

SAME = 1e-6
"""What the mean of a measure may differ by, for another machine's arithmetic, and still be that of the same ranking."""


class OutdatedResults(Exception):
    """Results that the engine no longer gives: says which, and that all must be measured."""


def renew(
    results: Path,
    collection: Collection,
    embedder: Embedder | None,
    progress: Progress,
    indexes: Path | None = None,
) -> Mapping[str, Any]:
    """Put the faithfulness of a collection's explanations into `results`, and give what stands there of it then.

    Indexes are kept in `indexes`, if given, and what is there is used. Raises OutdatedResults, with nothing written,
    where the results are not of this collection, model and engine, or the ranking gives other figures.
    """
    held: list[dict[str, Any]] = json.loads(results.read_text(encoding="utf-8"))
    ours = next((one for one in held if one["name"] == collection.name), None)
    if ours is None:
        raise OutdatedResults(f"{results}: nothing of {collection.name} in it; measure all of it")
    ours["faithfulness"] = _measured(ours, collection, embedder, progress, indexes)
    written = results.with_name(f".{results.name}.new")
    written.write_text(json.dumps(held, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    written.replace(results)
    return ours


def index_folder(indexes: Path, collection: Collection, embedder: Embedder | None) -> Path:
    """Where among kept indexes that of a collection with a model lies."""
    return indexes / collection.name / (embedder.name.replace("/", "-") if embedder else "none")


def _measured(
    held: Mapping[str, Any],
    collection: Collection,
    embedder: Embedder | None,
    progress: Progress,
    indexes: Path | None,
) -> dict[str, Any]:
    name = embedder.name if embedder else "none"
    made_by = (held["embedder"], held["engine_version"], held["queries"], held["documents"])
    version = LIST_EVERYTHING.suited_to(name if embedder else "").digest
    if made_by != (name, version, len(collection.queries), len(collection.texts)):
        raise OutdatedResults(
            f"{collection.name}: measured with another model, engine or size; measure all of it"
        )
    model = Remembering(embedder) if embedder else None
    asker, queries = Asker(collection), list(collection.queries)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        at = index_folder(indexes, collection, embedder) if indexes else place / "index"
        given = counted(documents(collection), len(collection.texts), progress)
        with indexed(given, model, DEFAULT, at) as index:
            snapshot = index.snapshot()
            engine = ranking_engine(snapshot, model, DEFAULT, isinstance(collection, Expertise))
            answers = asker.ask(engine, queries, "queries", progress, head=True)
            found = judging.head_values(collection, answers.ranked, queries)
            _check(held, {measure: figure(values) for measure, values in found.items()})
            return asdict(
                faithfulness(collection, asker, answers, snapshot, model, place / "quotes", progress)
            )


def _check(held: Mapping[str, Any], found: Mapping[str, Figure]) -> None:
    for measure, one in found.items():
        was = held["engine"][measure]["value"]
        if abs(was - one.value) > SAME:
            raise OutdatedResults(
                f"{held['name']}: {measure} is {one.value:.4f} and was {was:.4f}: another ranking; measure all of it"
            )
