"""Options that every command understands, wherever they stand on the line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Global:
    """How the command speaks: `language` "" for that of the locale; `plain` without colours."""

    language: str = ""
    plain: bool = False
    debug: bool = False


FLAGS: Final[dict[str, Callable[[Global], Global]]] = {
    "--debug": lambda chosen: replace(chosen, debug=True),
    "--no-color": lambda chosen: replace(chosen, plain=True),
}


def take_global(arguments: Sequence[str]) -> tuple[Global, list[str]]:
    """The global options, and the other arguments in their order.

    What follows "--" belongs to the command. A `--lang` that is neither da nor en stays where it is, for the
    parser to complain about.
    """
    chosen = Global()
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        name, equals, value = argument.partition("=")
        if argument == "--":
            return chosen, [*rest, argument, *waiting]
        if argument in FLAGS:
            chosen = FLAGS[argument](chosen)
        elif name == "--lang" and (value if equals else (waiting or [""])[0]) in ("da", "en"):
            chosen = replace(chosen, language=value if equals else waiting.pop(0))
        else:
            rest.append(argument)
    return chosen, rest
