"""What of a sealed need a counterpart has been shown, step by step."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.files.models import StoredFile
from vidensbro.hub.introductions.models.introductions import AnswerLink, Introduction


class Stage(models.TextChoices):
    """How much is disclosed; each stage holds those before it."""

    TEASER = "teaser", _("teaser")
    DESCRIPTION = "description", _("description")
    IDENTITY = "identity", _("who it is")
    DOCUMENTS = "documents", _("documents")


class Disclosure(models.Model):
    """The counterpart asks for the next stage; the owner agrees or refuses. `agreed` is empty until then."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="disclosures")
    stage = models.CharField(max_length=12, choices=Stage)
    asked_at = models.DateTimeField(default=clock.now)
    agreed = models.BooleanField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    needs_confidentiality = models.BooleanField(default=False)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["introduction", "stage"],
                condition=Q(agreed__isnull=True) | Q(agreed=True),
                name="disclosure_once",
            ),
            models.CheckConstraint(
                condition=Q(agreed__isnull=True, decided_at__isnull=True)
                | Q(agreed__isnull=False, decided_at__isnull=False),
                name="disclosure_decided_fits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.introduction_id} {self.stage}"


class ConfidentialityAcceptance(models.Model):
    """Somebody accepted the confidentiality agreement, by name, at a time. `terms` is the text that was accepted."""

    disclosure = models.OneToOneField(Disclosure, models.CASCADE, related_name="acceptance")
    name = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)
    terms = models.TextField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    link = models.ForeignKey(AnswerLink, models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d}"


class Document(models.Model):
    """A file that the owner's side hands over; the counterpart gets it once its last stage is agreed to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="documents")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="introduction_documents")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["created", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["introduction", "file"], name="introduction_document_once")
        ]

    def __str__(self) -> str:
        return str(self.file)
