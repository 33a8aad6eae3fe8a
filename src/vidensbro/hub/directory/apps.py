"""Organisations, people, affiliations, offices and fields."""

from __future__ import annotations

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "vidensbro.hub.directory"

    def ready(self) -> None:
        from vidensbro.hub.directory import federation, privacy  # noqa: F401  (connect themselves)
