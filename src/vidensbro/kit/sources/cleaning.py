"""Text from outside made safe to keep: control characters out, markup out where a source allows markup."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
_SPACE: Final = re.compile(r"[^\S\n]+")
_LINES: Final = re.compile(r" ?\n ?")
_GAPS: Final = re.compile(r"\n{3,}")

# The elements that Crossref, JATS and MathML titles and abstracts are known to carry. Anything else in
# angle brackets is text ("p <a and b> 0.05").
_BLOCK: Final = "p|br|div|sec|title|label|list|list-item|ul|ol|li|h[1-6]|abstract|td|tr|table|section"
_INLINE: Final = (
    "i|b|u|em|strong|sub|sup|sc|scp|tt|span|small|a|font|bold|italic|underline|inf|monospace|ext-link|xref|"
    "styled-content|named-content|inline-formula|tex-math|script|style|iframe|img|svg|object|embed|input|form|"
    "math|mi|mo|mn|mrow|msub|msup|msubsup|mtext|mfrac|mover|munder|mspace|mstyle|semantics|annotation"
)
# A tag ends here, or goes on with attributes: "<a href=…>" is one, "<a and b>" is not.
_END: Final = r"(?:\s+[\w:.-]+\s*=[^<>]*|\s*/)?\s*>"
_BLOCK_TAG: Final = re.compile(rf"</?(?:jats:)?(?:{_BLOCK}){_END}", re.IGNORECASE)
_INLINE_TAG: Final = re.compile(rf"</?(?:(?:jats|mml):)?(?:{_INLINE}){_END}", re.IGNORECASE)
_COMMENT: Final = re.compile(r"<!--.*?-->|<!\[CDATA\[|\]\]>", re.DOTALL)
# Publishers' small capitals swallow the spaces around them: "of the<scp>HAVEN</scp>clinical programme".
_SMALL_OPEN: Final = re.compile(r"(?<=\w)<scp>", re.IGNORECASE)
_SMALL_CLOSE: Final = re.compile(r"</scp>(?=\w\w)", re.IGNORECASE)


def clean(text: str) -> str:
    """One line of text: Unicode NFC, no control characters, single spaces, none at the ends."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(_CONTROL.sub("", unicodedata.normalize("NFC", text)).split())


def clean_lines(text: str) -> str:
    """Text whose paragraphs are kept: as `clean`, but with line breaks, at most one empty line in a row."""
    text = _CONTROL.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    return _GAPS.sub("\n\n", _LINES.sub("\n", _SPACE.sub(" ", text))).strip()


def clean_markdown(text: str) -> str:
    """Text whose lines and indentation carry meaning: Unicode NFC, no control characters, line ends as they should be,
    nothing but spaces in from the margin."""
    text = _CONTROL.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    return "\n".join(line.expandtabs(4).rstrip() for line in text.split("\n")).strip("\n")


def without_markup(text: str) -> str:
    """One line of text without the markup that titles and abstracts of scholarly sources carry.

    Entities become characters first, once more after the tags are gone for text that was escaped twice;
    what looks like a tag but is none of the known elements stays as it stands, as text.
    """
    if "<" not in text and "&" not in text:
        return clean(text)
    text = _COMMENT.sub(" ", html.unescape(text))
    text = _SMALL_CLOSE.sub(" ", _SMALL_OPEN.sub(" ", text))
    text = _INLINE_TAG.sub("", _BLOCK_TAG.sub(" ", text))
    return clean(html.unescape(text)) if "&" in text else clean(text)
