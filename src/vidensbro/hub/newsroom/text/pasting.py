"""What is pasted from Word, a web page or a mail, as Markdown: its words and parts, none of its looks.

A walk over the tree that lxml makes. Nothing of it is trusted: what comes out is Markdown in which every mark of the
source is escaped, and that goes through the sanitiser when it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from lxml import etree
from lxml import html as parser

from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.common.text import storable
from vidensbro.hub.newsroom.text import word
from vidensbro.hub.newsroom.text.rendering import DEEPEST, GONE, is_address
from vidensbro.hub.newsroom.text.writing import BREAK, Run, inline, lines, tidy

LONGEST: Final = 2_000_000
"""Characters that are taken; Word's own marks make up most of what it puts on the clipboard."""
_MOST_NESTED: Final = 60
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_BLOCKS: Final = frozenset(
    "p div section article header footer main aside nav address figure figcaption body html center form fieldset"
    " dl dt dd ul ol li blockquote pre table caption thead tbody tfoot tr td th hr details summary".split()
) | frozenset(_HEADINGS)
_DROPPED: Final = GONE | {
    "head",
    "meta",
    "link",
    "img",
    "input",
    "xml",
    "area",
    "map",
    "picture",
    "source",
    "track",
}
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def markdown_from_html(source: str) -> str:
    """Markdown of a piece of HTML or of a whole page, for a field of a release.

    Headings, paragraphs, lists (Word's, too, which are paragraphs with a bullet), tables, quotations, links to
    absolute addresses, bold and italic stay. A table with one column is what stands in it: so Word draws boxes. A
    dash before a paragraph stays a dash: in Danish it opens direct speech. Hidden and deleted words, comments, scripts
    and pictures go.

    Raises:
        Invalid: it is longer than `LONGEST` ("body": "max_length").
    """
    if len(source) > LONGEST:
        raise Invalid({"body": ("max_length",)})
    text = _CONTROLS.sub("", storable(source))
    if not text.strip():
        return ""
    try:
        tree = parser.document_fromstring(text)
    except etree.ParserError:
        return ""
    keep_language = not word.is_word(text)
    body = tree.find("body")
    blocks = _gathered(_Walk(keep_language).blocks(tree if body is None else body))
    return "\n\n".join(one.text for one in blocks)


@dataclass(frozen=True, slots=True)
class Block:
    """A finished piece of Markdown; of a Word list, an item: its `level` from 1 on, and whether they are `numbered`."""

    text: str
    level: int = 0
    numbered: bool = False


def _gathered(blocks: Iterator[Block]) -> Iterator[Block]:
    """Items of Word's lists that follow each other become one list."""
    for is_item, group in groupby(blocks, lambda one: one.level > 0):
        if is_item:
            yield Block(_list_of(list(group)))
        else:
            yield from group


