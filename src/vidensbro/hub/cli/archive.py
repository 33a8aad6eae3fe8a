"""Files of a backup: a tar that names its own content at its end, packed by gzip or zstd."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from vidensbro.hub.cli.exits import WRONG_USE, CommandError
from vidensbro.hub.cli.language import gettext as _

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
ENDINGS: Final = (".tar.zst", ".tar.gz", ".tgz", ".tar")


class Hashing(io.RawIOBase):
    """A file that is read through, hashed on the way: what is in the archive is what was hashed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.digest.update(block)
        self.size += len(block)
        return block


def pack(archive: tarfile.TarFile, path: Path, name: str) -> dict[str, Any]:
    """Add one file under `name`; its size in bytes and SHA-256."""
    with path.open("rb") as file:
        info = archive.gettarinfo(arcname=name, fileobj=file)
        hashed = Hashing(file)
        archive.addfile(info, hashed)
    return {"size": hashed.size, "sha256": hashed.digest.hexdigest()}


def pack_manifest(archive: tarfile.TarFile, manifest: dict[str, Any]) -> None:
    """Add the list of content. Last: an archive without it was cut short."""
    content = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    info = tarfile.TarInfo(MANIFEST)
    info.size, info.mode = len(content), 0o600
    archive.addfile(info, io.BytesIO(content))


def check_ending(path: Path) -> None:
    """Raise CommandError unless the name says how the backup is packed, in a way that this machine can."""
    if not path.name.endswith(ENDINGS):
        raise CommandError(
            _("{path}: the name does not say how the backup is packed.").format(path=path),
            _("End it in one of: {endings}").format(endings=", ".join(ENDINGS)),
            WRONG_USE,
        )
    if path.name.endswith(".zst"):
        _need_zstd(path, _("Install it, or name the file .tar.gz."))


def _need_zstd(path: Path, advice: str) -> None:
    if shutil.which("zstd") is None:
        raise CommandError(_("{path}: the program zstd is not installed here.").format(path=path), advice)


@contextmanager
def writing(path: Path) -> Iterator[tarfile.TarFile]:
    """A new archive, packed as the ending of `path` says. The caller renames it once all is in."""
    if not path.name.removesuffix(".part").endswith(".zst"):
        packed = path.name.removesuffix(".part").endswith(("gz", "tgz"))
        with (
            tarfile.open(path, "w:gz" if packed else "w", compresslevel=6)
            if packed
            else tarfile.open(path, "w") as tar
        ):
            yield tar
        return
    with path.open("wb") as file, _zstd(["-q", "-c", "-T0"], stdin=subprocess.PIPE, stdout=file) as process:
        assert process.stdin is not None
        with tarfile.open(fileobj=process.stdin, mode="w|") as tar:
            yield tar
        process.stdin.close()


@contextmanager
def reading(path: Path) -> Iterator[tarfile.TarFile]:
    """The members of an archive, in their order, whatever it is packed with."""
    if not path.name.endswith(".zst"):
        with tarfile.open(path, "r|*") as tar:
            yield tar
        return
    _need_zstd(path, _("Install it, or unpack the file elsewhere and restore from the .tar."))
    with _zstd(["-q", "-d", "-c", str(path)], stdin=None, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        with tarfile.open(fileobj=process.stdout, mode="r|") as tar:
            yield tar
        process.stdout.read()


@contextmanager
def _zstd(
    options: list[str], stdin: int | None, stdout: IO[bytes] | int
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["zstd", *options], stdin=stdin, stdout=stdout)
    try:
        yield process
        if process.wait() != 0:
            raise CommandError(_("zstd ended with an error ({code}).").format(code=process.returncode))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Unpack an archive into an empty folder and check every file against the list; the list.

    Raises CommandError: it is no backup, was cut short, or a file differs from what was put in.
    """
    if not path.is_file():
        raise CommandError(
            _("There is no file {names}.").format(names=path), _("Check that the path is right.")
        )
    found: dict[str, dict[str, Any]] = {}
    try:
        with reading(path) as archive:
            for member in archive:
                found[member.name] = _take(archive, member, folder)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise _not_whole(path, error) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise _not_whole(path, error) from error
    if found.pop(MANIFEST, None) is None:
        raise CommandError(
            _("{path} is no whole backup: its list of content is missing.").format(path=path),
            _("Use another copy; this one was cut short or is something else."),
        )
    manifest = _manifest(folder / MANIFEST)
    if manifest is None:
        raise CommandError(
            _("{path} is no backup of vidensbro.").format(path=path),
            _("Use another copy; this one was cut short or is something else."),
        )
    _compare(path, found, manifest["files"])
    return manifest


def _not_whole(path: Path, error: Exception) -> CommandError:
    return CommandError(
        _("{path} is no whole backup: {error}").format(path=path, error=error),
        _("Use another copy; this one was cut short or is something else."),
    )


def _manifest(path: Path) -> dict[str, Any] | None:
    """The list of content, if it is one of ours."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    wanted = {
        "format": int,
        "program": str,
        "created": str,
        "database": str,
        "migrations": list,
        "files": dict,
    }
    if not isinstance(told, dict) or any(
        not isinstance(told.get(name), kind) for name, kind in wanted.items()
    ):
        return None
    return told


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> dict[str, Any]:
    # The filter refuses absolute names, names that climb out of the folder, links and devices.
    safe = tarfile.data_filter(member, str(folder))
    source = archive.extractfile(member) if safe.isreg() else None
    if source is None:
        raise tarfile.TarError(member.name)
    goal = folder / safe.name
    goal.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    hashed = Hashing(source)
    with goal.open("wb") as file:
        while block := hashed.read(1 << 20):
            file.write(block)
    goal.chmod(0o600)
    return {"size": hashed.size, "sha256": hashed.digest.hexdigest()}


def _compare(path: Path, found: dict[str, Any], listed: dict[str, Any]) -> None:
    wrong = sorted(name for name in found.keys() | listed.keys() if found.get(name) != listed.get(name))
    if wrong:
        raise CommandError(
            _("{path}: {names} is not as it was when the backup was made.").format(
                path=path, names=", ".join(wrong[:5])
            ),
            _("Use another copy of the backup."),
        )
