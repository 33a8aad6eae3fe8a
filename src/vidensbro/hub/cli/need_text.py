"""The text of a need, from the command line, a file or a pipe, in whatever encoding it comes."""

from __future__ import annotations

import codecs
import os
import sys
from pathlib import Path
from typing import IO, Final

from vidensbro.hub.cli import console
from vidensbro.hub.cli.exits import WRONG_USE, CommandError
from vidensbro.hub.cli.language import gettext as _

MOST: Final = 100_000
"""Characters; what the hub reads at most (matches.services.LONGEST_TEXT), here so that a pipe without end is left."""

_BYTES: Final = 4 * MOST + len(codecs.BOM_UTF8)


def from_argument(text: str) -> str:
    """The text of an argument. Bytes that the locale could not read are looked at again.

    Raises:
        CommandError: it is empty, or too long.
    """
    return _whole(os.fsencode(text))


def from_file(name: str) -> str:
    """The text of a file, "-" being standard input. Raises CommandError like `from_argument`, or OSError."""
    if name == "-":
        return _whole(_beginning(sys.stdin.buffer))
    with Path(name).open("rb") as file:
        return _whole(_beginning(file))


def _beginning(file: IO[bytes]) -> bytes:
    """No more than is needed to see that a text is too long: /dev/zero and `yes` have no end."""
    return file.read(_BYTES + 1)


def _whole(raw: bytes) -> str:
    text = _decoded(raw).replace("\x00", "") if len(raw) <= _BYTES else ""
    if len(raw) > _BYTES or len(text) > MOST:
        raise CommandError(
            _("The text of the need is longer than the {most} characters that can be read at once.").format(
                most=console.amount(MOST)
            ),
            _("Shorten it to what matters: the problem, for whom, where, and what you have tried."),
            WRONG_USE,
        )
    if not text.strip():
        raise CommandError(
            _("The text of the need is empty."),
            _("Write what you need, in your own words.") + ' vidensbro match "Vi søger …"',
            WRONG_USE,
        )
    return text


def _decoded(raw: bytes) -> str:
    """Text from UTF-8, UTF-16 with its mark, or else Windows-1252, which is then said."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        console.note(
            _(
                "The text is not UTF-8 and was read as Windows-1252. If its letters are wrong, save it as UTF-8."
            ),
            "warning",
        )
        return raw.decode("cp1252", "replace")
