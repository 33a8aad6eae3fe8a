"""PDF through pdfplumber: lines with their size and distance, page for page. For use in a process with limits."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfparser import PDFSyntaxError
from pdfminer.psparser import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from vidensbro.kit.sources.releases.blocks import Block, Reading, tidy
from vidensbro.kit.sources.releases.columns import Region, Word, regions
from vidensbro.kit.sources.releases.flow import Line, flowed
from vidensbro.kit.sources.releases.hyphens import with_mark
from vidensbro.kit.sources.releases.model import Place
from vidensbro.kit.sources.releases.problems import Unreadable
from vidensbro.kit.sources.releases.wordings import PAGE_NUMBER

MOST_PAGES: Final = 30
MOST_LETTERS: Final = 200_000
_END: Final = re.compile(rb"%%EOF")
_BOLD: Final = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_BLANK: Final = 0.55
_WITHIN: Final = 5


def read(data: bytes) -> Reading:
    """The blocks of a document; places count the lines of a page.

    Raises:
        Unreadable: "encrypted", "corrupt", or "no_text".
    """
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    notices: list[tuple[str, int, str]] = [] if _END.search(data[-2048:]) else [("truncated", 0, "")]
    try:
        pages = _pages(data, notices)
    except (PdfminerException, MalformedPDFException, PSException, PDFSyntaxError) as error:
        if isinstance(error, PDFPasswordIncorrect) or "PDFPassword" in repr(error) or _locked(error):
            raise Unreadable("encrypted") from error
        raise Unreadable("corrupt", error) from error
    except RecursionError as error:
        raise Unreadable("too_costly", "nesting") from error
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        AssertionError,
        OverflowError,
    ) as error:
        # pdfminer takes objects for what the standard says they are, and stumbles where they are not.
        raise Unreadable("corrupt", error) from error
    if not any(pages):
        raise Unreadable("no_text")
    kept, furniture = _without_furniture(pages)
    return Reading([*flowed(kept), *furniture], notices)


def _locked(error: BaseException) -> bool:
    inner = [error, *error.args, error.__cause__, error.__context__]
    return any("Encryption" in type(one).__name__ or "Password" in type(one).__name__ for one in inner)


@dataclass(frozen=True, slots=True)
class _Set:
    """A line, how high it is, and how far below the one before it it stands; lengths in points."""

    line: Line
    height: float
    step: float


def _pages(data: bytes, notices: list[tuple[str, int, str]]) -> list[list[Line]]:
    found: list[list[_Set]] = []
    letters = 0
    with pdfplumber.open(io.BytesIO(data)) as document:
        for number, page in enumerate(document.pages, 1):
            if number > MOST_PAGES or letters > MOST_LETTERS:
                notices.append(("pages", number, ""))
                break
            found.append(_lines(_rows(page.dedupe_chars()), number))
            letters += sum(len(one.line.text) for one in found[-1])
            page.close()
    usual = _usual_step([one.step for page in found for one in page if one.step > 0])
    return [[replace(one.line, gap=_gap(one, usual)) for one in page] for page in found]


def _usual_step(steps: Sequence[float]) -> float:
    """How far lines of one paragraph stand apart: where a list takes up much of the text, fewer than half do so."""
    return sorted(steps)[len(steps) // _WITHIN] if steps else 0.0


def _gap(one: _Set, usual: float) -> int:
    """How many blank lines stand before a line; a distance of more than a good half line counts as one."""
    wide = one.step - min(usual, one.height)
    return max(0, round(wide / max(one.height, 1.0) + (0.5 - _BLANK) + 0.25)) if wide > 0 else 0


def _rows(page: Any) -> list[dict[str, Any]]:
    """The lines of a page in the order in which they are read: one column after the other."""
    words = [
        Word(str(one["text"]), one["x0"], one["x1"], one["top"], one["bottom"])
        for one in page.extract_words()
    ]
    found: list[dict[str, Any]] = []
    for region in regions(words, float(page.width), float(page.height)):
        part = page.filter(partial(_stands_in, region))
        found += [{**row, "column": region.column} for row in part.extract_text_lines(return_chars=True)]
    return found


def _stands_in(region: Region, thing: dict[str, Any]) -> bool:
    if thing.get("object_type") != "char":
        return False
    x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return bool(region.x0 <= x < region.x1 and region.top <= y < region.bottom)


def _lines(rows: Sequence[dict[str, Any]], page: int) -> list[_Set]:
    """The lines of a page."""
    found: list[_Set] = []
    for index, row in enumerate(rows):
        text = tidy(with_mark(str(row["text"])))
        if not text:
            continue
        sizes = Counter(round(float(one["size"]) * 2) / 2 for one in row["chars"])
        bold = [one for one in row["chars"] if str(one["text"]).strip()]
        strong = bool(bold) and all(_BOLD.search(str(one["fontname"])) for one in bold)
        size = sizes.most_common(1)[0][0]
        line = Line(text, index + 1, 0, page, size, strong, row.get("column", 0))
        step = row["top"] - rows[index - 1]["bottom"] if index else 0.0
        found.append(_Set(line, row["bottom"] - row["top"], step))
    return found


def _without_furniture(pages: Sequence[Sequence[Line]]) -> tuple[list[Line], list[Block]]:
    """Lines less those at the edges of pages that are numbers or stand on other pages, too."""
    repeated = _repeated(pages)
    kept: list[Line] = []
    furniture: list[Block] = []
    for lines in pages:
        taken = set(_edges(lines, repeated))
        for index, line in enumerate(lines):
            if index in taken:
                place = Place(line.number, line.number, line.page)
                furniture.append(Block("paragraph", line.text, place, hint="furniture"))
            else:
                kept.append(line)
    return [replace(one, gap=0) if _new_page(kept, at) else one for at, one in enumerate(kept)], furniture


def _new_page(lines: Sequence[Line], at: int) -> bool:
    return at > 0 and lines[at].page != lines[at - 1].page


def _repeated(pages: Sequence[Sequence[Line]]) -> set[str]:
    seen: Counter[str] = Counter()
    for lines in pages:
        seen.update({_shape(lines[at].text) for at in _outermost(lines)})
    return {text for text, times in seen.items() if times > 1 and times >= len(pages) / 2}


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", text.casefold())


def _outermost(lines: Sequence[Line]) -> list[int]:
    """The indices of the first and last lines of a page that can be repeated on every one."""
    count = len(lines)
    return sorted({*range(min(2, count)), *range(max(0, count - 2), count)})


def _edges(lines: Sequence[Line], repeated: set[str]) -> Iterator[int]:
    for at in _outermost(lines):
        number = PAGE_NUMBER.match(lines[at].text) and at in (0, len(lines) - 1) and len(lines) > 1
        if number or _shape(lines[at].text) in repeated:
            yield at
