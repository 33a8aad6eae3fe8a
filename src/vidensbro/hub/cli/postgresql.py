"""The database of a backup when it is PostgreSQL: PostgreSQL's own programs, asked for exactly our database."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from vidensbro.hub.cli.exits import CommandError
from vidensbro.hub.cli.language import gettext as _

DUMP: Final = "database.pgdump"
_PLACE: Final = (
    "host",
    "port",
    "user",
    "dbname",
    "service",
    "passfile",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
)


def dump(path: Path) -> None:
    """Write the database, as it is at one moment, to `path`."""
    _run("pg_dump", ["--format=custom", "--no-owner", f"--file={path}"])


def restore(path: Path) -> None:
    """Put the database back from `path`, all or nothing; what was in it goes."""
    _run(
        "pg_restore",
        ["--no-owner", "--exit-on-error", "--single-transaction", "--clean", "--if-exists", str(path)],
    )


def in_use() -> bool:
    """Is there anything in the database?"""
    from django.db import connection

    found = bool(connection.introspection.table_names())
    connection.close()
    return found


def _run(program: str, options: Sequence[str]) -> None:
    from django.db import connection
    from psycopg.conninfo import make_conninfo

    if shutil.which(program) is None:
        raise CommandError(
            _("The database is PostgreSQL, and {program} is not installed here.").format(program=program),
            _("Install PostgreSQL's client programs of the server's version."),
        )
    given = connection.get_connection_params()
    place = make_conninfo(**{name: given[name] for name in _PLACE if given.get(name)})
    # The password goes through the environment: a command line can be read by everybody on the machine.
    environment = {**os.environ, **({"PGPASSWORD": str(given["password"])} if given.get("password") else {})}
    done = subprocess.run(
        [program, f"--dbname={place}", *options], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(
            _("{program} failed: {error}").format(program=program, error=done.stderr.strip()),
            _("The client programs must be of the server's version or newer."),
        )
