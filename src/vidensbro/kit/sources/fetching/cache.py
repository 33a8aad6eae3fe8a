"""Answers kept in a folder, so that a server needs only say that nothing has changed (RFC 9110 §13).

An answer is kept when it has an ETag or a date of change and does not forbid it. It is always confirmed by
the server before it is used again: the cache saves bytes, and never shows what is out of date.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import orjson

from vidensbro.kit.sources.fetching import addresses

KEPT: Final = ("content-type", "etag", "last-modified", "date", "link")


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept answer: its headers (lower-case names), its body and the address that it came from."""

    headers: Mapping[str, str]
    body: bytes
    url: str

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask whether it still holds."""
        return conditions(self.headers.get("etag", ""), self.headers.get("last-modified", ""))


def conditions(etag: str, last_modified: str) -> dict[str, str]:
    """Headers of a request for "only if it has changed"."""
    found = {"If-None-Match": etag} if etag else {}
    if last_modified:
        found["If-Modified-Since"] = last_modified
    return found


class FolderCache:
    """Answers in files named by a digest of the address, without its keys, and of the kind asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, url: str, accept: str) -> Kept | None:
        """The kept answer, if there is one that is whole."""
        body_path, meta_path = self._paths(url, accept)
        try:
            meta: Any = orjson.loads(meta_path.read_bytes())
            body = body_path.read_bytes()
        except (FileNotFoundError, orjson.JSONDecodeError):
            return None
        if not isinstance(meta, dict) or meta.get("sha256") != hashlib.sha256(body).hexdigest():
            return None  # a kill between the two files leaves a body that its description does not fit
        headers = meta.get("headers")
        return Kept(headers, body, str(meta.get("url", ""))) if isinstance(headers, dict) else None

    def keep(self, url: str, accept: str, headers: Mapping[str, str], body: bytes) -> None:
        """Keep an answer, if it may be. Raises OSError."""
        if not (headers.get("etag") or headers.get("last-modified")):
            return
        if "no-store" in headers.get("cache-control", "").lower() or headers.get("vary", "") == "*":
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        body_path, meta_path = self._paths(url, accept)
        meta = {
            "url": addresses.shown(url),
            "sha256": hashlib.sha256(body).hexdigest(),
            "headers": {name: headers[name] for name in KEPT if name in headers},
        }
        write_whole(body_path, body)
        write_whole(meta_path, orjson.dumps(meta))

    def prune(self, most: int) -> int:
        """Remove the answers that were kept longest ago until at most `most` bytes are left; how many went."""
        files = sorted(self._folder.glob("*.body"), key=lambda path: path.stat().st_mtime_ns)
        total, removed = sum(path.stat().st_size for path in files), 0
        for path in files:
            if total <= most:
                break
            total -= path.stat().st_size
            path.with_suffix(".json").unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            removed += 1
        return removed

    def _paths(self, url: str, accept: str) -> tuple[Path, Path]:
        parts = urlsplit(url)
        shown = dict(parse_qsl(urlsplit(addresses.shown(url)).query, keep_blank_values=True))
        pairs = [
            (name, value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
            if shown.get(name) != "…"
        ]
        plain = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(pairs), ""))
        name = hashlib.sha256(f"{plain}\n{accept}".encode()).hexdigest()
        return self._folder / f"{name}.body", self._folder / f"{name}.json"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
