"""Plain text: which letters its bytes mean, and its lines."""

from __future__ import annotations

import codecs
import re
from typing import Final

from vidensbro.kit.sources.mojibake import repair
from vidensbro.kit.sources.releases.blocks import Reading, tidy
from vidensbro.kit.sources.releases.flow import Line, flowed
from vidensbro.kit.sources.releases.hyphens import with_mark
from vidensbro.kit.sources.releases.problems import Unreadable

_BREAK: Final = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_WINDOWS: Final = {one: bytes([one]).decode("cp1252", "ignore") or chr(one) for one in range(0x80, 0xA0)}
"""Windows-1252 upon Latin-1. The five bytes that it leaves open stay controls, and fall out."""
_MOST_BINARY: Final = 0.02


def decoded(data: bytes) -> tuple[str, list[tuple[str, int, str]]]:
    """The text of a file and what is to be said of its encoding.

    Raises:
        Unreadable: the file is not text ("unknown_format").
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), []
    if data.count(b"\x00") > _MOST_BINARY * len(data):
        raise Unreadable("unknown_format")
    try:
        text, notices = data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        text, notices = data.decode("latin-1").translate(_WINDOWS), [("encoding_guessed", 0, "")]
    repaired, changed, _ = repair(text)
    return repaired, [*notices, ("mojibake", 0, "")] if changed else notices


def lines_of(text: str) -> list[Line]:
    """The lines that are not blank, each with how many blank ones stand before it."""
    found = []
    gap = 0
    for number, raw in enumerate(_BREAK.split(text), 1):
        line = tidy(with_mark(raw))
        if line:
            found.append(Line(line, number, gap))
        gap = 0 if line else gap + 1
    return found


def read(data: bytes) -> Reading:
    """The blocks of a text file."""
    text, notices = decoded(data)
    return Reading(flowed(lines_of(text)), notices)
