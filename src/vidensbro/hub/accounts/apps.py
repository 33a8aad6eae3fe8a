"""Users, roles, actors and the policy mechanism."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "vidensbro.hub.accounts"

    def ready(self) -> None:
        from vidensbro.hub.accounts import receivers  # noqa: F401  (connects itself)
