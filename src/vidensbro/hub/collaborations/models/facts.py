"""What a step says in detail. One row belongs to one step and is, like it, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.collaborations.models.collaborations import Party
from vidensbro.hub.collaborations.models.steps import Step

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class AgreementKind(models.TextChoices):
    """What is agreed."""

    CONFIDENTIALITY = "confidentiality", _("confidentiality agreement")
    COLLABORATION = "collaboration", _("collaboration agreement")
    LICENCE = "licence", _("licence agreement")
    DATA = "data", _("data agreement")


class Agreement(models.Model):
    """An agreement that was signed on the step's date; its file is the step's evidence. `until` is its last day."""

    step = models.OneToOneField(Step, models.CASCADE, related_name="agreement")
    kind = models.CharField(max_length=16, choices=AgreementKind)
    title = models.CharField(max_length=200, blank=True)
    signed = models.DateField()
    until = models.DateField(null=True, blank=True)

    if TYPE_CHECKING:
        between: ClassVar[RelatedManager[AgreementParty]]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AgreementKind.values), name="agreement_kind_known"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("signed")), name="agreement_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.signed:%Y-%m-%d}"


class AgreementParty(models.Model):
    """A party has signed an agreement."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="between")
    party = models.ForeignKey(Party, models.CASCADE, related_name="agreements")

    class Meta:
        ordering = ["party__since", "party_id"]
        verbose_name_plural = "agreement parties"
        constraints = [models.UniqueConstraint(fields=["agreement", "party"], name="agreement_party_once")]

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.party_id}"


class Milestone(models.Model):
    """Something that is to be reached by `due`."""

    step = models.OneToOneField(Step, models.CASCADE, related_name="milestone")
    title = models.CharField(max_length=200)
    due = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="milestone_has_title")]

    def __str__(self) -> str:
        return self.title


class Reached(models.Model):
    """A milestone was reached on the step's date. `current` as long as the step is."""

    step = models.OneToOneField(Step, models.CASCADE, related_name="reached")
    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="reached")
    current = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "reached"
        constraints = [
            models.UniqueConstraint(
                fields=["milestone"], condition=Q(current=True), name="milestone_reached_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id}"


class Funding(models.Model):
    """Money and work that go into a collaboration. Amounts are in øre, the hundredth of a Danish krone.

    `amount` comes from `source`; `own` is what the parties pay themselves; the in-kind contribution is time, in
    minutes, at a rate in øre for an hour.
    """

    step = models.OneToOneField(Step, models.CASCADE, related_name="funding")
    source = models.CharField(max_length=200, blank=True)
    amount = models.PositiveBigIntegerField(default=0)
    own = models.PositiveBigIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0)
    rate = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "funding"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, own__gte=0, minutes__gte=0, rate__gte=0),
                name="funding_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0) | Q(own__gt=0) | Q(minutes__gt=0), name="funding_of_something"
            ),
            models.CheckConstraint(
                condition=Q(minutes=0, rate=0) | Q(minutes__gt=0, rate__gt=0), name="funding_hours_have_rate"
            ),
            models.CheckConstraint(condition=Q(amount=0) | Q(source__gt=""), name="funding_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.total}"

    @property
    def in_kind(self) -> int:
        """What the hours are worth, in øre, rounded half up."""
        return (self.minutes * self.rate * 2 + 60) // 120

    @property
    def total(self) -> int:
        """Everything, in øre."""
        return self.amount + self.own + self.in_kind


class ResultKind(models.TextChoices):
    """What came of a collaboration; products, services and processes as in the Oslo Manual (OECD/Eurostat 2018)."""

    PUBLICATION = "publication", _("publication")
    INVENTION = "invention", _("invention disclosure")
    PATENT = "patent", _("patent")
    LICENCE = "licence", _("licence")
    PRODUCT = "product", _("product")
    SERVICE = "service", _("service")
    PROCESS = "process", _("process")
    SPIN_OUT = "spin_out", _("spin-out")
    JOBS = "jobs", _("jobs")
    INVESTMENT = "investment", _("investment")


class Novelty(models.TextChoices):
    """To whom an innovation is new (Oslo Manual 2018, section 3.3)."""

    FIRM = "firm", _("new to the firm")
    MARKET = "market", _("new to the market")
    WORLD = "world", _("new to the world")


MUST_SAY_NOVELTY = (ResultKind.PRODUCT, ResultKind.SERVICE)
MAY_SAY_NOVELTY = (*MUST_SAY_NOVELTY, ResultKind.PROCESS)
MAY_HAVE_AMOUNT = (ResultKind.INVESTMENT, ResultKind.LICENCE)


class Result(models.Model):
    """Something that came of a collaboration. `quantity` counts it (jobs in whole posts); `amount` is in øre."""

    step = models.OneToOneField(Step, models.CASCADE, related_name="result")
    kind = models.CharField(max_length=12, choices=ResultKind)
    title = models.CharField(max_length=300)
    quantity = models.PositiveIntegerField(default=1)
    novelty = models.CharField(max_length=8, choices=Novelty, blank=True)
    amount = models.PositiveBigIntegerField(null=True, blank=True)
    identifier = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind"], name="result_kind")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ResultKind.values), name="result_kind_known"),
            models.CheckConstraint(condition=~Q(title=""), name="result_has_title"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="result_quantity"),
            models.CheckConstraint(
                condition=Q(kind__in=MUST_SAY_NOVELTY, novelty__in=Novelty.values)
                | Q(kind=ResultKind.PROCESS, novelty__in=["", *Novelty.values])
                | (~Q(kind__in=MAY_SAY_NOVELTY) & Q(novelty="")),
                name="result_novelty_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind=ResultKind.INVESTMENT, amount__isnull=False, amount__gt=0)
                | Q(kind=ResultKind.LICENCE)
                | (~Q(kind__in=MAY_HAVE_AMOUNT) & Q(amount__isnull=True)),
                name="result_amount_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.title
