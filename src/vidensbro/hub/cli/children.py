"""Child processes of `vidensbro run`: started, watched, started again when they die, stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from vidensbro.hub.cli import console
from vidensbro.hub.cli.language import gettext as _

STOP_SECONDS: Final = 30.0
"""How long a child may take to end once asked, before it is killed."""

SHORTEST_LIFE: Final = 5.0
"""A child that dies younger is started again after a pause that doubles each time."""

LONGEST_PAUSE: Final = 60.0


@dataclass(slots=True)
class Child:
    """One child process. `command` may change between starts; `sockets` are handed on.

    It gets a session of its own, so that Ctrl-C in the terminal reaches the parent alone, which then stops all in
    order; and a pipe as standard input, which closes when the parent dies, however it dies.
    """

    name: str
    command: Sequence[str]
    sockets: tuple[int, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    again_at: float = 0.0

    def start(self) -> None:
        """Start the process."""
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            pass_fds=self.sockets,
            env={**os.environ, **self.environment},
            start_new_session=True,
        )
        self.started = time.monotonic()

    @property
    def alive(self) -> bool:
        """Is the process there?"""
        return self.process is not None and self.process.poll() is None

    def keep_alive(self) -> None:
        """Start the process again if it has died, at once the first time, then with growing pauses."""
        now = time.monotonic()
        if self.alive or now < self.again_at:
            return
        if self.again_at:
            self.again_at = 0.0
            self.start()
            return
        young = now - self.started < SHORTEST_LIFE
        self.failures = self.failures + 1 if young else 0
        pause = min(2.0**self.failures, LONGEST_PAUSE) if young else 0.0
        code = self.process.returncode if self.process else 0
        console.note(
            _("{name} ended ({code}) and is started again in {seconds} s.").format(
                name=self.name, code=code, seconds=round(pause)
            ),
            "warning",
        )
        self.again_at = now + pause

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self.alive and self.process is not None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float) -> None:
        """Wait for the end; kill after `seconds`."""
        if self.process is None:
            return
        try:
            self.process.wait(max(seconds, 0.1))
        except subprocess.TimeoutExpired:
            console.note(_("{name} does not stop and is killed.").format(name=self.name), "warning")
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()


def keep(children: Sequence[Child], stopped: Callable[[], bool], seconds: float = 0.3) -> None:
    """Watch the children until `stopped`."""
    while not stopped():
        for child in children:
            child.keep_alive()
        time.sleep(seconds)


def stop(children: Sequence[Child]) -> None:
    """Ask all to stop at once, then wait for each."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.wait(deadline - time.monotonic())
