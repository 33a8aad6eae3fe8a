"""What has happened to a version: changes, approvals, corrections."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.newsroom.models.releases import Release, Version


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


class LateChange(models.Model):
    """What was changed beside the words of a release, while a version was in review or waited for its hour.

    Changed words are approved anew. This is not, but issuers that had approved are told: `told` is when those who had
    by then were written to. `key` is that of the row that was changed (of what was linked, for a subject), "" for the
    settings; the names are what it was called then, "" for subjects, whose names not everybody may see. `texts` are
    [column, before, after]. `waited` has the numbers of the versions that waited then, by key. Rows go once no version
    waits any more.
    """

    class What(models.TextChoices):
        PICTURE = "picture"
        DOCUMENT = "document"
        CONTACT = "contact"
        SETTINGS = "settings"
        NEED = "need"
        COLLABORATION = "collaboration"
        WORK = "work"
        PERSON = "person"

    class Done(models.TextChoices):
        ADDED = "added"
        CHANGED = "changed"
        REMOVED = "removed"
        MOVED = "moved"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, models.CASCADE, related_name="late_changes")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    what = models.CharField(max_length=13, choices=What)
    done = models.CharField(max_length=7, choices=Done)
    key = models.CharField(max_length=36, blank=True)
    name_da = models.CharField(max_length=500, blank=True)
    name_en = models.CharField(max_length=500, blank=True)
    texts = models.JSONField(default=list, blank=True)
    waited = models.JSONField(default=dict)
    told = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.what} {self.done}"
