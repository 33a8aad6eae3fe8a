"""Writing many rows fast.

Django's `bulk_create` builds one long statement for every few dozen rows, which takes longer than the database
takes to run it. Imports write millions of rows, so they use one prepared statement per table instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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


def insert_rows(model: type[Model], names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert new rows given as values of the columns `names` (attribute names); the others have their defaults.

    No objects are made on the way: by COPY on PostgreSQL, by one prepared statement elsewhere. As with `insert`
    nothing is read back and no signal is sent; the primary key is among `names` unless the database makes it.

    Raises:
        django.db.IntegrityError: a constraint does not hold.
    """
    if not rows:
        return
    columns, readers, rest = _layout(model, names)
    # Made once: what is given to every row alike, the moment included.
    others = tuple(make() for make in rest)
    values = [(*(read(value) for read, value in zip(readers, row, strict=True)), *others) for row in rows]
    quote = connection.ops.quote_name
    target = f"{quote(model._meta.db_table)} ({', '.join(quote(column) for column in columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {target} VALUES ({marks})", values)


def update_rows(model: type[Model], name: str, rows: Sequence[tuple[Any, Any]]) -> None:
    """Give rows, named by their primary keys, another value of the column `name`: (key, value) for each.

    One prepared statement run many times; Django's `bulk_update` writes a long CASE for every few hundred.
    """
    key = model._meta.pk
    column = next(one for one in model._meta.concrete_fields if one.attname == name)
    quote = connection.ops.quote_name
    statement = (
        f"UPDATE {quote(model._meta.db_table)} SET {quote(str(column.column))} = %s"
        f" WHERE {quote(str(key.column))} = %s"
    )
    of_key, of_value = _prepared(key), _prepared(column)
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, [(of_value(value), of_key(row)) for row, value in rows])


@cache
def _layout(
    model: type[Model], names: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[Callable[[Any], Any], ...], tuple[Callable[[], Any], ...]]:
    """The columns of a table, those of `names` first; how their values are prepared; how the others' are made."""
    every = {
        column.attname: column
        for column in model._meta.concrete_fields
        if not getattr(column, "db_returning", False)
    }
    given = [every.pop(name) for name in names]
    readers = tuple(_prepared(column) for column in given)
    rest = tuple(_default(column) for column in every.values())
    return tuple(str(column.column) for column in (*given, *every.values())), readers, rest


def _default(column: Field[Any, Any]) -> Callable[[], Any]:
    prepare = _prepared(column)
    return lambda: prepare(column.get_default())


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
