"""Runs the engine, keeps runs and evidence, takes feedback, keeps the index in step."""

from __future__ import annotations

from django.apps import AppConfig


class MatchesConfig(AppConfig):
    name = "vidensbro.hub.matches"
