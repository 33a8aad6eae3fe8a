"""The manifest: the one small file that says what belongs to an index.

Everything else is either appended to beyond what the manifest counts, or is a new file that it does not name
yet. Renaming a new manifest over the old one is the commit.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from vidensbro.kit.matching.errors import IndexDamaged

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """An immutable file of postings for the rows `first` to `last` (exclusive), of which `dead` are left
    out."""

    file: str
    first: int
    last: int
    dead: int
    postings: int
    terms: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is committed. Sizes of appended files are in bytes, counts in rows."""

    format: int = FORMAT
    commit: int = 0
    digest: str = "0" * 32
    generation: str = "g000001"
    embedder: str = ""
    dimensions: int = 0
    analysis: str = ""
    rows: int = 0
    live: str = ""
    live_rows: int = 0
    next_file: int = 1
    sizes: dict[str, int] = field(default_factory=dict)
    segments: tuple[SegmentRecord, ...] = ()
    names: dict[str, list[str]] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Unique and growing with each commit; the second half is a digest of the content, whatever its
        order."""
        return f"{self.commit:08d}-{self.digest[:16]}"

    def files(self) -> set[str]:
        """The names of all files in the generation's folder that belong to this commit."""
        return (
            {record.file for record in self.segments}
            | set(self.sizes)
            | ({self.live} if self.live else set())
        )


def encode(manifest: Manifest) -> bytes:
    """The manifest as a JSON file that carries its own digest."""
    body = asdict(manifest)
    return json.dumps({"sha256": _digest(body), "manifest": body}, ensure_ascii=False, indent=1).encode()


def read(folder: Path) -> Manifest | None:
    """The committed manifest, None when nothing was ever committed. Raises IndexDamaged."""
    return read_file(folder / NAME)


def read_file(path: Path) -> Manifest | None:
    """The manifest in a file, None when there is none. Raises IndexDamaged."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        outer = json.loads(content)
        body = outer["manifest"]
        if outer["sha256"] != _digest(body):
            raise ValueError("its checksum does not fit")
        if body["format"] != FORMAT:
            raise ValueError(f"its format is {body['format']}, this program reads {FORMAT}")
        segments = tuple(SegmentRecord(**record) for record in body.pop("segments"))
        return Manifest(**body, segments=segments)
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"{path} cannot be read: {error}. Rebuild the index.", file=str(path)) from error


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
