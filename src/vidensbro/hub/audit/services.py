"""Writing to the record. Called by other services inside their transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from vidensbro.hub.audit.models import Event
from vidensbro.hub.common.requests import request_id


class HasReference(Protocol):
    """Whoever can be named in the record."""

    @property
    def reference(self) -> str:
        """ "user:<id>", "system:<name>" or "visitor"."""


def record(
    actor: HasReference, action: str, kind: str, object_id: object, details: Mapping[str, Any] | None = None
) -> Event:
    """Note that `actor` did `action` ("need.posted") to the object.

    `details` holds codes, identifiers and names of changed columns; never the content of what somebody wrote, but for
    the reason that the secretariat gives for setting a conflict of interest aside.
    """
    return Event.objects.create(
        actor=actor.reference,
        action=action,
        kind=kind,
        object_id=str(object_id),
        details=dict(details or {}),
        request_id=request_id(),
    )
