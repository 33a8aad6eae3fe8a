"""The web server as a process: gunicorn with the site's logs, the metrics of all its workers, and an orderly end.

`vidensbro run` and `vidensbro web` start it as `python -m vidensbro.hub.config.serving`. The first process holds
nothing of the site but its listening sockets: the site is loaded in the workers, so SIGHUP takes up new code.
"""

from __future__ import annotations

import argparse
import logging.config
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Any, ClassVar

from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from vidensbro.hub.cli import presence, serving
from vidensbro.hub.common import environment, lifecycle
from vidensbro.hub.config.logs import logging_config

METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that the metrics library reads when it is loaded: a folder that the workers share."""


class Master(Arbiter):  # type: ignore[misc]
    """Tells its workers apart what they are asked to end for: the end of the site, or a reload."""

    def stop(self, graceful: bool = True) -> None:
        """End the workers; with a mark that the site ends, if it does so in good order."""
        if graceful:
            lifecycle.begin_stopping()
        super().stop(graceful)


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker that goes on answering for a while after the site was asked to stop, saying that it is not ready.

    Until whoever sends it requests has seen that, they would be lost: a listening socket that is closed takes along
    what waits in its queue.
    """

    drain_seconds: ClassVar[float] = 0.0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM: end at once in a reload, after `drain_seconds` when the site ends."""
        if not (lifecycle.stopping() and self.drain_seconds):
            super().handle_exit(sig, frame)
            return
        timer = threading.Timer(self.drain_seconds, super().handle_exit, (sig, frame))
        timer.daemon = True
        timer.start()


class Events(Logger):  # type: ignore[misc]
    """Gunicorn's own lines, written as all others are."""

    def setup(self, cfg: Any) -> None:
        """Leave the handlers to the root logger."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True


class Site(serving.Site):
    """The site under our own master."""

    def run(self) -> None:
        """Serve until asked to stop."""
        Master(self).run()


def options(given: argparse.Namespace) -> dict[str, Any]:
    """How gunicorn runs the site."""
    more: dict[str, Any] = {
        "worker_class": "vidensbro.hub.config.serving.Worker",
        "logger_class": "vidensbro.hub.config.serving.Events",
        "graceful_timeout": int(given.drain) + serving.GRACE_SECONDS,
        "post_worker_init": _begin,
        "child_exit": _forget_worker,
        "on_exit": _clear,
    }
    if given.bind:
        more["bind"] = given.bind
    kept = serving.options(0, given.workers, given.threads)
    if not given.child:
        del kept["when_ready"]
    # Sockets that the service manager hands on are found by gunicorn itself.
    del kept["bind"]
    return {**kept, **more}


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until asked to stop."""
    given = _parser().parse_args(arguments)
    form = environment.choice("LOG_FORMAT", ("text", "json"))
    logging.config.dictConfig(logging_config(form, environment.text("LOG_LEVEL", "INFO")))
    os.environ[METRICS_FOLDER] = tempfile.mkdtemp(
        prefix="vidensbro-metrics-", dir=os.environ.get(METRICS_FOLDER)
    )
    Worker.drain_seconds = given.drain
    _take_notify_socket()
    with presence.present(presence.SITE):
        Site(options(given)).run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vidensbro.hub.config.serving")
    parser.add_argument("--bind", action="append", default=[])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--drain", type=float, default=0.0)
    parser.add_argument("--child", action="store_true")
    return parser


_notify: list[str] = []


def _take_notify_socket() -> None:
    """Keep systemd's address to ourselves: gunicorn would say that it is ready before any worker is."""
    if address := os.environ.pop("NOTIFY_SOCKET", ""):
        _notify.append(address)


def _begin(worker: Any) -> None:
    warming = serving.warm_up_beside(worker)
    if _notify:
        threading.Thread(target=_tell_ready, args=(warming,), daemon=True, name="notify").start()


def _tell_ready(warming: threading.Thread) -> None:
    """Tell systemd that this service answers, and fast: sd_notify(3)."""
    warming.join()
    address = _notify[0]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.connect("\0" + address[1:] if address.startswith("@") else address)
        channel.sendall(b"READY=1")


def _forget_worker(server: Any, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _clear(server: Any) -> None:
    shutil.rmtree(os.environ[METRICS_FOLDER], ignore_errors=True)


if __name__ == "__main__":
    # Run by name, this module is not the one that gunicorn imports the worker's class from.
    from vidensbro.hub.config import serving as this

    this.main()
