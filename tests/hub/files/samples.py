"""Files of every kind, made from bytes here: honest ones and hostile ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x00" * 40 + b"\xff\xd9"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
OOXML = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": "wordprocessingml.document.main+xml",
    "xlsx": "spreadsheetml.sheet.main+xml",
    "pptx": "presentationml.presentation.main+xml",
}
ODF = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def png() -> bytes:
    """A picture of one dot (PNG, ISO/IEC 15948)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\0\0\0")) + chunk(b"IEND", b"")


def webp() -> bytes:
    """The frame of a WebP picture."""
    body = b"WEBPVP8 " + struct.pack("<I", 20) + b"\0" * 20
    return b"RIFF" + struct.pack("<I", len(body)) + body


def package(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return content.getvalue()


def office(kind: str = "docx", **more: bytes) -> bytes:
    """An Office Open XML document."""
    types = f'<Types><Override PartName="/main.xml" ContentType="{OOXML}{MAIN[kind]}"/></Types>'
    return package({"[Content_Types].xml": types.encode(), "main.xml": b"<w/>", **more})


def open_document(kind: str = "odt", **more: bytes) -> bytes:
    """An OpenDocument."""
    return package({"mimetype": ODF[kind].encode(), "content.xml": b"<o/>", **more})


HONEST = {
    "aftale.pdf": PDF,
    "brev.docx": office("docx"),
    "tal.xlsx": office("xlsx"),
    "oplæg.pptx": office("pptx"),
    "notat.odt": open_document("odt"),
    "ark.ods": open_document("ods"),
    "prik.png": png(),
    "prik.jpg": JPEG,
    "prik.JPEG": JPEG,
    "prik.webp": webp(),
    "tekst.txt": "Æbler og pærer – 3 < 4".encode(),
    "dansk.csv": "navn;beløb\r\nÅse;1,5\r\n".encode("cp1252"),
    "utf16.txt": "Hej".encode("utf-16"),
}


def upload(name: str, content: bytes, content_type: str = "application/octet-stream") -> SimpleUploadedFile:
    """As a browser sends it."""
    return SimpleUploadedFile(name, content, content_type)
