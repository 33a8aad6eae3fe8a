"""E-mail: rendered in the reader's language, sent through the outbox, each once."""

from __future__ import annotations

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "vidensbro.hub.mail"

    def ready(self) -> None:
        """Have the settings checked."""
        from vidensbro.hub.mail.checks import register_checks

        register_checks()
