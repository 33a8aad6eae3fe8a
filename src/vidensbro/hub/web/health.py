"""Is the process alive, and should it be sent requests?"""

from __future__ import annotations

import structlog
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vidensbro.hub.common import lifecycle
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.matches.engine import snapshot

log = structlog.get_logger(__name__)


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 with {"status": "ok"} as long as the process answers.

    It asks nobody else: to start a process again does not bring a database back.
    """
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and the index can be read, with how many documents it has.

    Else 503, and why: `stopping` (the process has been asked to end), `database`, or the index's own reason.
    """
    if lifecycle.stopping():
        return _not_ready("stopping")
    if not database_answers():
        return _not_ready("database")
    try:
        statistics = snapshot().statistics()
    except Unavailable as error:
        return _not_ready(error.reason)
    return JsonResponse({"status": "ok", "documents": statistics.documents})


def database_answers() -> bool:
    """Does the database do what it is asked?"""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        log.warning("health.database_away", error=type(error).__name__)
        return False
    return True


def _not_ready(reason: str) -> JsonResponse:
    return JsonResponse({"status": "unavailable", "reason": reason}, status=503)
