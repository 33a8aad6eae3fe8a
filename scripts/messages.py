"""Keep the Danish translations: collect source strings, compile what is translated, say what is missing.

Usage: python scripts/messages.py update|compile|check

update   bring locale/da/LC_MESSAGES/django.po in step with the source strings
compile  write the .mo file that the program reads
check    say which strings lack a translation, are doubtful or have other placeholders; ends with 1 if any
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.translation import catalogue, sources  # noqa: E402

HUB = ROOT / "src" / "vidensbro" / "hub"
LOCALE = HUB / "locale"


def update() -> int:
    """Bring every catalogue in step with the source strings; what is no longer used is dropped."""
    wanted = sources.collect(HUB)
    for path in catalogues():
        kept = catalogue.merge(catalogue.read(path), wanted)
        catalogue.write(path, kept)
        sys.stdout.write(
            f"{path.relative_to(ROOT)}: {len(kept)} strings, {len(catalogue.problems(kept, wanted))} to do\n"
        )
    return 0


def compile_all() -> int:
    """Write the .mo file beside every catalogue."""
    for path in catalogues():
        path.with_suffix(".mo").write_bytes(catalogue.compiled(catalogue.read(path)))
        sys.stdout.write(f"{path.relative_to(ROOT)}: compiled\n")
    return 0


def check() -> int:
    """Say what is wrong with the catalogues; 1 if anything is."""
    wanted = sources.collect(HUB)
    found = [
        f"{path.relative_to(ROOT)}: {problem}"
        for path in catalogues()
        for problem in catalogue.problems(catalogue.read(path), wanted)
    ]
    for line in found:
        sys.stderr.write(line + "\n")
    if found:
        sys.stderr.write(f"{len(found)} to mend. `make messages` brings the catalogues in step.\n")
    return 1 if found else 0


def catalogues() -> list[Path]:
    """Every catalogue of the hub."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


if __name__ == "__main__":
    commands = {"update": update, "compile": compile_all, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        raise SystemExit(__doc__)
    raise SystemExit(commands[sys.argv[1]]())
