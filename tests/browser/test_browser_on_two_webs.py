"""What needs a memory from one page to the next, on two web processes behind a proxy: see `two_webs`.

The whole of these tests runs so with VIDENSBRO_TEST_WEBS=2 (CONTRIBUTING.md); these few always do.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.two_webs import WEBS

ROOT = Path(__file__).resolve().parents[2]
FEW = (
    # A session, a trial that becomes a need, an entry in the outbox.
    "test_journeys.py::test_from_trying_to_posting",
    # The challenge that a browser answers at the next request.
    "test_passkeys.py::test_a_passkey_opens_without_a_password",
    # A row that was pressed, and undone.
    "test_desk.py::test_everything_by_keys",
    # Signed links, mails, files, and an index that changes while it is read.
    "test_whole_way.py::test_from_a_sealed_need_to_a_result[danish-english-danish]",
)
PATIENCE = 1800.0
"""Seconds, on a machine that has much else to do."""


@pytest.mark.skipif(WEBS > 0, reason="everything runs so already")
def test_a_few_on_two_processes() -> None:
    ours = ("VIDENSBRO_", "DJANGO_", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            *(f"tests/browser/{one}" for one in FEW),
        ],
        cwd=ROOT,
        env={**kept, "VIDENSBRO_TEST_WEBS": "2"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5000:]
    assert f"{len(FEW)} passed" in done.stdout
