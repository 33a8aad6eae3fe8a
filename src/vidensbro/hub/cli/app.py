"""The command line put together, and how it ends."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
from typer._click.exceptions import NoArgsIsHelpError, UsageError

from vidensbro.hub.cli import console, exits, wrong_use
from vidensbro.hub.cli.commands import add_commands
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _
from vidensbro.hub.cli.options import Global


def execute(arguments: Sequence[str], chosen: Global) -> int:
    """Run one command line; the exit code. Nothing but an error of the interpreter itself escapes."""
    console.set_plain(chosen.plain)
    signal.signal(signal.SIGTERM, _terminated)
    if chosen.debug:
        os.environ.setdefault("VIDENSBRO_LOG_LEVEL", "DEBUG")
    try:
        code = build()(list(arguments), prog_name="vidensbro", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return _reader_left()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            # Typer has made an exit of it.
            return _reader_left()
        return end.code if isinstance(end.code, int) else exits.FAILED
    except BaseException as error:  # noqa: BLE001 (the outermost frame: every error becomes a message here)
        return _tell(error, chosen)
    if code == exits.INTERRUPTED:
        # Typer has turned the KeyboardInterrupt into this code.
        console.note(_("Interrupted."))
    return code if isinstance(code, int) else exits.DONE


def build() -> App:
    """The application with every command, in the language chosen."""
    app = App(
        name="vidensbro",
        help=_("A need in, explained matches out: the platform of an innovation cluster or district."),
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    add_commands(app)
    return app


def _options(
    lang: Annotated[
        str, typer.Option("--lang", metavar="da|en", help=_("Language; that of the locale by default."))
    ] = "",
    no_color: Annotated[bool, typer.Option("--no-color", help=_("No colours (as NO_COLOR=1)."))] = False,
    debug: Annotated[bool, typer.Option("--debug", help=_("Show the whole traceback of an error."))] = False,
) -> None:
    """Taken from the line before it is parsed (options.take_global); declared so that the help names them."""
    if lang:
        raise exits.CommandError(
            _("“{given}” is no language that vidensbro speaks.").format(given=lang),
            "--lang da, --lang en",
            exits.WRONG_USE,
        )


def _terminated(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(exits.TERMINATED)


def _reader_left() -> int:
    """Whoever read our output (head, less) has gone: nothing to tell anybody."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (lives until the process ends)
    return exits.DONE


def _tell(error: BaseException, chosen: Global) -> int:
    """Say on standard error what went wrong; the exit code."""
    if isinstance(error, UsageError):
        return _tell_wrong_use(error)
    failure = exits.explain(error)
    if chosen.debug and failure is not None and failure.code != exits.INTERRUPTED:
        traceback.print_exception(error)
    if failure is None:
        failure = _unexpected(error, chosen)
    return _tell_failure(failure)


def _tell_failure(failure: exits.Failure) -> int:
    console.err().print()
    console.note(failure.what, "bad")
    if failure.advice:
        console.note(failure.advice)
    return failure.code


def _tell_wrong_use(error: UsageError) -> int:
    """What was wrong with the line, and how to see the right use. Help that was asked for by nothing is enough."""
    if isinstance(error, NoArgsIsHelpError):
        return exits.WRONG_USE
    return _tell_failure(wrong_use.explain(error))


def _unexpected(error: BaseException, chosen: Global) -> exits.Failure:
    what = _("Something went wrong that should not: {kind}: {text}").format(
        kind=type(error).__name__, text=error
    )
    if chosen.debug:
        traceback.print_exception(error)
        return exits.Failure(exits.UNEXPECTED, what)
    written = _log(error)
    advice = _("Run the command again with --debug to see where.")
    if written:
        advice = _("The details are in {path}; please report them. --debug shows them at once.").format(
            path=written
        )
    return exits.Failure(exits.UNEXPECTED, what, advice)


def _log(error: BaseException) -> Path | None:
    """Where the traceback was written: the data folder's log, if there is such a folder to write in."""
    from vidensbro.hub.common.environment import data_folder

    path = data_folder() / "log" / "errors.log"
    try:
        path.parent.mkdir(exist_ok=True, mode=0o700)
        with path.open("a", encoding="utf-8") as file:
            file.write(" ".join(["vidensbro", *sys.argv[1:2]]) + "\n")
            file.writelines(traceback.format_exception(error))
    except OSError:
        return None
    return path
