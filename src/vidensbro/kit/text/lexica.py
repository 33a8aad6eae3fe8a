"""Open lexica that an operator brings: FreeDict (TEI), wordnets (OMW) and tables become glossary files.

Nothing is shipped; every lexicon keeps its own licence, which is written at the head of the file made from
it. Input is read as a stream, plain or gzipped. A line that cannot be used is reported and the rest goes
in.
"""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, NamedTuple

from lxml import etree

from vidensbro.kit.text.normalise import normalise

_TEI: Final = "{http://www.tei-c.org/ns/1.0}"
_SYNSET: Final = re.compile(r"(?:[a-z]{2,4}-\d\d-)?\d{8}-[nvars]")
_ASIDE: Final = re.compile(r"\s*[(\[{][^)\]}]*[)\]}]\s*")
_FORBIDDEN: Final = re.compile(r"[=;#!\t\n]")
_MOST_PROBLEMS: Final = 100
_LONGEST: Final = 80


class LexiconError(ValueError):
    """A lexicon that cannot be read; says which file and line, what is wrong and what to do."""

    def __init__(self, file: str, line: int, problem: str, remedy: str) -> None:
        where = f"{file}, line {line}: " if line else f"{file}: " if file else ""
        super().__init__(f"{where}{problem} {remedy}")
        self.file = file
        self.line = line
        self.problem = problem
        self.remedy = remedy


class Problem(NamedTuple):
    """A line that was passed over, and why."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class LexiconReport:
    """What came of an import: the file made, lines written, and the first 100 of the `skipped`."""

    path: Path
    entries: int
    skipped: int
    problems: tuple[Problem, ...]


class _Pair(NamedTuple):
    line: int
    danish: str
    english: tuple[str, ...]


_Report = Callable[[int, str], None]


def import_tei(
    path: Path | str, folder: Path | str, name: str = "", licence: str = "", headwords: str = "da"
) -> LexiconReport:
    """A FreeDict dictionary in TEI P5 into `folder`/`name`.txt; the name is that of the source if not given.

    `headwords` is the language of the entries, "da" for dan-eng and "en" for eng-dan. LexiconError if the
    file is not well-formed XML; then nothing is left behind. Entities are not resolved and nothing is
    fetched.
    """
    source = Path(path)
    inverted = _inverted(headwords)

    def pairs(report: _Report) -> Iterator[_Pair]:
        with _opened(source) as stream:
            for line, word, terms in _tei_entries(stream, source):
                if not word or not terms:
                    report(line, "an entry without a headword or a translation")
                elif inverted:
                    yield from (_Pair(line, term, (word,)) for term in terms)
                else:
                    yield _Pair(line, word, terms)

    return _write(pairs, source, Path(folder), name, licence)


def import_wordnet(
    english: Path | str, danish: Path | str, folder: Path | str, name: str = "", licence: str = ""
) -> LexiconReport:
    """Two wordnets in the tab format of the Open Multilingual Wordnet, joined by their synsets.

    Lines are `synset TAB [language:]lemma TAB word`, further columns are passed over; `synset TAB word` is
    understood too. Lines of other types (definitions, examples) are passed over without a report.
    """
    source = Path(danish)
    table: dict[str, list[str]] = {}
    early: list[Problem] = []
    for line, synset, word in _wordnet_lines(Path(english), _collector(early, Path(english))):
        if line:
            table.setdefault(synset, []).append(word)

    def pairs(report: _Report) -> Iterator[_Pair]:
        for line, synset, word in _wordnet_lines(source, report):
            terms = table.get(synset)
            if terms is not None:
                yield _Pair(line, word, tuple(dict.fromkeys(terms)))

    return _write(pairs, source, Path(folder), name, licence, early)


def import_table(
    path: Path | str, folder: Path | str, name: str = "", licence: str = "", headwords: str = "da"
) -> LexiconReport:
    """A tab-separated table: `word TAB term; term`, or `word TAB part of speech TAB term; term TAB ...`."""
    source = Path(path)
    inverted = _inverted(headwords)

    def pairs(report: _Report) -> Iterator[_Pair]:
        for line, cells in _tab_lines(source):
            if len(cells) < 2:
                report(line, "there are fewer than two columns")
                continue
            terms = tuple(cells[1 if len(cells) == 2 else 2].split(";"))
            if inverted:
                yield from (_Pair(line, term, (cells[0],)) for term in terms)
            else:
                yield _Pair(line, cells[0], terms)

    return _write(pairs, source, Path(folder), name, licence)


def import_lexicon(
    paths: Sequence[Path | str], folder: Path | str, name: str = "", licence: str = "", headwords: str = "da"
) -> LexiconReport:
    """Whatever it is, by its look: one TEI file, one table, or an English and then a Danish wordnet."""
    if len(paths) == 2:
        return import_wordnet(paths[0], paths[1], folder, name, licence)
    if len(paths) != 1:
        raise LexiconError("", 0, f"{len(paths)} files were given.", "Give one file, or two wordnets.")
    reader = import_tei if _is_xml(Path(paths[0])) else import_table
    return reader(paths[0], folder, name, licence, headwords)


def _is_xml(path: Path) -> bool:
    with _opened(path) as stream:
        try:
            return stream.read(512).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise _truncated(path, 0) from error


def _inverted(headwords: str) -> bool:
    if headwords not in ("da", "en"):
        raise ValueError(f"headwords must be da or en, not {headwords!r}")
    return headwords == "en"


def _opened(path: Path) -> IO[bytes]:
    try:
        if path.suffix == ".gz":
            return gzip.open(path, "rb")  # type: ignore[return-value]
        return path.open("rb")
    except OSError as error:
        raise LexiconError(
            str(path), 0, f"Cannot be opened ({error.strerror}).", "Check the path."
        ) from error


def _tei_entries(stream: IO[bytes], source: Path) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """(line, headword, translations) of each entry; elements are let go as soon as they are read."""
    events = etree.iterparse(
        stream, events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for _, element in events:
            if element.tag not in (f"{_TEI}entry", "entry"):
                continue
            space = _TEI if element.tag.startswith("{") else ""
            orths = element.iterfind(f"{space}form/{space}orth")
            quotes = element.iterfind(f".//{space}cit[@type='trans']/{space}quote")
            word = next((_text(orth) for orth in orths), "")
            yield element.sourceline or 0, word, tuple(_text(quote) for quote in quotes)
            element.clear(keep_tail=False)
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        raise LexiconError(
            str(source), line, f"Not well-formed XML ({error.msg}).", "Fetch it again."
        ) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _truncated(source, 0) from error


def _text(element: etree._Element) -> str:
    return "".join(str(piece) for piece in element.itertext())


def _truncated(source: Path, line: int) -> LexiconError:
    return LexiconError(str(source), line, "The gzip file is broken or cut short.", "Fetch it again.")


def _tab_lines(source: Path) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of a tab-separated file without comments and empty lines."""
    number = 0
    with _opened(source) as stream:
        try:
            for number, raw in enumerate(stream, 1):
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
                if line.strip() and not line.startswith("#"):
                    yield number, line.split("\t")
        except UnicodeDecodeError as error:
            raise LexiconError(str(source), number, "The file is not UTF-8.", "Save it as UTF-8.") from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise _truncated(source, number + 1) from error


