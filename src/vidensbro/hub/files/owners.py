"""Who may have a stored file: the app that it belongs to says so.

An app whose rows point to stored files has a module `attachments` with a function
`may_read(actor, file_id) -> bool`. Files that no app speaks for are given to nobody.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.files.models import StoredFile

Guard = Callable[[Any, uuid.UUID], bool]


def stored_file(actor: object, file_id: uuid.UUID | str) -> StoredFile:
    """A file that the actor may have, by the word of an app that it belongs to.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    row = StoredFile.objects.filter(pk=key_of(file_id)).first()
    if row is None or not any(may_read(actor, row.pk) for may_read in guards()):
        raise NotFound("file", file_id)
    return row


@cache
def guards() -> tuple[Guard, ...]:
    """The guards of the installed apps."""
    found: list[Guard] = []
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "attachments"):
            found.append(import_module(f"{config.name}.attachments").may_read)
    return tuple(found)
