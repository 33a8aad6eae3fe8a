"""Markdown as HTML that holds nothing but what is listed here.

CommonMark 0.31 (markdown-it-py) with the tables of GitHub Flavored Markdown. HTML in it goes through the same sanitiser
as everything else (nh3, which parses as browsers do): what is not listed falls away, whatever its source.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

TAGS: Final = frozenset(
    "p br hr h1 h2 h3 h4 h5 h6 strong em b i sub sup ul ol li blockquote pre code a span"
    " table thead tbody tr th td del".split()
)
GONE: Final = frozenset(
    "script style iframe object embed svg math template noscript title textarea select option button form video audio"
    " canvas xmp noembed noframes plaintext frameset applet".split()
)
"""Tags that go with all that is in them."""
ATTRIBUTES: Final = {
    "*": {"lang"},
    "a": {"href", "hreflang"},
    "ol": {"start"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
DEEPEST: Final = 20
"""How deep lists and quotations may lie in each other."""

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_NUMBER: Final = re.compile(r"\d{1,4}")
_HEADING: Final = re.compile(r"<(/?)h([1-6])(?=[\s>])")


def as_html(markdown: str, *, below: int = 1) -> SafeString:
    """The text as HTML, safe to put into a page, a feed or a mail.

    Headings keep their order and lie below one of level `below`, without a level left out (WCAG 2.2, technique G141).
    Links lead to absolute addresses of the web, mail or telephone only and open without `window.opener`; a picture
    becomes its alternative text, because pictures of releases are rows of their own with credit and licence. `lang`
    stays, for words in another language (WCAG 2.2, 3.1.2).
    """
    given = _parser().render(markdown)
    cleaned = nh3.clean(
        given,
        tags=set(TAGS),
        clean_content_tags=set(GONE),
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="noopener",
    )
    return mark_safe(_below(cleaned, below))


@cache
def _parser() -> MarkdownIt:
    found = MarkdownIt("commonmark", {"html": True, "maxNesting": DEEPEST}).enable("table")
    found.add_render_rule("image", _words_of_image)
    found.add_render_rule("th_open", _column_heading)
    return found


def _words_of_image(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    return str(escape(tokens[idx].content))


def _column_heading(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]
) -> str:
    tokens[idx].attrSet("scope", "col")
    return self.renderToken(tokens, idx, options, env)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name in {"lang", "hreflang"}:
        return value if _LANGUAGE.fullmatch(value) else None
    if name == "href":
        return value if is_address(value) else None
    if name == "rel":
        # The sanitiser's own: what the text says is not among the attributes.
        return value
    if name == "scope":
        return value if value in {"col", "row"} else None
    return value if _NUMBER.fullmatch(value) else None


def is_address(text: str) -> bool:
    """Does the text lead somewhere by itself: with one of `SCHEMES`, and a host where the scheme has one?"""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return False
    if parts.scheme in {"http", "https"}:
        return bool(parts.hostname) and parts.username is None
    return parts.scheme in SCHEMES and bool(parts.path)


def _below(html: str, level: int) -> str:
    """Headings one after another below `level`, each at most one deeper than the one before it."""
    outer: list[int] = []

    def shifted(found: re.Match[str]) -> str:
        own = int(found[2])
        if not found[1]:
            while outer and outer[-1] >= own:
                outer.pop()
            outer.append(own)
        return f"<{found[1]}h{min(6, level + len(outer))}"

    return _HEADING.sub(shifted, html)
