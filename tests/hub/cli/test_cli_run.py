"""The whole installation as processes: started, asked, stopped, and nothing left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.hub.cli.command import end, run, start, wait_for, write_district

pytestmark = pytest.mark.xdist_group("cli_run")


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """A data folder with a tiny district and its static files."""
    base = tmp_path_factory.mktemp("run")
    done = run(base / "data", "run", "--check", "--district", write_district(base / "district"))
    assert done.code == 0, done.out + done.err
    assert re.fullmatch(r"OK: \d+ matches, each with evidence, in [\d.]+ s \(\d+ s\)\n", done.out)
    return base / "data"


class Running:
    """A site that is up, with its processes."""

    def __init__(self, data: Path, log: Path) -> None:
        self.log = log
        self.process = start(data, "run", "--port", "0", "--workers", "1", log=log)
        wait_for(lambda: "Ctrl-C" in self.said(), 90)
        self.address = re.search(r"http://localhost:\d+", self.said()).group()

    def said(self) -> str:
        """Everything it has said."""
        return self.log.read_text(encoding="utf-8")

    def children(self) -> dict[str, int]:
        """The two processes below, by what they are."""
        lines = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        found = {"site" if "serving" in line else "worker": int(line.split()[0]) for line in lines}
        assert set(found) <= {"site", "worker"}
        return found

    def answers(self) -> bool:
        """Does the home page come?"""
        with urllib.request.urlopen(self.address + "/", timeout=30) as answer:
            return answer.status == 200 and b"<form" in answer.read()


def gone(number: int) -> bool:
    """Has the process ended (and been waited for)?"""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    return "Z" in Path(f"/proc/{number}/stat").read_text(encoding="ascii").rsplit(")", 1)[1]


@pytest.fixture
def site(data: Path, tmp_path: Path):
    """A running site."""
    running = Running(data, tmp_path / "log")
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_and_its_children(site: Running, number: int) -> None:
    assert site.answers()
    below = site.children()
    assert set(below) == {"site", "worker"}
    assert end(site.process, number) == 0
    assert all(gone(child) for child in below.values())
    assert "Stopped." in site.said()


def test_children_end_with_a_parent_that_is_killed(site: Running) -> None:
    below = site.children()
    end(site.process, signal.SIGKILL)
    wait_for(lambda: all(gone(child) for child in below.values()), 40)


def test_a_worker_that_dies_is_started_again_and_backup_works_meanwhile(
    site: Running, data: Path, tmp_path: Path
) -> None:
    first = site.children()["worker"]
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: site.children().get("worker", first) != first, 30)
    assert site.answers()
    assert run(data, "backup", tmp_path / "while-running.tar").code == 0
    refused = run(data, "restore", tmp_path / "while-running.tar", "--force")
    assert refused.code == 4
    assert "running" in refused.err


def test_the_second_start_loads_nothing(data: Path, tmp_path: Path) -> None:
    process = start(data, "run", "--port", "0", "--workers", "1", log=tmp_path / "log")
    try:
        wait_for(lambda: "Ctrl-C" in (tmp_path / "log").read_text(encoding="utf-8"), 60)
    finally:
        assert end(process) == 0
    said = (tmp_path / "log").read_text(encoding="utf-8")
    assert not re.search("Importing|Loading|Building|Collecting", said)
    assert len(run(data, "import", "status", "--json").json) == 1


def test_a_port_in_use_is_told(site: Running, data: Path) -> None:
    port = site.address.rsplit(":", 1)[1]
    done = run(data, "run", "--port", port)
    assert done.code == 2
    assert port in done.err


def test_an_empty_site_fails_the_check(tmp_path: Path) -> None:
    done = run(tmp_path / "data", "run", "--check", "--district", "none")
    assert done.code == 1
    assert done.out.startswith("FAILED: the need got no matches")


def test_worker_once_does_what_waits(tmp_path: Path) -> None:
    write_district(tmp_path / "district")
    assert run(tmp_path / "data", "import", "plain", tmp_path / "district", "--no-index").code == 0
    waiting = run(tmp_path / "data", "index", "status", "--json")
    assert (waiting.code, waiting.json["waiting"]) == (1, 7)
    done = run(tmp_path / "data", "worker", "--once", "--json")
    assert (done.code, done.json["failed"]) == (0, 0)
    assert done.json["done"] >= 7
    assert run(tmp_path / "data", "index", "status").code == 0
