"""The files in deploy/ are what their readers take, name what exists, and agree with each other.

None of them was run where these tests run: there is no container engine, proxy or service manager there.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from vidensbro.hub.cli.app import build
from vidensbro.hub.web import metrics
from vidensbro.hub.web.standing import Standing

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text(encoding="utf-8"))
UNITS = sorted((DEPLOY / "systemd").glob("vidensbro-*"))
SETTINGS = (ROOT / "docs" / "run" / "settings.md").read_text(encoding="utf-8") + (
    ROOT / "docs" / "run" / "commands.md"
).read_text(encoding="utf-8")


def options(command: str) -> set[str]:
    """The options of a command of the program."""
    found = typer.main.get_command(build()).commands[command]
    return {name for option in found.params for name in option.opts}


def test_every_service_has_its_network_its_volume_and_what_it_waits_for() -> None:
    services = COMPOSE["services"]
    assert {"web-1", "web-2", "worker", "database", "proxy", "backup"} <= set(services)
    for name, one in services.items():
        assert set(one["networks"]) <= set(COMPOSE["networks"]), name
        assert set(one.get("depends_on", ())) <= set(services), name
        named = {volume.split(":")[0] for volume in one.get("volumes", ())}
        assert {volume for volume in named if re.fullmatch(r"\w+", volume)} <= set(COMPOSE["volumes"]), name
    assert services["web-1"] == services["web-2"]
    # The database can be reached from nowhere else.
    assert services["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert [name for name, one in services.items() if one.get("ports")] == ["proxy"]


def test_commands_in_the_containers_exist() -> None:
    for name in ("web-1", "web-2", "worker"):
        command, *rest = COMPOSE["services"][name]["command"]
        assert {word for word in rest if word.startswith("--")} <= options(command)


def test_what_is_asked_of_the_environment_is_in_the_example() -> None:
    text = (DEPLOY / "container" / "compose.yaml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{([A-Z_]+)", text)) - {"VIDENSBRO_IMAGE"}
    told = set(
        re.findall(r"^([A-Z_]+)=", (DEPLOY / "container" / "example.env").read_text(encoding="utf-8"), re.M)
    )
    assert asked == told


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(DEPLOY.rglob("*")) if path.is_file() and path.suffix != ".pyc"],
    ids=lambda path: path.name,
)
def test_settings_that_are_named_are_settings(path: Path) -> None:
    named = set(re.findall(r"\bVIDENSBRO_[A-Z_]+[A-Z]\b", path.read_text(encoding="utf-8")))
    own = {"VIDENSBRO_IMAGE", "VIDENSBRO_DRILL_DATABASE_URL"}
    assert {name for name in named - own if name not in SETTINGS} == set()


def test_what_is_copied_into_the_image_is_let_into_it_and_exists() -> None:
    text = (DEPLOY / "container" / "Containerfile").read_text(encoding="utf-8")
    let = (DEPLOY / "container" / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in let if line.startswith("!")}
    copied = [line.split()[1:-1] for line in re.findall(r"^COPY .+$", text, re.M) if "--from" not in line]
    names = {name for line in copied for name in line}
    assert names == allowed
    assert all((ROOT / name).exists() for name in names)
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert re.search(r"python:3\.(\d+)", text).group(1) >= package["requires-python"].split(".")[1]


def test_the_proxy_gives_up_a_server_before_it_stops_answering() -> None:
    text = (DEPLOY / "proxy" / "Caddyfile.containers").read_text(encoding="utf-8")
    interval, timeout = (
        int(re.search(rf"{name} (\d+)s", text).group(1)) for name in ("health_interval", "health_timeout")
    )
    web = COMPOSE["services"]["web-1"]
    drain = int(web["command"][web["command"].index("--drain") + 1])
    assert drain > interval + timeout
    # And it is not killed before it has answered: the drain, then the twenty seconds of cli.serving.
    assert int(web["stop_grace_period"].rstrip("s")) > drain + 20


@pytest.mark.parametrize("name", ["Caddyfile.containers", "Caddyfile.systemd", "nginx.conf"])
def test_blocks_of_a_proxys_file_close_and_headers_are_overwritten(name: str) -> None:
    text = re.sub(r"^\s*#.*$", "", (DEPLOY / "proxy" / name).read_text(encoding="utf-8"), flags=re.M)
    depth = 0
    for sign in re.sub(r"\{[\w.$]+\}", "", text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    for header in ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Request-ID"):
        assert header in text
    if name == "nginx.conf":
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        assert [line for line in lines if not line.endswith((";", "{", "}"))] == []


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    """`systemd-analyze verify` looks for the programs, too: they stand in for the installed ones."""
    for path in UNITS:
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(re.sub(r"/opt/vidensbro/\S+", "/bin/true", text), encoding="utf-8")
    names = [path.name.replace("@.", "@1.") for path in UNITS]
    (tmp_path / "vidensbro-web@1.service").symlink_to("vidensbro-web@.service")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in names)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    assert [line for line in done.stderr.splitlines() if "vidensbro" in line] == []


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.sh")), ids=lambda path: path.parent.name)
def test_scripts_of_the_shell_can_be_read(path: Path) -> None:
    assert subprocess.run(["sh", "-n", str(path)], check=False).returncode == 0
    assert path.stat().st_mode & 0o100


@pytest.mark.django_db
def test_alerts_ask_for_metrics_that_there_are() -> None:
    rules = yaml.safe_load((DEPLOY / "monitoring" / "alerts.yaml").read_text(encoding="utf-8"))
    asked = {
        name
        for group in rules["groups"]
        for rule in group["rules"]
        for name in re.findall(r"\bvidensbro_\w+", rule["expr"])
    }
    there = {family.name for family in Standing().collect()}
    for family in metrics.OWN.collect():
        there |= {family.name, family.name + "_total", family.name + "_bucket"}
    # The index of this test may not be readable.
    assert asked <= there | {"vidensbro_index_up"}
    pages = yaml.safe_load((DEPLOY / "monitoring" / "prometheus.yaml").read_text(encoding="utf-8"))
    assert (DEPLOY / "monitoring" / pages["rule_files"][0]).exists()
