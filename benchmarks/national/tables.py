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
    """A million works at the rates of the largest size measured; the whole model at the rate of its sample."""
    size, found = list(_sorted(rows))[-1]
    lines: list[tuple[object, ...]] = []
    if row := found.get("bring_in"):
        lines.append(("import", _hours(row["seconds"] * MILLION / size)))
    if row := found.get("build_first"):
        lines.append(("first-stage index", _hours(row["seconds"] * MILLION / size)))
        if speed := found.get("embed"):
            lines.append(("the bundled model on every work", _hours(MILLION / speed["whole"])))
            lines.append(("the distilled model on every work", _hours(MILLION / speed["quick"])))
    told = f"A million works, *extrapolated* from {size:,} in proportion:"
    return f"{told}\n\n{_table(('step', 'hours'), lines)}"


def _sorted(rows: Rows) -> list[tuple[int, dict[str, dict[str, Any]]]]:
    return sorted((int(size), found) for size, found in rows.items())


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.2f}"


def _mb(count: float) -> str:
    return f"{count / 1e6:,.0f}" if count else ""
