"""How often one address may ask for feeds: counted in memory, because an answer must cost more than the refusal."""

from __future__ import annotations

import ipaddress
import threading
from collections import Counter

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from vidensbro.hub.common import clock

MOST_ADDRESSES = 20_000
_lock = threading.Lock()
_asked: Counter[str] = Counter()
_minute = 0


def too_often(request: HttpRequest) -> bool:
    """Has this address asked this process more often in this minute than VIDENSBRO_FEED_REQUESTS? Counts the request.

    Where it cannot be told from where a request comes, nobody is refused. Addresses are forgotten after the minute.
    """
    most = int(settings.VIDENSBRO_FEED_REQUESTS)
    place = _place(request) if most else ""
    return bool(place) and _count(place) > most


def seconds_left() -> int:
    """Until the count begins anew."""
    return 60 - clock.now().second


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
    if address.version == 4:
        return given
    return str(ipaddress.ip_network(f"{given}/56", strict=False))
