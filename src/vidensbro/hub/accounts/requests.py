"""Who sent a request."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from vidensbro.hub.accounts.actors import VISITOR, Actor


def sender(request: HttpRequest) -> Actor:
    """The actor that the request comes from (see `directory.middleware`); a visitor where nobody asked."""
    return cast(Actor, getattr(request, "actor", VISITOR))
