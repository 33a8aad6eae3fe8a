"""The files of a snapshot on the disk: which of them to read, in which order, and what they hold."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ENTITIES: Final = ("topics", "institutions", "authors", "works")
"""What is read from OpenAlex, in the order in which these name each other."""

_LISTS: Final = ("merged_ids", "deleted_ids")
_LAYOUT: Final = frozenset({"data", "jsonl", "legacy-data", "merged_ids", *ENTITIES})
_PARTITION: Final = "updated_date="
_READABLE: Final = (".gz", ".jsonl", ".ndjson", ".json", ".csv", ".zip")


def entity_of(path: Path) -> str:
    """What a file holds, as its name (`authors-…`) or the nearest folder says; "" when neither does."""
    for part in (path.name.lower(), *(parent.name.lower() for parent in path.parents)):
        for entity in ENTITIES:
            if part == entity or any(part.startswith(f"{entity}{mark}") for mark in ("-", "_", ".")):
                return entity
    return ""


def files_in(folder: Path) -> list[Path]:
    """The files of a snapshot below a folder that are read: topics, institutions, authors, works, each by the
    day of its partition, and then the lists of merged and deleted identifiers.

    Manifests are none of them, nor what lies in folders of other kinds of record (sources, publishers, ...).
    """
    found = [path for path in folder.rglob("*") if _is_read(path.relative_to(folder)) and path.is_file()]
    return sorted(found, key=lambda path: _place(path.relative_to(folder), folder))


def _is_read(path: Path) -> bool:
    name = path.name.lower()
    if name.startswith((".", "manifest")) or not name.endswith(_READABLE):
        return False
    return all(part in _LAYOUT or part.startswith(_PARTITION) for part in path.parts[:-1])


def _place(path: Path, folder: Path) -> tuple[bool, int, str]:
    entity = entity_of(folder / path)
    order = ENTITIES.index(entity) if entity else len(ENTITIES)
    return any(mark in path.as_posix() for mark in _LISTS), order, path.as_posix()
