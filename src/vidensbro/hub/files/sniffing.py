"""Is a file what its name says? Looks at the bytes, bounded in memory whatever the file claims.

The signature is recognised by puremagic and must be one of the kind that the name claims. What passes for two kinds
at once (a PDF that is a ZIP archive too, a picture with a page of HTML in it) is refused: each reader would see
another file.
"""

from __future__ import annotations

import codecs
import re
import zipfile
from typing import IO, Final

import puremagic

from vidensbro.hub.files.kinds import Kind
from vidensbro.hub.files.packages import check_package

HEAD = 4096
_CHUNK = 64 * 1024
_MARKUP: Final = re.compile(
    rb"<\s*(!doctype\s+html|html|svg|script|iframe|body|head\b|\?php|\?xml)", re.IGNORECASE
)
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xd0\xcf\x11\xe0")
_SIGNATURES: Final = {
    "pdf": (b"%PDF-",),
    "ooxml": (b"PK\x03\x04",),
    "odf": (b"PK\x03\x04",),
    "zip": (b"PK\x03\x04",),
}
_PNG_END: Final = b"\x00\x00\x00\x00IEND\xaeB\x60\x82"
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


class Refused(Exception):
    """The file cannot be taken; `code` is one of `common.messages`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def check(content: IO[bytes], size: int, kind: Kind) -> None:
    """Do nothing if the content is of this kind and of no other.

    Raises:
        Refused: "file_type_mismatch", "file_polyglot", "file_damaged", "file_bomb", "file_macros".
    """
    content.seek(0)
    head = content.read(HEAD)
    if kind.family == "text":
        _check_text(content, head)
        return
    if kind.code == "webp" and head[8:12] != b"WEBP":
        # A RIFF file of another kind: the signature alone does not tell sound from pictures.
        raise Refused("file_type_mismatch")
    if not _recognised(content, head, kind):
        raise Refused("file_type_mismatch")
    if kind.family in {"ooxml", "odf", "zip"}:
        problem = check_package(content, size, kind)
        if problem:
            raise Refused(problem)
        return
    if _MARKUP.search(head) or _is_archive(content) or (kind.code != "pdf" and b"%PDF-" in head):
        raise Refused("file_polyglot")
    if not _is_whole(content, size, kind):
        raise Refused("file_damaged")


def _recognised(content: IO[bytes], head: bytes, kind: Kind) -> bool:
    signatures = _SIGNATURES.get(kind.family)
    if signatures:
        return head.startswith(signatures)
    content.seek(0)
    try:
        found = puremagic.magic_stream(content)
    except (puremagic.PureError, ValueError):
        return False
    return bool({one.extension for one in found} & set(kind.extensions))


def _is_archive(content: IO[bytes]) -> bool:
    content.seek(0)
    return zipfile.is_zipfile(content)


def _is_whole(content: IO[bytes], size: int, kind: Kind) -> bool:
    """Does it end as its kind ends? A cut-off file, or one with something behind its end, does not."""
    content.seek(max(0, size - 2048))
    tail = content.read(2048)
    if kind.code == "pdf":
        return b"%%EOF" in tail
    if kind.code == "png":
        return tail.endswith(_PNG_END)
    if kind.code == "webp":
        content.seek(4)
        told = int.from_bytes(content.read(4), "little") + 8
        return told <= size <= told + 1
    return b"\xff\xd9" in tail


def _check_text(content: IO[bytes], head: bytes) -> None:
    """Text in UTF-8, UTF-16 with a mark, or Windows-1252, and not a page or program in disguise."""
    if head.startswith(_PROGRAMS) or head.startswith((b"%PDF-", b"PK\x03\x04")):
        raise Refused("file_type_mismatch")
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    if _MARKUP.match(head.removeprefix(codecs.BOM_UTF8).lstrip()):
        raise Refused("file_type_mismatch")
    if not _decodes(content, encoding) and (encoding == "utf-16" or not _decodes(content, "cp1252")):
        raise Refused("file_type_mismatch")


def _decodes(content: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    content.seek(0)
    first = True
    try:
        while chunk := content.read(_CHUNK):
            text = decoder.decode(chunk)
            if _CONTROLS.search(text) or (first and _MARKUP.match(text.lstrip()[:200].encode())):
                return False
            first = False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
