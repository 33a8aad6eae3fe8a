"""The words that name somebody, and taking them out of what others wrote.

What belongs to a person is deleted by the app that keeps it. What is left are mentions: a mail to somebody else, a
note of the secretariat. They stay, with the name cut out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from typing import Any

from django.db.models import JSONField, Model, Q, QuerySet

GONE = "[…]"
"""What stands where an erased name stood."""

SHORTEST = 5
"""Shorter words name too many: they are not looked for."""

Cut = Callable[[str], str]


def telling(words: Iterable[str]) -> tuple[str, ...]:
    """The words that name one person and nobody else: addresses, numbers, and names of more than one part.

    A single first name or an account called "Owner" would be found in texts that are about others. The longest
    come first, so that none is left half cut.
    """
    kept = {" ".join(word.split()) for word in words}
    return tuple(sorted((word for word in kept if _tells(word)), key=lambda word: (-len(word), word)))


def cutter(words: Iterable[str]) -> Cut:
    """A function that puts `GONE` for each of the words, as whole words and whatever their case.

    >>> cutter(["Ida Testsen"])("Ask IDA  TESTSEN or Ida Testsensen.")
    'Ask […] or Ida Testsensen.'
    """
    forms = sorted({form for word in telling(words) for form in (word, escape(word))}, key=len, reverse=True)
    if not forms:
        return lambda text: text
    told = "|".join(r"\s+".join(re.escape(part) for part in form.split()) for form in forms)
    pattern = re.compile(rf"(?<!\w)(?:{told})(?!\w)", re.IGNORECASE)
    return lambda text: pattern.sub(GONE, text)


def cut_json(value: Any, cut: Cut) -> Any:
    """The value with every text in it cut, keys of objects excepted."""
    if isinstance(value, Mapping):
        return {key: cut_json(one, cut) for key, one in value.items()}
    if isinstance(value, list):
        return [cut_json(one, cut) for one in value]
    return cut(value) if isinstance(value, str) else value


def scrub(rows: QuerySet[Any], words: Iterable[str], columns: Iterable[str]) -> int:
    """Cut the words out of these columns (texts and JSON) of the rows; how many rows changed."""
    found = telling(words)
    names = tuple(columns)
    if not found:
        return 0
    cut, touched = cutter(found), 0
    for row in _mentioning(rows, found, names):
        before = {name: getattr(row, name) for name in names}
        after = {name: cut_json(value, cut) for name, value in before.items()}
        changed = {name: value for name, value in after.items() if value != before[name]}
        if changed:
            touched += rows.model._default_manager.filter(pk=row.pk).update(**changed)
    return touched


def mentions(rows: QuerySet[Any], words: Iterable[str], columns: Iterable[str]) -> Q:
    """A condition that every row fulfils which mentions one of the words; some others may fulfil it too.

    SQLite compares without case for ASCII only, and a JSON column holds other letters escaped: so each word is
    looked for in several spellings, and by its longest part, which no line break can tear.
    """
    condition = Q(pk__in=[])
    for word in telling(words):
        part = max(word.split(), key=len)
        for spelling in sorted({part, part.lower(), part.upper(), part.title(), escape(part)}):
            for name in columns:
                condition |= Q(**{f"{name}__icontains": spelling})
                if isinstance(rows.model._meta.get_field(name), JSONField) and not spelling.isascii():
                    condition |= Q(**{f"{name}__icontains": json.dumps(spelling)[1:-1]})
    return condition


def _mentioning(rows: QuerySet[Any], words: tuple[str, ...], columns: tuple[str, ...]) -> Iterator[Model]:
    yield from rows.filter(mentions(rows, words, columns)).only("pk", *columns).iterator()


def _tells(word: str) -> bool:
    digits = sum(sign.isdigit() for sign in word)
    return len(word) >= SHORTEST and ("@" in word or " " in word or digits >= SHORTEST)
