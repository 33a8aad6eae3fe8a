"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from vidensbro.hub.accounts.actors import VISITOR


def site(request: HttpRequest) -> dict[str, Any]:
    """The theme and the actor."""
    return {
        "theme": settings.VIDENSBRO_THEME,
        "base_url": settings.VIDENSBRO_BASE_URL,
        "home_country": settings.VIDENSBRO_HOME_COUNTRY,
        "actor": getattr(request, "actor", VISITOR),
    }
