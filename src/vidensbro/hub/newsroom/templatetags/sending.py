"""How the mail of a release stands, in templates."""

from __future__ import annotations

from typing import Any

from django import template

from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.presenters.sending import Figures, figures

register = template.Library()


@register.simple_tag(takes_context=True)
def sending_figures(context: template.Context, version: Version) -> Figures | None:
    """How the mail of a version stands, for whoever asks; None for one who does not write it."""
    request: Any = context["request"]
    return figures(sender(request), version)
