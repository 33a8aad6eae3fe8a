"""The root app: start-up checks."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "vidensbro.hub.config"
    label = "config"

    def ready(self) -> None:
        from vidensbro.hub.config import checks  # noqa: F401  (registers itself)
