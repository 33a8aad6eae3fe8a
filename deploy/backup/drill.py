"""A restore that is tried: drill.py FOLDER restores the newest backup where it disturbs nothing, and looks at it.

With PostgreSQL it needs a database of its own, named by VIDENSBRO_DRILL_DATABASE_URL, whose content is replaced each
time; so that it can never be the installation's own, its name must hold the word "drill". The backup must not be older
than --hours. Ends with 1, and says why, unless the restored installation is whole: an index can be built from its rows
(of words alone, which is fast), and agrees with them document by document.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from nightly import moment

log = logging.getLogger("drill")

OTHERS = ("VIDENSBRO_EMAIL_URL", "VIDENSBRO_STATIC_ROOT", "VIDENSBRO_FILES_S3_BUCKET", "VIDENSBRO_INDEX")
"""Settings that name what the installation shares with others, or writes to."""


class Failed(Exception):
    """The drill showed that a restore would not do."""


def newest(folder: Path, hours: float) -> Path:
    """The newest backup. Raises Failed: there is none, or it is older than `hours`."""
    found = {taken: path for path in folder.iterdir() if (taken := moment(path)) is not None}
    if not found:
        raise Failed(f"There is no backup in {folder}.")
    taken = max(found)
    age = (time.time() - taken.timestamp()) / 3600
    if age > hours:
        raise Failed(f"The newest backup, {found[taken].name}, is {age:.0f} hours old.")
    return found[taken]


def environment(data: Path) -> dict[str, str]:
    """The installation's own environment, with another folder and another database. Raises Failed."""
    there = dict(os.environ, VIDENSBRO_DATA=str(data))
    live, spare = there.get("VIDENSBRO_DATABASE_URL", ""), there.pop("VIDENSBRO_DRILL_DATABASE_URL", "")
    if live and "drill" not in urlsplit(spare).path:
        raise Failed(
            "Set VIDENSBRO_DRILL_DATABASE_URL to a database that is for the drill alone, and has drill in its name."
        )
    # Nothing that the copy does may reach anybody, nor the index that the site has on a search cluster.
    for name in OTHERS:
        there.pop(name, None)
    there["VIDENSBRO_EMBEDDER"] = "none"
    return there | ({"VIDENSBRO_DATABASE_URL": spare} if live else {})


def command(there: Mapping[str, str], *line: str) -> dict[str, object]:
    """What a command says as JSON. Raises Failed."""
    done = subprocess.run(
        ["vidensbro", *line, "--json"], env=there, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(f"vidensbro {' '.join(line)} ended with {done.returncode}: {done.stderr.strip()}")
    told: dict[str, object] = json.loads(done.stdout)
    return told


def drill(folder: Path, hours: float) -> str:
    """Restore the newest backup and look at it; what to say. Raises Failed."""
    began = time.monotonic()
    backup = newest(folder, hours)
    with tempfile.TemporaryDirectory(prefix="vidensbro-drill-") as data:
        there = environment(Path(data))
        force = ["--force"] if there.get("VIDENSBRO_DATABASE_URL") else []
        command(there, "restore", str(backup), *force)
        seconds = time.monotonic() - began
        verified = command(there, "index", "verify")
    return f"{backup.name}: restored in {seconds:.0f} s, and whole ({json.dumps(verified)})"


def main() -> int:
    """0 when a restore works."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hours", type=float, default=36)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        log.info(drill(given.folder, given.hours))
    except (Failed, OSError) as error:
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
