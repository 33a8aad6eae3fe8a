"""A text without any marks: for mail, feeds and descriptions. What it says stays, and which parts it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import html as parser

from vidensbro.hub.newsroom.text.rendering import as_html

_BREAK: Final = "\x00"
"""A line break that was asked for; no text can hold it."""
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS: Final = _HEADINGS | {"p", "ul", "ol", "li", "blockquote", "pre", "hr", "table", "div"}


def as_text(markdown: str) -> str:
    """The text in lines: paragraphs parted by a blank one, "- " and "1. " before items, "> " before quotations.

    Where a link leads stands in brackets behind its words, unless they say it.
    """
    return "\n\n".join(_blocks(parser.fragment_fromstring(as_html(markdown), create_parent="div")))


def _blocks(parent: parser.HtmlElement) -> Iterator[str]:
    """The blocks in an element that say anything; what stands loosely between them is one, too."""
    loose = parent.text or ""
    for child in parent:
        if child.tag in _BLOCKS:
            yield from filter(None, (_loose(loose), _block(child)))
            loose = child.tail or ""
        else:
            loose += _inline(child) + (child.tail or "")
    yield from filter(None, (_loose(loose),))


def _block(one: parser.HtmlElement) -> str:
    if one.tag in {"ul", "ol"}:
        return _list(one)
    if one.tag == "table":
        return "\n".join(_row(row) for row in one.iter("tr"))
    if one.tag == "pre":
        return str(one.text_content()).strip("\n")
    if one.tag == "hr":
        return "* * *"
    inner = "\n\n".join(_blocks(one))
    return _before_each(inner, "> ") if one.tag == "blockquote" else inner


def _list(one: parser.HtmlElement) -> str:
    number = int(one.get("start", "1")) if one.tag == "ol" else 0
    items = []
    for place, item in enumerate(child for child in one if child.tag == "li"):
        mark = f"{number + place}. " if one.tag == "ol" else "- "
        inner = re.sub(r"\n{2,}", "\n", "\n\n".join(_blocks(item)))
        items.append(mark + inner.replace("\n", "\n" + " " * len(mark)))
    return "\n".join(items)


def _row(row: parser.HtmlElement) -> str:
    return " | ".join(" ".join("\n\n".join(_blocks(cell)).split()) for cell in row)


def _inline(one: parser.HtmlElement) -> str:
    if one.tag == "br":
        return _BREAK
    inner = (one.text or "") + "".join(_inline(child) + (child.tail or "") for child in one)
    address = str(one.get("href", "")) if one.tag == "a" else ""
    shown = address.partition(":")[2] if address.startswith(("mailto:", "tel:")) else address
    if not shown or " ".join(inner.split()) in {shown, address}:
        return inner
    return f"{inner} ({shown})" if inner.strip() else shown


def _loose(text: str) -> str:
    """Words of one block: blanks of the source are single blanks, lines break where that was asked for."""
    return "\n".join(" ".join(line.split()) for line in text.split(_BREAK)).strip()


def _before_each(text: str, mark: str) -> str:
    return "\n".join((mark + line).rstrip() for line in text.split("\n"))
