"""Runs the engine, keeps runs and evidence, takes feedback, keeps the index in step."""

from __future__ import annotations

from django.apps import AppConfig


class MatchesConfig(AppConfig):
    name = "vidensbro.hub.matches"

    def ready(self) -> None:
        from vidensbro.hub.common.search import register
        from vidensbro.hub.matches.searching import find_expert_ids, find_ids

        register(find_ids, find_expert_ids)
