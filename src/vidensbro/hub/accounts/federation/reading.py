"""Reading the providers' file: every mistake in it is told with its line and field."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from vidensbro.hub.accounts.federation.configuration import Provider, ProvidersFile

NAME = "sign-in.yaml"
MOST_BYTES = 1_000_000
DEEPEST = 8
SECRETS = {"client_secret": "client_secret_env", "private_key": "private_key_env"}

Place = tuple[str | int, ...]
Lines = dict[Place, int]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, on which line (from 1; 0: the whole file) and in which field ("providers.0.issuer")."""

    line: int
    field: str
    what: str

    def __str__(self) -> str:
        where = f"line {self.line}" if self.line else ""
        return ": ".join(part for part in (where, self.field, self.what) if part)


class ProvidersUnreadable(Exception):
    """The file cannot be used. `problems` holds everything that is wrong with it, in the order of lines."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.path = path
        self.problems = sorted(problems, key=lambda one: one.line)
        super().__init__(f"{path}: " + "; ".join(str(one) for one in self.problems))


def place(data: Path, named: str) -> Path | None:
    """The providers' file: the one that is named, else the one in the data folder if it is there."""
    if named:
        return Path(named).expanduser()
    usual = data / NAME
    return usual if usual.is_file() else None


def read(path: Path, environ: Mapping[str, str] = os.environ) -> tuple[Provider, ...]:
    """The providers of a file, in its order, with the secrets that it names taken from the environment.

    Raises:
        ProvidersUnreadable: with every problem found.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ProvidersUnreadable(path, [Problem(0, "", "is too large")])
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ProvidersUnreadable(path, [Problem(0, "", error.strerror or str(error))]) from error
    except UnicodeDecodeError as error:
        raise ProvidersUnreadable(path, [Problem(0, "", "is not UTF-8")]) from error
    return parse(text, path, environ)


def parse(text: str, path: Path, environ: Mapping[str, str]) -> tuple[Provider, ...]:
    """The providers in the text of a file; `path` names it in errors. Raises ProvidersUnreadable."""
    raw, lines = _loaded(text, path)
    problems = _open_secrets(raw, lines)
    if problems:
        raise ProvidersUnreadable(path, problems)
    problems = _put_secrets(raw, lines, environ)
    try:
        found = ProvidersFile.model_validate(raw)
    except ValidationError as error:
        problems += [_problem(one["loc"], one["msg"], lines) for one in error.errors()]
        raise ProvidersUnreadable(path, problems) from error
    if problems:
        raise ProvidersUnreadable(path, problems)
    return found.providers


def _loaded(text: str, path: Path) -> tuple[Any, Lines]:
    lines: Lines = {}
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        _number(node, (), lines)
        return yaml.safe_load(text), lines
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ProvidersUnreadable(path, [Problem(line, "", error.problem or "is no YAML")]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise ProvidersUnreadable(path, [Problem(0, "", f"is no YAML: {error}")]) from error


def _number(node: yaml.Node | None, at: Place, lines: Lines) -> None:
    """Note on which line each value begins."""
    if node is None or at in lines or len(at) > DEEPEST:
        return
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = (*at, str(key.value))
            _number(value, name, lines)
            lines[name] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            _number(value, (*at, number), lines)


def _providers(raw: Any) -> list[tuple[int, dict[str, Any]]]:
    listed = raw.get("providers") if isinstance(raw, dict) else None
    rows = listed if isinstance(listed, list) else []
    return [(number, one) for number, one in enumerate(rows) if isinstance(one, dict)]


def _open_secrets(raw: Any, lines: Lines) -> list[Problem]:
    return [
        Problem(
            lines.get(("providers", number, name), 0),
            f"providers.{number}.{name}",
            f"no secrets in this file: name a variable with {variable}",
        )
        for number, one in _providers(raw)
        for name, variable in SECRETS.items()
        if name in one
    ]


def _put_secrets(raw: Any, lines: Lines, environ: Mapping[str, str]) -> list[Problem]:
    problems: list[Problem] = []
    for number, one in _providers(raw):
        for name, variable in SECRETS.items():
            named = one.get(variable)
            if not isinstance(named, str):
                continue
            if not environ.get(named, "").strip():
                at = ("providers", number, variable)
                problems.append(_problem(at, f"the environment variable {named} is not set", lines))
            one[name] = environ.get(named, "") or "missing"
    return problems


def _problem(loc: Place, what: str, lines: Lines) -> Problem:
    """What pydantic found, at the nearest place that the file has; the names of kinds are no part of the place."""
    at = tuple(part for part in loc if part not in {"saml", "oidc", "[key]"})
    if at and at[-1] in SECRETS:
        at = (*at[:-1], SECRETS[str(at[-1])])
    near = at
    while near and near not in lines:
        near = near[:-1]
    said = what.removeprefix("Value error, ")
    return Problem(lines.get(near, 0), ".".join(str(part) for part in at), said)
