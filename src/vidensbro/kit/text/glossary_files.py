"""Reading the plain text files of a glossary: `dansk = english; english`, one headword a line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from vidensbro.kit.text.normalise import fold


class GlossaryError(ValueError):
    """A glossary file that cannot be read; says which file and line, what is wrong and what to do."""

    def __init__(self, file: str, line: int, problem: str, remedy: str) -> None:
        super().__init__(
            f"{file}, line {line}: {problem} {remedy}" if line else f"{file}: {problem} {remedy}"
        )
        self.file = file
        self.line = line
        self.problem = problem
        self.remedy = remedy


class Entry(NamedTuple):
    """One line: the Danish headword, its English terms, whether it replaces earlier ones (`!word = ...`)."""

    headword: str
    terms: tuple[str, ...]
    override: bool


def bundled_files() -> list[tuple[str, str]]:
    """(name, text) of the glossary files that come with the package, in the order of their names."""
    folder = resources.files("vidensbro.kit.text").joinpath("glossary")
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".txt"))
    return [(name, folder.joinpath(name).read_text(encoding="utf-8")) for name in names]


def folder_files(source: Path | str | Iterable[Path | str]) -> list[tuple[str, str]]:
    """(path, text) of a file, of every *.txt in a folder in name order, or of several such.

    GlossaryError if one is absent or not UTF-8.
    """
    paths = [Path(source)] if isinstance(source, str | Path) else [Path(item) for item in source]
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found.extend(sorted(path.glob("*.txt")))
        elif path.is_file():
            found.append(path)
        else:
            raise GlossaryError(str(path), 0, "There is no such file or folder.", "Check the path.")
    return [(str(path), _decode(path)) for path in found]


def _decode(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise GlossaryError(str(path), line, "The file is not UTF-8.", "Save it as UTF-8.") from error


def entries(file: str, text: str) -> Iterator[Entry]:
    """The lines of one file. GlossaryError at the first line that is not `headword = term; term`."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if not line or line[0] == "#":
            continue
        left, equals, right = line.partition("=")
        if not equals:
            raise GlossaryError(file, number, "There is no '='.", "Write: dansk = english; english")
        override = left.startswith("!")
        headword = left[1:].strip() if override else left.strip()
        terms = tuple(term for part in right.split(";") if (term := part.strip()))
        if not headword or not terms or "=" in right:
            raise _malformed(file, number, headword, terms)
        yield Entry(headword, terms, override)


def _malformed(file: str, number: int, headword: str, terms: tuple[str, ...]) -> GlossaryError:
    if not headword:
        return GlossaryError(file, number, "The Danish headword is missing.", "Write it before the '='.")
    if not terms:
        return GlossaryError(file, number, f"'{headword}' has no English term.", "Write one after the '='.")
    return GlossaryError(file, number, "There is more than one '='.", "Separate English terms by ';'.")


def merged_entries(files: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Headword (folded) to English terms over several files, in file order; overrides replace."""
    table: dict[str, tuple[str, ...]] = {}
    for file, text in files:
        for headword, terms, override in entries(file, text):
            extend(table, fold(headword), terms, override)
    return table


def extend(table: dict[str, tuple[str, ...]], key: str, terms: tuple[str, ...], override: bool) -> None:
    """Add terms for a headword to a table, or put them in the place of what is there."""
    known = None if override else table.get(key)
    if known is None:
        table[key] = terms
    else:
        table[key] = tuple(dict.fromkeys(known + terms))
