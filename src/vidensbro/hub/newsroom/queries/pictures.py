"""Where the sizes of pictures are found."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from vidensbro.hub.newsroom.models import Picture, PictureSize


def edition(size: PictureSize) -> str:
    """Names the bytes of a size: another one once its picture is cut anew."""
    return size.file.sha256[:16]


def address(size: PictureSize) -> str:
    """The path under which a size is shown; its `file` should have been fetched with it."""
    path = reverse("release-picture", args=[size.picture_id, size.shape, size.width])
    return f"{path}?v={edition(size)}"


def source_set(sizes: Iterable[PictureSize]) -> str:
    """The whole picture in its widths for pages, as `srcset` names them (HTML, 4.8.4.2.1), but the press's."""
    whole = sorted((one for one in sizes if one.shape == PictureSize.Shape.WHOLE), key=lambda one: one.width)
    return ", ".join(f"{address(one)} {one.width}w" for one in whole[:-1] or whole)


def best(picture: Picture, shape: str, width: int = 0) -> PictureSize | None:
    """The smallest size of a shape that is at least so wide, else the widest; None before a worker has made any.

    Fetch `picture` with `sizes__file` prefetched.
    """
    there = sorted((one for one in picture.sizes.all() if one.shape == shape), key=lambda one: one.width)
    return next((one for one in there if one.width >= width), there[-1] if there else None)
