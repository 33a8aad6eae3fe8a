"""ZIP archives, and the office documents that are ZIP archives, looked into without unpacking them.

Bounds against archives that grow when unpacked (zip bombs): the number of parts, their declared size, how much each
byte grows, and parts that overlap, by which one compressed block can be counted many times.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import PurePosixPath
from typing import IO, Final

from vidensbro.hub.files.kinds import Kind

MOST_PARTS: Final = 5000
MOST_UNPACKED: Final = 500 * 1024 * 1024
MOST_GROWTH: Final = 150
"""How many times larger than packed: XML of office documents rarely exceeds fifty."""
GROWTH_MATTERS_FROM: Final = 5 * 1024 * 1024
_LONGEST_LIST: Final = 1024 * 1024
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The only ones that office documents may use; others let a file say how much memory unpacking takes."""
_END: Final = b"PK\x05\x06"


def check_package(content: IO[bytes], size: int, kind: Kind) -> str:
    """The code of what is wrong with an archive, "" if nothing is."""
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            return _check(archive, content, size, kind)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
        zlib.error,
    ):
        return "file_damaged"


def _check(archive: zipfile.ZipFile, content: IO[bytes], size: int, kind: Kind) -> str:
    parts = archive.infolist()
    if problem := _bounds(parts, size):
        return problem
    if any(_leaves(part.filename) for part in parts):
        return "file_damaged"
    content.seek(max(0, size - 22))
    if kind.family != "zip" and any(part.compress_type not in _METHODS for part in parts):
        return "file_damaged"
    if kind.family != "zip" and (archive.comment or content.read(4) != _END):
        return "file_polyglot"
    if kind.family == "ooxml":
        return _office(archive, kind)
    if kind.family == "odf":
        return _open_document(archive, kind)
    return ""


def _bounds(parts: list[zipfile.ZipInfo], size: int) -> str:
    if not parts:
        return "file_damaged"
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    grown = any(
        part.file_size > GROWTH_MATTERS_FROM and part.file_size > MOST_GROWTH * max(1, part.compress_size)
        for part in parts
    )
    too_many = len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED
    all_in_all = unpacked > GROWTH_MATTERS_FROM and unpacked > MOST_GROWTH * size
    return "file_bomb" if too_many or grown or all_in_all or packed > size else ""


def _leaves(name: str) -> bool:
    """Would unpacking write outside the folder that it is unpacked to?"""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name[:3]


def _office(archive: zipfile.ZipFile, kind: Kind) -> str:
    """Office Open XML (ISO/IEC 29500-2): the list of content types names the main part; no macros."""
    names = {name.lower() for name in archive.namelist()}
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        return "file_macros"
    types = _part(archive, "[Content_Types].xml").lower()
    if b"macroenabled" in types:
        return "file_macros"
    return "" if kind.main.lower().encode() in types else "file_type_mismatch"


def _open_document(archive: zipfile.ZipFile, kind: Kind) -> str:
    """OpenDocument 1.3 part 2, section 3.3: the part "mimetype" names the type; no macros."""
    if any(name.lower().startswith(("basic/", "scripts/")) for name in archive.namelist()):
        return "file_macros"
    return "" if _part(archive, "mimetype").strip() == kind.main.encode() else "file_type_mismatch"


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part's first megabyte, nothing if there is no such part."""
    if name not in archive.namelist():
        return b""
    with archive.open(name) as part:
        return part.read(_LONGEST_LIST)
