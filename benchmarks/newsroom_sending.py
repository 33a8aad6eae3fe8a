"""A release to many subscribers: queued, and handed to an SMTP server in another process.

Usage: python -m benchmarks.newsroom_sending [--subscribers 50000] [--write]

Makes a data folder, writes the subscribers, publishes a release and does what a worker does until every copy is handed
over: to an SMTP server on loopback (aiosmtpd) that counts what it takes. Prints how long finding the readers and
handing over took, the rate of each, and the largest resident memory of the worker; `--write` puts it into
`benchmarks/newsroom_sending.json` and `newsroom_sending.md`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import socket
import tempfile
import time
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.search import machine

RESULTS = Path(__file__).with_name("newsroom_sending.md")
ROWS = Path(__file__).with_name("newsroom_sending.json")
COLUMNS = (
    "subscribers", "queued s", "queued/s", "handed over s", "handed over/s", "taken", "twice", "MB before",
    "MB at most", "database MB",
)  # fmt: skip
BATCH = 5000


class Counting:
    """Takes every mail and remembers nothing but to whom how many came."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Note whom a mail is for."""
        self.found.update(envelope.rcpt_tos)
        return "250 OK"


def serve(port: int, line: Connection) -> None:
    """The SMTP server's process: runs until it is asked, then tells readers and those of them who got more than one."""
    from aiosmtpd.controller import Controller

    handler = Counting()
    running = Controller(handler, hostname="127.0.0.1", port=port)
    running.start()
    line.send("ready")
    line.recv()
    running.stop()
    line.send((len(handler.found), sum(count > 1 for count in handler.found.values())))


def measure(count: int) -> dict[str, Any]:
    """One row of the table."""
    with socket.socket() as free, tempfile.TemporaryDirectory() as folder:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        own, other = multiprocessing.get_context("spawn").Pipe()
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(port, other), daemon=True)
        server.start()
        own.recv()
        row = _sent(count, port, Path(folder))
        own.send("stop")
        row["taken"], row["twice"] = own.recv()
        server.join(30)
        row["database MB"] = round(sum(one.stat().st_size for one in Path(folder).rglob("db.sqlite3*")) / 1e6)
    return row


def _sent(count: int, port: int, folder: Path) -> dict[str, Any]:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
        "VIDENSBRO_DATA": str(folder / "data"),
        "VIDENSBRO_EMBEDDER": "none",
        "VIDENSBRO_EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "VIDENSBRO_EMAIL_RATE": "0",
        "VIDENSBRO_LOG_LEVEL": "ERROR",
    }
    import django

    django.setup()
    from vidensbro.hub.common.data import prepare
    from vidensbro.hub.newsroom.services.sending import send
    from vidensbro.hub.outbox.registry import handlers

    prepare()
    handlers()
    _subscribe(count)
    version = _publish()
    before = _resident()
    started = time.monotonic()
    queued = send(version)
    found = time.monotonic()
    handed = _hand_over()
    ended = time.monotonic()
    if (queued, handed) != (count, count):
        raise SystemExit(f"{queued} of {count} queued, {handed} handed over")
    return {
        "subscribers": count,
        "queued s": round(found - started, 1),
        "queued/s": round(count / (found - started)),
        "handed over s": round(ended - found, 1),
        "handed over/s": round(count / (ended - found)),
        "MB before": before,
        "MB at most": _resident(),
    }


def _subscribe(count: int) -> None:
    from vidensbro.hub.common import clock
    from vidensbro.hub.newsroom.models import Subscriber

    moment = clock.now()
    for first in range(0, count, BATCH):
        Subscriber.objects.bulk_create(
            Subscriber(address=f"reader{number}@example.org", language="da", state="active", confirmed=moment)
            for number in range(first, min(first + BATCH, count))
        )


def _publish() -> str:
    """A release of ordinary length that is out; its key."""
    from vidensbro.hub.common import clock
    from vidensbro.hub.directory.models import Organisation
    from vidensbro.hub.newsroom.models import Issuer, Release, Version

    release, moment = Release.objects.create(place_da="Odense"), clock.now()
    Issuer.objects.create(release=release, organisation=Organisation.objects.create(name="Eksempelselskabet"))
    paragraph = (
        "Sensoren er prøvet på to plejehjem, og den mærker begyndende rødme to dage før øjet ser den. " * 5
    )
    row = Version.objects.create(
        release=release,
        language="da",
        slug="sensor",
        headline="Ny sensor opdager tryksår, før huden går i stykker",
        lead="En madras mærker begyndende rødme.",
        body=f"{paragraph}\n\n" * 8,
        state="published",
        publish_at=moment,
        published=moment,
    )
    return str(row.pk)


def _hand_over() -> int:
    """What the worker's loop does with copies, and nothing else; how many were taken."""
    from vidensbro.hub.mail import bulk
    from vidensbro.hub.mail.models import Mail
    from vidensbro.hub.outbox import services as outbox

    while Mail.objects.filter(state__in=["waiting", "sending"]).exists():
        if not outbox.drain({bulk.BULK}, limit=1).done:
            time.sleep(0.01)
    return Mail.objects.filter(state="sent").count()


def _resident() -> int:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def report(rows: list[dict[str, Any]]) -> str:
    """The figures as a page."""
    table = [
        "| " + " | ".join(COLUMNS) + " |",
        "|" + "---|" * len(COLUMNS),
        *("| " + " | ".join(str(row[name]) for name in COLUMNS) + " |" for row in rows),
    ]
    return "\n".join(
        [
            "# A release by mail to many subscribers",
            "",
            f"`python -m benchmarks.newsroom_sending --write`, {machine()}. The SMTP server (aiosmtpd) is another "
            "process on the same machine and shares its cores; the database is SQLite with every commit on disk. "
            "Each copy has its own conversation of MAIL, RCPT and DATA, and three commits; about a hundred go over "
            "one connection. `VIDENSBRO_EMAIL_RATE` is 0. “Twice” counts readers who got more than one copy; “MB” is "
            "the worker's resident memory, before and at most; what it grows by is SQLite's page cache (64 MB for each "
            "connection) and the database file that is mapped into memory, and both end there.",
            "",
            *table,
            "",
        ]
    )


def main() -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--subscribers", type=int, default=50_000)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    row = measure(given.subscribers)
    known = json.loads(ROWS.read_text())["rows"] if ROWS.exists() else []
    rows = sorted(
        [*(one for one in known if one["subscribers"] != given.subscribers), row],
        key=lambda one: one["subscribers"],
    )
    if given.write:
        ROWS.write_text(json.dumps({"machine": machine(), "rows": rows}, indent=1) + "\n")
        RESULTS.write_text(report(rows))
    for name in COLUMNS:
        parser._print_message(f"{name:>16}  {row[name]}\n")


if __name__ == "__main__":
    main()
