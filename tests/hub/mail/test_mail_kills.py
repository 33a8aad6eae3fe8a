"""A kill between any two steps of writing and sending a mail loses nothing and repeats nothing.

What cannot be known is repeated as the very same mail: a worker that died after the note that the last word is about
to be said, and before the note that the server has the mail. Everything else reaches the server exactly once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.mail.conftest import PostOffice, opened

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.xdist_group("mail_kills")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the workers run; its data folder is made ready once."""
    return tmp_path_factory.mktemp("workers")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    found = PostOffice()
    running = opened(found)
    yield found
    running.stop()


def run(what: str, office: PostOffice, folder: Path) -> list[dict]:
    """What the workers told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIDENSBRO_")}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("steps.py")), what, str(office.port)],
        env={
            **kept,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT), kept.get("PYTHONPATH", "")]),
            "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
            "VIDENSBRO_DATA": str(folder / "data"),
            "VIDENSBRO_EMAIL_URL": f"smtp://127.0.0.1:{office.port}",
            "VIDENSBRO_LOG_LEVEL": "ERROR",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_kill_between_any_two_steps_loses_and_repeats_nothing(office: PostOffice, folder: Path) -> None:
    told = run("kill", office, folder)
    arrived = Counter(one.message["Message-ID"] for one in office.mails)
    contents = {one.message["Message-ID"]: {one.content} for one in office.mails}
    for one in office.mails:
        contents[one.message["Message-ID"]].add(one.content)
    deaths, in_doubt = Counter(), Counter()
    for death, end in zip(told[::2], told[1::2], strict=True):
        steps = death["steps"]
        deaths[death["phase"]] += death["died"]
        assert (end["state"], end["entries"]) == ("sent", 0), steps[-1]
        assert len(contents[end["message_id"]]) == 1, "a repeated mail is the same mail"
        if death["died"] and unknowable(steps):
            in_doubt[steps[-1]] += 1
            assert arrived[end["message_id"]] in {1, 2}, steps[-1]
        else:
            assert arrived[end["message_id"]] == 1, steps[-1]
    assert deaths["write"] >= 8
    assert deaths["send"] >= 30
    # The window is as small as it can be: note, last word, answer, note.
    assert sum(in_doubt.values()) == 5, in_doubt
    assert sum(arrived.values()) - len(arrived) <= 3


def unknowable(steps: list[str]) -> bool:
    """Did the worker die between the note before the last word and the note that the mail is sent?"""
    noted = any(step.startswith('after UPDATE "mail_mail" SET "handing_over') for step in steps)
    sent = any(step.startswith('after UPDATE "mail_mail" SET "state') for step in steps)
    return noted and not sent


def test_workers_side_by_side_send_each_mail_once(office: PostOffice, folder: Path) -> None:
    run("race", office, folder)
    assert len(office.mails) == 24
    assert len({one.message["Message-ID"] for one in office.mails}) == 24
