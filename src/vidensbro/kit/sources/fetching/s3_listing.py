"""What lies in a public S3 bucket under a prefix (ListObjectsV2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from vidensbro.kit.sources.fetching.errors import HarvestError
from vidensbro.kit.sources.fetching.protocol import Fetcher, Request
from vidensbro.kit.sources.fetching.xml_answers import parsed, text_of


@dataclass(frozen=True, slots=True)
class Entry:
    """An object in a bucket; `size` is in bytes."""

    key: str
    size: int | None


def _listing(body: bytes) -> etree._Element:
    return parsed(body, "ListBucketResult")


def listing(fetcher: Fetcher, address: str, prefix: str) -> Iterator[Entry]:
    """The objects under a prefix, in the order of their keys. Raises FetchError."""
    token = ""
    while True:
        params = {"list-type": "2", "prefix": prefix}
        if token:
            params["continuation-token"] = token
        root = fetcher.fetch(Request(f"{address}/", params, check=_listing, cached=False)).value
        for element in root.iterfind("{*}Contents"):
            size = text_of(element, "Size")
            key = text_of(element, "Key")
            if key.startswith(prefix) and ".." not in key.split("/"):
                yield Entry(key, int(size) if size.isdigit() else None)
        following = text_of(root, "NextContinuationToken")
        if text_of(root, "IsTruncated") != "true":
            return
        if not following or following == token:
            raise HarvestError(f"The list of {prefix} at {address} does not go on.", url=address)
        token = following
