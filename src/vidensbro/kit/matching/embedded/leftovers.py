"""Clearing away what no manifest names: the traces of a killed writer, merged segments, old generations.

A generation that is still being built, or whose building was cut short, keeps its own manifest in its folder. It stays
until a build takes it up or puts another in its place, or the index is compacted.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from vidensbro.kit.matching.embedded.manifest import Manifest

GENERATION = "g[0-9][0-9][0-9][0-9][0-9][0-9]"

UNFINISHED = "building-*.json"
"""The manifest of a generation that is being built."""


def remove_leftovers(folder: Path, always: Iterable[str], *kept: Manifest) -> None:
    """Remove generations and files that none of the manifests names. Readers that have them open are not
    disturbed; a reader that is just about to open them reads the newer manifest."""
    generations = {manifest.generation for manifest in kept}
    for place in sorted(folder.glob(GENERATION)):
        if place.name not in generations:
            if not any(place.glob(UNFINISHED)):
                shutil.rmtree(place)
            continue
        named = set(always)
        for manifest in kept:
            if manifest.generation == place.name:
                named |= manifest.files()
        for path in place.iterdir():
            if path.name not in named:
                path.unlink()


def unfinished(folder: Path, committed: Manifest) -> list[Path]:
    """The manifests of generations whose building was cut short, beside the one that is committed."""
    return [
        path
        for path in sorted(folder.glob(f"{GENERATION}/{UNFINISHED}"))
        if path.parent.name != committed.generation
    ]


def drop_unfinished(folder: Path, committed: Manifest, kept: Path | None = None) -> None:
    """Remove generations whose building was cut short, except the one with the manifest `kept`."""
    for path in unfinished(folder, committed):
        if path != kept:
            shutil.rmtree(path.parent)


def next_generation(folder: Path) -> str:
    """A name for a generation that no folder has yet."""
    taken = [int(place.name[1:]) for place in folder.glob(GENERATION)]
    return f"g{max(taken, default=0) + 1:06d}"
