"""What grew out of an introduction: parties, steps, agreements, results."""

from __future__ import annotations

from django.apps import AppConfig


class CollaborationsConfig(AppConfig):
    name = "vidensbro.hub.collaborations"
