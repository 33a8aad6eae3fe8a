"""Kinds of records that apps above this one take in.

Organisations, people, works, offers and needs lie below, and are known here. An app above registers its kind when it is
ready, with everything that running, telling and undoing an import ask; who asks knows nothing of the app. Imports make
rows of such a kind, and never change one that is there.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.directory.importers import Context, Outcome
from vidensbro.kit.sources.model import Record

Importer = Callable[[Sequence[Any], Context], Outcome]
Ids = Collection[uuid.UUID]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row, and what may be asked of its app.

    `name` is kept with runs (at most 12 characters), `plural` is what several are called. `told` gives names and paths
    of pages (empty where there is none) by id, of those that the actor may see. `worked_on` are those that somebody has
    changed or built upon since an import made them; `withdraw` puts the others out of sight; `revive` shows them again
    and gives those that it showed. `holds` are the rows of a kind (organisation, person) to which rows that are shown
    refer, among these; `pointing` are the columns by which they do, as table and name.
    """

    name: str
    plural: str | Promise
    record: type[Record]
    importer: Importer
    model: type[Model]
    told: Callable[[Actor, Ids], Mapping[uuid.UUID, tuple[str, str]]]
    worked_on: Callable[[Ids], set[uuid.UUID]]
    withdraw: Callable[[Actor, Ids], None]
    revive: Callable[[Actor, Ids], list[uuid.UUID]]
    holds: Callable[[str, Ids], set[uuid.UUID]]
    pointing: frozenset[tuple[type[Model], str]]


KINDS: dict[str, Kind] = {}
"""Those that are registered, by name."""


def register(kind: Kind) -> None:
    """Take in such records from now on."""
    KINDS[kind.name] = kind
