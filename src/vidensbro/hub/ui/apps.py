"""Base templates, components, navigation and static files."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "vidensbro.hub.ui"
