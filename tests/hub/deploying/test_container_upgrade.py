"""In which order an upgrade of the containers does things; docker itself is not there."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "deploy" / "container" / "upgrade.sh"

DOCKER = """#!/bin/sh
echo "${VIDENSBRO_IMAGE:-vidensbro}: $*" >> "$CALLS"
case "$*" in
    "compose ps --quiet web-1") echo 4f5e ;;
    inspect*) echo sha256:old ;;
    *--images*) printf "postgres\n%s\n" "${VIDENSBRO_IMAGE:-vidensbro}" ;;
esac
"""


def calls(folder: Path, **settings: str) -> list[str]:
    """What the script asks of docker, each call after the image that is set for it."""
    for name, text in (("docker", DOCKER), ("sleep", "#!/bin/sh\n")):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    there = {"PATH": f"{folder}:/usr/bin:/bin", "CALLS": str(folder / "calls"), **settings}
    subprocess.run(["sh", str(SCRIPT)], env=there, check=True, capture_output=True, timeout=60)
    return (folder / "calls").read_text().splitlines()


@pytest.mark.parametrize("image", ["", "registry.example.org/vidensbro:2"])
def test_the_backup_is_the_old_versions_and_comes_first(tmp_path: Path, image: str) -> None:
    """The new version would bring the database up to date before it saves it, and the old one refuse the backup."""
    asked = calls(tmp_path, **({"VIDENSBRO_IMAGE": image} if image else {}))
    name = image or "vidensbro"
    taken = asked.index("sha256:old: compose run --rm backup")
    new = asked.index(f"{name}: compose {'pull' if image else 'build'} web-1")
    first, second = (asked.index(f"{name}: compose up --detach --no-deps --no-build web-{n}") for n in (1, 2))
    assert taken < new < first < second


def test_an_image_with_a_name_is_not_built_over(tmp_path: Path) -> None:
    assert not any(
        "build web-1" in one
        for one in calls(tmp_path, VIDENSBRO_IMAGE="registry.example.org/bro:2")
        if "--no-build" not in one
    )
