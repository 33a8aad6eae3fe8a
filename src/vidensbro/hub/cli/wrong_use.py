"""What is wrong with a command line, in the language chosen, and what to do about it."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any, Final

from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    MissingParameter,
    NoSuchOption,
    UsageError,
)

from vidensbro.hub.cli.exits import WRONG_USE, CommandError, Failure
from vidensbro.hub.cli.language import gettext as _

_EXTRA: Final = re.compile(r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", re.DOTALL)
_NO_COMMAND: Final = re.compile(
    r"No such command '(?P<name>.*?)'\.(?: Did you mean (?P<near>.*)\?)?", re.DOTALL
)
"""The parser says these in English only, as sentences; what it says otherwise is passed on as it is."""


def one_of(option: str, given: str, values: Sequence[str]) -> None:
    """Raise CommandError unless `given`, the value of `option`, is one of the values."""
    if given not in values:
        raise CommandError(
            _("{option}: “{given}” is none of {values}.").format(
                option=option, given=given, values=", ".join(values)
            ),
            code=WRONG_USE,
        )


def explain(error: UsageError) -> Failure:
    """What the parser did not understand."""
    what, hint = _told(error)
    # Of an option without its value the parser does not say whose it is.
    path = error.ctx.command_path if error.ctx is not None else "vidensbro"
    see = _("See: {command} --help").format(command=path)
    return Failure(WRONG_USE, what, f"{hint}\n{see}" if hint else see)


def _told(error: UsageError) -> tuple[str, str]:
    if isinstance(error, MissingParameter) and error.param is not None:
        return _("{name} is missing.").format(name=_name(error.param)), ""
    if isinstance(error, BadParameter) and getattr(error.param, "max", None) is not None:
        return _no_number(error), ""
    if isinstance(error, NoSuchOption):
        what = _("There is no option {name}.").format(name=error.option_name)
        return what, _near(sorted(error.possibilities or ()))
    if isinstance(error, BadOptionUsage):
        lacks = error.message.endswith("requires an argument.")
        sentence = _("The option {name} needs a value.") if lacks else _("The option {name} takes no value.")
        return sentence.format(name=error.option_name), ""
    if found := _NO_COMMAND.fullmatch(error.message):
        what = _("There is no command “{name}”.").format(name=found["name"])
        return what, _near(re.findall("'(.*?)'", found["near"] or ""))
    if found := _EXTRA.fullmatch(error.message):
        what = _("There is more on the line than the command takes: {words}").format(words=found["words"])
        return what, _("A text of several words goes in quotation marks.")
    return error.format_message(), ""


def _near(names: Sequence[str]) -> str:
    quoted = ", ".join(_("“{text}”").format(text=name) for name in names)
    return _("Did you mean {names}?").format(names=quoted) if names else ""


def _no_number(error: BadParameter) -> str:
    """A number that is none, or out of bounds; named as it was given, by option or by environment."""
    param: Any = error.param
    name = _name(param)
    if param.envvar and param.envvar in os.environ:
        name += f" ({param.envvar})"
    return _("{name}: give a whole number from {least} to {most}.").format(
        name=name, least=param.min, most=param.max
    )


def _name(param: Any) -> str:
    """An option by all its names; an argument as the help calls it."""
    if param.param_type_name == "option":
        return " / ".join(param.opts)
    return str(param.metavar or param.name).upper()
