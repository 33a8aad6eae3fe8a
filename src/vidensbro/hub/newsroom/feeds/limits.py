"""How often one address may ask for feeds: counted in memory, because an answer must cost more than the refusal."""

from __future__ import annotations

import ipaddress
import threading
from collections import Counter

import structlog
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _

from vidensbro.hub.common import clock

MOST_ADDRESSES = 20_000
log = structlog.get_logger(__name__)
_lock = threading.Lock()
_asked: Counter[str] = Counter()
_minute = 0


class Refused(HttpResponse):
    """One of very many: the log tells of the first, and the metrics count them all."""

    status_code = 429
    quiet = True
    _has_been_logged = True


def too_often(request: HttpRequest) -> bool:
    """Has this address asked this process more often in this minute than VIDENSBRO_FEED_REQUESTS? Counts the request.

    Where it cannot be told from where a request comes, nobody is refused. Addresses are forgotten after the minute.
    """
    most = int(settings.VIDENSBRO_FEED_REQUESTS)
    place = _place(request) if most else ""
    asked = _count(place) if place else 0
    if asked == most + 1 and place:
        log.warning("newsroom.feeds_refused", most=most)
    return asked > most


def refusal(request: HttpRequest) -> HttpResponse:
    """429 with when to ask again, in the language that is asked for."""
    with translation.override(get_language_from_request(request)):
        told = _("You ask for feeds too often. Wait a minute, and ask no more than once a minute for each.")
    headers = {"Retry-After": str(60 - clock.now().second), "Cache-Control": "no-store"}
    return Refused(told, content_type="text/plain; charset=utf-8", headers=headers)


def _count(place: str) -> int:
    global _minute
    minute = int(clock.now().timestamp()) // 60
    with _lock:
        if minute != _minute or len(_asked) >= MOST_ADDRESSES:
            _asked.clear()
            _minute = minute
        _asked[place] += 1
        return _asked[place]


def _place(request: HttpRequest) -> str:
    """The address that a request comes from; of version 6 the network that a customer is given (RFC 6177)."""
    try:
        given = str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return given
    if isinstance(address, ipaddress.IPv4Address):
        return given
    # A server that listens to both versions is given those of version 4 in this form (RFC 4291, section 2.5.5.2).
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network(f"{given}/56", strict=False))
