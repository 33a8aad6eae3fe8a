"""What must follow a commit: index updates, mail. Written in the same transaction, drained by a worker."""

from __future__ import annotations

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "vidensbro.hub.outbox"
