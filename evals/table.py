"""The tables in `docs/how-it-works/quality.md`, made from `results.json` alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")
PAGE = Path(__file__).parents[1] / "docs" / "how-it-works" / "quality.md"
PLACES = ("results", "ablations", "faithfulness", "calibration", "latency")

Results = Sequence[dict[str, Any]]


def read() -> Results:
    """The committed results."""
    found: Results = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


def filled(page: str, results: Results) -> str:
    """The page with its tables as the results have them, each between two comments that name it."""
    tables = {
        "results": _results(results),
        "ablations": _ablations(results),
        "faithfulness": _faithfulness(results),
        "calibration": _calibration(results),
        "latency": _latency(results),
    }
    for place, rows in tables.items():
        between = re.compile(rf"(<!-- {place} -->\n).*?(<!-- end of {place} -->)", re.DOTALL)
        body = "\n".join(rows) + "\n"
        page = between.sub(lambda found, body=body: found[1] + body + found[2], page)  # type: ignore[misc]
    return page


def _results(results: Results) -> Iterator[str]:
    yield from _head("collection", "documents", "queries", "measure", "plain BM25", "Vidensbro", "95 %")
    for result in results:
        for measure, figure in result["engine"].items():
            yield _row(
                result["name"],
                f"{result['documents']:,}",
                f"{result['queries']:,}",
                measure,
                f"{result['plain'][measure]['value']:.3f}",
                f"{figure['value']:.3f}",
                f"{figure['low']:.3f}–{figure['high']:.3f}",
            )


def _ablations(results: Results) -> Iterator[str]:
    yield from _head(
        "collection", "needs", "variant", "measure", "figure", "gained", "95 % of what is gained"
    )
    for result in results:
        for row in result["ablations"]:
            measure = next(iter(row["gain"]))
            gain = row["gain"][measure]
            yield _row(
                result["name"],
                f"{row['needs']:,}",
                row["says"],
                measure,
                f"{row['figures'][measure]['value']:.3f}",
                f"{gain['value']:+.3f}",
                f"{gain['low']:+.3f} … {gain['high']:+.3f}",
            )


def _faithfulness(results: Results) -> Iterator[str]:
    yield from _head(
        "collection",
        "answers",
        "title shown",
        "text quoted",
        "score fell",
        "mean loss",
        "95 %",
        "quotations alone cut: score fell",
        "mean loss",
        "as much else cut: score fell",
        "mean loss",
        "quotations lost more",
    )
    for result in results:
        found = result["faithfulness"]
        if found is None:
            yield _row(result["name"], "not measured yet with quotations as they are chosen now", *["–"] * 10)
            continue
        drop, quotes, other = found["drop"], found["quotes_drop"], found["other_drop"]
        quoted, beside = found["quotes_cases"] > 0, found["other_cases"] > 0
        yield _row(
            result["name"],
            f"{found['cases']:,}",
            f"{found['titles']:,}" if quoted else "–",
            f"{found['quoted']:.0%}" if quoted else "–",
            f"{found['fell']:.1%}",
            f"{drop['value']:.1%}",
            f"{drop['low']:.1%}–{drop['high']:.1%}",
            f"{found['quotes_fell']:.1%} of {found['quotes_cases']:,}" if quoted else "–",
            f"{quotes['value']:.1%}" if quoted else "–",
            f"{found['other_fell']:.1%} of {found['other_cases']:,}" if beside else "–",
            f"{other['value']:.1%}" if beside else "–",
            f"{found['more']:.1%}" if beside else "–",
        )


def _calibration(results: Results) -> Iterator[str]:
    yield from _head(
        "collection",
        "answers",
        "Brier",
        "calibration error",
        "Brier on a curve",
        "calibration error on a curve",
    )
    for result in results:
        found = result["calibration"]
        yield _row(
            result["name"],
            f"{found['answers']:,}",
            f"{found['brier']:.3f}",
            f"{found['error']:.3f}",
            f"{found['curve_brier']:.3f}",
            f"{found['curve_error']:.3f}",
        )


def _latency(results: Results) -> Iterator[str]:
    yield from _head("collection", "documents", "p50, ms", "p95, ms")
    for result in results:
        took = result["latency"]
        yield _row(result["name"], f"{result['documents']:,}", f"{took['median']:.0f}", f"{took['most']:.0f}")


def _head(*names: str) -> Iterator[str]:
    yield _row(*names)
    yield "|" + "---|" * len(names)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
