"""A kill at any instant leaves the old or the new state."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vidensbro.kit.matching.conformance import HashingEmbedder, document, query
from vidensbro.kit.matching.embedded import EmbeddedIndex, verify
from vidensbro.kit.matching.model import Document, Filters

DOCUMENTS = 12


def open_writer(folder: Path) -> EmbeddedIndex:
    return EmbeddedIndex.open(folder, embedder=HashingEmbedder(), writable=True)


def state(number: int) -> list[Document]:
    """All documents of one state; each state replaces all documents of the one before, and adds one."""
    return [document(n, f"wound state{number}") for n in range(DOCUMENTS)] + [document(1000 + number)]


def write_state(index: EmbeddedIndex, number: int, after: int) -> None:
    index.add(state(number))
    index.remove([document(1000 + after).key])
    index.commit()


def state_found(folder: Path) -> int:
    """Which state the index holds; fails if it is none."""
    assert [problem for problem in verify(folder) if problem.code != "wasteful"] == []
    snapshot = EmbeddedIndex.open(folder).snapshot()
    first = snapshot.documents([document(0).key])[0]
    assert first is not None
    number = int(first.title.rpartition("state")[2])
    keys = list(snapshot.keys())
    assert {d.key: d for d in state(number)} == dict(zip(keys, snapshot.documents(keys), strict=True))
    assert snapshot.document_frequency([f"en:state{number}", "en:wound"]).tolist() == [
        DOCUMENTS,
        DOCUMENTS + 1,
    ]
    assert len(snapshot.search(query("wound"), Filters()).keys) == DOCUMENTS + 1
    return number


def tell(pipe: int) -> None:
    os.write(pipe, b".")


def killed_child(work: Callable[[Callable[[], None]], None], commits: int = 0, wait: float = 0.0) -> bool:
    """Run `work` in a forked process; whether it was killed.

    `work` calls what it is given after each commit. With `commits`, the process is killed that many commits
    later, and some seconds.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work(lambda: tell(writing))
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    if commits:
        assert all(os.read(reading, 1) for _ in range(commits))
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(reading)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return os.WIFSIGNALED(status)


def kill_before(step: int) -> None:
    """Let this process kill itself before its n-th operation that changes or syncs a file."""
    left = [step]

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        return call

    from vidensbro.kit.matching.embedded import files, writer

    os.fsync = dying(os.fsync)
    os.replace = dying(os.replace)
    os.unlink = dying(os.unlink)
    files.AppendFile.append = dying(files.AppendFile.append)  # type: ignore[method-assign]
    writer.write_whole = dying(writer.write_whole)  # type: ignore[attr-defined]


@pytest.mark.parametrize("step", range(1, 31))
def test_killed_before_any_file_operation(tmp_path: Path, step: int) -> None:
    with open_writer(tmp_path) as index:
        write_state(index, 1, 0)

    def work(committed: Callable[[], None]) -> None:
        kill_before(step)
        with open_writer(tmp_path) as index:
            write_state(index, 2, 1)
            write_state(index, 3, 2)

    if not killed_child(work):
        assert step > 25, "fewer operations than expected: the test would prove little"
    number = state_found(tmp_path)
    assert number in (1, 2, 3)
    with open_writer(tmp_path) as index:
        write_state(index, number + 50, number)
    assert state_found(tmp_path) == number + 50


def test_killed_at_any_time(tmp_path: Path) -> None:
    with open_writer(tmp_path) as index:
        write_state(index, 1, 0)
    number = 1

    def work(committed: Callable[[], None]) -> None:
        current = number
        with open_writer(tmp_path) as index:
            while True:
                write_state(index, current + 1, current)
                current += 1
                committed()

    for round_ in range(12):
        commits = 1 + round_ % 3
        assert killed_child(work, commits, wait=0.0013 * round_)
        found = state_found(tmp_path)
        assert found >= number + commits
        number = found


def test_killed_while_rebuilding(tmp_path: Path) -> None:
    with open_writer(tmp_path) as index:
        write_state(index, 1, 0)
    for step in (1, 3, 6, 9, 11, 12, 13):

        def work(committed: Callable[[], None], step: int = step) -> None:
            kill_before(step)
            EmbeddedIndex.rebuild(tmp_path, state(2), embedder=HashingEmbedder())

        killed_child(work)
        assert state_found(tmp_path) in (1, 2)
    EmbeddedIndex.rebuild(tmp_path, state(5), embedder=HashingEmbedder())
    assert state_found(tmp_path) == 5
