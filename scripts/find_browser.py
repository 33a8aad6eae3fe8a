"""Find a Chromium for the browser tests, or install one through the system's packages.

Ends with 0 either way outside continuous integration, where the browser tests then say loudly that they are skipped;
with CI set, a machine without a browser is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str | None:
    """The path of an installed Chromium; VIDENSBRO_TEST_BROWSER goes first."""
    chosen = os.environ.get("VIDENSBRO_TEST_BROWSER")
    if chosen:
        return shutil.which(chosen)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> None:
    """Install Debian's or Ubuntu's package, as root or through a sudo that asks for nothing."""
    if not shutil.which("apt-get"):
        return
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if rights and not shutil.which("sudo"):
        return
    sys.stdout.write("Installing Chromium for the browser tests through the system's packages\n")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        done = subprocess.run([*rights, *command], env=environment, check=False, stdout=subprocess.DEVNULL)
        if done.returncode:
            sys.stdout.write(f"{' '.join(command)} did not succeed\n")
            return


def main() -> int:
    """Say which browser is used; 1 only in continuous integration without one."""
    found = find()
    if found is None:
        install()
        found = find()
    if found:
        sys.stdout.write(f"Browser tests use {found}\n")
        return 0
    sys.stdout.write(
        "No Chromium here: the browser tests will be skipped. Install the package chromium to run them.\n"
    )
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
