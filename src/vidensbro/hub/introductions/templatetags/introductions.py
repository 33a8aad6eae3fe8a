"""Introductions in templates."""

from __future__ import annotations

from django import template
from django.template.context import Context

from vidensbro.hub.introductions.presenters import Asking

register = template.Library()


@register.simple_tag(takes_context=True)
def asking_about(context: Context, key: str) -> Asking | None:
    """What the match with this key says about asking for an introduction."""
    found: Asking | None = context["asking"].get(key)
    return found
