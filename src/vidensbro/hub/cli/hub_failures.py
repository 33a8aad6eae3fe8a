"""Errors of the hub, the kit and Django as failures of a command."""

from __future__ import annotations

import sqlite3

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import DatabaseError, OperationalError

from vidensbro.hub.cli.exits import BUSY, FAILED, NOTHING_READ, STORAGE, WRONG_USE, Failure
from vidensbro.hub.cli.language import gettext as _
from vidensbro.hub.common.data import DataBusy
from vidensbro.hub.common.errors import Conflict, Denied, HubError, Invalid, NotFound, Unavailable
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.imports import wording as imports_wording
from vidensbro.hub.imports.errors import ImportStopped
from vidensbro.kit.matching.errors import (
    IndexDamaged,
    IndexLocked,
    IndexMismatch,
    IndexStorageError,
    MatchingError,
)
from vidensbro.kit.sources.fetching import FetchError
from vidensbro.kit.text.glossary import GlossaryError
from vidensbro.kit.text.lexica import LexiconError


def of_hub(error: BaseException) -> Failure | None:
    """What the error means for whoever gave the command; None if it is none of theirs."""
    if isinstance(error, HubError):
        return _of_service(error)
    if isinstance(error, MatchingError):
        return _of_engine(error)
    if isinstance(error, FetchError):
        return _of_fetch(error)
    if isinstance(error, LexiconError | GlossaryError):
        return Failure(NOTHING_READ, str(error))
    if isinstance(error, ImproperlyConfigured):
        return Failure(
            WRONG_USE, str(error), _("Settings are read from the environment: docs/run/settings.md.")
        )
    if isinstance(error, DataBusy):
        return Failure(
            BUSY,
            _("Another process is making the data folder ready ({path}).").format(path=error),
            _("Wait for it to finish and run the command again."),
        )
    if isinstance(error, DatabaseError | sqlite3.Error):
        return _of_database(error)
    return None


def _of_service(error: HubError) -> Failure:
    if isinstance(error, NotFound):
        return _not_found(error)
    if isinstance(error, Denied | Conflict):
        return Failure(FAILED, str(words_for(error.reason)))
    if isinstance(error, Invalid):
        lines = (_invalid(field, codes) for field, codes in error.problems.items())
        return Failure(WRONG_USE, "\n".join(lines))
    if isinstance(error, Unavailable):
        return _unavailable(error)
    if isinstance(error, ImportStopped):
        return _stopped(error)
    return Failure(FAILED, str(words_for(error.code)))


def _not_found(error: NotFound) -> Failure:
    """What commands look up, in words; of anything else that it is not there."""
    if error.kind == "organisation":
        return Failure(
            FAILED,
            _("There is no organisation “{key}”.").format(key=error.key),
            _("Give its identifier: the last part of the address of its page."),
        )
    if error.kind == "subject":
        return Failure(
            FAILED,
            _("Nobody here has the address or the identifier “{key}”.").format(key=error.key),
            _(
                "Give the e-mail address, or the identifier: the last part of the address of the person's page."
            ),
        )
    return Failure(FAILED, _("“{key}” is not here.").format(key=error.key or error.kind))


def _invalid(field: str, codes: tuple[str, ...]) -> str:
    if field == "email" and codes == ("invalid",):
        codes = ("email_invalid",)
    words = " ".join(str(words_for(code)) for code in codes)
    return f"{field}: {words}" if field else words


def _unavailable(error: Unavailable) -> Failure:
    """The engine's reason, with what its own error would have been told as."""
    known = {"index_locked": BUSY, "index_workers": FAILED}
    code = known.get(error.reason, STORAGE if error.reason.startswith("index_") else FAILED)
    advice = error.detail
    if error.reason in {"index_damaged", "index_mismatch"}:
        advice = _("Run “vidensbro index build”: the database has everything.") + "\n" + error.detail
    return Failure(code, str(words_for(error.reason)), advice)


def _stopped(error: ImportStopped) -> Failure:
    what = f"{imports_wording.STOPPED.get(error.reason, error.reason)} {error.detail}"
    if error.reason == "schema_changed":
        return Failure(FAILED, what, str(imports_wording.problem("schema_changed")[1]))
    advice = _("What was read is stored. Give the same command again: it goes on from there.")
    return Failure(STORAGE if error.reason != "file_unreadable" else FAILED, what, advice)


def _of_fetch(error: FetchError) -> Failure:
    code = {"storage": STORAGE, "in_use": BUSY, "busy": BUSY}.get(error.code, FAILED)
    return Failure(
        code, str(error), _("What was read is stored. Give the same command again: it goes on from there.")
    )


def _of_engine(error: MatchingError) -> Failure:
    if isinstance(error, IndexLocked):
        return Failure(BUSY, str(error), _("Wait for the other process to finish and run the command again."))
    if isinstance(error, IndexDamaged | IndexMismatch):
        return Failure(STORAGE, str(error), _("Run “vidensbro index build”: the database has everything."))
    if isinstance(error, IndexStorageError):
        return Failure(
            STORAGE, str(error), _("Make room or mend the disk; the last committed state is still there.")
        )
    return Failure(FAILED, str(error))


def _of_database(error: BaseException) -> Failure | None:
    text = str(error).strip()
    if "locked" in text:
        return Failure(
            BUSY, _("The database is busy: {text}.").format(text=text), _("Run the command again in a while.")
        )
    if "full" in text or "disk I/O" in text or "readonly" in text:
        return Failure(
            STORAGE,
            _("The database cannot be written: {text}.").format(text=text),
            _("Make room and run the command again; what was stored before is still there."),
        )
    if "malformed" in text or "not a database" in text:
        return Failure(
            STORAGE,
            _("The database file is damaged: {text}.").format(text=text),
            _("Restore the latest backup: docs/run/backup.md."),
        )
    if "no such" in text or "does not exist" in text:
        return Failure(
            STORAGE,
            _("The database does not fit this version of the program: {text}.").format(text=text),
            _(
                "Restore a backup that does, or install the version that made it; “vidensbro doctor” looks closer."
            ),
        )
    if isinstance(error, OperationalError | sqlite3.OperationalError):
        return Failure(
            STORAGE,
            _("The database cannot be reached: {text}.").format(text=text),
            _("Check VIDENSBRO_DATA and VIDENSBRO_DATABASE_URL; “vidensbro doctor” looks closer."),
        )
    return None
