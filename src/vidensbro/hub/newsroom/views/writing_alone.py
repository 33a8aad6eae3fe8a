"""Forms of a release that several people may send at the same moment."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from vidensbro.hub.newsroom.services.drafting import alone_with

View = Callable[..., HttpResponse]


def one_at_a_time(view: View) -> View:
    """Decorator: of two who send a form of the same release at once, the second is judged by what the first saved."""

    @wraps(view)
    def alone(request: HttpRequest, version_id: uuid.UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, version_id, *args, **kwargs)
        with alone_with(version_id):
            return view(request, version_id, *args, **kwargs)

    return alone
