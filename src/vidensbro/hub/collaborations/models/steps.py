"""Steps: the dated facts that a collaboration consists of, each with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.collaborations.models.collaborations import Collaboration, Party, Stage
from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.files.models import StoredFile

if TYPE_CHECKING:
    from vidensbro.hub.collaborations.models.facts import Agreement, Funding, Milestone, Reached, Result


class StepKind(models.TextChoices):
    """What kind of fact a step is."""

    BEGUN = "begun", _("beginning")
    STAGE = "stage", _("stage")
    READINESS = "readiness", _("technology readiness")
    AGREEMENT = "agreement", _("agreement")
    MILESTONE = "milestone", _("milestone")
    REACHED = "reached", _("milestone reached")
    FUNDING = "funding", _("funding")
    RESULT = "result", _("result")
    JOINED = "joined", _("new party")
    LEFT = "left", _("party left")
    NOTE = "note", _("event")


class EvidenceKind(models.TextChoices):
    """What a fact rests on."""

    FILE = "file", _("a file")
    LINK = "link", _("a link")
    STATEMENT = "statement", _("a statement")


class Step(models.Model):
    """Something that happened on `date`, and what it rests on.

    Rows are never changed and never deleted: a correction is a new row that `corrects` the old one, whose
    `superseded_at` is set; an entry that was undone has `withdrawn_at`. A step is *current* when it has neither.
    Details of agreements, milestones, funding and results are in `models.facts`, one row for each step.

    `evidence_by` says whose statement it is. `recorded` is when it was entered, `date` when it happened.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    collaboration = models.ForeignKey(Collaboration, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind)
    date = models.DateField()
    note = models.TextField(blank=True, max_length=2000)
    stage = models.CharField(max_length=10, choices=Stage, blank=True)
    readiness = models.PositiveSmallIntegerField(null=True, blank=True)
    party = models.ForeignKey(Party, models.CASCADE, null=True, blank=True, related_name="steps")
    evidence = models.CharField(max_length=10, choices=EvidenceKind)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="steps")
    link = models.URLField(max_length=500, blank=True)
    evidence_by = models.CharField(max_length=200, blank=True)
    recorded = models.DateTimeField(default=clock.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="steps_recorded"
    )
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    superseded_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    if TYPE_CHECKING:
        agreement: Agreement
        milestone: Milestone
        reached: Reached
        funding: Funding
        result: Result

    class Meta:
        ordering = ["date", "recorded", "pk"]
        indexes = [
            models.Index(fields=["collaboration", "date", "recorded"], name="step_collaboration_date"),
            models.Index(fields=["kind", "date"], name="step_kind_date"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="step_kind_known"),
            models.CheckConstraint(
                condition=Q(kind__in=[StepKind.BEGUN, StepKind.STAGE], stage__in=Stage.values)
                | (~Q(kind__in=[StepKind.BEGUN, StepKind.STAGE]) & Q(stage="")),
                name="step_stage_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind=StepKind.READINESS, readiness__isnull=False, readiness__range=(1, 9))
                | (~Q(kind=StepKind.READINESS) & Q(readiness__isnull=True)),
                name="step_readiness_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[StepKind.JOINED, StepKind.LEFT], party__isnull=False)
                | (~Q(kind__in=[StepKind.JOINED, StepKind.LEFT]) & Q(party__isnull=True)),
                name="step_party_fits_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind=StepKind.NOTE) | Q(note__gt=""), name="step_event_has_words"
            ),
            models.CheckConstraint(
                condition=Q(evidence=EvidenceKind.FILE, file__isnull=False, link="")
                | Q(evidence=EvidenceKind.LINK, file__isnull=True, link__gt="")
                | Q(evidence=EvidenceKind.STATEMENT, file__isnull=True, link="", evidence_by__gt=""),
                name="step_has_its_evidence",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")), name="step_corrects_another"
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(corrects__isnull=False, withdrawn_at__isnull=True),
                name="step_corrected_once",
            ),
            models.UniqueConstraint(
                fields=["collaboration"],
                condition=Q(kind=StepKind.BEGUN, superseded_at__isnull=True, withdrawn_at__isnull=True),
                name="step_begins_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.kind}"

    @property
    def is_current(self) -> bool:
        """Neither corrected nor undone."""
        return self.superseded_at is None and self.withdrawn_at is None
