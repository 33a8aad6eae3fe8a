"""Pictures made here: honest ones, and those that would hurt."""

from __future__ import annotations

import io
import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

WORDS = {"alt_da": "En seng", "alt_en": "A bed", "credit": "Foto: Asta Eksempelsen"}
RED, GREEN, BLUE = (220, 30, 30), (30, 160, 30), (30, 30, 220)


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")


def quarters(wide: int = 2000, high: int = 1000, mode: str = "RGB") -> Image.Image:
    """The left quarter red, the right quarter blue, green between them."""
    image = Image.new("RGB", (wide, high), GREEN)
    image.paste(RED, (0, 0, wide // 4, high))
    image.paste(BLUE, (wide - wide // 4, 0, wide, high))
    return image.convert(mode)


def saved(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def with_metadata(orientation: int = 6) -> bytes:
    """A JPEG as a telephone takes it: turned, with place, owner, a comment and a profile."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = "Secretowner"
    exif[0x8825] = {1: "N", 2: (57.0, 2.0, 53.0), 3: "E", 4: (9.0, 55.0, 12.0)}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(
        quarters(800, 400), exif=exif, icc_profile=profile, comment=b"Secretcomment", xmp=b"<x>Secretxmp</x>"
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(wide: int, high: int, *more: bytes, rows: bytes = b"\0" * 64) -> bytes:
    """A PNG that says that it is so large, whatever it holds."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + data + chunk(b"IEND", b"")


def scans() -> bytes:
    """A JPEG whose one scan is repeated a thousand times."""
    plain = saved(quarters(64, 64))
    start = plain.index(b"\xff\xda")
    return plain[:start] + plain[start:-2] * 1000 + b"\xff\xd9"


def hostile() -> dict[str, tuple[str, bytes, str]]:
    """What must be refused: name, bytes, code."""
    honest = saved(quarters(400, 300))
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 50_000_000, 9))
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
    return {
        "svg": ("logo.svg", svg, "picture_type"),
        "svg in disguise": ("logo.png", svg, "file_type_mismatch"),
        "gif": ("bevæg.gif", saved(quarters(64, 64), "GIF"), "picture_type"),
        "page": ("side.jpg", b"<!doctype html><script>alert(1)</script>", "file_type_mismatch"),
        "pdf": ("side.pdf", b"%PDF-1.4\n%%EOF", "picture_type"),
        "another kind": ("foto.png", honest, "file_type_mismatch"),
        "page in it": ("foto.jpg", honest[:20] + b"<script>alert(1)</script>" + honest[20:], "file_polyglot"),
        "cut off": ("foto.jpg", honest[: len(honest) // 2], "file_damaged"),
        "huge": ("stor.png", png(100_000, 100_000), "picture_too_many_pixels"),
        "rather huge": ("stor.png", png(8000, 8000), "picture_too_many_pixels"),
        "long": ("lang.png", png(30_000, 40), "picture_too_many_pixels"),
        "no rows": ("tom.png", png(400, 400), "file_damaged"),
        "text": ("tekst.png", png(400, 400, text, rows=b"\0" * 480_400), "file_bomb"),
        "scans": ("gange.jpg", scans(), "file_bomb"),
        "dot": ("prik.png", saved(quarters(4, 4), "PNG"), "picture_too_small"),
        "empty": ("tom.jpg", b"", "file_empty"),
    }
