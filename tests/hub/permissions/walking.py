"""Every address of the installation, and every command, found by walking and not by remembering."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from vidensbro.hub.cli.app import build


@dataclass(frozen=True, slots=True)
class Route:
    """One address: its name with its name spaces, its pattern and its view."""

    name: str
    pattern: str
    view: Callable[..., Any]

    @property
    def same(self) -> tuple[str, Callable[..., Any]]:
        """What two names of one address have in common."""
        return self.pattern, self.view


def routes(resolver: URLResolver | None = None) -> Iterator[Route]:
    """Every address of a resolver (the installation's), with those of everything included and of every name space."""
    found = resolver or get_resolver()
    return _routes(found, str(found.pattern) if resolver else "", "")


def _routes(resolver: URLResolver, prefix: str, space: str) -> Iterator[Route]:
    for one in resolver.url_patterns:
        pattern = f"{prefix}{one.pattern}"
        if isinstance(one, URLPattern):
            yield Route(f"{space}{one.name}" if one.name else "", pattern, one.callback)
        else:
            yield from _routes(one, pattern, f"{space}{one.namespace}:" if one.namespace else space)


def commands() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every command with what it calls: "users add"."""
    return _commands(get_command(build()), ())


def _commands(
    command: TyperCommand | TyperGroup, path: tuple[str, ...]
) -> Iterator[tuple[str, Callable[..., Any]]]:
    if isinstance(command, TyperGroup):
        for name, one in command.commands.items():
            yield from _commands(one, (*path, name))
    elif command.callback is not None:
        yield " ".join(path), command.callback
