"""What Word writes when something is copied from it: lists as paragraphs, styles, deleted and hidden words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from lxml import html as parser

from vidensbro.hub.newsroom.text.writing import BREAK, Run

_WORD: Final = re.compile(r"urn:schemas-microsoft-com|class=[\"']?Mso|mso-", re.IGNORECASE)
_LEVEL: Final = re.compile(r"mso-list:\s*l\d+\s+level(\d)", re.IGNORECASE)
_IGNORED: Final = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
_HIDDEN: Final = re.compile(
    r"display:\s*none|mso-hide:\s*all|visibility:\s*hidden|mso-special-character:\s*comment"
    r"|mso-element:\s*comment",
    re.IGNORECASE,
)
_BOLD: Final = re.compile(r"(?:^|;|\s)font-weight:\s*(\w+)", re.IGNORECASE)
_ITALIC: Final = re.compile(r"(?:^|;|\s)font-style:\s*(\w+)", re.IGNORECASE)
_BULLETS: Final = "•·▪▫◦‣●○■□∙"
_TYPED: Final = re.compile(rf"\s*(?:[{_BULLETS}]|o(?=\s{{2,}}))\s*")
_NUMBERED: Final = re.compile(r"\(?(\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]")
_STYLES: Final = {"msotitle": 1, "msosubtitle": 2} | {f"msoheading{level}": level for level in range(1, 7)}


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph that is an item of a list; `typed` if its bullet is among its words."""

    level: int
    numbered: bool = False
    typed: bool = False


def is_word(source: str) -> bool:
    """Was it copied from Word or Outlook? What they say about languages is what the spelling checker guessed."""
    return _WORD.search(source) is not None


def is_hidden(one: parser.HtmlElement) -> bool:
    """Words that whoever copied them did not see: hidden, deleted, of a comment, of a drawing's description."""
    tag = str(one.tag)
    if tag == "del" or one.get("hidden") is not None or tag.startswith(("v:", "w:", "m:")):
        return True
    style, name = _style(one), str(one.get("class") or "").lower()
    return bool(_HIDDEN.search(style) or _IGNORED.search(style)) or name.startswith("msocomment")


def heading_level(one: parser.HtmlElement) -> int:
    """That of a paragraph that Word's style makes a heading; 0 if none does."""
    return _STYLES.get(str(one.get("class") or "").lower(), 0)


def list_item(one: parser.HtmlElement) -> Item | None:
    """The item that a paragraph of a Word list is."""
    level = _LEVEL.search(_style(one))
    if one.tag != "p" or level is None:
        return None
    marks = [part for part in one.iter("span") if _IGNORED.search(_style(part))]
    mark = " ".join(str(marks[0].text_content()).split()) if marks else ""
    return Item(int(level[1]) or 1, _NUMBERED.match(mark) is not None, typed=not marks)


def typed_bullet(runs: Sequence[Run]) -> Item | None:
    """The item that a paragraph is whose first sign is a bullet. A dash is none: it opens direct speech."""
    first = "".join(run.text for run in runs[:3])
    return Item(1, typed=True) if first[:1].strip() and _TYPED.match(first) else None


def without_bullet(runs: Sequence[Run], item: Item) -> list[Run]:
    """The words of an item without the bullet that was typed before them."""
    found = list(runs)
    if not item.typed:
        return found
    for place, run in enumerate(found):
        if run.text == BREAK or not run.text.strip():
            continue
        found[place] = replace(
            run, text=_TYPED.sub("", run.text, count=1) if _TYPED.match(run.text) else run.text
        )
        break
    return found


def emphasis(one: parser.HtmlElement) -> tuple[bool | None, bool | None]:
    """Does it make its words bold, italic? None where it leaves that as it is. What the style says counts more."""
    strong = True if one.tag in {"b", "strong"} else None
    em = True if one.tag in {"i", "em", "cite"} else None
    style = _style(one)
    if style:
        weight, slope = _BOLD.search(style), _ITALIC.search(style)
        if weight and one.tag in {"b", "strong", "span", "i", "em"}:
            strong = weight[1] in {"bold", "bolder", "600", "700", "800", "900"}
        if slope and one.tag in {"b", "strong", "span", "i", "em"}:
            em = slope[1] in {"italic", "oblique"}
    return strong, em


def _style(one: parser.HtmlElement) -> str:
    return str(one.get("style") or "")
