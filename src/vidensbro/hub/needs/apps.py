"""What somebody looks for, in their own words."""

from __future__ import annotations

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "vidensbro.hub.needs"
