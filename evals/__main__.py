"""Write the tables and drawings of `docs/how-it-works/quality` from `results.json`.

    vidensbro evaluate DIR… --ablations --json > evals/results.json && python -m evals

`--check` writes nothing and ends with 1 where a page or drawing differs from the results.
"""

from __future__ import annotations

import sys
from pathlib import Path

from evals import plots, table

DRAWINGS = table.PAGE.parent / "quality"


def wanted() -> dict[Path, str]:
    """What each file should hold."""
    results = table.read()
    page = table.filled(table.PAGE.read_text(encoding="utf-8"), results)
    return {table.PAGE: page, **{DRAWINGS / name: one for name, one in plots.plots(results).items()}}


def stale() -> list[Path]:
    """Files that differ from the results, and drawings that nothing makes any more."""
    files = wanted()
    differing = [
        path for path, held in files.items() if not path.is_file() or path.read_text("utf-8") != held
    ]
    return differing + [path for path in sorted(DRAWINGS.glob("*.svg")) if path not in files]


def main(arguments: list[str]) -> int:
    """Write, or with `--check` only compare. Ends with the exit status."""
    found = stale()
    if "--check" in arguments:
        sys.stderr.writelines(f"{path.name} is not what results.json says\n" for path in found)
        return 1 if found else 0
    files = wanted()
    DRAWINGS.mkdir(exist_ok=True)
    for path in found:
        if path in files:
            path.write_text(files[path], encoding="utf-8")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
