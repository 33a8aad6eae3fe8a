"""The page of results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.search import machine

Rows = dict[str, dict[str, dict[str, Any]]]

MILLION = 1_000_000


def page(rows: Rows, path: Path) -> str:
    """Everything measured; what stands above it in the file is kept."""
    head = path.read_text(encoding="utf-8").partition("## Measured")[0] if path.exists() else ""
    tables = (_stages(rows), _sizes(rows), _searching(rows), _extrapolated(rows))
    return (
        f"{head}## Measured\n\n`python -m benchmarks.national` on {machine()}.\n\n"
        + "\n\n".join(tables)
        + "\n"
    )


def _table(columns: tuple[str, ...], lines: list[tuple[object, ...]]) -> str:
    head = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return "\n".join([*head, *("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)])


def _stages(rows: Rows) -> str:
    lines: list[tuple[object, ...]] = []
    for size, found in _sorted(rows):
        for stage, says, seconds, count in _steps(size, found):
            row = found[stage]
            cores = f"{row['processor'] / row['wall']:.2f}"
            lines.append(
                (f"{size:,}", says, f"{seconds:,.0f}", f"{count / seconds:,.0f}", _mb(row["peak"]), cores)
            )
    return _table(("works", "step", "seconds", "a second", "peak MB", "cores used"), lines)


def _steps(size: int, found: dict[str, dict[str, Any]]) -> list[tuple[str, str, float, float]]:
    steps: list[tuple[str, str, float, float]] = []
    if row := found.get("bring_in"):
        steps.append(("bring_in", "import, works", row["seconds"], size))
    if row := found.get("build_first"):
        steps.append(("build_first", "first-stage index, documents", row["seconds"], row["documents"]))
    if row := found.get("update"):
        steps.append(("update", "daily update: import, works", row["importing"], row["works"]))
        steps.append(("update", "daily update: index, works", row["indexing"], row["works"]))
    if row := found.get("verify"):
        steps.append(("verify", "index verify, documents", row["seconds"], row["compared"]))
    if row := found.get("pgvector"):
        steps.append(("pgvector", "PostgreSQL: fill (with vectors), works", row["filling"], size))
        steps.append(("pgvector", "PostgreSQL: GIN and HNSW, works", row["indexing"], size))
    return steps


def _sizes(rows: Rows) -> str:
    lines: list[tuple[object, ...]] = []
    for size, found in _sorted(rows):
        told = found.get("bring_in", {}).get("rows", {})
        counts = tuple(
            f"{told.get(name, 0):,}" for name in ("Person", "Organisation", "Authorship", "Affiliation")
        )
        disk = tuple(
            _mb(found.get(stage, {}).get("bytes", 0)) for stage in ("generate", "bring_in", "build_first")
        )
        lines.append((f"{size:,}", *counts, *disk, _mb(found.get("pgvector", {}).get("bytes", 0))))
    columns = ("works", "people", "organisations", "authorships", "affiliations")
    return _table((*columns, "files MB", "database MB", "index MB", "PostgreSQL MB"), lines)


def _searching(rows: Rows) -> str:
    lines: list[tuple[object, ...]] = []
    asked = {
        "search": "Vidensbro",
        "update": "Vidensbro, during the update",
        "pgvector": "PostgreSQL + pgvector",
    }
    for size, found in _sorted(rows):
        for stage, says in asked.items():
            if row := found.get(stage):
                lines.append(
                    (f"{size:,}", says, f"{row['p50_ms']:.0f}", f"{row['p95_ms']:.0f}", row["queries"])
                )
    return _table(("works", "engine", "p50 ms", "p95 ms", "needs"), lines)


def _extrapolated(rows: Rows) -> str:
    """What was not measured: larger sizes in proportion to the largest, and the whole model at its sample's rate."""
    size, found = list(_sorted(rows))[-1]
    aims = [count for count in (size, 10 * size) if count >= MILLION] or [MILLION]
    lines: list[tuple[object, ...]] = []
    for stage, says in (("bring_in", "import, hours"), ("build_first", "first-stage index, hours")):
        if row := found.get(stage):
            lines.append((says, *(_grown(row["seconds"] / 3600, size, aim, "{:.1f}") for aim in aims)))
    if speed := found.get("embed"):
        lines.append(
            ("the bundled model on every work, hours", *(_hours(aim / speed["whole"]) for aim in aims))
        )
    for stage, says in (("bring_in", "database, GB"), ("build_first", "index, GB")):
        if row := found.get(stage):
            lines.append((says, *(_grown(row["bytes"] / 1e9, size, aim, "{:.0f}") for aim in aims)))
    told = (
        f"*Not measured, but computed* from {size:,} works in proportion (measured figures are in brackets); the model "
        "at the rate of its sample. Sorted structures grow a little faster than in proportion, and ten million works "
        "need memory for an index that stays in the system's cache: beyond that, a cluster."
    )
    return f"{told}\n\n{_table(('step', *(f'{aim:,} works' for aim in aims)), lines)}"


def _grown(measured: float, size: int, aim: int, form: str) -> str:
    told = form.format(measured * aim / size)
    return f"({told})" if aim == size else told


def _sorted(rows: Rows) -> list[tuple[int, dict[str, dict[str, Any]]]]:
    return sorted((int(size), found) for size, found in rows.items())


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.1f}"


def _mb(count: float) -> str:
    return f"{count / 1e6:,.0f}" if count else ""
