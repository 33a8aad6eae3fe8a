"""How gunicorn runs the site, and what a new worker does first. `config.serving` makes a process of it.

Below `vidensbro run` its standard input is a pipe from the parent.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

import structlog
from gunicorn.app.base import BaseApplication

GRACE_SECONDS = 20
"""How long answers that are under way may take after the site was asked to stop."""


class Site(BaseApplication):  # type: ignore[misc]
    """Vidensbro under gunicorn. Settings come from here only, never from a gunicorn file lying about."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Take the options given."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application, loaded in each worker."""
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vidensbro.hub.config.settings")
        from django.core.wsgi import get_wsgi_application

        return get_wsgi_application()


def options(socket: int, workers: int, threads: int) -> dict[str, Any]:
    """How gunicorn runs the site: threads, because an answer waits on the database and on the index's files."""
    return {
        "bind": [f"fd://{socket}"],
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "timeout": 120,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": 15,
        "proc_name": "vidensbro",
        "loglevel": "warning",
        "errorlog": "-",
        # A whole need may be 100,000 characters, but a request line never is.
        "limit_request_line": 8190,
        "control_socket_disable": True,
        "when_ready": _watch_parent,
        "post_worker_init": warm_up_beside,
    }


def warm_up_beside(worker: Any) -> threading.Thread:
    """Let a new worker make its engine warm while it already answers: who asks first shall not wait for the model."""
    thread = threading.Thread(target=_warm_up, daemon=True, name="warm-up")
    thread.start()
    return thread


def _warm_up() -> None:
    from vidensbro.hub.common.errors import Unavailable
    from vidensbro.hub.matches.engine import warm_up

    log = structlog.get_logger(__name__)
    began = time.monotonic()
    try:
        warm_up()
    except (Unavailable, OSError) as error:
        # Whoever asks is told then; the site is there for everything else.
        log.warning("serving.not_warm", error=str(error))
    else:
        log.info("serving.warm", seconds=round(time.monotonic() - began, 2))


def _watch_parent(server: Any) -> None:
    """End with the parent, also when it is killed: its end of our standard input closes then."""

    def wait() -> None:
        # Below the level of Python's own buffers: their locks would be held across the fork of workers.
        os.read(0, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True, name="parent").start()
