"""Deleting what is past its time, purpose by purpose."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.db import DatabaseError, transaction

from vidensbro.hub.audit.purposes import Purpose, purposes
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who the record names: the job itself."""

    reference: str = "system:retention"


def expire_all() -> dict[str, int]:
    """Delete what is past its time; rows touched by purpose. Safe to repeat.

    Each purpose is one transaction. One that fails holds up no other, and the first failure is raised at the end, so
    that it is tried again.
    """
    touched: dict[str, int] = {}
    failure: DatabaseError | None = None
    for purpose in purposes().values():
        try:
            touched[purpose.code] = _expire(purpose)
        except DatabaseError as error:
            log.error("retention.failed", purpose=purpose.code, error=type(error).__name__)
            failure = failure or error
    if failure is not None:
        raise failure
    return touched


@transaction.atomic
def _expire(purpose: Purpose) -> int:
    if purpose.expire is None or purpose.retention is None:
        return 0
    count = purpose.expire(clock.now() - purpose.retention)
    if count:
        record(Keeper(), "privacy.expired", "purpose", purpose.code, {"rows": count})
    return count
