"""Sessions and second factors as pages show them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils.translation import gettext as _

from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.queries import Factors, has_second_factor
from vidensbro.hub.accounts.receivers import ASKED_FOR_FACTOR

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_ODD = re.compile(r"[^ -~]")


@dataclass(frozen=True, slots=True)
class ShownSession:
    """One place where somebody is signed in. `network` is a shortened address."""

    id: int
    device: str
    network: str
    since: datetime
    last_used: datetime
    current: bool


def sessions(rows: Iterable[UserSession], current: str) -> list[ShownSession]:
    """Sessions as a list shows them, the one that asks first."""
    shown = [
        ShownSession(
            row.pk,
            device(row.user_agent),
            network(row.ip),
            row.created_at,
            row.last_seen_at,
            row.session_key == current,
        )
        for row in rows
    ]
    return sorted(shown, key=lambda one: not one.current)


def device(user_agent: str) -> str:
    """Browser and system in two words, as far as the browser says; it may say what it likes."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    plain = _ODD.sub("", user_agent)[:60].strip()
    return browser or system or plain or _("An unknown device")


def network(address: str) -> str:
    """A shortened address with its open end: "192.0.2.…"."""
    found = ipaddress.ip_address(address)
    if found.version == 4:
        return address.rpartition(".")[0] + ".…"
    return address.rstrip(":") + ":…"


def ask_for_factor(user: User) -> bool:
    """Should this user be asked to add a second factor?"""
    wanted = ASKED_FOR_FACTOR | settings.VIDENSBRO_SECOND_FACTOR
    return user.role in wanted and not has_second_factor(user.pk)


def factors(found: Factors, user: Any) -> dict[str, Any]:
    """What the page of second factors shows."""
    return {
        "factors": found,
        "passkeys": [
            {"id": one.pk, "name": one.wrap().name, "added": one.created_at, "last_used": one.last_used_at}
            for one in found.passkeys
        ],
        "needed": user.role in settings.VIDENSBRO_SECOND_FACTOR and not found.any,
        "wanted": user.role in ASKED_FOR_FACTOR and not found.any,
    }
