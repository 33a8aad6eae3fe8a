"""A release that is being mailed survives the death of its worker at any step: each reader gets it, and gets it once.

What nobody can know is repeated as the very same mail: a worker that died between the note that the last word is about
to be said to the server and the note that the server has the mail. That is one reader's mail at most.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.hub.mail.conftest import PostOffice, opened
from tests.hub.newsroom.sending_steps import READERS

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.xdist_group("sending_kills")


@pytest.fixture
def taking() -> Iterator[PostOffice]:
    """A real SMTP server."""
    found = PostOffice()
    running = opened(found)
    yield found
    running.stop()


def run(what: str, office: PostOffice, folder: Path) -> list[dict]:
    """What the workers told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIDENSBRO_")}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("sending_steps.py")), what, str(office.port)],
        env={
            **kept,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT), kept.get("PYTHONPATH", "")]),
            "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
            "VIDENSBRO_DATA": str(folder / "data"),
            "VIDENSBRO_EMBEDDER": "none",
            "VIDENSBRO_EMAIL_URL": f"smtp://127.0.0.1:{office.port}",
            "VIDENSBRO_EMAIL_RATE": "0",
            "VIDENSBRO_LOG_LEVEL": "CRITICAL",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def arrived(office: PostOffice) -> dict[str, Counter[str]]:
    """How often each reader got each release, by itself or in the mail of a week."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in office.mails:
        found[_headline(one.message)][one.recipients[0]] += 1
    return found


def _headline(message: EmailMessage) -> str:
    """A release's own mail has it as its subject; that of a week names the releases in its text."""
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"/newsroom/da/([\w-]+)/", body.get_content())
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("what", "least"), [("kill", 20), ("kill_weekly", 20)])
def test_a_kill_on_the_way_leaves_nobody_out_and_writes_to_nobody_twice(
    taking: PostOffice, tmp_path: Path, what: str, least: int
) -> None:
    told = run(what, taking, tmp_path)
    got, everybody = arrived(taking), {f"r{number}@example.org" for number in range(READERS)}
    deaths = in_doubt = 0
    for death, end in zip(told[::2], told[1::2], strict=True):
        name, last = death["name"], death["steps"][-1]
        assert end == {"name": name, "letters": 1, "states": ["sent"] * READERS, "queued": True}, last
        assert set(got[name]) == everybody, last
        twice = [one for one, count in got[name].items() if count > 1]
        deaths += death["died"]
        if unknowable(death["steps"]):
            in_doubt += 1
            assert len(twice) <= 1, last
            assert max(got[name].values()) <= 2, last
        else:
            assert twice == [], last
    assert deaths >= least
    assert in_doubt >= 2
    contents = defaultdict(set)
    for one in taking.mails:
        contents[one.message["Message-ID"]].add(one.content)
    assert {len(one) for one in contents.values()} == {1}, "a repeated mail is the same mail"


def unknowable(steps: list[str]) -> bool:
    """Did the worker die between the note before a last word and the note that this mail is sent?"""
    noted = sum(step.startswith('after UPDATE "mail_mail" SET "handing_over') for step in steps)
    sent = sum(step.startswith('after UPDATE "mail_mail" SET "state" = ') for step in steps)
    return noted > sent


@pytest.mark.parametrize("what", ["race", "race_weekly"])
def test_workers_side_by_side_write_to_each_reader_once(
    taking: PostOffice, tmp_path: Path, what: str
) -> None:
    run(what, taking, tmp_path)
    assert arrived(taking)["race"] == {f"r{number}@example.org": 1 for number in range(READERS)}
