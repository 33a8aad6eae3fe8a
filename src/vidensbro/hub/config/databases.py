"""Which database: a file in the data folder, or PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from vidensbro.hub.common.environment import ENV, text


def database(folder: Path) -> dict[str, Any]:
    """The database that VIDENSBRO_DATABASE_URL names, as Django describes one; SQLite in `folder` else."""
    url = text("DATABASE_URL")
    if not url:
        return _sqlite(folder / "db.sqlite3")
    described: dict[str, Any] = dict(ENV.db_url_config(url))
    if "postgresql" not in described["ENGINE"]:
        raise ImproperlyConfigured(
            "VIDENSBRO_DATABASE_URL must begin with postgresql:// (SQLite needs no address)"
        )
    return {**described, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            # A transaction that reads first and writes later would fail at once beside another writer;
            # IMMEDIATE makes it wait its turn instead.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # FULL: what was committed survives a power cut, not only a crash of the process.
            # secure_delete: what was deleted or erased is overwritten in the file, not only let go of.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            " PRAGMA secure_delete=ON;"
            " PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;",
        },
    }
