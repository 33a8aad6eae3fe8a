"""Writing Markdown that says exactly what it is given."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final
from urllib.parse import quote

_ANYWHERE: Final = re.compile(r"[\\`*\[\]<]|&(?=#|\w)|(?<![^\W_])_|_(?![^\W_])")
_AT_START: Final = re.compile(r"[#>+=~|-]|:(?=\s*-)")
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u2060\ufeff]")
_ADDRESS_SAFE: Final = "%/:?#[]@!$&'*+,;=~-._"
BREAK: Final = "\n"


def escaped(text: str) -> str:
    """One line of text as Markdown that shows just this text.

    >>> escaped("- *Vi* er glade")
    '\\\\- \\\\*Vi\\\\* er glade'
    """
    found = _ANYWHERE.sub(lambda one: "\\" + one[0], text)
    number = re.match(r"(\d{1,9})([.)])(?=\s|\Z)", found)
    if number:
        return f"{number[1]}\\{found[len(number[1]) :]}"
    return "\\" + found if _AT_START.match(found) else found


def tidy(text: str) -> str:
    """Letters composed, without soft hyphens and other marks that nobody sees; every blank an ordinary one."""
    return re.sub(r"[^\S\n]+", " ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))


@dataclass(frozen=True, slots=True)
class Run:
    """Words with the same marks. A line break is a run of `BREAK` alone."""

    text: str
    strong: bool = False
    em: bool = False
    href: str = ""
    lang: str = ""
    # "sup", "sub" or neither.
    raised: str = ""

    @property
    def marks(self) -> tuple[bool, bool, str, str, str]:
        """What tells it from its neighbours."""
        return (self.strong, self.em, self.href, self.lang, self.raised)


def lines(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs as paragraphs: parted where two or more line breaks follow each other, as in text typed into one block."""
    found: list[list[Run]] = [[]]
    waiting = 0
    for run in runs:
        if run.text == BREAK:
            waiting += 1
        elif run.text.strip() or (found[-1] and not waiting):
            if waiting > 1 and found[-1]:
                found.append([])
            elif waiting and found[-1]:
                found[-1].append(Run(BREAK))
            waiting = 0
            found[-1].append(run)
    return [one for one in found if any(run.text.strip() for run in one)]


def inline(runs: Sequence[Run], line_break: str = "\\\n") -> str:
    """Runs as one piece of Markdown, `line_break` where a line ends."""
    rows = [list(row) for is_break, row in groupby(runs, lambda one: one.text == BREAK) if not is_break]
    return line_break.join(text for row in rows if (text := _row(row)))


def _row(runs: list[Run]) -> str:
    merged = _with_outer_blanks([_merged(group) for _, group in groupby(runs, lambda one: one.marks)])
    parts = [_escaped(one.text, at_start=place == 0) for place, one in enumerate(merged)]
    out = ""
    for place, (run, text) in enumerate(zip(merged, parts, strict=True)):
        out += _marked(run, text, merged[place - 1] if place else None, next(iter(merged[place + 1 :]), None))
    return out


def _escaped(text: str, *, at_start: bool) -> str:
    return escaped(text) if at_start else _ANYWHERE.sub(lambda one: "\\" + one[0], text)


def _merged(group: Iterable[Run]) -> Run:
    runs = list(group)
    return replace(runs[0], text="".join(one.text for one in runs))


def _with_outer_blanks(runs: list[Run]) -> list[Run]:
    """Blanks at the ends of marked words stand outside the marks; none at the ends of the whole, none doubled."""
    found: list[Run] = []
    blank = True
    for run in runs:
        words = " ".join(run.text.split())
        if not words:
            blank = _add_blank(found, blank)
            continue
        if run.text[0].isspace():
            _add_blank(found, blank)
        found.append(replace(run, text=words))
        blank = False
        if run.text[-1].isspace():
            blank = _add_blank(found, blank)
    if found and found[-1].text == " ":
        found.pop()
    return [_merged(group) for _, group in groupby(found, lambda one: one.marks)]


def _add_blank(found: list[Run], there: bool) -> bool:
    if not there:
        found.append(Run(" "))
    return True


def _marked(run: Run, text: str, before: Run | None, after: Run | None) -> str:
    if run.raised:
        text = f"<{run.raised}>{text}</{run.raised}>"
    if run.lang:
        text = f'<span lang="{run.lang}">{text}</span>'
    if run.strong or run.em:
        text = _emphasised(run, text, before, after)
    if not run.href:
        return text
    address = quote(run.href, safe=_ADDRESS_SAFE)
    return f"<{run.href}>" if run.text == run.href == address else f"[{text}](<{address}>)"


def _emphasised(run: Run, text: str, before: Run | None, after: Run | None) -> str:
    """With asterisks where CommonMark is sure to read them as marks (0.31, 6.2), else with tags."""
    beside = [text for text in (before.text[-1:] if before else "", after.text[:1] if after else "") if text]
    apart = all(one.isspace() for one in beside)
    alone = not any(one and (one.strong or one.em) for one in (before, after))
    plain = text[0].isalnum() and text[-1].isalnum()
    if apart or (alone and plain):
        mark = "*" * (run.strong * 2 + run.em)
        return f"{mark}{text}{mark}"
    if run.em:
        text = f"<em>{text}</em>"
    return f"<strong>{text}</strong>" if run.strong else text
