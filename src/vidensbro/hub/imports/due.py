"""`python -m vidensbro.hub.imports.due`: fetch and import what is due, then end. Workers start it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType
from typing import NoReturn

import django


def main() -> None:
    """Do what is due; stop in good order on SIGTERM, and when whoever started this has died."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vidensbro.hub.config.settings")
    django.setup()
    signal.signal(signal.SIGTERM, _end)
    threading.Thread(target=_wait_for_parent, daemon=True).start()
    from vidensbro.hub.accounts.actors import system_actor
    from vidensbro.hub.imports.services.scheduling import run_due

    run_due(system_actor("schedule"))


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _wait_for_parent() -> None:
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
