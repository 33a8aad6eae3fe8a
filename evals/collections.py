"""Collections to measure on, read from plain files.

Retrieval form: `corpus.jsonl[.gz]` {_id, title, text}, `queries.jsonl[.gz]` {_id, text}, `qrels.tsv` with query,
document and grade, tab-separated. Expert form: `docs.jsonl[.gz]` {_id, text, authors} and `gold.json` with
`candidates_evaluated`, `experts_by_topic` {topic: [person]} and `query_docs` [{doc, labels}].
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class CollectionError(Exception):
    """A folder that cannot be measured on: says which file, where in it, and what to do."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document of a collection. `authors` are person ids, in order."""

    id: str
    title: str
    body: str
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Queries with graded relevant documents: `relevant` maps query to {document: grade}, grades above 0."""

    name: str
    texts: tuple[Text, ...]
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Expertise:
    """Documents as queries for people: `experts` maps query document to the people who share a label with it."""

    name: str
    texts: tuple[Text, ...]
    queries: dict[str, str]
    candidates: tuple[str, ...]
    experts: dict[str, frozenset[str]]


Collection = Retrieval | Expertise


def load(folder: Path) -> Collection:
    """The collection in a folder, whichever form it has. Raises CollectionError."""
    if _find(folder, "corpus.jsonl"):
        return _retrieval(folder)
    if _find(folder, "docs.jsonl"):
        return _expertise(folder)
    raise CollectionError(
        f"{folder}: no corpus.jsonl or docs.jsonl (or .gz) here; see docs/how-it-works/quality.md"
    )


def _find(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def _need(folder: Path, name: str) -> Path:
    path = _find(folder, name)
    if path is None:
        raise CollectionError(f"{folder}: {name} is missing; a collection has all files of its form")
    return path


def _lines(path: Path, *wanted: str) -> Iterator[dict[str, Any]]:
    """The objects of a file, each with the fields wanted. Raises CollectionError with the line that is wrong."""
    number = 0
    with path.open("rb") as raw, gzip.open(raw) if path.suffix == ".gz" else raw as stream:
        try:
            for line in stream:
                number += 1
                if line.strip():
                    yield _object(line, wanted)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise CollectionError(
                f"{path}, line {number + 1}: the gzip file is broken or cut short; fetch it again"
            ) from error
        except ValueError as error:
            raise CollectionError(f"{path}, line {number}: {error}; mend or remove it") from error


def _object(line: bytes, wanted: Sequence[str]) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ValueError(f"not JSON ({error})") from error
    if not isinstance(row, dict) or any(row.get(name) is None for name in wanted):
        raise ValueError(f"not an object with {', '.join(wanted)}")
    return row


def _retrieval(folder: Path) -> Retrieval:
    texts = tuple(
        Text(str(row["_id"]), str(row.get("title") or ""), str(row.get("text") or ""))
        for row in _lines(_need(folder, "corpus.jsonl"), "_id")
    )
    queries = {
        str(row["_id"]): str(row["text"]) for row in _lines(_need(folder, "queries.jsonl"), "_id", "text")
    }
    relevant: dict[str, dict[str, int]] = defaultdict(dict)
    path = _need(folder, "qrels.tsv")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        cells = line.split("\t")
        if len(cells) != 3 or not cells[2].strip().lstrip("-").isdigit():
            if number == 1 or not line.strip():
                continue
            raise CollectionError(f"{path}, line {number}: wants query, document and grade between tabs")
        if int(cells[2]) > 0:
            relevant[cells[0]][cells[1]] = int(cells[2])
    judged = {query: queries[query] for query in queries if relevant.get(query)}
    if not judged:
        raise CollectionError(f"{path}: no query of queries.jsonl has a relevant document; check the columns")
    return Retrieval(folder.resolve().name, texts, judged, dict(relevant))


def _expertise(folder: Path) -> Expertise:
    texts = tuple(
        Text(str(row["_id"]), "", str(row["text"]), tuple(str(author) for author in row["authors"]))
        for row in _lines(_need(folder, "docs.jsonl"), "_id", "text", "authors")
    )
    path = _need(folder, "gold.json")
    try:
        candidates, experts = _gold(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CollectionError(
            f"{path}: wants candidates_evaluated, experts_by_topic and query_docs ({error!r}); mend it"
        ) from error
    body = {text.id: text.body for text in texts}
    if absent := sorted(query for query in experts if query not in body):
        raise CollectionError(f"{path}: query_docs names {absent[0]}, which docs.jsonl does not have")
    queries = {query: body[query] for query in experts if experts[query]}
    return Expertise(folder.resolve().name, texts, queries, candidates, experts)


def _gold(gold: dict[str, Any]) -> tuple[tuple[str, ...], dict[str, frozenset[str]]]:
    """Who is judged, and for each query document the people who share a label with it."""
    labels: dict[str, set[str]] = defaultdict(set)
    for topic, people in gold["experts_by_topic"].items():
        for person in people:
            labels[str(person)].add(topic)
    candidates = tuple(str(person) for person in gold["candidates_evaluated"])
    return candidates, {
        str(query["doc"]): frozenset(person for person in candidates if labels[person] & set(query["labels"]))
        for query in gold["query_docs"]
    }
