"""What the site does, counted for Prometheus: requests of each kind, how long they took, and how things stand.

Requests are named by their route, never by their address, so that the counts are few and hold nothing of anybody's.
With `PROMETHEUS_MULTIPROC_DIR` set, as `vidensbro run` and `vidensbro web` do, the counts of all workers of a process
are added up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from ipaddress import ip_address

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, exposition
from prometheus_client.multiprocess import MultiProcessCollector

from vidensbro.hub.web.standing import Standing

log = structlog.get_logger(__name__)

OWN = CollectorRegistry()
REQUESTS = Counter("vidensbro_requests", "Requests answered", ("route", "method", "status"), registry=OWN)
SECONDS = Histogram(
    "vidensbro_request_seconds",
    "Seconds until a request was answered",
    ("route",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=OWN,
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET = frozenset({"health", "ready", "metrics", "static"})
"""Routes that are asked for so often that a line in the log for each would hide the others."""

FORWARDING = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


class MetricsMiddleware:
    """Counts and times each request, and writes a line about it: route, method, status, milliseconds; nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self._get_response(request)
        seconds = time.perf_counter() - began
        route, method = _route(request), str(request.method) if request.method in METHODS else "other"
        REQUESTS.labels(route, method, str(response.status_code)).inc()
        SECONDS.labels(route).observe(seconds)
        # One of a flood that is refused says so (`newsroom.feeds.limits`).
        quiet = route in QUIET or getattr(response, "quiet", False)
        tell = log.debug if quiet else log.info
        tell("request", route=route, method=method, status=response.status_code, ms=round(1000 * seconds, 1))
        return response


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything that is counted, in Prometheus's text format. To others than the operator it does not exist."""
    if not _may_read(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Standing())
    content = exposition.generate_latest(_requests()) + exposition.generate_latest(registry)
    return HttpResponse(content, content_type=exposition.CONTENT_TYPE_LATEST)


def _requests() -> CollectorRegistry:
    """The counts of every worker of this server; of this process alone where there are no others."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return OWN
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _may_read(request: HttpRequest) -> bool:
    """By the token that the environment sets, or straight from this machine, not through a proxy on it."""
    token, given = settings.VIDENSBRO_METRICS_TOKEN, request.headers.get("Authorization", "")
    if token and constant_time_compare(given, f"Bearer {token}"):
        return True
    if any(name in request.headers for name in FORWARDING):
        return False
    try:
        return ip_address(str(request.META.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is not None:
        return match.view_name or "unnamed"
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "unresolved"
