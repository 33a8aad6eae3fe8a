"""Running the real command in a process of its own."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-m", "vidensbro.hub.cli.main")
ROOT = Path(__file__).resolve().parents[3]

ORGANISATIONS = """\
- id: nordsensor
  name: Nordsensor
  kind: company
  city: Aalborg
  country: DK
  summary_en: Wearable pressure sensors for hospital beds.
  invented: true
- id: wound-centre
  name: Øresund Sårcenter
  kind: research_infrastructure
  city: København
  country: DK
  invented: true
"""
PEOPLE = """\
- id: vestergaard
  given_name: Liv
  family_name: Vestergaard
  organisation: wound-centre
  invented: true
- id: okafor
  given_name: Ngozi
  family_name: Okafor
  organisation: wound-centre
  invented: true
"""
WORKS = """\
- id: ulcers
  kind: publication
  title: Early detection of pressure ulcers in nursing home residents
  abstract: >-
    We followed 412 residents of nursing homes for a year. A bed sensor measured pressure and moisture, and
    pressure ulcers were found four days earlier than by visual inspection.
  language: en
  date: 2024-05-01
  authors: [vestergaard, okafor]
  invented: true
- id: insulin
  kind: publication
  title: Stability of insulin analogues at room temperature
  abstract: Insulin analogues were stored for twelve weeks at 25 degrees, and their activity was measured.
  language: en
  date: 2022-03-01
  authors: [okafor]
  invented: true
"""
OFFERS = """\
- id: test-ward
  kind: test_site
  title: Testafdeling for tryksår
  body: Otte senge med plejehjemsbeboere, hvor hjælpemidler mod tryksår kan afprøves under klinisk opsyn.
  language: da
  organisation: wound-centre
  contact: vestergaard
  city: København
  invented: true
"""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it said on standard output, which must be one JSON value and nothing else."""
        return json.loads(self.out)


def environment(data: Path, **more: str) -> dict[str, str]:
    """An environment that knows of this data folder, and of no language model or settings of the tester."""
    foreign = ("VIDENSBRO_", "LC_", "DJANGO_", "COLUMNS", "NO_COLOR", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {
        **kept,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT / "src"),
        "VIDENSBRO_DATA": str(data),
        "VIDENSBRO_EMBEDDER": "none",
        **more,
    }


def run(
    data: Path,
    *arguments: str | Path,
    stdin: str = "",
    timeout: float = 600,
    env: Mapping[str, str] | None = None,
    fresh: bool = False,
) -> Done:
    """Run a command to its end. A folder that is not there yet is given an empty database, unless it is to be `fresh`:
    making one takes longer than most commands."""
    if not fresh and not env:
        _give_a_database(data)
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env=environment(data, **(env or {})),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def start(
    data: Path, *arguments: str | Path, log: Path, env: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a command that goes on; what it says goes to `log`. A folder is made ready as in `run`."""
    if not env:
        _give_a_database(data)
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        env=environment(data, **(env or {})),
        stdin=subprocess.DEVNULL,
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
        # Tests that run in the background inherit a SIGINT that is ignored; a command in a terminal does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


@cache
def _ready() -> Path:
    """A data folder that a command has made ready, for all tests of this process."""
    base = Path(tempfile.mkdtemp(prefix="vidensbro-ready-"))
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    done = run(base / "data", "index", "status", fresh=True)
    assert (base / "data" / "db.sqlite3").exists(), done.err
    return base / "data"


def _give_a_database(data: Path) -> None:
    if data.exists() or not data.parent.is_dir():
        return
    shutil.copytree(_ready(), data)


def wait_for(told: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so; fail after a while."""
    deadline = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM, seconds: float = 40) -> int:
    """Send a signal and wait; the exit code."""
    process.send_signal(number)
    return process.wait(seconds)


def write_district(folder: Path) -> Path:
    """A tiny district as plain files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("organisations.yaml", ORGANISATIONS),
        ("people.yaml", PEOPLE),
        ("works.yaml", WORKS),
        ("offers.yaml", OFFERS),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder
