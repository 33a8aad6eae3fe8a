"""Making pictures smaller and cutting them. What is seen stays, and nothing that the camera or a program had noted.

Pillow decodes; before it does, what a file claims about itself is held against limits, so that a small file cannot fill
the memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO, Final

from PIL import Image, ImageCms, ImageFile, ImageOps, PngImagePlugin, UnidentifiedImageError

from vidensbro.hub.newsroom.models import PictureSize

MOST_PIXELS: Final = 50_000_000
"""8660 by 5773: more than any camera of the press takes; 200 MB when it is decoded."""
LONGEST_SIDE: Final = 20_000
LEAST_SIDE: Final = 32
MOST_SCANS: Final = 200
"""A progressive JPEG has about ten; each one is decoded over the whole picture, however little it holds."""
WIDTHS: Final = (480, 960, 1600)
CARD: Final = (1200, 630)
SQUARE: Final = (600, 600)
FULL: Final = 6000
"""The longest side of the picture that is handed to the press."""

_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_LARGEST_PROFILE: Final = 4 * 2**20
_QUALITIES: Final = (88, 75, 50, 25)
_WHITE: Final = (255, 255, 255)
Shape = PictureSize.Shape


class Refused(Exception):
    """The picture cannot be taken; `code` is one of `common.messages`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Noted:
    """What a file tells of itself: a block of Exif and a packet of XMP, in UTF-8."""

    exif: bytes
    xmp: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A derived picture. `kind` is a code of `files.kinds`; `width` and `height` are in pixels."""

    shape: str
    width: int
    height: int
    kind: str
    content: bytes


def measured(content: IO[bytes]) -> tuple[int, int]:
    """Width and height in pixels, upright. The whole picture is decoded, so that a damaged one is told now.

    Raises:
        Refused: "picture_too_many_pixels", "picture_too_small", "file_bomb", "file_damaged".
    """
    with _opened(content) as image:
        wide, high = image.size
        return (high, wide) if image.getexif().get(0x0112, 1) in {5, 6, 7, 8} else (wide, high)


def derived(content: IO[bytes], focal: tuple[float, float], most: int, noted: Noted) -> Iterator[Made]:
    """Every size of a picture; each of at most `most` bytes. `focal` are shares of width and height.

    480, 960 and 1600 wide (WebP) where the picture is wider than that, the whole one for the press (JPEG, or PNG where
    it lets something shine through), a card (JPEG, which every site and mail program reads) and a square (WebP). All
    are in sRGB, upright, of the first frame, and tell of themselves what is `noted` and nothing else.

    Raises:
        Refused: as `measured`.
    """
    with _opened(content) as opened:
        image = _plain(opened)
    make = partial(_made, most=most, noted=noted)
    for wide in WIDTHS:
        if wide < image.width:
            high = max(1, round(image.height * wide / image.width))
            smaller = make(Shape.WHOLE, image.resize((wide, high), Image.Resampling.LANCZOS), "webp")
            if len(smaller.content) <= most:
                yield smaller
    yield _full(image, most, noted)
    yield make(Shape.CARD, _on_white(_cut(image, CARD, focal)), "jpeg")
    yield make(Shape.SQUARE, _cut(image, SQUARE, focal), "webp")


@contextmanager
def _opened(content: IO[bytes]) -> Iterator[Image.Image]:
    content.seek(0)
    # Another library of ours (WeasyPrint) has all of the process take pictures that are cut off, and look away from
    # text in them that would grow.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        if content.read(2) == b"\xff\xd8":
            _check_scans(content)
        content.seek(0)
        with Image.open(content, formats=_FORMATS) as image:
            _check_size(image)
            image.seek(0)
            image.load()
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise Refused("picture_too_many_pixels") from error
    except (UnidentifiedImageError, OSError, SyntaxError, EOFError) as error:
        raise Refused("file_damaged") from error
    except ValueError as error:
        # Text that would grow beyond PngImagePlugin.MAX_TEXT_CHUNK, and other broken parts.
        raise Refused("file_bomb" if "too large" in str(error) else "file_damaged") from error


def _check_size(image: Image.Image) -> None:
    wide, high = image.size
    if wide * high > MOST_PIXELS or max(wide, high) > LONGEST_SIDE:
        raise Refused("picture_too_many_pixels")
    if min(wide, high) < LEAST_SIDE:
        raise Refused("picture_too_small")


def _check_scans(content: IO[bytes]) -> None:
    content.seek(0)
    scans, last = 0, b""
    while chunk := content.read(2**20):
        scans += (last + chunk).count(b"\xff\xda")
        last = chunk[-1:]
        if scans > MOST_SCANS:
            raise Refused("file_bomb")


def _plain(image: Image.Image) -> Image.Image:
    """Upright, in sRGB, in a fresh image that nothing of the file hangs on."""
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    if upright.mode in {"P", "PA", "LA", "La", "RGBa"} or "transparency" in upright.info:
        upright = upright.convert("RGBA")
    elif upright.mode.startswith("I") or upright.mode == "F":
        # 16 bits of grey: Pillow would cut the upper half off.
        upright = upright.point(lambda value: value / 257).convert("L")
    coloured = _in_srgb(upright, profile)
    shines = coloured.mode == "RGBA" and coloured.getchannel("A").getextrema() != (255, 255)
    found = coloured.convert("RGBA" if shines else "RGB")
    found.info = {}
    return found


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    wanted = "RGBA" if image.mode == "RGBA" else "RGB"
    if not profile or len(profile) > _LARGEST_PROFILE:
        return image.convert(wanted)
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        found = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=wanted)
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A profile that is broken or of another kind of colours: the picture as browsers show it without one.
        return image.convert(wanted)
    return found if found is not None else image.convert(wanted)


def _cut(image: Image.Image, size: tuple[int, int], focal: tuple[float, float]) -> Image.Image:
    """The largest part of that shape around the focal point, as far as the borders allow."""
    scale = min(image.width / size[0], image.height / size[1])
    wide, high = size[0] * scale, size[1] * scale
    left = min(max(focal[0] * image.width - wide / 2, 0), image.width - wide)
    top = min(max(focal[1] * image.height - high / 2, 0), image.height - high)
    return image.resize(size, Image.Resampling.LANCZOS, box=(left, top, left + wide, top + high))


def _full(image: Image.Image, most: int, noted: Noted) -> Made:
    longest = min(FULL, max(image.size))
    while True:
        scale = longest / max(image.size)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        smaller = image if scale == 1 else image.resize(size, Image.Resampling.LANCZOS)
        kind = "png" if image.mode == "RGBA" else "jpeg"
        found = _made(Shape.WHOLE, smaller, kind, most=most, noted=noted)
        if len(found.content) <= most or longest < 2 * LEAST_SIDE:
            return found
        longest = int(longest * 0.7)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, _WHITE)
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _made(shape: Shape, image: Image.Image, kind: str, *, most: int, noted: Noted) -> Made:
    """Encoded, ever more coarsely until it fits into `most` bytes, as far as that helps."""
    content = b""
    for quality in _QUALITIES:
        content = _encoded(image, kind, quality, noted)
        if len(content) <= most or kind == "png":
            break
    return Made(str(shape.value), image.width, image.height, kind, content)


def _encoded(image: Image.Image, kind: str, quality: int, noted: Noted) -> bytes:
    out = io.BytesIO()
    if kind == "jpeg":
        told = {"exif": noted.exif, "xmp": noted.xmp}
        image.save(out, "JPEG", quality=quality, progressive=True, optimize=True, **told)
    elif kind == "png":
        texts = PngImagePlugin.PngInfo()
        texts.add_itxt("XML:com.adobe.xmp", noted.xmp.decode())
        image.save(out, "PNG", optimize=True, exif=noted.exif, pnginfo=texts)
    else:
        image.save(out, "WEBP", quality=quality, method=4, exif=noted.exif, xmp=noted.xmp)
    return out.getvalue()
