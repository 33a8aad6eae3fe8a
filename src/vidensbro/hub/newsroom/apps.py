"""Press releases: written, approved, held until the hour, read, fed and mailed."""

from __future__ import annotations

from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    name = "vidensbro.hub.newsroom"

    def ready(self) -> None:
        from vidensbro.hub.imports.kinds import register
        from vidensbro.hub.newsroom.imported import KIND

        register(KIND)
