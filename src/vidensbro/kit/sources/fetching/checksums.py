"""Promises about bytes: single checksums, and lists of them as `md5sum` and `sha256sum` write them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

_LENGTHS: Final = {32: "md5", 64: "sha256"}
_LINE: Final = re.compile(r"^\\?([0-9a-fA-F]{32}|[0-9a-fA-F]{64}) [ *](.+)$")
_TAGGED: Final = re.compile(r"^(MD5|SHA256) \((.+)\) = ([0-9a-fA-F]{32}|[0-9a-fA-F]{64})$")
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Checksum:
    """`algorithm` is md5 or sha256, `digest` its value in lower-case hexadecimal."""

    algorithm: str
    digest: str

    @classmethod
    def parse(cls, text: str) -> Checksum:
        """From "md5:…", "sha256:…" or bare hexadecimal, told apart by its length. Raises ValueError."""
        name, colon, digest = text.strip().rpartition(":")
        digest = digest.lower()
        algorithm = name.lower().replace("-", "") if colon else _LENGTHS.get(len(digest), "")
        if _LENGTHS.get(len(digest)) != algorithm or not re.fullmatch(r"[0-9a-f]+", digest):
            raise ValueError(f"not a checksum in md5 or sha256: {text[:80]!r}")
        return cls(algorithm, digest)

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.digest}"


class Digests:
    """Both digests of bytes as they come by. MD5 proves nothing against malice, only against accidents; it
    is what repositories publish."""

    def __init__(self) -> None:
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256()
        self.size = 0

    def update(self, data: bytes) -> None:
        """Add bytes."""
        self._md5.update(data)
        self._sha256.update(data)
        self.size += len(data)

    @property
    def md5(self) -> str:
        """Of all bytes so far."""
        return self._md5.hexdigest()

    @property
    def sha256(self) -> str:
        """Of all bytes so far."""
        return self._sha256.hexdigest()

    def fits(self, checksum: Checksum) -> bool:
        """Whether the bytes so far are those promised."""
        return (self.md5 if checksum.algorithm == "md5" else self.sha256) == checksum.digest

    @classmethod
    def of(cls, path: Path) -> Digests:
        """Of a file, read in pieces. Raises OSError."""
        found = cls()
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                found.update(block)
        return found


def parse_manifest(text: str) -> dict[str, Checksum]:
    """Names and checksums from the output of `md5sum` or `sha256sum` (GNU, and BSD's with --tag).

    Comments and empty lines are passed over. Raises ValueError for any other line, and for a name that leads
    out of its folder.
    """
    found: dict[str, Checksum] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        plain, tagged = _LINE.match(line), _TAGGED.match(line)
        if plain:
            digest, name = plain.groups()
        elif tagged:
            _, name, digest = tagged.groups()
        else:
            raise ValueError(f"line {number} is not one of a list of checksums: {line[:80]!r}")
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"line {number} names a file outside its folder: {name[:80]!r}")
        found[str(path)] = Checksum.parse(digest)
    return found


def verify_manifest(folder: Path, promised: Mapping[str, Checksum]) -> dict[str, str]:
    """What is wrong with the files of a folder: names with "missing" or "changed"; empty if all is well."""
    wrong: dict[str, str] = {}
    for name, checksum in promised.items():
        path = folder / name
        if not path.is_file():
            wrong[name] = "missing"
        elif not Digests.of(path).fits(checksum):
            wrong[name] = "changed"
    return wrong
