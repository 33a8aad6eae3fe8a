"""The providers, for pages that offer them."""

from __future__ import annotations

from django import template

from vidensbro.hub.accounts.federation import queries
from vidensbro.hub.accounts.federation.configuration import Provider

register = template.Library()


@register.simple_tag
def sign_in_providers() -> tuple[Provider, ...]:
    """Every configured provider."""
    return queries.providers()
