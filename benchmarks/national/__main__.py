"""A made-up country's works, from files to answers, beside PostgreSQL full text with pgvector on the same works.

Usage: python -m benchmarks.national [--sizes 10000,100000] [--folder DIR] [--stages a,b] [--peer-up-to 100000]

Writes `benchmarks/national.json` and `national.md`. Each size is measured on a new folder, each stage in a process of
its own. 100,000 works take about twenty minutes on two cores, a million some hours and 40 GB of disk.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.national.stages import STAGES, run
from benchmarks.national.tables import page

ROWS = Path(__file__).parents[1] / "national.json"
RESULTS = Path(__file__).parents[1] / "national.md"


def main() -> None:
    """Measure all sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--stages", default=",".join(STAGES))
    parser.add_argument("--peer-up-to", type=int, default=100_000)
    chosen = parser.parse_args()
    for size in (int(part) for part in chosen.sizes.split(",")):
        with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
            for stage in chosen.stages.split(","):
                if stage != "pgvector" or size <= chosen.peer_up_to:
                    keep(size, stage, run(stage, Path(folder), size))
    body = page(json.loads(ROWS.read_text(encoding="utf-8")), RESULTS)
    RESULTS.write_text(body, encoding="utf-8")
    sys.stdout.write(body)


def keep(size: int, stage: str, row: dict[str, Any]) -> None:
    """Put a row among the results, in place of an older one for the same stage and size."""
    sys.stderr.write(json.dumps({"size": size, "stage": stage} | row) + "\n")
    known = json.loads(ROWS.read_text(encoding="utf-8")) if ROWS.exists() else {}
    known.setdefault(str(size), {})[stage] = row
    ROWS.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
