"""The site of `vidensbro run`: what must be ready before it starts, and its two processes."""

from __future__ import annotations

import errno
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from vidensbro.hub.cli import children, console, districts, indexing, installation, presence, static_files
from vidensbro.hub.cli.exits import WRONG_USE, CommandError
from vidensbro.hub.cli.language import gettext as _
from vidensbro.hub.common.environment import data_folder

READY_SECONDS: Final = 90.0
"""How long the site may take to answer for the first time."""


def open_socket(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises CommandError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except (OSError, OverflowError) as error:
        listener.close()
        raise _no_address(host, port, error) from error
    return listener


def _no_address(host: str, port: int, error: Exception) -> CommandError:
    what = _("The address {host}:{port} cannot be used: {reason}.").format(
        host=host, port=port, reason=getattr(error, "strerror", None) or error
    )
    advice = _("Choose another with --host and --port.")
    if getattr(error, "errno", 0) == errno.EADDRINUSE:
        advice = _(
            "Another program, perhaps another “vidensbro run”, uses it. Choose a free one: --port 8001"
        )
    return CommandError(what, advice, WRONG_USE)


def settle(listener: socket.socket, host: str) -> str:
    """Settings that follow from where the site listens, where the operator has set none; its address."""
    port = listener.getsockname()[1]
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1", ""} else host
    address = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
    os.environ.setdefault("VIDENSBRO_BASE_URL", address)
    os.environ.setdefault("VIDENSBRO_STATIC_ROOT", str(data_folder() / "static"))
    return address


def local_address(listener: socket.socket) -> str:
    """The address that this machine itself reaches the socket at."""
    name = listener.getsockname()
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(name[0], name[0])
    return f"http://[{host}]:{name[1]}" if ":" in host else f"http://{host}:{name[1]}"


def make_ready(district: str) -> None:
    """Data folder, example district, index and static files: everything that the first start makes, once."""
    installation.wake()
    load_if_empty(district)
    bring_index_up()
    static_files.collect(Path(os.environ["VIDENSBRO_STATIC_ROOT"]))


def load_if_empty(district: str) -> None:
    """Load the example into an empty installation; go on with one that was interrupted."""
    from vidensbro.hub.cli.imports_run import import_district
    from vidensbro.hub.directory.queries import organisations

    before = districts.loaded()
    if before is not None and not before["whole"]:
        import_district(before["name"])
    elif (
        before is None and district != districts.NONE and not organisations(installation.operator()).exists()
    ):
        import_district(district)


def bring_index_up() -> None:
    """Put into the index what waits; build it anew if it is lost or cannot be used."""
    from vidensbro.hub.common.errors import Unavailable
    from vidensbro.hub.matches.indexing import index_status

    indexing.catch_up()
    try:
        status = index_status()
        lost = not status.documents and any(kind.expected for kind in status.kinds.values())
    except Unavailable as error:
        console.note(str(error))
        lost = True
    if lost:
        indexing.build()


@contextmanager
def running(listener: socket.socket, workers: int, threads: int) -> Iterator[list[children.Child]]:
    """The site and its worker, from their start until the block is left."""
    listener.set_inheritable(True)
    number = listener.fileno()
    serving = [sys.executable, "-m", "vidensbro.hub.config.serving", "--child", f"--bind=fd://{number}"]
    serving += [f"--workers={workers}", f"--threads={threads}"]
    working = [sys.executable, "-m", "vidensbro.hub.cli.main", "worker", "--with-parent"]
    both = [children.Child(_("The site"), serving, (number,)), children.Child(_("The worker"), working)]
    with presence.present(presence.SITE):
        try:
            for child in both:
                child.start()
            yield both
        finally:
            children.stop(both)


def wait_until_ready(address: str, both: list[children.Child]) -> None:
    """Return when the site answers. Raises CommandError if it ends first, or does not answer in time."""
    deadline = time.monotonic() + READY_SECONDS
    request = urllib.request.Request(address + "/healthz", headers={"Host": _host_name()})
    while time.monotonic() < deadline:
        if not both[0].alive:
            raise CommandError(_("The site ended while it was starting; the lines above say why."))
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                if answer.status == 200:
                    return
        except urllib.error.HTTPError as error:
            raise CommandError(
                _("The site answers with an error ({code}).").format(code=error.code),
                _("“vidensbro doctor” looks closer."),
            ) from error
        except OSError:
            time.sleep(0.1)
    raise CommandError(_("The site did not answer within {seconds} s.").format(seconds=round(READY_SECONDS)))


def _host_name() -> str:
    """A name that the site answers to, whatever names it was given."""
    from django.conf import settings

    first = str(settings.ALLOWED_HOSTS[0])
    return "localhost" if first == "*" else first.lstrip(".")
