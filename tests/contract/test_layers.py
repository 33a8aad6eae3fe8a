"""What DESIGN promises about the tree, and a machine can check."""

from __future__ import annotations

import ast
import configparser
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import AppConfig, apps

import vidensbro

PACKAGE = Path(vidensbro.__file__).parent
HUB = PACKAGE / "hub"
ROOT = PACKAGE.parents[1]
FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "misc"}


def layers() -> dict[str, int]:
    """Each app's height above the ground, from the contract that import-linter keeps."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    lines = contracts["importlinter:contract:layers"]["layers"].strip().splitlines()
    return {
        name.strip(" ()"): len(lines) - number
        for number, line in enumerate(lines)
        for name in line.split("|")
    }


LAYERS = layers()


def hub_apps() -> list[AppConfig]:
    return [config for config in apps.get_app_configs() if config.name.startswith("vidensbro.hub.")]


def test_import_contracts_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([str(program), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-4000:]


def test_every_package_of_the_hub_has_its_layer() -> None:
    packages = {path.parent.name for path in HUB.glob("*/__init__.py")}
    assert packages <= set(LAYERS)


def test_foreign_keys_point_downwards() -> None:
    seen = 0
    for config in hub_apps():
        for model in config.get_models():
            for field in model._meta.get_fields():
                target = getattr(field, "remote_field", None) and field.related_model
                if not target or field.auto_created:
                    continue
                below = target._meta.app_config
                if below.name.startswith("vidensbro.hub.") and below.label != config.label:
                    seen += 1
                    assert LAYERS[below.label] < LAYERS[config.label], f"{model.__name__}.{field.name}"
    assert seen > 5


@pytest.mark.parametrize("path", sorted(HUB.rglob("*.py")), ids=lambda path: str(path.relative_to(HUB)))
def test_models_named_in_text_lie_below(path: Path) -> None:
    app = path.relative_to(HUB).parts[0]
    if app not in LAYERS or "migrations" in path.parts:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "attr", getattr(node.func, "id", "")) == "get_model"
        ):
            named = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            assert named, f"{path}:{node.lineno}: get_model must name its model"
            target = str(named[0]).split(".")[0]
            assert LAYERS.get(target, 0) <= LAYERS[app], f"{path}:{node.lineno}"


def test_templates_lie_under_their_apps_name() -> None:
    for config in hub_apps():
        root = Path(config.path) / "templates"
        strays = [path for path in root.glob("*") if path.name != config.label] if root.exists() else []
        allowed = (
            {"404.html", "403.html", "400.html", "500.html", "403_csrf.html"}
            if config.label == "ui"
            else set()
        )
        assert {path.name for path in strays} <= allowed, config.label


def test_no_module_is_a_drawer_for_everything() -> None:
    named = {path.stem if path.is_file() else path.name for path in PACKAGE.rglob("*")}
    assert not named & FORBIDDEN_NAMES


def test_no_file_is_too_long() -> None:
    long = {
        str(path.relative_to(PACKAGE)): lines
        for path in PACKAGE.rglob("*.py")
        if "migrations" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


def test_doors_do_not_touch_models() -> None:
    """Views, forms, commands and API endpoints call services and queries; choices are for forms to list."""
    doors = {"views", "urls", "forms"}
    found = []
    for path in HUB.rglob("*.py"):
        parts = path.relative_to(HUB).parts
        if parts[0] not in {"web", "cli", "api"} and path.stem not in doors and path.parent.name not in doors:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
                found.append(f"{'/'.join(parts)}:{node.lineno}")
    assert not found
