"""The registry of what can be matched.

An app whose rows can be matched has a module `targets` with a tuple `TARGETS`. Nothing else needs to know
of it: the index, the needs and the pages find kinds here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Protocol

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from vidensbro.kit.matching.model import Document


@dataclass(frozen=True, slots=True)
class Described:
    """A row of an app that stands above the one that shows matches, in few words: what `Target.present` may give in its
    stead. `language` is that of the title, `href` the path of its page, `facts` stand beside the title."""

    title: str
    language: str
    href: str
    facts: tuple[str, ...]
    example: bool = False


class Target(Protocol):
    """One kind of thing that can be matched. Ids are strings, as in `Document.id`."""

    @property
    def kind(self) -> str:
        """The code of the kind, such as "test_site"."""

    @property
    def label(self) -> str | Promise:
        """What one such thing is called, for people."""

    @property
    def plural(self) -> str | Promise:
        """What several are called."""

    @property
    def sought(self) -> bool:
        """Does anybody with a need look for such things? What is only searched for by its words is no answer to one."""

    def documents(self, ids: Iterable[str] | None = None) -> Iterator[Document]:
        """Documents of the rows with these ids (all when None) that belong in an index, in order of id.

        Memory stays bounded whatever the number of rows. Ids without such a row are passed over.
        """

    def count(self) -> int:
        """How many rows belong in an index."""

    def present(self, ids: Iterable[str], tokens: frozenset[str]) -> Mapping[str, object]:
        """The rows with these ids that somebody with these audience tokens may see, for showing matches."""


@cache
def targets() -> Mapping[str, Target]:
    """Every target of the installed apps, by kind, in the order of the apps."""
    found: dict[str, Target] = {}
    for config in apps.get_app_configs():
        if config.module is None or not module_has_submodule(config.module, "targets"):
            continue
        for target in import_module(f"{config.name}.targets").TARGETS:
            if target.kind in found:
                raise LookupError(f"two targets of kind {target.kind}")
            found[target.kind] = target
    return found


def kinds() -> tuple[str, ...]:
    """The codes of all kinds that can be matched."""
    return tuple(targets())


def sought_targets() -> Mapping[str, Target]:
    """Those of them that somebody with a need may look for: what pages offer, and what a need that names nothing is
    answered with."""
    return {kind: target for kind, target in targets().items() if target.sought}


def sought_kinds() -> tuple[str, ...]:
    """Their codes."""
    return tuple(sought_targets())
