"""A person whose every word can be told from all others, and where such words are looked for."""

from __future__ import annotations

import base64
import binascii
import email
import gzip
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.policy import default
from pathlib import Path
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection

NAME = "Zebulonia Quixotebury"
ACCOUNT = "zq.konto@marker-post.example"
WORK = "zq.arbejde@marker-lab.example"
PHONE = "+45 70709917"
ORCID = "0000-0001-5109-3700"
WHO = ("Zebulonia", "Quixotebury", "marker-post", "marker-lab", "70709917", "Zq.konto", "zq.arbejde")
"""What names the person, however it is written."""
_PACKED = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")


@dataclass
class Marks:
    """Words that the person wrote, by the place where: each is used once."""

    words: dict[str, str] = field(default_factory=dict)

    def __call__(self, place: str) -> str:
        """A sentence with the word of a place."""
        self.words[place] = f"ZQ{place.upper()}ZQ"
        return f"I say {self.words[place]} to you."


def in_tables(words: list[str]) -> dict[str, set[str]]:
    """Which of the words each table's columns hold: "table.column" -> words."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [one[0] for one in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    for word in _held(value, words):
                        found.setdefault(f"{table}.{column}", set()).add(word)
    for session in Session.objects.iterator():
        for word in _held(json.dumps(session.get_decoded(), default=str), words):
            found.setdefault("django_session.decoded", set()).add(word)
    return found


def in_files(folder: Path, words: list[str]) -> dict[str, set[str]]:
    """Which of the words each file below the folder holds, as it is, unpacked, and as a mail program reads it."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        for text in _readings(path, content):
            for word in _held(text, words):
                found.setdefault(path.relative_to(folder).parts[0], set()).add(word)
    return found


def in_json(value: Any, words: list[str]) -> set[str]:
    """Which of the words a value holds that JSON can hold."""
    return _held(json.dumps(value, ensure_ascii=False), words)


def _held(value: object, words: list[str]) -> set[str]:
    if value is None or isinstance(value, (int, float)):
        return set()
    text = value.decode("utf-8", "replace") if isinstance(value, (bytes, memoryview)) else str(value)
    everything = "\n".join([text, *_unpacked(text)]).casefold().replace("\r\n ", "")
    return {word for word in words if word.casefold() in everything}


def _unpacked(text: str) -> Iterator[str]:
    for run in _PACKED.findall(text):
        try:
            packed = base64.urlsafe_b64decode(run + "=" * (-len(run) % 4))
        except (binascii.Error, ValueError):
            continue
        yield packed.decode("utf-8", "replace")
        try:
            yield zlib.decompress(packed).decode("utf-8", "replace")
        except zlib.error:
            continue


def _readings(path: Path, content: bytes) -> Iterator[str]:
    yield content.decode("utf-8", "replace")
    yield content.decode("utf-16-le", "replace")
    if content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content).decode("utf-8", "replace")
    if path.suffix == ".eml":
        message = email.message_from_bytes(content, policy=default)
        yield str(message.items())
        for part in message.walk():
            if not part.is_multipart():
                yield str(part.get_content())
