"""The product's own commands on a data folder of the benchmark's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path


def wake(data: Path, embedder: str) -> None:
    """Open the installation in `data`; call before anything of the hub is imported."""
    os.environ.update(
        VIDENSBRO_DATA=str(data), VIDENSBRO_EMBEDDER=embedder, VIDENSBRO_LOG_LEVEL="ERROR", NO_COLOR="1"
    )
    from vidensbro.hub.cli import installation

    installation.wake()


def import_works(paths: Sequence[Path]) -> dict[str, int]:
    """Import works of OpenAlex as the command does; the counts."""
    from vidensbro.hub.cli import installation
    from vidensbro.hub.imports.services import run_import

    return dict(run_import(installation.operator(), "openalex", list(paths)).counts)
