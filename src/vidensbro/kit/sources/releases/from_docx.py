"""Word documents: through mammoth into HTML, after a look at what the archive would unfold into."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any, Final
from xml.parsers.expat import ExpatError

import mammoth  # type: ignore[import-untyped]

from vidensbro.kit.sources.releases import from_html
from vidensbro.kit.sources.releases.blocks import Reading
from vidensbro.kit.sources.releases.problems import Unreadable

MOST_XML: Final = 6 << 20
"""How much XML a document may hold after decompression, in bytes: releases stay far below 1 MiB."""
MOST_MEMBERS: Final = 2_000
MOST_UNFOLDED: Final = 200 << 20
_MOST_RATIO: Final = 400
_SMALL: Final = 1 << 20
_DOCTYPE: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MAIN: Final = "word/document.xml"
_BOX: Final = re.compile(rb"</?w:txbxContent>")
_BEGIN: Final = "\ue000"
_END: Final = "\ue001"
"""Characters for private use: no text of a document has them next to nothing else."""
_STYLES: Final = """
p[style-name='Title'] => h1:fresh
p[style-name='Titel'] => h1:fresh
p[style-name='Overskrift 1'] => h1:fresh
p[style-name='Overskrift 2'] => h2:fresh
p[style-name='Overskrift 3'] => h3:fresh
p[style-name='Subtitle'] => p.lead:fresh
p[style-name='Undertitel'] => p.lead:fresh
p[style-name='Manchet'] => p.lead:fresh
p[style-name='Intro'] => p.lead:fresh
r[style-name='Strong'] => strong
"""


def read(data: bytes) -> Reading:
    """The blocks of a document; places count its paragraphs. Headers, footers and comments are not read.

    Raises:
        Unreadable: "unknown_format", "encrypted", "corrupt", "unfolds" or "doctype".
    """
    try:
        _looked_through(data)
        made: Any = mammoth.convert_to_html(
            _framed(data),
            style_map=_STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=_no_pictures,
        )
    except RecursionError as error:
        raise Unreadable("too_costly", "nesting") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, ExpatError, NotImplementedError) as error:
        raise Unreadable("corrupt", error) from error
    except (OSError, KeyError, ValueError, AttributeError, TypeError, IndexError) as error:
        # What mammoth raises for parts that are missing, or are not what the standard wants.
        raise Unreadable("corrupt", error) from error
    found = made.value.replace(f"<p>{_BEGIN}</p>", "<aside>").replace(f"<p>{_END}</p>", "</aside>")
    return from_html.read_markup(f"<body>{found}</body>", [], "paragraph")


def _framed(data: bytes) -> io.BytesIO:
    """The document with a mark at the beginning and end of each text box, which would be text like any other else."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        main = archive.read(_MAIN)
        if not _BOX.search(main):
            return io.BytesIO(data)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
            # Pictures are not read: only the XML goes along.
            for one in archive.infolist():
                if one.filename.lower().endswith((".xml", ".rels")) and one.filename != _MAIN:
                    copy.writestr(one.filename, archive.read(one))
            copy.writestr(_MAIN, _BOX.sub(_marked, main))
    made.seek(0)
    return made


def _marked(match: re.Match[bytes]) -> bytes:
    mark = b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>"
    if match.group().startswith(b"</"):
        return mark % _END.encode() + match.group()
    return match.group() + mark % _BEGIN.encode()


def _no_pictures(_image: Any) -> Sequence[Any]:
    return []


def _looked_through(data: bytes) -> None:
    """Refuse what is no document, is locked, unfolds into too much, or brings entities of its own."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if not any(one.filename == _MAIN for one in members):
            raise Unreadable("unknown_format")
        if any(one.flag_bits & 1 for one in members):
            raise Unreadable("encrypted")
        total = sum(one.file_size for one in members)
        if len(members) > MOST_MEMBERS or total > MOST_UNFOLDED:
            raise Unreadable("unfolds", total)
        if any(one.file_size > max(_SMALL, _MOST_RATIO * one.compress_size) for one in members):
            raise Unreadable("unfolds", total)
        xml = [one for one in members if one.filename.lower().endswith((".xml", ".rels"))]
        if sum(one.file_size for one in xml) > MOST_XML:
            raise Unreadable("too_large", total)
        for one in xml:
            # Reading stops at the size that the archive declares, whatever the stream would give.
            if _DOCTYPE.search(_as_ascii(archive.read(one))):
                raise Unreadable("doctype", one.filename)


def _as_ascii(data: bytes) -> bytes:
    """XML in UTF-16 with its NUL bytes out, so that a document type is seen in it, too."""
    return data.replace(b"\x00", b"") if b"\x00" in data[:200] else data
