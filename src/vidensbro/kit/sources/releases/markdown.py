"""Plain text and runs of emphasis as Markdown (CommonMark 0.31) that shows just that text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from vidensbro.kit.sources.releases.blocks import Block

_SPECIAL: Final = re.compile(r"[\\`*\[\]<]|(?<![^\W_])_|_(?![^\W_])|&(?=[#\w])")
_LINE_START: Final = re.compile(r"^(?:#|>|[-+](?=\s|$)|[-=~_]{2,}|=)")
_NUMBER: Final = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_UNSAFE: Final = re.compile(r"[\s<>\\\x00-\x1f\x7f]")
_WEB: Final = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
MOST_INDENT: Final = 4


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one form. `link` is an address, or empty."""

    text: str
    strong: bool = False
    emphasis: bool = False
    link: str = ""


def escape(text: str) -> str:
    """Text that Markdown shows as it is; line feeds become hard breaks."""
    return "\\\n".join(_line(one) for one in text.split("\n"))


def _line(text: str) -> str:
    text = _SPECIAL.sub(lambda match: "\\" + match.group(), text)
    text = _LINE_START.sub(lambda match: "\\" + match.group(), text)
    return _NUMBER.sub(r"\1\\\2", text)


def inline(runs: Sequence[Run]) -> str:
    """Runs as Markdown. Emphasis is left out where Markdown could not tell where it begins or ends."""
    out = ""
    for run in runs:
        body = run.text.strip()
        if not body:
            out += run.text if not run.text.count("\n") else escape(run.text)
            continue
        before = run.text[: len(run.text) - len(run.text.lstrip())]
        after = run.text[len(run.text.rstrip()) :]
        at_start = not out or out.endswith("\n")
        piece = escape(body) if at_start and not before else _within(body)
        out += escape(before) + _marked(run, piece, body, out + before) + escape(after)
    return out


def _within(text: str) -> str:
    """Text that does not begin a line."""
    first, *rest = text.split("\n")
    lines = [_SPECIAL.sub(lambda match: "\\" + match.group(), first), *(_line(one) for one in rest)]
    return "\\\n".join(lines)


def _marked(run: Run, piece: str, body: str, out: str) -> str:
    clear = body[0].isalnum() and body[-1].isalnum() and not out.endswith(("*", "_"))
    marks = ("**" if run.strong else "") + ("*" if run.emphasis else "")
    if marks and clear and "\n" not in body:
        piece = f"{marks}{piece}{marks[::-1]}"
    if run.link and _WEB.match(run.link) and "\n" not in body:
        address = _UNSAFE.sub(lambda match: f"%{ord(match.group()):02X}", run.link.strip())
        piece = f"[{piece}](<{address}>)" if address != body else piece
    return piece


def body_of(blocks: Sequence[Block]) -> str:
    """Blocks as one Markdown text; headings from the second level on, as the headline is the first."""
    out: list[str] = []
    widths: list[int] = []
    for index, one in enumerate(blocks):
        if one.kind == "item":
            depth = min(max(one.level, 1), len(widths) + 1, MOST_INDENT)
            marker = f"{one.number}. " if one.number else "- "
            indent = " " * sum(widths[: depth - 1])
            widths = [*widths[: depth - 1], len(marker)]
            hanging = one.inline.replace("\n", "\n" + " " * (len(indent) + len(marker)))
            follows = index > 0 and blocks[index - 1].kind == "item"
            out.append(("\n" if follows else "\n\n") + indent + marker + hanging)
            continue
        widths = []
        out.append("\n\n" + (_heading(one) if one.kind == "heading" else one.inline))
    return "".join(out).strip("\n")


def _heading(block: Block) -> str:
    text = escape(block.text.replace("\n", " "))
    return "#" * min(max(block.level, 2), 4) + " " + re.sub(r"(?<!\\)#", r"\\#", text)
