"""`vidensbro version`."""

from __future__ import annotations

import platform
from importlib.metadata import version

from vidensbro.hub.cli import console
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _

PARTS = ("django", "numpy", "onnxruntime")


def add_to(app: App, heading: str) -> None:
    """Put the command under `app`, below a heading of its help."""
    app.command(
        "version",
        rich_help_panel=heading,
        help=_("Versions of the program and of what matters most below it."),
    )(show)


def versions() -> dict[str, str]:
    """Name and version of each part."""
    from vidensbro.kit.matching.config import ENGINE_VERSION

    found = {"vidensbro": version("vidensbro"), "engine": ENGINE_VERSION, "python": platform.python_version()}
    return found | {part: version(part) for part in PARTS}


def show(json: Json = False) -> None:
    """Print them."""
    found = versions()
    if json:
        console.write_json(found)
        return
    table = console.plain_table("", "")
    table.show_header = False
    for name, number in found.items():
        table.add_row(name, number)
    console.out().print(table)
