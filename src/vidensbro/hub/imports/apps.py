"""Runs, progress, provenance and merge proposals."""

from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "vidensbro.hub.imports"
