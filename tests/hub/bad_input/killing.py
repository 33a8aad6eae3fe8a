"""The real command, killed with SIGKILL at a moment that is named by what it is about to do or has just done."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.hub.cli.command import Done, environment
from vidensbro.kit.matching import EmbeddedIndex

NURSERY = """
import json, os, re, resource, signal, sys
# What takes long to import and reads no setting is imported once; every command is a fork, and starts with it.
import django.core.management, django.db.models, django.forms, django.template, django.views.generic
import numpy, pydantic, rich.progress, structlog, typer
import vidensbro.kit.matching, vidensbro.kit.sources
from django.db.backends.signals import connection_created
from vidensbro.kit.text import Bridge, detect, query_terms
query_terms("plejehjemsbeboere and homes", detect("Vi søger viden om tryksår"), Bridge())

def watch(pattern, nth, after):
    matching, left = re.compile(pattern), nth

    def seen(what, done):
        nonlocal left
        if done == after and matching.search(what):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute, sql, params, many, context):
        seen("sql " + sql, False)
        result = execute(sql, params, many, context)
        seen("sql " + sql, True)
        return result

    def connected(connection, **more):
        if statement not in connection.execute_wrappers:
            connection.execute_wrappers.append(statement)

    def operation(event, given):
        if event in ("open", "os.rename", "os.mkdir"):
            seen(event + " " + " ".join(map(str, given)), False)

    connection_created.connect(connected, weak=False)
    sys.addaudithook(operation)

def command(order):
    os.environ.clear()
    os.environ.update(order["environment"])
    for number, name in ((0, os.devnull), (1, order["out"]), (2, order["err"])):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["vidensbro", *order["arguments"]]
    if order["moment"]:
        watch(**order["moment"])
    if order["room"]:
        # Writing beyond this many bytes into any file fails, as it does where a disk is full.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["room"], order["room"]))
    from vidensbro.hub.cli.main import main
    main()

for line in sys.stdin:
    child = os.fork()
    if not child:
        command(json.loads(line))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
UUID = re.compile(r"\b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b")
VOLATILE = {"id", "run_id", "created", "changed", "retrieved", "posted", "next_attempt", "name_key"}
TABLES = (
    *(
        f"directory_{name}"
        for name in ("organisation", "person", "affiliation", "office", "organisationrole")
    ),
    *(f"knowledge_{name}" for name in ("work", "authorship", "workfield", "offer", "offerfield")),
    *(f"needs_{name}" for name in ("need", "needfield")),
    *(f"imports_{name}" for name in ("sourcerecord", "importproblem", "openlink", "mergeproposal")),
)


@dataclass(frozen=True)
class Moment:
    """The `nth` time that a statement or file operation matches `pattern`; just before it, or just after it."""

    pattern: str
    nth: int = 1
    after: bool = False


class Commands:
    """Runs commands, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._nursery = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            env=environment(folder / "none"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, data: Path, *arguments: str | Path, moment: Moment | None = None, room: int = 0) -> Done:
        """Run a command to its end, or to its death; no file may grow beyond `room` bytes, if that is given."""
        said, told = self._folder / "out", self._folder / "err"
        order = {
            "arguments": [*map(str, arguments)],
            "environment": environment(data),
            "moment": vars(moment) if moment else None,
            "room": room,
            "out": str(said),
            "err": str(told),
        }
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(json.dumps(order) + "\n")
        self._nursery.stdin.flush()
        code = int(self._nursery.stdout.readline())
        return Done(code, said.read_text(encoding="utf-8"), told.read_text(encoding="utf-8"))

    def kill(self, data: Path, moment: Moment, *arguments: str | Path) -> None:
        """Run a command that must not live beyond the moment."""
        done = self.run(data, *arguments, moment=moment)
        assert done.code == -signal.SIGKILL, (moment, done)

    def close(self) -> None:
        """No more commands."""
        self._nursery.communicate(timeout=20)


def rows(data: Path) -> dict[str, set[str]]:
    """All that an import writes, by table, with the sources' names in the place of keys and without times."""
    found = {}
    with closing(sqlite3.connect(data / "db.sqlite3")) as database:
        names = _names(database)
        for table in TABLES:
            cursor = database.execute(f"SELECT * FROM {table}")
            kept = [place for place, column in enumerate(cursor.description) if column[0] not in VOLATILE]
            found[table] = {_named(repr([row[place] for place in kept]), names) for row in cursor}
    return found


def waiting(data: Path) -> set[tuple[str, str]]:
    """What is still to be done, by topic and the source's name."""
    with closing(sqlite3.connect(data / "db.sqlite3")) as database:
        names = _names(database)
        entries = database.execute("SELECT topic, key FROM outbox_entry WHERE dead_at IS NULL")
        return {(topic, _named(key, names)) for topic, key in entries}


def release(data: Path) -> None:
    """As if the time had passed after which what a dead worker held is free again."""
    with closing(sqlite3.connect(data / "db.sqlite3", timeout=30)) as database, database:
        database.execute(
            "UPDATE outbox_entry SET claimed_until = '2000-01-01' WHERE claimed_until IS NOT NULL"
        )


def documents(data: Path) -> set[str]:
    """Every document of the index, with the sources' names in the place of keys. The index must open."""
    with closing(sqlite3.connect(data / "db.sqlite3")) as database:
        names = _names(database)
    return {_named(repr(document), names) for document in _documents(data / "index")}


def matches(data: Path) -> dict[str, list[tuple[str, float]]]:
    """For each need, what its last run found: the source's name and the score, best first."""
    query = (
        "SELECT n.source_id, m.target_id, m.score FROM matches_matchrow m JOIN matches_matchrun r ON r.id = m.run_id"
        " JOIN needs_need n ON n.id = r.need_id WHERE r.started ="
        " (SELECT max(started) FROM matches_matchrun WHERE need_id = r.need_id) ORDER BY m.rank"
    )
    found: dict[str, list[tuple[str, float]]] = {}
    with closing(sqlite3.connect(data / "db.sqlite3")) as database:
        names = _names(database)
        for need, target, score in database.execute(query):
            found.setdefault(need, []).append((_named(target, names), score))
    return found


def _documents(folder: Path) -> Iterator[object]:
    view = EmbeddedIndex.open(folder).snapshot()
    for kind in view.statistics().kinds:
        yield from view.documents(list(view.keys(kind)))


def _names(database: sqlite3.Connection) -> dict[str, str]:
    known = database.execute("SELECT row, kind, source_id FROM imports_sourcerecord")
    return {row: f"{kind} {name}" for row, kind, name in known}


def _named(text: str, names: dict[str, str]) -> str:
    return UUID.sub(lambda found: names.get(found.group().replace("-", ""), "?"), text)
