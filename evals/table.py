"""The table in `docs/how-it-works/quality.md`, made from `results.json`.

Usage: vidensbro evaluate DIR … --json > evals/results.json; python -m evals.table
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")
PAGE = Path(__file__).parents[1] / "docs" / "how-it-works" / "quality.md"
BETWEEN = re.compile(r"(<!-- results -->\n).*?(<!-- end of results -->)", re.DOTALL)


def table(results: list[dict[str, Any]]) -> str:
    """Markdown: a row for each collection and measure, the engine's figure beside plain BM25's."""
    lines = [
        "| collection | documents | queries | measure | plain BM25 | Vidensbro |",
        "|---|---|---|---|---|---|",
    ]
    for result in results:
        for measure, figure in result["engine"].items():
            lines.append(
                f"| {result['name']} | {result['documents']:,} | {result['queries']:,} | {measure} | "
                f"{result['plain'][measure]:.3f} | {figure:.3f} |"
            )
    return "\n".join(lines) + "\n"


def filled(page: str) -> str:
    """The page with the table as the results have it."""
    rows = table(json.loads(RESULTS.read_text(encoding="utf-8")))
    return BETWEEN.sub(lambda found: found[1] + rows + found[2], page)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
