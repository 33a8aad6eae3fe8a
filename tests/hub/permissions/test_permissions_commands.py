"""Every command, and in whose name it acts."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from tests.hub.permissions.commands import COMMANDS, Acts
from tests.hub.permissions.walking import commands
from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import Role
from vidensbro.hub.cli.installation import operator

CLI = "vidensbro.hub.cli"
MAKERS = frozenset({"operator", "Actor", "VISITOR", "system_actor", "user_actor", "actor_of"})
"""Names by which code comes by an actor."""


def test_every_command_has_a_row_and_every_row_a_command() -> None:
    assert {name for name, _ in commands()} == set(COMMANDS)


def test_every_command_acts_as_its_row_says() -> None:
    found = {name: _acts(callback) for name, callback in commands()}
    assert found == COMMANDS


def test_the_operator_may_what_the_secretariat_and_an_administrator_may_and_is_noted_as_no_person() -> None:
    actor = operator()
    assert actor.roles == {Role.MEMBER, Role.SECRETARIAT, Role.ADMINISTRATOR}
    assert (actor.user_id, actor.organisations, actor.reference) == (None, frozenset(), "system:cli")


def test_the_eyes_that_match_can_be_asked_with() -> None:
    from vidensbro.hub.cli.commands.match import VIEWERS, _actor

    eyes: dict[str, Actor] = {viewer: _actor(viewer) for viewer in VIEWERS}
    assert {viewer: sorted(actor.roles) for viewer, actor in eyes.items()} == {
        "secretariat": ["administrator", "member", "secretariat"],
        "member": ["member"],
        "visitor": [],
    }


def _acts(callback: Callable[..., Any]) -> Acts:
    made = _makers(callback.__module__, callback.__name__, frozenset())
    if "VISITOR" in made:
        return Acts.AS_TOLD
    return Acts.OPERATOR if "operator" in made else Acts.NOBODY


def _makers(module: str, name: str, seen: frozenset[tuple[str, str]]) -> frozenset[str]:
    """The makers of actors that a function of the command line comes to, itself or through others of it."""
    node = _functions(module).get(name)
    if node is None or (module, name) in seen:
        return frozenset()
    seen |= {(module, name)}
    found = set(_names(node) & MAKERS)
    for other_module, other in _called(module, node):
        found |= _makers(other_module, other, seen)
    return frozenset(found)


@cache
def _functions(module: str) -> dict[str, ast.FunctionDef]:
    __import__(module)
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _names(node: ast.AST) -> set[str]:
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return names | {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}


def _called(module: str, node: ast.AST) -> Iterator[tuple[str, str]]:
    """Functions of the command line that this one names: of its own module, or imported from another."""
    here = vars(sys.modules[module])
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield module, one.id
            value = here.get(one.id)
            if inspect.isfunction(value) and value.__module__.startswith(CLI):
                yield value.__module__, value.__name__
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            other = here.get(one.value.id)
            if inspect.ismodule(other) and other.__name__.startswith(CLI) and one.attr not in MAKERS:
                yield other.__name__, one.attr
        elif isinstance(one, ast.ImportFrom) and (one.module or "").startswith(CLI):
            yield from ((str(one.module), name.name) for name in one.names if name.name not in MAKERS)
