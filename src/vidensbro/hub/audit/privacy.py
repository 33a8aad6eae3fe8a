"""What every app keeps about a person: how to hand it out, delete it, and join two records into one.

An app that keeps anything about people or organisations has a module `privacy` with a tuple `PARTS`. They are
found here; who wants an export or an erasure asks this module and no app.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from django.apps import apps
from django.db import transaction
from django.utils.module_loading import module_has_submodule

from vidensbro.hub.audit.models import Event
from vidensbro.hub.audit.services import HasReference, record

ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom it is about: an account, a person in the directory, or both; and the addresses known to be theirs."""

    user_id: uuid.UUID | None = None
    person_id: uuid.UUID | None = None
    addresses: frozenset[str] = frozenset()

    @property
    def reference(self) -> str:
        """How the record names the subject."""
        return f"user:{self.user_id}" if self.user_id else f"person:{self.person_id}"


class Part(Protocol):
    """What one app keeps."""

    @property
    def name(self) -> str:
        """The app's name in an export."""

    def export(self, subject: Subject) -> Mapping[str, Any]:
        """Everything kept about the subject, as values that JSON can hold."""

    def erase(self, subject: Subject) -> int:
        """Delete or make anonymous everything kept about the subject; the number of rows touched."""

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        """Let rows that point to `gone` point to `kept`; `kind` is "person" or "organisation"."""


@cache
def parts() -> tuple[Part, ...]:
    """The parts of the installed apps, the lowest app first."""
    found: list[Part] = []
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "privacy"):
            found.extend(getattr(import_module(f"{config.name}.privacy"), "PARTS", ()))
    return tuple(found)


def export(subject: Subject) -> dict[str, Any]:
    """Everything that the installation keeps about the subject, by app."""
    return {part.name: dict(part.export(subject)) for part in parts()}


@transaction.atomic
def erase(actor: HasReference, subject: Subject) -> dict[str, int]:
    """Delete everything about the subject that need not be kept; rows touched, by app.

    The highest app goes first, since its rows point to those below. The caller has checked the permission.
    """
    touched = {part.name: part.erase(subject) for part in reversed(parts())}
    record(actor, "privacy.erased", "subject", ERASED, {"rows": touched})
    return touched


def merge(kind: str, kept: uuid.UUID, gone: uuid.UUID) -> dict[str, int]:
    """Let every row of every app that points to `gone` point to `kept`. Call inside a transaction."""
    return {part.name: part.merge(kind, kept, gone) for part in reversed(parts())}


class AuditPart:
    """The record itself: what the subject did is kept, but no longer says who."""

    name = "audit"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        rows = Event.objects.filter(actor=subject.reference).order_by("at")
        return {
            "events": [
                {"at": row.at.isoformat(), "action": row.action, "kind": row.kind, "object": row.object_id}
                for row in rows
            ]
        }

    def erase(self, subject: Subject) -> int:
        return Event.objects.filter(actor=subject.reference).update(actor=f"user:{ERASED}")

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        return 0


PARTS: tuple[Part, ...] = (AuditPart(),)
