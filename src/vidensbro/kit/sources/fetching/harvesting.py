"""Harvests: pages of what a source holds, with a cursor after each from which another run goes on."""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import orjson

from vidensbro.kit.sources.fetching.cache import write_whole
from vidensbro.kit.sources.fetching.errors import HarvestError, StorageFailed, WrongCursor

Cursor = dict[str, Any]
"""A JSON object that says where a harvest stands. Store it after its page has been dealt with."""

Progress = Callable[["Page"], None]
REMEMBERED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer held that had not been seen yet.

    `items` are records as the source publishes them (a JSON object or an XML element each), `deleted` the
    identifiers that it says are gone, `total` how many records it counts in all, if it says. `cursor` is
    where to go on when this page has been dealt with; its "done" is true after the last.
    """

    items: tuple[bytes, ...]
    cursor: Cursor
    deleted: tuple[str, ...] = ()
    total: int | None = None


class Harvester(Protocol):
    """Something that can be harvested."""

    @property
    def key(self) -> str:
        """What is harvested and with which limits; a cursor fits only the harvest with the same key."""
        ...

    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        """Pages from the beginning or from a cursor. Raises FetchError."""
        ...


def key_of(source: str, *limits: object) -> str:
    """A short name for a harvest with its limits; keys of APIs must not be among them."""
    text = orjson.dumps([repr(limit) for limit in limits])
    return f"{source}:{hashlib.sha256(text).hexdigest()[:16]}"


def opened(cursor: Cursor | None, key: str, begin: Cursor) -> Cursor:
    """The state to go on from: a copy of the cursor, or of `begin`. Raises WrongCursor."""
    if cursor is None:
        return {"harvest": key, "done": False, **begin}
    fits = set(cursor) == {"harvest", "done", *begin} and cursor.get("harvest") == key
    # None in `begin` stands for a text that is yet to come.
    kinds = fits and all(
        isinstance(cursor[name], (str, type(None)) if value is None else type(value))
        for name, value in begin.items()
    )
    if not kinds:
        raise WrongCursor(
            "The cursor belongs to another harvest or to one with other limits. Begin this one anew."
        )
    return dict(cursor)


class Recent:
    """Remembers the last identifiers, so that pages that overlap give each record once."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._seen: OrderedDict[str, None] = OrderedDict()

    def new(self, name: str) -> bool:
        """Whether this is the first time; remembers it."""
        if name in self._seen:
            self._seen.move_to_end(name)
            return False
        self._seen[name] = None
        if len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return True

    def fresh(self, items: Iterable[tuple[str, bytes]]) -> tuple[bytes, ...]:
        """Those of the named items that were not seen before; items without a name always are new."""
        return tuple(item for name, item in items if not name or self.new(name))


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises ValueError."""
    data = orjson.loads(body)
    if not isinstance(data, dict):
        raise ValueError("a JSON object was expected")
    return data


def page_with(name: str) -> Callable[[bytes], dict[str, Any]]:
    """A check that a body is a JSON object with a list of objects under a name."""

    def check(body: bytes) -> dict[str, Any]:
        data = json_object(body)
        items = data.get(name)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise ValueError(f"there is no list “{name}” in it")
        return data

    return check


def named(items: Iterable[dict[str, Any]], name: str) -> Iterator[tuple[str, bytes]]:
    """Each object with its identifier, as bytes again."""
    for item in items:
        yield str(item.get(name) or ""), orjson.dumps(item)


def inner(data: object, name: str) -> dict[str, Any]:
    """The object under a name; empty if there is none."""
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def whole(value: object) -> int | None:
    """A count, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def collect(harvester: Harvester, to: Path, progress: Progress | None = None) -> int:
    """Write the items of a harvest to a file, one per line, and what was deleted beside it; how many items.

    `to` is there when the harvest is complete. Until then the lines and the cursor lie beside it, so that a
    run that was stopped or killed is gone on with by calling this again; a page is in the file once. Items
    with line breaks in them (XML) have them replaced by spaces. Raises FetchError.
    """
    part, state = to.with_name(f".{to.name}.harvest"), to.with_name(f".{to.name}.harvest.json")
    gone = to.with_name(f"{to.name}.deleted")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        kept = _state(state, harvester.key)
        with part.open("ab") as lines, gone.open("ab") as deleted:
            lines.truncate(kept["bytes"])
            deleted.truncate(kept["deleted"])
            for page in harvester.pages(kept["cursor"]):
                lines.writelines(b" ".join(item.splitlines()) + b"\n" for item in page.items)
                deleted.writelines(name.encode() + b"\n" for name in page.deleted)
                for file in (lines, deleted):
                    file.flush()
                    os.fsync(file.fileno())
                kept = {
                    "cursor": page.cursor,
                    "bytes": lines.tell(),
                    "deleted": deleted.tell(),
                    "items": kept["items"] + len(page.items),
                }
                write_whole(state, orjson.dumps(kept))
                if progress is not None:
                    progress(page)
        os.replace(part, to)
        state.unlink(missing_ok=True)
        if not kept["deleted"]:
            gone.unlink(missing_ok=True)
        return int(kept["items"])
    except OSError as error:
        raise StorageFailed(
            f"{to.name} cannot be written ({error.strerror}). Make room or check the folder, then run it "
            "again: what has been fetched is kept."
        ) from error


def _state(path: Path, key: str) -> dict[str, Any]:
    try:
        data = json_object(path.read_bytes())
    except FileNotFoundError:
        return {"cursor": None, "bytes": 0, "deleted": 0, "items": 0}
    except ValueError as error:
        raise HarvestError(f"{path.name} is damaged: remove it to begin anew.") from error
    if data.get("cursor", {}).get("harvest") != key:
        return {"cursor": None, "bytes": 0, "deleted": 0, "items": 0}
    return data
