"""`vidensbro index build`, killed at several moments, goes on where it was; in real processes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vidensbro.hub.matches.engine import STATIC

ROOT = Path(__file__).parents[3]
STEP = 20
WORKS = 150

COMMAND = """
import os, sys, time
from pathlib import Path
from vidensbro.kit.matching.conformance.material import HashingEmbedder
from vidensbro.kit.matching.embedded import building
building.BATCH, building.PAUSE = int(os.environ["STEP"]), 0.0

class Noted(HashingEmbedder):
    def __init__(self, name):
        self.name = name

    def embed(self, texts):
        found = super().embed(texts)
        with open(os.environ["LOG"], "a", encoding="utf-8") as stream:
            stream.writelines(text.splitlines()[0] + "\\n" for text in texts)
        time.sleep(float(os.environ["SLOWLY"]))
        return found

import django
django.setup()
from vidensbro.hub.matches import engine
from vidensbro.hub.matches.engine import STATIC
engine.open_embedder = lambda *given, **named: Noted("whole/1")
engine.open_static = lambda *given, **named: Noted(STATIC)
from vidensbro.hub.cli.main import main
if sys.argv[1] == "fill":
    from vidensbro.hub.common.data import prepare
    prepare()
    from vidensbro.hub.knowledge.models import Work
    Work.objects.bulk_create(Work(title=f"Work {n:03d}", language="en") for n in range(int(os.environ["WORKS"])))
elif sys.argv[1] == "change":
    from vidensbro.hub.accounts.actors import system_actor
    from vidensbro.hub.knowledge import services
    from vidensbro.hub.knowledge.models import Work
    actor = system_actor("tests")
    rows = {row.title: row.pk for row in Work.objects.all()}
    services.edit_work(actor, rows["Work 003"], title="Work 003 changed")
    services.edit_work(actor, rows["Work 005"], withdrawn=True)
    services.create_work(actor, title="Work new", language="en")
elif sys.argv[1] == "tell":
    from vidensbro.hub.matches import indexing
    verified, status = indexing.index_verify(), indexing.index_status()
    print(verified.agrees, verified.compared, status.embedder, status.in_step)
else:
    main(sys.argv[1:])
"""


class Installation:
    """A data folder, and the command run in it."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "embedded.txt"
        self._environment = {
            **os.environ,
            "VIDENSBRO_DATA": str(folder / "data"),
            "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "LOG": str(self.log),
            "STEP": str(STEP),
            "WORKS": str(WORKS),
        }
        self._environment.pop("VIDENSBRO_DATABASE_URL", None)

    def start(self, *arguments: str, slowly: float = 0.0) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, *arguments],
            env={**self._environment, "SLOWLY": str(slowly)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        process = self.start(*arguments)
        out, errors = process.communicate(timeout=600)
        assert process.returncode == 0, (arguments, out, errors)
        return out

    def kill(self, *arguments: str, after: int) -> None:
        """Start the command, and kill it once so many texts have been embedded."""
        before = len(self.embedded())
        process = self.start(*arguments, slowly=0.3)
        try:
            until = time.monotonic() + 600
            while len(self.embedded()) < before + after:
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < until, "it embeds nothing"
                time.sleep(0.01)
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate()
        assert process.returncode == -signal.SIGKILL

    def embedded(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with works."""
    folder = tmp_path_factory.mktemp("filled")
    Installation(folder).run("fill")
    return folder / "data"


@pytest.fixture
def place(filled: Path, tmp_path: Path) -> Installation:
    """With works that are not indexed yet."""
    shutil.copytree(filled, tmp_path / "data")
    return Installation(tmp_path)


@pytest.mark.parametrize(
    ("command", "model"),
    [(("index", "build"), "whole/1"), (("index", "build", "--first-stage"), STATIC)],
)
def test_a_killed_build_goes_on_after_the_last_batch(
    place: Installation, command: tuple[str, ...], model: str
) -> None:
    for after in (1, 70):
        place.kill(*command, after=after)
    before = place.embedded()
    # Each kill costs the batch that was in hand, and nothing else.
    assert len(before) - len(set(before)) <= STEP
    place.run("change")
    place.run(*command)
    after = place.embedded()[len(before) :]
    works = {f"Work {number:03d}" for number in range(WORKS)} - {"Work 003", "Work 005"}
    assert set(before) | set(after) >= works | {"Work 003 changed", "Work new"}
    assert {"Work 003 changed", "Work new"} <= set(after)
    assert len(after) <= WORKS - (len(set(before)) - STEP) + 2
    assert place.run("tell").split() == ["True", str(WORKS), model, "True"]
