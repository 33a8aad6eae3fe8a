"""Users, roles, actors and the policy mechanism."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "vidensbro.hub.accounts"
