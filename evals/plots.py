"""The drawings in `docs/how-it-works/quality/`, made from `results.json` alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evals.svg import QUIET, Axis, drawing, legend, line, mark, path, text, whisker

Results = Sequence[dict[str, Any]]

WIDTH = 820
ROW = 30


def plots(results: Results) -> dict[str, str]:
    """Each drawing by the name of its file."""
    drawn = {"figures.svg": figures(results), "reliability.svg": reliability(results)}
    for result in results:
        if result["ablations"]:
            drawn[f"ablations-{result['name']}.svg"] = ablations(result)
    return drawn


def figures(results: Results) -> str:
    """The main measure of each collection: the engine's and a plain BM25's, with intervals."""
    axis, top = Axis(0.0, 1.0, 230, WIDTH - 40), 70
    bottom = top + ROW * len(results)
    parts = _scale(axis, top - 14, bottom, [n / 10 for n in range(0, 11, 2)], "{:.1f}")
    for number, result in enumerate(results):
        y = top + ROW * number + 6
        name = next(iter(result["engine"]))
        parts.append(text(axis.start - 12, y + 4, f"{result['name']}, {name}", anchor="end"))
        for series, who in enumerate(("engine", "plain")):
            figure, at = result[who][name], y + 8 * series - 4
            parts.append(whisker(axis.at(figure["low"]), axis.at(figure["high"]), at, series))
            parts.append(mark(axis.at(figure["value"]), at, series))
    parts += legend(axis.start, bottom + 40, ["Vidensbro", "plain BM25"])
    says = "; ".join(_told(result) for result in results)
    return drawing(WIDTH, bottom + 80, "Measured on public collections (95 % intervals)", says, parts)


def ablations(result: dict[str, Any]) -> str:
    """What each variant gains or loses over the engine, with intervals of the paired differences."""
    rows = result["ablations"]
    name = next(iter(rows[0]["gain"]))
    gains = [row["gain"][name] for row in rows]
    reach = max(0.01, *(max(abs(gain["low"]), abs(gain["high"])) for gain in gains))
    axis, top = Axis(-reach, reach, 330, WIDTH - 40), 78
    bottom = top + ROW * len(rows)
    parts = _scale(axis, top - 16, bottom, [-reach, -reach / 2, 0.0, reach / 2, reach], "{:+.3f}")
    for number, (row, gain) in enumerate(zip(rows, gains, strict=True)):
        y = top + ROW * number + 4
        parts.append(text(axis.start - 12, y + 4, row["says"], anchor="end"))
        parts.append(whisker(axis.at(gain["low"]), axis.at(gain["high"]), y, 0))
        parts.append(mark(axis.at(gain["value"]), y, 0))
    title = f"{result['name']}: {name} gained (right) or lost (left) with a part changed"
    says = "; ".join(f"{row['says']}: {gain['value']:+.3f}" for row, gain in zip(rows, gains, strict=True))
    return drawing(WIDTH, bottom + 40, title, says, parts)


def reliability(results: Results) -> str:
    """The share of relevant answers by score: on the diagonal a score would be a probability."""
    across, up = Axis(0.0, 1.0, 70, 490), Axis(0.0, 1.0, 480, 60)
    parts = _scale(across, 60, 480, [n / 10 for n in range(0, 11, 2)], "{:.1f}")
    for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        parts.append(line(across.start, up.at(share), across.end, up.at(share)))
        parts.append(text(across.start - 8, up.at(share) + 4, f"{share:.1f}", anchor="end", fill=QUIET))
    parts.append(line(across.start, up.start, across.end, up.end, QUIET))
    for number, result in enumerate(results):
        spots = [(across.at(one["score"]), up.at(one["relevant"])) for one in result["calibration"]["bins"]]
        parts.append(path(spots, number))
        parts += [mark(x, y, number) for x, y in spots]
    parts.append(text(280, 520, "score of the answer", anchor="middle", fill=QUIET))
    parts += legend(520, 90, [result["name"] for result in results])
    says = (
        "Across the score of an answer, upwards the share of such answers that are relevant, by collection."
    )
    return drawing(WIDTH, 540, "How often an answer with this score is relevant", says, parts)


def _scale(axis: Axis, top: float, bottom: float, values: Sequence[float], form: str) -> list[str]:
    """Upright lines at values, with the values below."""
    return [
        part
        for value in values
        for part in (
            line(axis.at(value), top, axis.at(value), bottom),
            text(axis.at(value), bottom + 16, form.format(value), anchor="middle", fill=QUIET),
        )
    ]


def _told(result: dict[str, Any]) -> str:
    name = next(iter(result["engine"]))
    engine, plain = result["engine"][name]["value"], result["plain"][name]["value"]
    return f"{result['name']} {name}: Vidensbro {engine:.3f}, plain BM25 {plain:.3f}"
