"""The record of who did what."""

from __future__ import annotations

from django.db import models

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id


class Event(models.Model):
    """One thing that somebody did. Rows are added, never changed.

    The actor is kept as a reference ("user:<id>", "system:<name>", "visitor"), not as a foreign key: an event
    outlives the account, and erasing a person replaces the reference.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=clock.now)
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    details = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "object_id", "-at"], name="audit_object"),
            models.Index(fields=["actor", "-at"], name="audit_actor"),
            models.Index(fields=["-at"], name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.kind}:{self.object_id}"
