"""Options that every command understands, wherever they stand on the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

FLAGS: Final = {"--debug": "debug", "--no-color": "plain"}


@dataclass(frozen=True, slots=True)
class Global:
    """How the command speaks: `language` "" for that of the locale; `plain` without colours."""

    language: str = ""
    plain: bool = False
    debug: bool = False


def take_global(arguments: Sequence[str]) -> tuple[Global, list[str]]:
    """The global options, and the other arguments in their order.

    What follows "--" belongs to the command. A `--lang` that is neither da nor en stays where it is, for the
    parser to complain about.
    """
    chosen, rest = Global(), []
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        name, equals, value = argument.partition("=")
        if argument == "--":
            return chosen, [*rest, argument, *waiting]
        if argument in FLAGS:
            chosen = replace(chosen, **{FLAGS[argument]: True})
        elif name == "--lang" and (value if equals else (waiting or [""])[0]) in ("da", "en"):
            chosen = replace(chosen, language=value if equals else waiting.pop(0))
        else:
            rest.append(argument)
    return chosen, rest
