"""HTML as blocks. Scripts and styles are not read; menus, forms and what is hidden is marked as such."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from lxml import etree

from vidensbro.kit.sources.releases.blocks import Block, Kind, Reading, tidy
from vidensbro.kit.sources.releases.flow import as_item, flowed, spoken
from vidensbro.kit.sources.releases.from_text import decoded, lines_of
from vidensbro.kit.sources.releases.markdown import Run, inline
from vidensbro.kit.sources.releases.model import Place
from vidensbro.kit.sources.releases.problems import Unreadable

_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_LATIN: Final = frozenset({"iso8859-1", "ascii", "cp1252"})
"""Names under which browsers read Windows-1252 (WHATWG Encoding, 4.2), and which UTF-8 often goes under by mistake."""
_WRITTEN: Final = re.compile(
    r"utf-8|iso8859-\d{1,2}|cp(?:125\d|866|874)|koi8-[ru]|mac-\w+|shift_jis|euc_(?:jp|kr)|gbk|gb18030|big5"
)
"""What pages are written in. Other names stand for what takes much longer to decode than to send, such as Punycode."""
_SKIPPED: Final = frozenset(
    "head script style template noscript svg math iframe object embed canvas audio video map select datalist".split()
)
_BLOCKS: Final = frozenset(
    "html body p div section article header footer h1 h2 h3 h4 h5 h6 li ul ol table tr tbody thead tfoot caption "
    "blockquote aside figure figcaption pre address dl dt dd hr main nav form fieldset details summary".split()
)
_FURNITURE: Final = frozenset("nav form button".split())
_STRONG: Final = frozenset("b strong th dt".split())
_EMPHASIS: Final = frozenset("i em cite".split())
_HEADING: Final = re.compile(r"^h([1-6])$")
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HINTS: Final = (
    (
        "furniture",
        re.compile(
            r"\b(?:related|relateret|subscribe|newsletter|nyhedsbrev|cookie\w*|breadcrumb\w*|"
            r"share|social|menu|navigation|pagination|skip)(?:\b|[-_])",
            re.IGNORECASE,
        ),
    ),
    ("lead", re.compile(r"\b(?:lead|manchet|teaser|standfirst|underrubrik|ingress|resume)\b", re.IGNORECASE)),
    ("facts", re.compile(r"\b(?:facts?|fakta)[-_]?(?:box|boks)?\b", re.IGNORECASE)),
    (
        "contacts",
        re.compile(r"\b(?:(?:press|presse)?[-_]?(?:contacts?|kontakt(?:er|personer)?))\b", re.IGNORECASE),
    ),
)
_SPACE: Final = re.compile(r"[^\S\n]+")
_DEEPEST: Final = 250


@dataclass(slots=True)
class _State:
    """What stands open at a place in the page."""

    runs: list[Run] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)
    strong: int = 0
    emphasis: int = 0
    verbatim: int = 0
    links: list[str] = field(default_factory=list)
    kind: Kind = "paragraph"
    level: int = 0
    line: int = 0
    root: etree._Element | None = None
    outside: bool = False
    unit: Literal["line", "paragraph"] = "line"


def read(data: bytes) -> Reading:
    """The blocks of a page.

    Raises:
        Unreadable: it is not text, or nothing in it is an element ("unknown_format").
    """
    text, notices = _text(data)
    if "<html" in text[:5000].lower() and "</html" not in text[-5000:].lower():
        notices = [*notices, ("truncated", 0, "")]
    return read_markup(text, notices, "line")


def _text(data: bytes) -> tuple[str, list[tuple[str, int, str]]]:
    """The letters of a page: as it declares them, else as any text."""
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            name = codecs.lookup(declared[1].decode("ascii")).name
            if name in _LATIN:
                text, notices = decoded(data)
                return text, [one for one in notices if one[0] != "encoding_guessed"]
            if _WRITTEN.fullmatch(name):
                return data.decode(name), []
        except (LookupError, UnicodeError):
            return decoded(data)
    return decoded(data)


def read_markup(
    text: str, notices: list[tuple[str, int, str]], unit: Literal["line", "paragraph"]
) -> Reading:
    """The blocks of HTML that has been decoded; places count its lines, or its paragraphs."""
    text = text.replace("\x00", "")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        page = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("empty", error) from error
    if page is None:
        raise Unreadable("empty")
    if any("depth" in one.message.lower() for one in parser.error_log):
        notices = [*notices, ("nested", 0, "")]
    state = _State(root=_main_part(page), unit=unit)
    state.outside = state.root is not None
    _walk(page, state)
    return Reading([made for block in state.blocks for made in _unbroken(block)], notices)


def _main_part(page: etree._Element) -> etree._Element | None:
    """The part that the page says holds its matter, if there is just one that holds a good deal."""
    for path in ("//main | //*[@role='main']", "//article"):
        found = page.xpath(path)
        if isinstance(found, list) and len(found) == 1 and isinstance(found[0], etree._Element):
            words = sum(len(str(part)) for part in found[0].itertext())
            if words >= 200 or found[0].find(".//h1") is not None:
                return found[0]
    return None


def _walk(page: etree._Element, state: _State) -> None:
    walker = etree.iterwalk(page, events=("start", "end"))
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _SKIPPED or not tag:
                walker.skip_subtree()
                continue
            _enter(element, tag, state)
            _take(element.text, state)
        else:
            if tag and tag not in _SKIPPED:
                _leave(element, tag, state)
            _take(element.tail, state)
    _flush(state)


def _take(text: str | None, state: _State) -> None:
    if text:
        shown = text if state.verbatim else text.replace("\n", " ").replace("\r", " ")
        link = state.links[-1] if state.links else ""
        state.runs.append(Run(shown, state.strong > 0, state.emphasis > 0, link))


def _enter(element: etree._Element, tag: str, state: _State) -> None:
    if tag in _BLOCKS:
        _flush(state)
        state.line = _line_of(element)
    if element is state.root:
        state.outside = False
    state.hints.append(_hint(element, tag))
    state.strong += tag in _STRONG
    state.emphasis += tag in _EMPHASIS
    state.verbatim += tag == "pre"
    if tag == "a":
        state.links.append(str(element.get("href") or ""))
    elif tag == "br":
        state.runs.append(Run("\n"))
    elif tag in ("td", "th") and any(run.text.strip() for run in state.runs):
        state.runs.append(Run(" | "))
    elif tag in ("ul", "ol"):
        state.lists.append(0 if tag == "ul" else _start(element))
    elif tag == "li":
        state.kind, state.level = "item", max(len(state.lists), 1)
    elif heading := _HEADING.match(tag):
        state.kind, state.level = "heading", int(heading[1])


def _line_of(element: etree._Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 0


def _start(element: etree._Element) -> int:
    given = str(element.get("start") or "")
    return int(given) if given.isdecimal() and given.isascii() and 0 < len(given) < 9 and int(given) else 1


def _leave(element: etree._Element, tag: str, state: _State) -> None:
    if tag in _BLOCKS:
        _flush(state)
        state.line = _line_of(element)
    state.strong -= tag in _STRONG
    state.emphasis -= tag in _EMPHASIS
    state.verbatim -= tag == "pre"
    if tag == "a" and state.links:
        state.links.pop()
    elif tag in ("ul", "ol") and state.lists:
        state.lists.pop()
    elif tag == "li" and state.kind == "item" and state.lists and state.lists[-1]:
        state.lists[-1] += 1
    if tag == "li" or _HEADING.match(tag):
        state.kind, state.level = "paragraph", 0
    state.hints.pop()
    if element is state.root:
        state.outside = True


def _hint(element: etree._Element, tag: str) -> str:
    if "hidden" in element.attrib or _HIDDEN.search(str(element.get("style") or "")):
        return "hidden"
    if tag in _FURNITURE:
        return "furniture"
    if tag == "blockquote":
        return "quote"
    if tag == "figcaption":
        return _caption(element)
    framed = "box" if tag == "aside" or (tag == "table" and _is_frame(element)) else ""
    named = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
    if tag in ("html", "body") or not named.strip():
        return framed
    return next((hint for hint, words in _HINTS if words.search(named)), framed)


def _caption(element: etree._Element) -> str:
    """What stands under a picture; under a quotation it says whose that is, under a table it is text."""
    figure = element.getparent()
    if figure is None or figure.find(".//blockquote") is not None:
        return "quote"
    return "" if figure.find(".//table") is not None else "caption"


def _is_frame(table: etree._Element) -> bool:
    """Has a table one cell only? Then it is a frame around a text."""
    return sum(1 for one in table.iter("td", "th")) == 1


def _flush(state: _State) -> None:
    """Close the block that is open, if it holds anything."""
    runs = _trimmed(state.runs)
    state.runs = []
    text = "".join(run.text for run in runs)
    if not text.strip():
        return
    hint = (
        "hidden"
        if "hidden" in state.hints
        else "furniture"
        if state.outside or "furniture" in state.hints
        else ""
    )
    # A quotation within a fact box is a part of that.
    hint = hint or next((one for one in reversed(state.hints) if one not in ("", "quote")), "")
    hint = hint or ("quote" if "quote" in state.hints else "")
    number = state.lists[-1] if state.kind == "item" and state.lists else 0
    where = len(state.blocks) + 1 if state.unit == "paragraph" else state.line
    place = Place(where, where, 0, state.unit)
    strong = all(run.strong for run in runs if run.text.strip())
    state.blocks.append(Block(state.kind, text, place, inline(runs), state.level, number, strong, hint))
    if state.kind == "item":
        # What else an item holds is a paragraph of its own, not an item once more.
        state.kind, state.level = "paragraph", 0


def _trimmed(runs: list[Run]) -> list[Run]:
    """Runs of one form put together, with single spaces and none at the ends of lines."""
    merged: list[Run] = []
    for run in runs:
        if merged and replace(merged[-1], text="") == replace(run, text=""):
            merged[-1] = replace(run, text=merged[-1].text + run.text)
        else:
            merged.append(run)
    done: list[Run] = []
    last = "\n"
    for run in merged:
        lines = [_spaced(line) for line in run.text.split("\n")]
        text = re.sub(r" *\n *", "\n", "\n".join(lines))
        if last in (" ", "\n"):
            text = text.lstrip(" ")
        if text:
            last = text[-1]
            done.append(replace(run, text=text))
    return _stripped(done)


def _spaced(line: str) -> str:
    inner = tidy(line)
    if not inner:
        return " " if line else ""
    before = " " if line[0].isspace() else ""
    return before + inner + (" " if line[-1].isspace() else "")


def _stripped(runs: list[Run]) -> list[Run]:
    while runs and not runs[-1].text.strip():
        runs = runs[:-1]
    while runs and not runs[0].text.strip():
        runs = runs[1:]
    if runs:
        runs = [replace(runs[0], text=runs[0].text.lstrip()), *runs[1:]]
        runs = [*runs[:-1], replace(runs[-1], text=runs[-1].text.rstrip())]
    return runs


def _unbroken(block: Block) -> list[Block]:
    """A paragraph with line breaks as the paragraphs that it holds, where the breaks only fit a width."""
    if block.kind != "paragraph" or "\n" not in block.text:
        return [(block.kind == "paragraph" and as_item(block)) or spoken(block)]
    lines = lines_of(block.text)
    made = flowed(lines)
    if len(made) == len(lines) and "\n\n" not in block.text and not any(one.kind == "item" for one in made):
        return [spoken(block)]
    return [replace(one, place=block.place, hint=block.hint, strong=block.strong) for one in made]
