"""The pages of `--help`: calm, in columns, in the language chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from vidensbro.hub.cli import console
from vidensbro.hub.cli.language import gettext as _

WIDTH: Final = 100


class Command(TyperCommand):
    """A command whose help page is ours."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the page; nothing is left for the formatter."""
        show(self, ctx)


class Group(TyperGroup):
    """A group whose help page is ours."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the page; nothing is left for the formatter."""
        show(self, ctx)


class App(typer.Typer):
    """A Typer application of such commands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"cls": Group, "add_completion": False, "no_args_is_help": True, **settings})

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Any], Any]:
        """As Typer's, with our help page."""
        return super().command(name, **{"cls": Command, **settings})


def show(command: TyperCommand | TyperGroup, ctx: Any) -> None:
    """Print the help page of a command on standard output."""
    page = console.out()
    if page.width > WIDTH:
        page.width = WIDTH
    page.print(
        Text(
            _("Usage: {pieces}").format(pieces=" ".join([ctx.command_path, *_pieces(command)])), style="bold"
        )
    )
    page.print()
    page.print(Text(command.help or ""))
    if isinstance(command, TyperGroup):
        _commands(page, command)
    own = [one for one in command.get_params(ctx) if not getattr(one, "hidden", False)]
    _section(page, "", (_argument(one) for one in own if isinstance(one, TyperArgument)))
    _section(page, _("Options"), (_option(one) for one in own if isinstance(one, TyperOption)))
    page.print()


def _pieces(command: TyperCommand | TyperGroup) -> Iterable[str]:
    arguments = [one for one in command.params if isinstance(one, TyperArgument)]
    yield from (_called(one) if one.required else f"[{_called(one)}]" for one in arguments)
    if isinstance(command, TyperGroup):
        yield _("COMMAND …")
    if any(isinstance(one, TyperOption) for one in command.params):
        yield _("[OPTIONS]")


def _called(argument: TyperArgument) -> str:
    return str(argument.metavar or argument.name or "").upper()


def _commands(page: Console, group: TyperGroup) -> None:
    """The commands under their headings, in the order in which headings first come."""
    headings: dict[str, list[tuple[str, str]]] = {}
    for name, one in group.commands.items():
        if not one.hidden:
            heading = str(getattr(one, "rich_help_panel", None) or _("Commands"))
            headings.setdefault(heading, []).append((name, one.help or ""))
    width = max(len(name) for rows in headings.values() for name, _help in rows)
    for heading, rows in headings.items():
        _section(page, heading, rows, width)


def _argument(one: TyperArgument) -> tuple[str, str]:
    return _called(one), one.help or ""


def _option(one: TyperOption) -> tuple[str, str]:
    # -h before --help, and --no-x after --x.
    names = ", ".join([*sorted(one.opts, key=len), *one.secondary_opts])
    if not one.is_flag:
        names += " " + str(one.metavar or (one.name or "").upper())
    notes = []
    if not one.is_flag and one.default not in (None, "", []):
        notes.append(_("default {value}").format(value=one.default))
    if one.envvar:
        notes.append(str(one.envvar))
    told = _("Show this page.") if one.name == "help" else one.help or ""
    return names, f"{told} ({', '.join(notes)})" if notes else told


def _section(page: Console, heading: str, rows: Iterable[tuple[str, str]], width: int | None = None) -> None:
    found = list(rows)
    if not found:
        return
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_column(min_width=width, no_wrap=True)
    table.add_column(overflow="fold")
    for name, told in found:
        table.add_row(Text("  " + name, style="bridge"), Text(told))
    page.print()
    if heading:
        page.print(Text(heading, style="bold"))
    page.print(table)
