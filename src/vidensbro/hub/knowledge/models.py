"""What is known and what is on offer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.directory.models import FieldTag, Organisation, Person, Provenance
from vidensbro.hub.directory.models.provenance import once_per_source

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Work(Provenance):
    """A publication, project, patent, trial or dataset.

    `date` is when it was published, filed or registered; `start` and `end` bound a project or trial.
    `language` is that of title and abstract, ISO 639-1.
    """

    class Kind(models.TextChoices):
        PUBLICATION = "publication", _("Publication")
        PROJECT = "project", _("Project")
        PATENT = "patent", _("Patent")
        TRIAL = "trial", _("Clinical trial")
        DATASET = "dataset", _("Dataset")

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PUBLICATION)
    title = models.TextField()
    abstract = models.TextField(blank=True)
    language = models.CharField(max_length=2, blank=True)
    date = models.DateField(null=True, blank=True)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    type = models.CharField(max_length=60, blank=True)
    venue = models.CharField(max_length=500, blank=True)
    doi = models.CharField(max_length=300, blank=True, db_index=True)
    url = models.URLField(max_length=1000, blank=True)
    cited_by = models.PositiveIntegerField(default=0)
    open_access = models.BooleanField(null=True, blank=True)
    retracted = models.BooleanField(default=False)
    withdrawn = models.BooleanField(default=False)
    newest = models.GeneratedField(
        # What lists are sorted by: never NULL, which databases sort at different ends.
        expression=Coalesce("date", "start", models.Value(dt.date.min), output_field=models.DateField()),
        output_field=models.DateField(),
        db_persist=True,
    )

    if TYPE_CHECKING:
        authorships: ClassVar[RelatedManager[Authorship]]
        field_tags: ClassVar[RelatedManager[WorkField]]
        grants: ClassVar[RelatedManager[Grant]]

    class Meta:
        indexes = [
            models.Index(fields=["-newest", "id"], name="work_newest"),
            models.Index(fields=["kind", "-newest", "id"], name="work_kind_newest"),
        ]
        constraints = [
            once_per_source("work"),
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(end__isnull=True) | Q(end__gte=F("start")),
                name="work_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Authorship(models.Model):
    """Who stands behind a work. An author with two affiliations has two rows with the same `position`.

    `position` counts from 1 in the order of the work. `raw_name` is the name as printed there: it stays when
    the person is not known, so that nobody is invented.
    """

    class Role(models.TextChoices):
        AUTHOR = "author", _("author")
        INVENTOR = "inventor", _("inventor")
        INVESTIGATOR = "investigator", _("investigator")
        COORDINATOR = "coordinator", _("coordinator")
        PARTNER = "partner", _("partner")
        OWNER = "owner", _("owner")

    work = models.ForeignKey(Work, models.CASCADE, related_name="authorships")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="authorships")
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="authorships"
    )
    position = models.PositiveIntegerField()
    role = models.CharField(max_length=12, choices=Role, default=Role.AUTHOR)
    raw_name = models.CharField(max_length=300, blank=True)
    raw_affiliation = models.CharField(max_length=500, blank=True)
    corresponding = models.BooleanField(default=False)

    class Meta:
        ordering = ["work", "position", "id"]
        indexes = [models.Index(fields=["work", "position"], name="authorship_in_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "position", "organisation"],
                condition=Q(organisation__isnull=False),
                name="authorship_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.position} {self.raw_name}"


class WorkField(FieldTag):
    """What a work is about."""

    work = models.ForeignKey(Work, models.CASCADE, related_name="field_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["work", "notation"], name="work_field_once")]


class Grant(models.Model):
    """Money behind a work, as one source tells of it.

    With an `organisation` it is what that one gets of the grant, and what its own part costs; without, the whole.
    `amount` is what the funder gives, `total` what it costs, in whole units of `currency` (ISO 4217). Works with the
    same `funder_key` and `number` come of the same grant: a project and its results. `source` is who says so.
    """

    work = models.ForeignKey(Work, models.CASCADE, related_name="grants")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="grants"
    )
    source = models.CharField(max_length=30)
    funder = models.CharField(max_length=300, blank=True)
    funder_key = models.CharField(max_length=300, blank=True)
    number = models.CharField(max_length=100, blank=True)
    amount = models.PositiveBigIntegerField(null=True, blank=True)
    total = models.PositiveBigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["number", "funder_key"], name="grant_number")]
        constraints = [
            models.CheckConstraint(condition=Q(funder__gt="") | Q(number__gt=""), name="grant_says_something")
        ]

    def __str__(self) -> str:
        return f"{self.funder} {self.number}".strip()


class Offer(Provenance):
    """Something that somebody can use: a test site, equipment, premises, funding, a service, a technology.

    `title` and `body` are in `language`; `title_other` and `body_other` in the other of Danish and English.
    `readiness_from` and `readiness_to` are technology readiness levels (EN 16603-11:2019) that it suits.
    `amount` is money on offer, in `currency` (ISO 4217); `capacity` says in words how much of it there is.
    """

    class Kind(models.TextChoices):
        TEST_SITE = "test_site", _("Test site")
        EQUIPMENT = "equipment", _("Equipment")
        PREMISES = "premises", _("Premises")
        FUNDING = "funding", _("Funding")
        SERVICE = "service", _("Service")
        TECHNOLOGY = "technology", _("Technology")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("everybody")
        MEMBERS = "members", _("members")

    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    language = models.CharField(max_length=2, default="da")
    title_other = models.CharField(max_length=300, blank=True)
    body_other = models.TextField(blank=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="offers")
    contact = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="offers")
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)
    latitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    available_from = models.DateField(null=True, blank=True)
    available_to = models.DateField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    capacity = models.CharField(max_length=200, blank=True)
    readiness_from = models.PositiveSmallIntegerField(null=True, blank=True)
    readiness_to = models.PositiveSmallIntegerField(null=True, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.PUBLIC)
    withdrawn = models.BooleanField(default=False)

    if TYPE_CHECKING:
        field_tags: ClassVar[RelatedManager[OfferField]]

    class Meta:
        indexes = [models.Index(fields=["kind", "deadline", "id"], name="offer_kind_deadline")]
        constraints = [
            once_per_source("offer"),
            models.CheckConstraint(
                condition=Q(available_from__isnull=True)
                | Q(available_to__isnull=True)
                | Q(available_to__gte=F("available_from")),
                name="offer_available_in_order",
            ),
            models.CheckConstraint(
                condition=(Q(readiness_from__isnull=True) | Q(readiness_from__range=(1, 9)))
                & (Q(readiness_to__isnull=True) | Q(readiness_to__range=(1, 9))),
                name="offer_readiness_1_to_9",
            ),
            models.CheckConstraint(
                condition=Q(readiness_from__isnull=True)
                | Q(readiness_to__isnull=True)
                | Q(readiness_to__gte=F("readiness_from")),
                name="offer_readiness_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class OfferField(FieldTag):
    """What an offer is for."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="field_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "notation"], name="offer_field_once")]
