"""Going through a table, whatever its size."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vidensbro.hub.common.rows import in_batches
from vidensbro.hub.common.statistics import refresh_statistics
from vidensbro.hub.directory.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> list[Organisation]:
    """Two thousand, every third of them merged into the first."""
    first = Organisation.objects.create(name="0")
    made = [
        Organisation(name=str(n), name_key=str(n), successor=first if n % 3 == 0 else None)
        for n in range(1, 2000)
    ]
    Organisation.objects.bulk_create(made)
    return list(Organisation.objects.current().order_by("pk"))


def test_each_row_comes_once_in_the_order_of_keys(rows: list[Organisation]) -> None:
    batches = list(in_batches(Organisation.objects.current(), size=300))
    assert [row for batch in batches for row in batch] == rows
    assert all(0 < len(batch) <= 300 for batch in batches)


def test_some_by_their_keys(rows: list[Organisation]) -> None:
    wanted = [str(row.pk) for row in rows[5:9]] + ["no key", str(uuid.uuid4())]
    assert [row for batch in in_batches(Organisation.objects.current(), wanted) for row in batch] == rows[5:9]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="tells what SQLite would otherwise do")
def test_a_batch_is_found_by_its_keys_not_by_sorting_the_rest(rows: list[Organisation]) -> None:
    refresh_statistics()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        list(in_batches(Organisation.objects.current(), size=300))
    with connection.cursor() as cursor:
        for one in asked:
            cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}")
            plan = " ".join(row[3] for row in cursor.fetchall())
            assert "TEMP B-TREE" not in plan
            assert "(id" in plan or "COVERING INDEX sqlite_autoindex" in plan
