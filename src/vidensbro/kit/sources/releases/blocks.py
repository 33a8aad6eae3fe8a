"""Headings, paragraphs and list items: what every format is turned into before anything is recognised."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from vidensbro.kit.sources.cleaning import clean
from vidensbro.kit.sources.releases.abbreviations import ends_shortened
from vidensbro.kit.sources.releases.markdown import escape
from vidensbro.kit.sources.releases.model import Place

Kind = Literal["heading", "paragraph", "item"]

_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_OPEN_END: Final = re.compile(r"[\w,\-\u2010–][)\"”»’']?$")
CONTINUES: Final = 40
"""How long a line is, in characters, before one that begins with a small letter may belong to it."""


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph or item. Lines of `text` that belong apart are parted by a line feed.

    `markdown` is the same with its emphasis and links; `level` that of a heading, or how deep a list is; `number`
    that of an item of a numbered list, else 0; `hint` what the file's own marking takes it for; `guessed` if it is an
    item for what it says alone.
    """

    kind: Kind
    text: str
    place: Place
    markdown: str = ""
    level: int = 0
    number: int = 0
    strong: bool = False
    hint: str = ""
    guessed: bool = False

    @property
    def inline(self) -> str:
        """The text as Markdown."""
        return self.markdown or escape(self.text)

    def with_text(self, text: str) -> Block:
        """The same with another text, and its emphasis if that text is the end of what it was."""
        tail = escape(text)
        kept = self.markdown[-len(tail) :] if tail and self.markdown.endswith(tail) else tail
        return replace(self, text=text, markdown=kept)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a format gave: its blocks in order, and codes of what was wrong, each with a page and a value."""

    blocks: list[Block] = field(default_factory=list)
    notices: list[tuple[str, int, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As plain values, to be handed from process to process."""
        rows = []
        for one in self.blocks:
            row = {name: getattr(one, name) for name in Block.__slots__ if name != "place"}
            place = one.place
            rows.append({**row, "place": [place.first, place.last, place.page, place.unit]})
        return {"blocks": rows, "notices": self.notices}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Reading:
        """What `as_json` gave."""
        blocks = [Block(**{**row, "place": Place(*row["place"])}) for row in content["blocks"]]
        return cls(blocks, [(code, page, value) for code, page, value in content["notices"]])


def tidy(text: str) -> str:
    """One line of text: as `cleaning.clean`, without characters that only steer how text is set."""
    return clean(_UNSEEN.sub("", text))


def carries_on(before: str, after: str) -> bool:
    """Does a line so plainly go on in the next that even a blank line between them is a stray one?"""
    return (
        len(before) >= CONTINUES
        and after[:1].islower()
        and (bool(_OPEN_END.search(before)) or ends_shortened(before, after))
        and not after.startswith(("http", "www."))
    )


def rejoined(blocks: Iterable[Block]) -> list[Block]:
    """Paragraphs that were cut in the middle of a sentence put together again."""
    done: list[Block] = []
    for one in blocks:
        last = done[-1] if done else None
        if last is not None and _same_paragraph(last, one):
            done[-1] = replace(
                last,
                text=f"{last.text} {one.text}",
                markdown=f"{last.inline} {one.inline}",
                strong=last.strong and one.strong,
                place=replace(last.place, last=max(one.place.last, last.place.last)),
            )
        else:
            done.append(one)
    return done


def _same_paragraph(last: Block, one: Block) -> bool:
    return (
        one.kind == "paragraph"
        and last.kind in ("paragraph", "item")
        and last.hint == one.hint
        and "@" not in one.text.split(" ", 1)[0]
        and carries_on(last.text, one.text)
    )
