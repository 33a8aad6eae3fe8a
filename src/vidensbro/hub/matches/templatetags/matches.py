"""Matches in templates."""

from __future__ import annotations

import hashlib

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from vidensbro.hub.common.caching import pages
from vidensbro.hub.matches.presenters import MatchView

register = template.Library()
SECONDS = 3600


@register.simple_tag(takes_context=True)
def match_card(context: Context, match: MatchView) -> SafeString:
    """One match with its evidence.

    For a visitor it depends on nothing but what is shown, and is kept under a digest of just that. Others have
    forms in it, with tokens of their own.
    """
    if context["actor"].user_id is not None:
        return _rendered(context, match)
    digest = hashlib.sha256(f"{get_language()}{match!r}".encode("utf-8", "surrogatepass")).hexdigest()
    key = f"match-card:{digest}"
    kept: str | None = pages.get(key)
    if kept is None:
        kept = _rendered(context, match)
        pages.set(key, kept, SECONDS)
    return mark_safe(kept)


def _rendered(context: Context, match: MatchView) -> SafeString:
    engine = context.template.engine  # type: ignore[union-attr]
    with context.push(match=match):
        return mark_safe(engine.get_template("matches/match.html").render(context))
