"""The broker's desk: one queue of what waits for the secretariat."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "vidensbro.hub.desk"