def _list_of(items: list[Block]) -> str:
    numbers: dict[tuple[int, bool], int] = {}
    widths: dict[int, int] = {}
    found = []
    least = min(one.level for one in items)
    deepest = 0
    for item in items:
        # A level that is left out would read as a block of code.
        depth = min(item.level - least + 1, deepest + 1, DEEPEST // 2)
        own = (depth, item.numbered)
        numbers = {one: number for one, number in numbers.items() if one[0] < depth or one == own}
        numbers[own] = numbers.get(own, 0) + 1
        mark = f"{numbers[own]}. " if item.numbered else "- "
        indent = sum(widths.get(level, 0) for level in range(1, depth))
        widths[depth], deepest = len(mark), depth
        found.append(" " * indent + _indented(item.text, mark, " " * indent))
    return "\n".join(found)


def _indented(text: str, mark: str, before: str = "") -> str:
    first, *others = text.split("\n")
    return "\n".join([mark + first, *((before + " " * len(mark) + line).rstrip() for line in others)])


class _Walk:
    """Goes through a tree; `keep_language` where what it says about languages is to be relied on."""

    def __init__(self, keep_language: bool) -> None:
        self._keep_language = keep_language
        self._depth = 0

    def blocks(self, parent: parser.HtmlElement) -> Iterator[Block]:
        """The blocks in an element."""
        loose = [*_words(parent.text, Run(""))]
        for child in parent:
            if self._is_block(child):
                yield from _paragraphs(loose)
                loose = []
                yield from self._deeper(child)
            else:
                loose += self._runs(child, Run(""))
            loose += _words(child.tail, Run(""))
        yield from _paragraphs(loose)

    def _is_block(self, one: parser.HtmlElement) -> bool:
        """Is it a block, or holds one, as pages do that put paragraphs into inline elements?"""
        if not _is_shown(one):
            return False
        return one.tag in _BLOCKS or any(inner.tag in _BLOCKS for inner in one.iterdescendants(etree.Element))

    def _deeper(self, one: parser.HtmlElement) -> Iterator[Block]:
        if self._depth >= _MOST_NESTED:
            yield from _paragraphs([*_words(str(one.text_content()), Run(""))])
            return
        self._depth += 1
        yield from self._block(one)
        self._depth -= 1

    def _block(self, one: parser.HtmlElement) -> Iterator[Block]:
        level = _HEADINGS.get(one.tag) or word.heading_level(one)
        item = None if level else word.list_item(one)
        if level:
            yield from self._heading(one, level)
        elif item is not None:
            yield from self._word_item(one, item)
        elif one.tag in {"ul", "ol"}:
            yield from self._list(one)
        elif one.tag == "blockquote":
            yield from self._quotation(one)
        elif one.tag == "pre":
            yield from _code(str(one.text_content()))
        elif one.tag == "table":
            yield from self._table(one)
        elif one.tag == "hr":
            yield Block("* * *")
        else:
            yield from self.blocks(one)

    def _heading(self, one: parser.HtmlElement, level: int) -> Iterator[Block]:
        words = [replace(run, strong=False) for run in self._runs(one, Run(""))]
        text = inline([Run(" ") if run.text == BREAK else run for run in words])
        if text:
            yield Block(f"{'#' * level} {_open_end(text)}")

    def _word_item(self, one: parser.HtmlElement, item: word.Item) -> Iterator[Block]:
        runs = word.without_bullet(self._runs(one, Run("")), item)
        if text := inline(runs):
            yield Block(text, item.level, item.numbered)

    def _list(self, one: parser.HtmlElement) -> Iterator[Block]:
        start = str(one.get("start", "1"))
        number = int(start) if start.isascii() and start.isdigit() and len(start) < 5 else 1
        items: list[str] = []
        for child in one:
            if not _is_shown(child) or not isinstance(child.tag, str):
                continue
            # A list that stands in a list and in none of its items belongs to the item before it.
            inner = [Block(text) for text in self._item(child)]
            if child.tag in {"ul", "ol"} and items:
                items[-1] += "\n" + "\n".join(block.text for block in inner)
            elif inner:
                items.append(_tight([block.text for block in inner]))
        if items:
            marks = (f"{number + place}. " if one.tag == "ol" else "- " for place in range(len(items)))
            yield Block("\n".join(_indented(text, mark) for text, mark in zip(items, marks, strict=False)))

    def _item(self, child: parser.HtmlElement) -> Iterator[str]:
        if self._depth >= DEEPEST - 2:
            yield from (one.text for one in _paragraphs([*_words(str(child.text_content()), Run(""))]))
            return
        self._depth += 1
        inner = self._block(child) if child.tag in {"ul", "ol"} else self.blocks(child)
        yield from (one.text for one in _gathered(inner))
        self._depth -= 1

    def _quotation(self, one: parser.HtmlElement) -> Iterator[Block]:
        inner = "\n\n".join(block.text for block in _gathered(self.blocks(one)))
        if inner:
            yield Block("\n".join(f"> {line}".rstrip() for line in inner.split("\n")))

    def _table(self, one: parser.HtmlElement) -> Iterator[Block]:
        caption = one.find("caption")
        if caption is not None:
            yield from self.blocks(caption)
        rows = [
            [cell for cell in row if cell.tag in {"td", "th"} and _is_shown(cell)]
            for row in one.iter("tr")
            if next(row.iterancestors("table")) is one
        ]
        wide = max((len(row) for row in rows), default=0)
        if wide < 2 or any(cell.find(".//table") is not None for row in rows for cell in row):
            for cell in (cell for row in rows for cell in row):
                yield from self._deeper_in(cell)
            return
        texts = [[text for cell in row for text in self._cell(cell)] for row in rows]
        if any(any(row) for row in texts):
            yield Block(_drawn([row for row in texts if any(row)]))

    def _deeper_in(self, cell: parser.HtmlElement) -> Iterator[Block]:
        if self._depth >= _MOST_NESTED:
            yield from _paragraphs([*_words(str(cell.text_content()), Run(""))])
            return
        self._depth += 1
        yield from self.blocks(cell)
        self._depth -= 1

    def _cell(self, cell: parser.HtmlElement) -> Iterator[str]:
        yield inline(self._runs(cell, Run("")), "<br>").replace("|", "\\|")
        span = str(cell.get("colspan", "1"))
        yield from [""] * ((min(int(span), 20) if span.isascii() and span.isdigit() else 1) - 1)

    def _runs(self, one: parser.HtmlElement, marks: Run, depth: int = 0) -> list[Run]:
        """The words of an element; blocks in it are parted by line breaks."""
        if not isinstance(one.tag, str) or not _is_shown(one):
            return []
        if one.tag == "br":
            return [Run(BREAK)]
        if depth > _MOST_NESTED:
            return [*_words(str(one.text_content()), marks)]
        own = self._marks(one, marks)
        found = [*_words(one.text, own)]
        for child in one:
            found += self._runs(child, own, depth + 1)
            found += _words(child.tail, own)
        return [Run(BREAK), *found, Run(BREAK)] if one.tag in _BLOCKS and depth else found

    def _marks(self, one: parser.HtmlElement, marks: Run) -> Run:
        if one.tag == "a" and is_address(str(one.get("href", ""))):
            return replace(marks, href=str(one.get("href")).strip(), strong=False, em=False)
        if not marks.href:
            strong, em = word.emphasis(one)
            marks = replace(
                marks,
                strong=marks.strong if strong is None else strong,
                em=marks.em if em is None else em,
            )
        if one.tag in {"sup", "sub"}:
            marks = replace(marks, raised=str(one.tag))
        lang = str(one.get("lang") or "")
        if self._keep_language and one.tag not in _BLOCKS and re.fullmatch(r"[a-zA-Z]{2,3}(-\w{2,8})?", lang):
            marks = replace(marks, lang=lang)
        return marks


def _is_shown(one: parser.HtmlElement) -> bool:
    if not isinstance(one.tag, str):
        return False
    return one.tag not in _DROPPED and not word.is_hidden(one)


def _words(text: str | None, marks: Run) -> Iterator[Run]:
    if text:
        yield replace(marks, text=tidy(text.replace("\r", " ").replace("\n", " ")))


def _paragraphs(runs: list[Run]) -> Iterator[Block]:
    for some in lines(runs):
        bullet = word.typed_bullet(some)
        text = inline(some if bullet is None else word.without_bullet(some, bullet))
        if text:
            yield Block(text) if bullet is None else Block(text, bullet.level, bullet.numbered)


def _code(text: str) -> Iterator[Block]:
    if text.strip():
        longest = max((len(found) for found in re.findall("`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        yield Block(f"{fence}\n{tidy(text).strip(chr(10))}\n{fence}")


def _tight(parts: list[str]) -> str:
    """Parts of an item: lists follow their words at once, paragraphs after a blank line."""
    found = parts[0]
    for part in parts[1:]:
        is_list = re.match(r"(- |\d+\. )", part) is not None
        found += ("\n" if is_list else "\n\n") + part
    return found


def _open_end(text: str) -> str:
    """Number signs at the end of a heading would be taken for its closing ones (CommonMark 0.31, 4.2)."""
    return re.sub(r"(?<!\\)#(?=#*\Z)", r"\\#", text)


def _drawn(rows: list[list[str]]) -> str:
    wide = max(len(row) for row in rows)
    full = [[*row, *[""] * (wide - len(row))] for row in rows]
    drawn = ["| " + " | ".join(row) + " |" for row in full]
    return "\n".join([drawn[0], "|" + " --- |" * wide, *drawn[1:]])
