"""Who did what, and the registry for export, erasure and merge."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "vidensbro.hub.audit"
