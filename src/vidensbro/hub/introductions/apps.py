"""From a match to people who have both said yes."""

from __future__ import annotations

from django.apps import AppConfig


class IntroductionsConfig(AppConfig):
    name = "vidensbro.hub.introductions"
