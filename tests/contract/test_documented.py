"""What a user meets is told in docs/, what is told there is so, and its examples run."""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import typer.main
from typer.core import TyperOption

import vidensbro.kit
from vidensbro.hub.cli.app import build

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
PROSE = sorted(
    path
    for path in [
        *ROOT.glob("*.md"),
        *PAGES,
        *(ROOT / "examples").rglob("*.md"),
        *(ROOT / "evals").rglob("*.md"),
        *(ROOT / "benchmarks").rglob("*.md"),
    ]
)
COMMANDS = (DOCS / "run" / "commands.md").read_text(encoding="utf-8")
TOLD = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!\!)\[[^\]\n]*\]\(([^)\s]+)\)|!\[[^\]\n]*\]\(([^)\s]+)\)")

IN_A_VIEW = """
import django
django.setup()
from vidensbro.hub.accounts.services import create_user
from vidensbro.hub.accounts.actors import system_actor
from vidensbro.hub.common.data import prepare
from vidensbro.hub.directory.actors import actor_of
prepare()
actor = actor_of(create_user(system_actor("docs"), "member@example.org", "Member"))
"""


def named(page: Path) -> str:
    """A page by its place in the project, as a name of a test."""
    return page.relative_to(ROOT).as_posix()


def commands() -> Iterator[tuple[str, list[TyperOption]]]:
    """Every command by its whole name, with its options that are not hidden."""
    waiting = list(typer.main.get_command(build()).commands.items())
    while waiting:
        whole, one = waiting.pop(0)
        waiting += [(f"{whole} {inner}", sub) for inner, sub in getattr(one, "commands", {}).items()]
        yield (
            whole,
            [option for option in one.params if isinstance(option, TyperOption) and not option.hidden],
        )


def packages() -> Iterator[ModuleType]:
    """Every package of the kit that names what is public in it."""
    for found in pkgutil.walk_packages(vidensbro.kit.__path__, "vidensbro.kit."):
        if found.ispkg:
            module = importlib.import_module(found.name)
            if hasattr(module, "__all__"):
                yield module


def settings() -> set[str]:
    """Every VIDENSBRO_ variable that the program reads, spelled out or through `hub.common.environment`."""
    found: set[str] = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(re.findall(r"\bVIDENSBRO_[A-Z][A-Z_]*[A-Z]\b", node.value))
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                given = node.args[0].value
                if (
                    name in {"text", "flag", "number", "choice", "_colour"}
                    and isinstance(given, str)
                    and given.isupper()
                ):
                    found.add(f"VIDENSBRO_{given}")
    return found


@pytest.mark.parametrize(
    ("command", "options"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_and_option_is_told(command: str, options: list[TyperOption]) -> None:
    assert re.search(
        rf"^## {command}$|`(?:vidensbro )?{command}[ `]|^## backup and restore$", COMMANDS, re.MULTILINE
    )
    missing = [
        name
        for option in options
        for name in (*option.opts, *option.secondary_opts)
        if f"`{name}" not in COMMANDS
    ]
    assert missing == []


def test_every_option_that_is_told_exists() -> None:
    there = {
        name
        for _, options in commands()
        for option in options
        for name in (*option.opts, *option.secondary_opts)
    }
    there |= {"--help", "-h", "--lang", "--no-color", "--debug"}
    told = set(re.findall(r"`(--?[a-z][a-z-]*)", COMMANDS))
    assert told - there == set()


def test_every_setting_is_told() -> None:
    assert {name for name in settings() if name not in TOLD} == set()


def test_every_public_name_of_the_kit_is_told() -> None:
    missing = [
        f"{module.__name__}.{name}"
        for module in packages()
        for name in module.__all__
        if not re.search(rf"\b{name}\b", TOLD)
    ]
    assert missing == []


@pytest.mark.parametrize(
    "page", [page for page in PROSE if "```python" in page.read_text(encoding="utf-8")], ids=named
)
def test_python_in_a_page_runs(page: Path, tmp_path: Path) -> None:
    """Blocks of a page run one after the other, in a process of their own and an empty folder."""
    blocks = [
        code for language, code in FENCE.findall(page.read_text(encoding="utf-8")) if language == "python"
    ]
    if any("vidensbro.hub" in block for block in blocks):
        blocks.insert(0, IN_A_VIEW)
    (tmp_path / "page.py").write_text("\n\n".join(blocks), encoding="utf-8")
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("VIDENSBRO_", "DJANGO_"))
    }
    done = subprocess.run(
        [sys.executable, "page.py"],
        cwd=tmp_path,
        env={
            **kept,
            "PYTHONPATH": str(ROOT / "src"),
            "HOME": str(tmp_path),
            "VIDENSBRO_DATA": str(tmp_path / "data"),
            "VIDENSBRO_EMBEDDER": "none",
            "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PROSE, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [target for target in links(page) if not leads(page, target)]
    assert broken == []


def test_the_index_of_the_documentation_has_every_page() -> None:
    index = DOCS / "README.md"
    listed = {(DOCS / target).resolve() for target in links(index)}
    assert [named(page) for page in PAGES if page != index and page.resolve() not in listed] == []


def links(page: Path) -> list[str]:
    """Links and pictures that lead to something in the project."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    found = [first or second for first, second in LINK.findall(text)]
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def leads(page: Path, target: str) -> bool:
    """Is there such a file, and such a heading in it?"""
    place, _, heading = target.partition("#")
    path = (page.parent / place).resolve() if place else page
    if not path.exists() or not path.is_relative_to(ROOT):
        return False
    return not heading or heading in anchors(path)


def anchors(path: Path) -> set[str]:
    """The names of a page's headings, as common renderers make them."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    heads = re.findall(r"^#{1,6} (.+?)\s*$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}
