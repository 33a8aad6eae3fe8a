"""What must be true before mail can leave."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from vidensbro.hub.mail.content import fits_a_header, is_address, named_address
from vidensbro.hub.mail.signature import signer


def sender_is_an_address(**_: Any) -> list[CheckMessage]:
    """VIDENSBRO_EMAIL_FROM is an address, with or without a name. "localhost" will do for a site that is tried."""
    address = named_address(settings.DEFAULT_FROM_EMAIL)[1]
    if fits_a_header(settings.DEFAULT_FROM_EMAIL) and is_address(address):
        return []
    return [
        Error(
            f"VIDENSBRO_EMAIL_FROM is {settings.DEFAULT_FROM_EMAIL!r}.",
            hint="Write an address, or “Name <address>”.",
            id="vidensbro.E101",
        )
    ]


def mail_can_be_signed(**_: Any) -> list[CheckMessage]:
    """The settings of DKIM say all that is needed to sign, or nothing."""
    try:
        signer()
    except ImproperlyConfigured as error:
        hint = "Set all of VIDENSBRO_DKIM_KEY_FILE, _SELECTOR and _DOMAIN, or none."
        return [Error(f"{error}.", hint=hint, id="vidensbro.E102")]
    return []


def register_checks() -> None:
    """Have Django ask, at every start."""
    register(sender_is_an_address)
    register(mail_can_be_signed)
