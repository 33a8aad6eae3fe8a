"""The template that users fill in."""

from __future__ import annotations

import csv
import io

from vidensbro.kit.sources.plain.spec import FIELDS


def template(kind: str) -> str:
    """A CSV file with the header of a kind (see `FIELDS`) and one example row to write over.

    Begins with a byte-order mark, without which Excel takes UTF-8 for Windows-1252. Raises KeyError for an
    unknown kind.
    """
    columns: list[str] = []
    example: list[str] = []
    for field in FIELDS[kind]:
        plain = not field.nested or field.type == "id"
        parts = [field.name] if plain else [f"{field.name}.{part}" for part in field.nested]
        columns += parts
        example += [field.example if plain else "" for _ in parts]
    out = io.StringIO()
    out.write("\ufeff")
    csv.writer(out, lineterminator="\r\n").writerows([columns, example])
    return out.getvalue()
