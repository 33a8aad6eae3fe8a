"""Build rate, latency and memory of a full match beside SQLite FTS5 and PostgreSQL full text, on the same documents.

Usage: python -m benchmarks.search [--sizes 10000,100000,1000000] [--queries 100] [--folder DIR] [--engines a,b]

Prints a table and writes `benchmarks/search.json` and `search.md`. What is measured anew replaces the row of the same
engine and size. A million documents take about half an hour and 15 GB of disk.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.peers import ENGINES

RESULTS = Path(__file__).with_name("search.md")
ROWS = Path(__file__).with_name("search.json")
COLUMNS = (
    "documents", "engine", "docs/s", "open s", "p50 ms", "p95 ms", "p50 ratio", "disk MB", "resident MB",
    "anonymous MB", "queries",
)  # fmt: skip


def machine() -> str:
    """What the figures were measured on."""
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    python = platform.python_version()
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, {platform.system()}, Python {python}"


def run(engine: str, size: int, folder: Path, queries: int) -> dict[str, Any]:
    """One engine at one size, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.peers", engine, str(size), str(folder), str(queries)]
    finished = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return found


def table(results: list[dict[str, Any]]) -> str:
    """Markdown; the ratio is to Vidensbro at the same size."""
    ours = {row["documents"]: row["p50_ms"] for row in results if row["engine"] == "vidensbro"}
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    for row in results:
        ratio = row["p50_ms"] / ours[row["documents"]] if row["documents"] in ours else float("nan")
        cells = (
            f"{row['documents']:,}", row["engine"], f"{row['documents_a_second']:,}", row["open_s"], row["p50_ms"],
            row["p95_ms"], f"{ratio:.2f}", f"{row['bytes_on_disk'] / 1e6:,.0f}", f"{row['resident'] / 1e6:,.0f}",
            f"{row['anonymous'] / 1e6:,.0f}", row["queries"],
        )  # fmt: skip
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure all engines at all sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--folder", type=Path, default=None)
    chosen = parser.parse_args()
    for size in (int(part) for part in chosen.sizes.split(",")):
        for engine in chosen.engines.split(","):
            with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
                keep(run(engine, size, Path(folder), chosen.queries))
    body = page(json.loads(ROWS.read_text(encoding="utf-8")))
    RESULTS.write_text(body, encoding="utf-8")
    sys.stdout.write(body)


def keep(row: dict[str, Any]) -> None:
    """Put a row among the results, in place of an older one for the same engine and size."""
    sys.stderr.write(json.dumps(row) + "\n")
    known = json.loads(ROWS.read_text(encoding="utf-8")) if ROWS.exists() else []
    rows = [one for one in known if (one["engine"], one["documents"]) != (row["engine"], row["documents"])]
    order = list(ENGINES)
    rows = sorted([*rows, row], key=lambda one: (one["documents"], order.index(one["engine"])))
    ROWS.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def page(rows: list[dict[str, Any]]) -> str:
    """The page of results; what stands above them is kept."""
    text = RESULTS.read_text(encoding="utf-8").partition("## Measured")[0] if RESULTS.exists() else ""
    return f"{text}## Measured\n\n`python -m benchmarks.search` on {machine()}.\n\n{table(rows)}\n"


if __name__ == "__main__":
    main()
