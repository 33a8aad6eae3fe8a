"""Run as a program on a small file system of its own: fills it by a download, an import and a build of the index.

Each must stop with a clear error and lose nothing, and go on once there is room. Prints what happened, as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

WORKS = 400


@contextmanager
def nearly_full(folder: Path, left: int) -> Iterator[None]:
    """Leave so many bytes on the file system of a folder; another file takes the rest."""
    free = os.statvfs(folder)
    ballast = folder / "ballast"
    with ballast.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, max(free.f_bavail * free.f_frsize - left, 1))
    try:
        yield
    finally:
        ballast.unlink()


class Served(BaseHTTPRequestHandler):
    """Three megabytes, whole or from where it is asked for."""

    protocol_version = "HTTP/1.1"
    content = bytes(range(256)) * 12_000

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        rest = self.content[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        self.send_header("Content-Length", str(len(rest)))
        self.send_header("ETag", '"one"')
        self.end_headers()
        self.wfile.write(rest)

    def log_message(self, format: str, *given: Any) -> None:
        """Say nothing."""


def download(folder: Path) -> dict[str, Any]:
    """A file that does not fit, and then does."""
    from vidensbro.kit.sources.fetching import FetchError, HttpFetcher, Request

    with ThreadingHTTPServer(("127.0.0.1", 0), Served) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        request = Request(f"http://127.0.0.1:{server.server_address[1]}/file")
        fetcher = HttpFetcher("ops@example.org")
        path, told = folder / "file", {}
        try:
            with nearly_full(folder, 1_000_000):
                fetcher.download(request, path)
        except FetchError as error:
            told = {"code": error.code, "there": path.exists()}
        fetcher.download(request, path)
        server.shutdown()
        return {**told, "whole": path.read_bytes() == Served.content}


def fill(folder: Path) -> dict[str, Any]:
    """An import that does not fit, and then does."""
    from tests.hub.imports.conftest import SYSTEM, author, lines, work
    from vidensbro.hub.imports.errors import ImportStopped
    from vidensbro.hub.imports.models import ImportRun
    from vidensbro.hub.imports.services import run_import
    from vidensbro.hub.knowledge.models import Work

    records = (work(n, author(n, f"Person {n}"), title=f"{n} " + "x" * 3000) for n in range(1, WORKS))
    path = lines(folder.parent / "w.jsonl", *records)
    told: dict[str, Any] = {}
    try:
        with nearly_full(folder, 900_000):
            run_import(SYSTEM, "openalex", [path])
    except ImportStopped as error:
        half = ImportRun.objects.get()
        told = {"reason": error.reason, "half": half.counts["new"], "rows": Work.objects.count()}
    run = run_import(SYSTEM, "openalex", [path])
    return {**told, "state": run.state, "new": run.counts["new"], "runs": ImportRun.objects.count()}


def build(folder: Path) -> dict[str, Any]:
    """An index that does not fit, and then does; and an update of it."""
    from vidensbro.hub.common.errors import Unavailable
    from vidensbro.hub.knowledge.models import Work
    from vidensbro.hub.matches import indexing
    from vidensbro.hub.outbox.models import Entry
    from vidensbro.hub.outbox.services import drain
    from vidensbro.kit.matching.embedded import building

    building.BATCH, building.PAUSE = 20, 0.0
    told: dict[str, Any] = {}
    try:
        with nearly_full(folder, 400_000):
            indexing.index_build()
    except Unavailable as error:
        told = {
            "reason": error.reason,
            "text": str(error),
            "kept": len(list(folder.glob("index/g*/building-*"))),
        }
    indexing.index_build()
    told["built"] = indexing.index_verify().agrees
    Work.objects.filter(pk__in=Work.objects.values("pk")[:300]).update(abstract="seaweed " * 300)
    indexing.index_verify(repair=True)
    with nearly_full(folder, 300_000):
        waiting = drain(["index.update"])
        told["update"] = {"done": waiting.done, "died": waiting.died, "open": Entry.objects.count() > 0}
        told["searchable"] = indexing.index_status().documents
    Entry.objects.update(next_attempt=Entry.objects.earliest("created").created)
    drain(["index.update"])
    return {**told, "followed": indexing.index_verify().agrees}


def main(place: Path, size: str) -> None:
    """Mount a small file system at a place and use it."""
    folder = place / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    shutil.copytree(place / "empty", folder / "data")
    os.environ["VIDENSBRO_DATA"] = str(folder / "data")
    import django

    django.setup()
    from vidensbro.hub.imports.services import running

    running.BATCH = 20
    data = folder / "data"
    sys.stdout.write(json.dumps({"download": download(folder), "import": fill(data), "index": build(data)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
