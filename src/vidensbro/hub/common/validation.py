"""Checking a row before it is written, with codes as the answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model

from vidensbro.hub.common.errors import Invalid, Problems
from vidensbro.hub.common.text import storable


def check_row(row: Model, *, unique: bool = True, unfinished: Collection[str] = ()) -> None:
    """Do nothing if the row fits its columns and constraints. Columns that are `unfinished` are not looked at.

    Codes are Django's ("blank", "max_length", "invalid_choice", "unique" ...), and "unstorable" for a text with a
    NUL character or half a surrogate pair in it; a broken constraint gives the constraint's name.

    Raises:
        Invalid: with every column that is wrong.
    """
    problems = Problems()
    for column in row._meta.concrete_fields:
        value = row.__dict__.get(column.attname)
        problems.check(not isinstance(value, str) or storable(value) == value, column.name, "unstorable")
    problems.raise_if_any()
    try:
        row.full_clean(exclude=set(unfinished), validate_unique=unique, validate_constraints=False)
    except ValidationError as error:
        raise Invalid(_codes(error)) from error
    for model, constraints in row.get_constraints():
        for constraint in constraints:
            try:
                constraint.validate(model, row)
            except ValidationError:
                problems.add("", constraint.name)
    problems.raise_if_any()


def apply_changes(row: Model, changes: Mapping[str, Any], allowed: Collection[str]) -> list[str]:
    """Set the columns named in `changes` and return those whose value became another, sorted.

    Raises:
        Invalid: a column is not among `allowed`.
    """
    problems = Problems()
    for name in changes:
        problems.check(name in allowed, name, "unknown")
    problems.raise_if_any()
    changed = sorted(name for name, value in changes.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, changes[name])
    return changed


def _codes(error: ValidationError) -> Mapping[str, tuple[str, ...]]:
    return {
        "" if field == NON_FIELD_ERRORS else field: tuple(one.code or "invalid" for one in errors)
        for field, errors in error.error_dict.items()
    }
