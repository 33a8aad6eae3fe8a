"""Clearing away what no manifest names: the traces of a killed writer, merged segments, old generations."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from vidensbro.kit.matching.embedded.manifest import Manifest

GENERATION = "g[0-9][0-9][0-9][0-9][0-9][0-9]"


def remove_leftovers(folder: Path, always: Iterable[str], *kept: Manifest) -> None:
    """Remove generations and files that none of the manifests names. Readers that have them open are not
    disturbed; a reader that is just about to open them reads the newer manifest."""
    generations = {manifest.generation for manifest in kept}
    for place in sorted(folder.glob(GENERATION)):
        if place.name not in generations:
            shutil.rmtree(place)
            continue
        named = set(always)
        for manifest in kept:
            if manifest.generation == place.name:
                named |= manifest.files()
        for path in place.iterdir():
            if path.name not in named:
                path.unlink()


def next_generation(folder: Path) -> str:
    """A name for a generation that no folder has yet."""
    taken = [int(place.name[1:]) for place in folder.glob(GENERATION)]
    return f"g{max(taken, default=0) + 1:06d}"
