"""Example districts: where they lie, and loading one into an empty installation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import vidensbro
from vidensbro.hub.cli.exits import WRONG_USE, CommandError
from vidensbro.hub.cli.language import gettext as _
from vidensbro.hub.common.environment import data_folder

DEFAULT: Final = "innovation-district-copenhagen"
NONE: Final = "none"
_ORDER: Final = ("organisations", "people", "works", "offers", "needs", "releases")
_ENDINGS: Final = (".yaml", ".yml", ".csv", ".xlsx")


def files_of(name: str) -> list[Path]:
    """The data files of a district, in the order in which they refer to each other.

    `name` is a folder, or the name of an example of the project. Raises CommandError if there is no such thing.
    """
    folder = _folder(name)
    found = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in _ENDINGS]
    wanted = [path for path in found if _place(path) < len(_ORDER)]
    if not wanted:
        raise CommandError(
            _("{folder} holds no data files.").format(folder=folder),
            _(
                "They are called organisations, people, works, offers, needs or releases, and end in .yaml, .csv or"
                " .xlsx."
            ),
        )
    return sorted(wanted, key=lambda path: (_place(path), path.name))


def names() -> list[str]:
    """The examples that come with the program."""
    return sorted(
        {path.name for root in _roots() if root.is_dir() for path in root.iterdir() if path.is_dir()}
    )


def loaded() -> dict[str, Any] | None:
    """Which district was loaded here, and whether it was finished: {"name": ..., "whole": ...}."""
    path = _note()
    if not path.exists():
        return None
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def remember(name: str, *, whole: bool) -> None:
    """Keep in the data folder which district is (being) loaded."""
    _note().write_text(json.dumps({"name": name, "whole": whole}) + "\n", encoding="utf-8")


def _note() -> Path:
    return data_folder() / "district.json"


def _folder(name: str) -> Path:
    given = Path(name).expanduser()
    for folder in (given, *(root / name for root in _roots())):
        if folder.is_dir():
            return folder
    raise CommandError(
        _("There is no district “{name}”.").format(name=name),
        _("Give a folder, or one of: {names}").format(names=", ".join([*names(), NONE])),
        WRONG_USE,
    )


def _roots() -> list[Path]:
    """Beside the code in an installed package, or in a checkout of the project."""
    package = Path(vidensbro.__file__).resolve().parent
    return [package / "examples", package.parents[1] / "examples"]


def _place(path: Path) -> int:
    kind = path.stem.split("-")[0].split(".")[0].lower()
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)
