"""Is the site alive, and can it answer?"""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.matches.engine import snapshot


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 with {"status": "ok"} when the database answers; a database that does not is a server error."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and the index can be read, with how many documents it has; else 503."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    try:
        statistics = snapshot().statistics()
    except Unavailable as error:
        return JsonResponse({"status": "unavailable", "reason": error.reason}, status=503)
    return JsonResponse({"status": "ok", "documents": statistics.documents})