def _wordnet_lines(source: Path, report: _Report) -> Iterator[tuple[int, str, str]]:
    """(line, synset, word) of the lemmas of a wordnet."""
    for line, cells in _tab_lines(source):
        synset = cells[0].strip()
        if len(cells) < 2 or _SYNSET.fullmatch(synset) is None:
            report(line, "there is no synset (00000000-n) in the first column")
            continue
        if len(cells) > 2 and not cells[1].endswith("lemma"):
            continue
        yield line, synset[-10:], (cells[1] if len(cells) == 2 else cells[2]).replace("_", " ")


def _collector(problems: list[Problem], source: Path) -> _Report:
    return lambda line, reason: problems.append(Problem(str(source), line, reason))


def _write(
    pairs: Callable[[_Report], Iterable[_Pair]],
    source: Path,
    folder: Path,
    name: str,
    licence: str,
    early: Sequence[Problem] = (),
) -> LexiconReport:
    """Write the pairs as a glossary file; it takes its place in one step when it is complete.

    LexiconError if there are none: an empty file in the place of a good one would be a loss.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^\w.-]+", "-", name or source.name.split(".")[0]).strip("-.") or "lexicon"
    target = folder / f"{stem}.txt"
    unfinished = folder / f".{stem}.unfinished"
    problems = list(early)
    report = _collector(problems, source)
    written = 0
    try:
        with unfinished.open("w", encoding="utf-8") as out:
            terms_of_use = normalise(licence).replace("\n", " ")
            out.write(f"# Imported from {source.name}. Licence: {terms_of_use or 'see the source'}\n")
            for pair in pairs(report):
                line = _glossary_line(pair, report)
                if line:
                    out.write(line)
                    written += 1
        if not written:
            raise LexiconError(
                str(source),
                0,
                "No line of it is a word with its translations.",
                "Give a FreeDict TEI file, a table separated by tabs, or an English and a Danish wordnet.",
            )
        os.replace(unfinished, target)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()
    return LexiconReport(target, written, len(problems), tuple(problems[:_MOST_PROBLEMS]))


def _glossary_line(pair: _Pair, report: _Report) -> str:
    danish = _clean(pair.danish)
    english = tuple(dict.fromkeys(term for raw in pair.english if (term := _clean(raw))))
    if not danish or not english:
        report(
            pair.line,
            f"{pair.danish[:_LONGEST]!r} or its translation is empty, too long or holds one of = ; # !",
        )
        return ""
    return f"{danish} = {'; '.join(english)}\n"


def _clean(text: str) -> str:
    """A word or phrase without remarks in brackets; "" if it cannot stand in a glossary."""
    plain = " ".join(_ASIDE.sub(" ", normalise(text)).split()).strip(" ,.:")
    if not plain or len(plain) > _LONGEST or _FORBIDDEN.search(plain) or not any(map(str.isalnum, plain)):
        return ""
    return plain
