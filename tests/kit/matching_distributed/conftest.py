"""The embedded edition of the engine, in memory where the machine can."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from vidensbro.kit.matching.distributed import EdgeStore

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder for an engine, which waits for the disk at every change."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture
def store(room: Path) -> Iterator[EdgeStore]:
    pytest.importorskip("qdrant_edge", reason="the distributed edition is not installed")
    opened = EdgeStore(room / "engine", log=False)
    yield opened
    opened.close()
