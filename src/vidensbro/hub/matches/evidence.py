"""Evidence and advice as JSON and back, without loss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vidensbro.kit.matching.model import Advice, Contribution, Evidence, Passage, Reservation, TermPair


def evidence_to_json(evidence: Evidence) -> dict[str, Any]:
    """The evidence as values that JSON can hold."""
    return {
        "passages": [
            {"key": one.key, "text": one.text, "marks": [list(mark) for mark in one.marks]}
            for one in evidence.passages
        ],
        "terms": [{"need": one.need, "found": one.found, "method": one.method} for one in evidence.terms],
        "contributions": [
            {"code": one.code, "value": one.value, "detail": one.detail} for one in evidence.contributions
        ],
        "reservations": [{"code": one.code, "values": list(one.values)} for one in evidence.reservations],
        "supporting": list(evidence.supporting),
        "title_marks": [list(mark) for mark in evidence.title_marks],
    }


def evidence_from_json(data: Mapping[str, Any]) -> Evidence:
    """What `evidence_to_json` was given."""
    return Evidence(
        passages=tuple(
            Passage(one["key"], one["text"], tuple((start, end) for start, end in one["marks"]))
            for one in data["passages"]
        ),
        terms=tuple(TermPair(one["need"], one["found"], one["method"]) for one in data["terms"]),
        contributions=tuple(
            Contribution(one["code"], one["value"], one["detail"]) for one in data["contributions"]
        ),
        reservations=tuple(Reservation(one["code"], tuple(one["values"])) for one in data["reservations"]),
        supporting=tuple(data["supporting"]),
        # What was kept before titles were marked has none.
        title_marks=tuple((start, end) for start, end in data.get("title_marks", ())),
    )


def advice_to_json(advice: Iterable[Advice]) -> list[dict[str, Any]]:
    """Advice as values that JSON can hold."""
    return [{"code": one.code, "values": list(one.values)} for one in advice]


def advice_from_json(data: Iterable[Mapping[str, Any]]) -> tuple[Advice, ...]:
    """What `advice_to_json` was given."""
    return tuple(Advice(one["code"], tuple(one["values"])) for one in data)
