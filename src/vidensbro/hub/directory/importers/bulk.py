"""Writing many rows fast.

Django's `bulk_create` builds one long statement for every few dozen rows, which takes longer than the database
takes to run it. Imports write millions of rows, so they use one prepared statement per table instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import (
    DateField,
    DateTimeField,
    DecimalField,
    Field,
    ForeignKey,
    JSONField,
    Model,
    UUIDField,
)


def insert(model: type[Model], rows: Iterable[Model]) -> None:
    """Insert new rows. Call inside a transaction; keys that the database makes are not read back.

    Signals are not sent and `save` is not called, as with `bulk_create`.

    Raises:
        django.db.IntegrityError: a constraint does not hold.
    """
    statement, readers = _plan(model)
    values = [[read(getattr(row, name)) for name, read in readers] for row in rows]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)


@cache
def _plan(model: type[Model]) -> tuple[str, tuple[tuple[str, Callable[[Any], Any]], ...]]:
    """The statement, and for each column the attribute and how its value is prepared for the database."""
    columns = [column for column in model._meta.concrete_fields if not getattr(column, "db_returning", False)]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(column.column)) for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"
    return statement, tuple((column.attname, _prepared(column)) for column in columns)


def _prepared(column: Field[Any, Any]) -> Callable[[Any], Any]:
    target = column.target_field if isinstance(column, ForeignKey) else column
    if isinstance(target, UUIDField):
        native = connection.features.has_native_uuid_field
        return _as_it_is if native else lambda value: value.hex if value is not None else None
    if isinstance(target, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(target, DateField):
        return connection.ops.adapt_datefield_value
    if isinstance(target, JSONField | DecimalField):
        return lambda value: target.get_db_prep_save(value, connection)
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
