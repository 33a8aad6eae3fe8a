"""Works (publications, projects, patents, trials, datasets) and offers."""

from __future__ import annotations

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "vidensbro.hub.knowledge"

    def ready(self) -> None:
        from vidensbro.hub.knowledge import receivers  # noqa: F401  (connects itself)
