"""Latency of pages with many readers at once, on the example district.

Usage: python -m benchmarks.pages [--users 20] [--seconds 20] [--address http://127.0.0.1:8000]

Starts the site on a free port with a fresh data folder unless an address is given; asks home, the answer to a need,
the directory, the newsroom and a press release, each with `users` readers who ask again as soon as they have an
answer; and the answer once more with readers who each write another need every time, without a pause and with one to
read in. Prints p50 and p95 and writes `benchmarks/pages.md`.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.search import machine

RESULTS = Path(__file__).with_name("pages.md")
NEED = "Vi udvikler en sensor, der opdager tryksår tidligt hos plejehjemsbeboere, og søger klinisk viden"
PAGES = {
    "home": ("/", ""),
    "answer to a need": ("/match/", NEED),
    "directory": ("/directory/", ""),
    "directory, searched": ("/directory/?q=laboratorium", ""),
    "knowledge": ("/knowledge/", ""),
    "newsroom": ("/newsroom/", ""),
    "newsroom, searched": ("/newsroom/archive/?q=sensor", ""),
    "newest release": ("", ""),
}
"""Address of each page, and the need that is posted to it; the newest release's stands on the newsroom's front."""
RELEASE = re.compile(r'href="(/newsroom/(?:da|en)/[^"/]+/)"')
STARTING = 240.0
ANEW = 15
"""Pages that are made anew, one after the other."""
READING = 5.0
"""Seconds, on average, that a reader takes before writing the next need."""


@contextmanager
def site() -> Iterator[str]:
    """The site as `vidensbro run` starts it, with the example district; its address."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [sys.executable, "-m", "vidensbro.hub.cli.main", "run", "--port", str(port)]
        log = Path(folder) / "site.log"
        with log.open("w") as stream:
            process = subprocess.Popen(
                command, env={**os.environ, "VIDENSBRO_DATA": f"{folder}/data"}, stdout=stream, stderr=stream
            )
        try:
            _wait(port, process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until and process.poll() is None:
        try:
            if Reader(f"127.0.0.1:{port}").get("/readyz") == 200:
                return
        except OSError:
            time.sleep(0.5)
        time.sleep(0.2)
    raise SystemExit("The site did not start:\n" + log.read_text()[-3000:])


class Reader:
    """Somebody with a browser: one connection, cookies kept, a need posted with its token."""

    def __init__(self, host: str) -> None:
        self._connection = http.client.HTTPConnection(host, timeout=30)
        self._headers = {"Accept-Language": "da"}
        self._token = ""

    def get(self, path: str) -> int:
        """Status of a page."""
        return self._ask("GET", path, None)[0]

    def newest_release(self) -> str:
        """Address of the first release on the newsroom's front.

        Raises:
            SystemExit: there is none.
        """
        found = RELEASE.search(self._ask("GET", "/newsroom/", None)[1])
        if found is None:
            raise SystemExit("No release stands in the newsroom: publish one, or measure an example district")
        return found[1]

    def post(self, path: str, need: str) -> int:
        """Status of the answer to a need."""
        if not self._token:
            _, page = self._ask("GET", path, None)
            self._token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": self._token, "text": need})
        return self._ask("POST", path, form)[0]

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        headers = self._headers | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        try:
            answer = self._answer(method, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionError):
            # A server ends a connection that nothing was asked over for a while; browsers open another.
            self._connection.close()
            answer = self._answer(method, path, body, headers)
        text = answer.read().decode()
        if cookie := answer.getheader("Set-Cookie"):
            self._headers["Cookie"] = cookie.partition(";")[0]
        return answer.status, text

    def _answer(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        self._connection.request(method, path, body, headers)
        return self._connection.getresponse()


def load(
    address: str,
    path: str,
    need: str,
    users: int,
    seconds: float,
    *,
    another: bool = False,
    reading: float = 0.0,
) -> tuple[list[float], int]:
    """Latencies in seconds of all answers, and how many were not 200.

    With `another`, no two needs are alike; `reading` is the mean of the pauses between them (exponential, seeded).
    """
    host = urllib.parse.urlsplit(address).netloc
    times: list[float] = []
    failures = [0]
    until = time.monotonic() + seconds
    lock = threading.Lock()

    def read(name: int) -> None:
        reader, pauses = Reader(host), np.random.default_rng(name)
        reader.get(path)
        asked = 0
        while time.monotonic() < until:
            if reading:
                time.sleep(float(pauses.exponential(reading)))
            asked += 1
            text = f"{need} {name} {asked}" if another else need
            begun = time.perf_counter()
            status = reader.post(path, text) if need else reader.get(path)
            with lock:
                times.append(time.perf_counter() - begun)
                failures[0] += status != 200

    threads = [threading.Thread(target=read, args=(name,)) for name in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, failures[0]


def alone(address: str, path: str, need: str) -> float:
    """Median seconds of a page that is made anew each time, for one reader: every address or need is another."""
    reader = Reader(urllib.parse.urlsplit(address).netloc)
    times = []
    for number in range(ANEW):
        begun = time.perf_counter()
        if need:
            reader.post(path, f"{need} {number}")
        else:
            reader.get(f"{path}{'&' if '?' in path else '?'}anew={number}")
        times.append(time.perf_counter() - begun)
    return float(np.median(times))


def report(address: str, users: int, seconds: float) -> str:
    """A Markdown table."""
    lines = ["| page | answers/s | p50 ms | p95 ms | not 200 | made anew, ms |", "|---|---|---|---|---|---|"]
    for name, (given, need) in PAGES.items():
        path = given or Reader(urllib.parse.urlsplit(address).netloc).newest_release()
        load(address, path, need, 2, 2)
        times, failures = load(address, path, need, users, seconds)
        anew = alone(address, path, need) * 1000
        p50, p95 = (float(np.percentile(times, q)) * 1000 for q in (50, 95))
        lines.append(
            f"| {name} | {len(times) / seconds:.0f} | {p50:.0f} | {p95:.0f} | {failures} | {anew:.0f} |"
        )
        sys.stderr.write(lines[-1] + "\n")
    return "\n".join([*lines, "", *different(address, users, seconds)])


def different(address: str, users: int, seconds: float) -> Iterator[str]:
    """A Markdown table of readers who each write another need every time, so that nothing can be kept."""
    path, need = PAGES["answer to a need"]
    yield "| another need every time | answers/s | p50 ms | p95 ms | not 200 |"
    yield "|---|---|---|---|---|"
    for name, reading in (("without a pause", 0.0), (f"{READING:.0f} s to read, on average", READING)):
        length = seconds * 3 if reading else seconds
        times, failures = load(address, path, need, users, length, another=True, reading=reading)
        p50, p95 = (float(np.percentile(times, q)) * 1000 for q in (50, 95))
        yield f"| {name} | {len(times) / length:.0f} | {p50:.0f} | {p95:.0f} | {failures} |"


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--address", default="")
    chosen = parser.parse_args()
    if chosen.address:
        table = report(chosen.address, chosen.users, chosen.seconds)
    else:
        with site() as address:
            table = report(address, chosen.users, chosen.seconds)
    text = RESULTS.read_text(encoding="utf-8").partition("## Measured")[0] if RESULTS.exists() else ""
    body = (
        f"{text}## Measured\n\n`python -m benchmarks.pages`, {chosen.users} readers at once on {machine()}; they share "
        f"the cores. Pages of visitors are kept until something changes, for a minute at most; the last column is for "
        f"one reader without that.\n\n{table}\n"
    )
    RESULTS.write_text(body, encoding="utf-8")
    sys.stdout.write(body)


if __name__ == "__main__":
    main()
