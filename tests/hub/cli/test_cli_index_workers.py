"""`vidensbro index build` on a search cluster, by worker processes: the whole way, and when it goes wrong."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("qdrant_client", reason="the distributed edition is not installed")
distributed = pytest.importorskip("distributed", reason="the distributed edition is not installed")

import psutil  # noqa: E402

from tests.hub.cli.command import end, environment, run, start, wait_for  # noqa: E402
from tests.kit.matching_distributed.loopback import Loopback  # noqa: E402

MANY = 1200
"""Documents enough for several batches."""


@pytest.fixture
def cluster() -> Iterator[Loopback]:
    """What answers in the place of a search cluster."""
    server = Loopback()
    yield server
    server.close()


def settings(cluster: Loopback) -> dict[str, str]:
    """The environment of a site whose index is there."""
    return {
        "VIDENSBRO_INDEX": "qdrant:http://127.0.0.1:9#bro",
        "VIDENSBRO_INDEX_GRPC_PORT": str(cluster.port),
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with organisations of which nothing is in an index."""
    lines = ["id,name,kind,city,country"]
    lines += [f"o{number},Eksempel {number} ApS,company,Odense,DK" for number in range(MANY)]
    path = tmp_path / "organisations.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = run(tmp_path / "data", "import", "plain", path, "--no-index")
    assert done.code == 0, done.err
    return tmp_path / "data"


def agrees(data: Path, env: dict[str, str]) -> bool:
    """Whether the index holds every document of the database as it is, and each once."""
    verified = run(data, "index", "verify", "--json", env=env)
    status = run(data, "index", "status", "--json", env=env).json
    counted = status["kinds"]["organisation"]
    assert verified.code == 0, verified.err
    return verified.json["compared"] >= MANY and counted["indexed"] == counted["expected"] >= MANY


def test_two_processes_build_an_index(cluster: Loopback, data: Path) -> None:
    env = settings(cluster)
    built = run(data, "index", "build", "--workers", "2", "--json", env=env, timeout=300)
    assert built.code == 0, built.err
    assert "organisation" not in built.out
    assert run(data, "index", "status", "--json", env=env).json["version"] == built.json["version"]
    # Only workers stored documents, and both of them did.
    assert len(cluster.points.writers) == 2
    assert sum(cluster.points.writers.values()) >= MANY
    assert agrees(data, env)


def test_a_killed_worker_is_made_up_for(cluster: Loopback, data: Path, tmp_path: Path) -> None:
    env = settings(cluster)
    process = start(data, "index", "build", "--workers", "2", log=tmp_path / "log", env=env)
    try:
        wait_for(lambda: bool(cluster.points.writers) or process.poll() is not None, 200)
        workers = [
            one for one in psutil.Process(process.pid).children() if "spawn_main" in " ".join(one.cmdline())
        ]
        assert len(workers) == 2
        workers[0].send_signal(signal.SIGKILL)
        # All or nothing is seen, whichever of the two is quicker.
        assert run(data, "index", "status", "--json", env=env).json["documents"] in (0, MANY)
        assert process.wait(200) == 0, (tmp_path / "log").read_text(encoding="utf-8")
        assert "distributed." not in (tmp_path / "log").read_text(encoding="utf-8")
    finally:
        if process.poll() is None:
            end(process, signal.SIGKILL)
    assert agrees(data, env)


def test_workers_of_a_scheduler_must_read_texts_alike(cluster: Loopback, data: Path, tmp_path: Path) -> None:
    env = settings(cluster)
    other = shutil.copytree(data, tmp_path / "other")
    (other / "glossary" / "own.txt").write_text("sårleje = wound bed\n", encoding="utf-8")
    with distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        memory_limit=0,
        env=environment(data, **env),
    ) as workers:
        address = workers.scheduler_address
        refused = run(other, "index", "build", "--scheduler", address, env=env)
        assert refused.code == 5
        assert "another words" in refused.err.replace("\n", " ")
        built = run(data, "index", "build", "--scheduler", address, env=env, timeout=300)
        assert built.code == 0, built.err
    assert agrees(data, env)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--workers", "2"), 2, "embedded index needs none"),
        (("--workers", "2", "--scheduler", "tcp://127.0.0.1:9"), 2, "not both"),
        (("--workers", "0"), 2, "from 1 to 256"),
    ],
)
def test_what_cannot_be_asked(tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = run(tmp_path / "data", "index", "build", *arguments)
    assert done.code == code
    assert said in done.err.replace("\n", " ")


def test_a_scheduler_that_is_away_is_told(cluster: Loopback, tmp_path: Path) -> None:
    done = run(tmp_path / "data", "index", "build", "--scheduler", "tcp://127.0.0.1:9", env=settings(cluster))
    assert done.code == 1
    assert "The scheduler at tcp://127.0.0.1:9 cannot be reached" in done.err.replace("\n", " ")
