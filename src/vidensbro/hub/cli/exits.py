"""Exit codes, and known errors as one clear message: what, where, what to do."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import Final

from vidensbro.hub.cli.language import gettext as _

DONE: Final = 0
FAILED: Final = 1
WRONG_USE: Final = 2
NOTHING_READ: Final = 3
BUSY: Final = 4
STORAGE: Final = 5
UNEXPECTED: Final = 70
INTERRUPTED: Final = 130
TERMINATED: Final = 143

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED: Final = {errno.EACCES, errno.EPERM, errno.EROFS}
_ABSENT: Final = {errno.ENOENT, errno.ENOTDIR}


class CommandError(Exception):
    """A command cannot do what was asked. `advice` says what to do about it."""

    def __init__(self, what: str, advice: str = "", code: int = FAILED) -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice
        self.code = code


@dataclass(frozen=True, slots=True)
class Failure:
    """How a command ended: its exit code, what went wrong and what to do."""

    code: int
    what: str
    advice: str = ""


def explain(error: BaseException) -> Failure | None:
    """The failure that a known error means; None for one that nobody foresaw."""
    if isinstance(error, CommandError):
        return Failure(error.code, error.what, error.advice)
    if isinstance(error, KeyboardInterrupt):
        return Failure(INTERRUPTED, _("Interrupted."))
    if isinstance(error, OSError):
        return _of_system(error)
    # Asked only now, so that a command that goes well never loads what it does not use.
    from vidensbro.hub.cli.hub_failures import of_hub

    return of_hub(error)


def _of_system(error: OSError) -> Failure:
    where = str(error.filename or "")
    reason = f"{where}: {error.strerror or error}" if where else str(error.strerror or error)
    if error.errno in _FULL:
        return Failure(
            STORAGE,
            _("The disk is full: {reason}.").format(reason=reason),
            _("Make room and run the command again; what was stored before is still there."),
        )
    if error.errno in _CLOSED:
        return Failure(
            STORAGE,
            _("No access: {reason}.").format(reason=reason),
            _(
                "Check who owns it. The data folder, VIDENSBRO_DATA, must belong to the user who runs vidensbro."
            ),
        )
    check = _("Check that the path is right.")
    if where and error.errno in _ABSENT:
        return Failure(FAILED, _("There is no {path}.").format(path=where), check)
    if where and error.errno == errno.EISDIR:
        return Failure(FAILED, _("{path} is a folder, and a file is needed.").format(path=where), check)
    if where and error.errno == errno.EEXIST:
        return Failure(FAILED, _("{path} is a file, and a folder is needed.").format(path=where), check)
    return Failure(FAILED, f"{reason}.", check)
