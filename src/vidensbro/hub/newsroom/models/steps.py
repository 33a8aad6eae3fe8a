"""What has happened to a version: changes, approvals, corrections."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.newsroom.models.releases import Version


class Revision(models.Model):
    """All of a version's words as they were after a change: headline, lead, body, fact boxes, quotes."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    content = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="revision_once")]

    def __str__(self) -> str:
        return f"{self.version_id} no. {self.number}"


class Approval(models.Model):
    """An issuer says yes to exactly these words: those of the version's change `number`. Any later change voids it."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="approvals")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="release_approvals")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "organisation"], name="approval_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id} approved {self.version_id}"


class Correction(models.Model):
    """What was wrong in a version that was out, for everybody to read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="corrections")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)
    note = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(note=""), name="correction_has_note")]

    def __str__(self) -> str:
        return self.note[:80]
