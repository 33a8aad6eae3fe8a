"""Signing in through others."""

from __future__ import annotations

from django.apps import AppConfig


class FederationConfig(AppConfig):
    name = "vidensbro.hub.accounts.federation"
    label = "federation"

    def ready(self) -> None:
        from vidensbro.hub.accounts.federation import receivers  # noqa: F401  (connects itself)
