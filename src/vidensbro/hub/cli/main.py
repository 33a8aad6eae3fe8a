"""Where the `vidensbro` command begins."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from vidensbro.hub.cli import language
from vidensbro.hub.cli.options import Global, take_global


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code (docs/run/commands.md lists them)."""
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that lacks a letter shows its code rather than end the command.
            stream.reconfigure(errors="backslashreplace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    chosen, rest = take_global(given)
    language.choose(language.wanted(chosen.language, os.environ))
    sys.exit(_run(rest, chosen))


def _open_what_is_closed() -> None:
    """Whoever starts the command may have closed a standard stream, as some mail servers do: then nothing is read from
    it or written to it, and no file that is opened later takes its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 (lives until the process ends)


def _run(arguments: list[str], chosen: Global) -> int:
    # Only now: the words of the help are taken when these modules are imported.
    from vidensbro.hub.cli.app import execute

    return execute(arguments, chosen)


if __name__ == "__main__":
    main()
