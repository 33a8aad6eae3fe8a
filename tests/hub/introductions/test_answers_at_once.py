"""A hundred answers to one request leave one answer; nobody is asked more often than allowed; nothing is doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.hub.introductions import answering_at_once


def outcome(folder: Path) -> dict[str, dict[str, int]]:
    """In this process on PostgreSQL; else in one of its own, on a database file as an installation has it."""
    if connection.vendor == "postgresql":
        return answering_at_once.play()
    environment = {
        **os.environ,
        "VIDENSBRO_DATA": str(folder / "data"),
        "VIDENSBRO_EMBEDDER": "none",
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "").replace(
            "tests.hub.settings", "vidensbro.hub.config.settings"
        ),
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[3]), *(path for path in sys.path if path)]),
    }
    program = [sys.executable, "-m", "tests.hub.introductions.answering_at_once"]
    done = subprocess.run(program, env=environment, check=True, capture_output=True, text=True, timeout=300)
    return json.loads(done.stdout)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_answers_and_a_dozen_requests_at_the_same_moment(tmp_path: Path) -> None:
    told = outcome(tmp_path)
    answers = told["answers"]
    assert (answers["done"], answers["answered"]) == (1, 99)
    assert answers["spent links"] == 1
    assert answers["mails at most two"] == 1
    assert answers["answers that were mailed"] <= 1
    assert told["asks"] == {"asked": 4, "person_full": 8, "rows": 4}
    assert told["drafts"] == {"drafted": 1, "already_asked": 19}
