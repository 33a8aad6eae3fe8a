"""What the database knows of its own tables when it chooses an index."""

from __future__ import annotations

from django.db import connection, transaction

ROWS_LOOKED_AT = 1000
"""Of each index, in SQLite (`PRAGMA analysis_limit`): good guesses within seconds, however large the tables."""


def refresh_statistics() -> None:
    """Let the database count again, after much has changed and before much is read.

    Without figures SQLite takes every index for a sharp one: to find 500 rows by their keys it goes through all that
    fulfil another condition, which is most of them. PostgreSQL counts by itself, but not at once after an import.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}")
        with transaction.atomic():
            cursor.execute("ANALYZE")
