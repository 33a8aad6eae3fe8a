"""A backup, and the old ones that are no longer wanted away: nightly.py FOLDER.

Kept are the newest of each of the last 7 days, 5 weeks and 12 months that have one. Nothing is removed unless the new
backup is there. Needs nothing but Python and the command `vidensbro` on the path.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path

NAME = re.compile(r"vidensbro-(\d{4}-\d\d-\d\dT\d{6}Z)\.tar\.(?:zst|gz)\Z")
STAMP = "%Y-%m-%dT%H%M%SZ"
log = logging.getLogger("nightly")


def moment(path: Path) -> dt.datetime | None:
    """When a backup was taken, by its name; None if it is none of ours."""
    found = NAME.match(path.name)
    return dt.datetime.strptime(found.group(1), STAMP).replace(tzinfo=dt.UTC) if found else None


def kept(moments: Iterable[dt.datetime], days: int, weeks: int, months: int) -> set[dt.datetime]:
    """Those of `moments` to keep: the newest of each of the last so many days, weeks and months that have one."""
    newest_first = sorted(moments, reverse=True)
    rules: tuple[tuple[int, Callable[[dt.datetime], Hashable]], ...] = (
        (days, lambda one: one.date()),
        (weeks, lambda one: one.isocalendar()[:2]),
        (months, lambda one: (one.year, one.month)),
    )
    chosen: set[dt.datetime] = set()
    for count, period in rules:
        first: dict[Hashable, dt.datetime] = {}
        for one in newest_first:
            first.setdefault(period(one), one)
        chosen |= set(list(first.values())[:count])
    return chosen


def take(folder: Path) -> Path:
    """A new backup in `folder`; its path. Raises CalledProcessError if it could not be made."""
    ending = "zst" if shutil.which("zstd") else "gz"
    goal = folder / f"vidensbro-{dt.datetime.now(dt.UTC).strftime(STAMP)}.tar.{ending}"
    subprocess.run(["vidensbro", "backup", str(goal)], check=True)
    return goal


def rotate(folder: Path, days: int, weeks: int, months: int) -> list[Path]:
    """Remove what is no longer wanted; what was removed. What is not named as ours is left alone."""
    there = {path: found for path in sorted(folder.iterdir()) if (found := moment(path)) is not None}
    wanted = kept(there.values(), days, weeks, months)
    gone = [path for path, found in there.items() if found not in wanted]
    for path in gone:
        path.unlink()
    return gone


def main() -> int:
    """Take one, then rotate; 0, or 1 when no backup could be made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--weeks", type=int, default=5)
    parser.add_argument("--months", type=int, default=12)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    given.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        goal = take(given.folder)
    except (subprocess.CalledProcessError, OSError) as error:
        log.error("No backup was made, and none removed: %s", error)
        return 1
    gone = rotate(given.folder, given.days, given.weeks, given.months)
    log.info("%s, %.1f MB; removed: %d", goal.name, goal.stat().st_size / 1e6, len(gone))
    return 0


if __name__ == "__main__":
    sys.exit(main())
