"""One way in: the bytes of a file give a draft of a release and what was wrong with the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vidensbro.kit.sources.problems import VALUE_LENGTH
from vidensbro.kit.sources.releases import from_html, from_text, isolated
from vidensbro.kit.sources.releases.blocks import Reading, tidy
from vidensbro.kit.sources.releases.model import ReleaseDraft
from vidensbro.kit.sources.releases.problems import ReleaseProblem, Unreadable
from vidensbro.kit.sources.releases.recognise import Format, draft_of

MOST_BYTES: Final = 20 << 20
"""The largest PDF or DOCX file, in bytes: 20 MiB, as pictures may be in it."""
MOST_TEXT: Final = 2 << 20
"""The largest HTML or text file, in bytes: 2 MiB."""
MOST_LETTERS: Final = 300_000
"""How long the text of a release may be, in characters."""

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_PAGE: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|main|h1|p|div)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadRelease:
    """A draft, unless nothing could be read, and everything that was wrong."""

    draft: ReleaseDraft | None
    problems: tuple[ReleaseProblem, ...] = ()


def read_release(file: str, data: bytes) -> ReadRelease:
    """Read a press release. `file` is the name that problems and the draft carry.

    What format it is in is told by its bytes, and by the name only between HTML and plain text.
    """
    name = tidy(file)[:VALUE_LENGTH] or "?"
    try:
        format = format_of(name, data)
        reading = _READERS[format](data)
        if not any(block.hint not in ("furniture", "hidden", "caption") for block in reading.blocks):
            raise Unreadable("empty")
        if sum(len(block.text) for block in reading.blocks) > MOST_LETTERS:
            raise Unreadable("too_large")
    except Unreadable as refused:
        return ReadRelease(None, (ReleaseProblem(name, refused.code, 0, tidy(refused.value)),))
    draft = draft_of(name, format, reading.blocks)
    found = [ReleaseProblem(name, code, page, value) for code, page, value in reading.notices]
    if not draft.headline.text:
        found.append(ReleaseProblem(name, "headline_missing"))
    return ReadRelease(draft, tuple(found))


def read_release_file(path: Path) -> ReadRelease:
    """As `read_release`, of a file on disk; not more of it is read than a release may hold."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        return ReadRelease(None, (ReleaseProblem(path.name, "not_found", 0, error.strerror or ""),))
    return read_release(path.name, data)


def format_of(file: str, data: bytes) -> Format:
    """Which format the bytes are in.

    Raises:
        Unreadable: "empty", "too_large", "encrypted" or "unknown_format".
    """
    if not data.strip(b"\x00\t\n\r "):
        raise Unreadable("empty")
    if len(data) > MOST_BYTES:
        raise Unreadable("too_large", len(data))
    if data.startswith(_OLE):
        raise Unreadable("encrypted" if _LOCKED in data else "unknown_format", ".doc")
    if data.startswith(b"PK"):
        return "docx"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"{\\rtf"):
        raise Unreadable("unknown_format", ".rtf")
    if len(data) > MOST_TEXT:
        raise Unreadable("too_large", len(data))
    page = file.lower().endswith((".html", ".htm", ".xhtml"))
    return "html" if page or _PAGE.match(data.lstrip(b"\xef\xbb\xbf \t\r\n")[:200]) else "text"


_READERS: Final[Mapping[Format, Callable[[bytes], Reading]]] = {
    "html": from_html.read,
    "docx": lambda data: isolated.read("docx", data),
    "pdf": lambda data: isolated.read("pdf", data),
    "text": from_text.read,
}
