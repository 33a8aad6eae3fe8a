"""Organisations of every kind, how they belong together and where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common.text import name_key
from vidensbro.hub.directory.models.provenance import FieldTag, Provenance, once_per_source

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

LANGUAGES = [("da", _("Danish")), ("en", _("English")), ("", _("other"))]


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations by state."""

    def current(self) -> OrganisationQuerySet:
        """Those that stand: neither withdrawn nor merged into another."""
        return self.exclude(status=Organisation.Status.WITHDRAWN)


class Organisation(Provenance):
    """A company, university, hospital, authority ... `name` is what it calls itself.

    `parent` is the organisation it is part of. A withdrawn organisation keeps its row, so that old addresses
    lead to its `successor`. One that is `advertising_protected` (reklamebeskyttelse, the Danish act on the company
    register, section 19) is shown without the details by which it could be contacted, and gets no mail at them.
    """

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        UNIVERSITY = "university", _("University")
        HOSPITAL = "hospital", _("Hospital")
        REGION = "region", _("Region")
        MUNICIPALITY = "municipality", _("Municipality")
        GTS = "gts", _("Research and technology organisation")
        CLUSTER = "cluster", _("Cluster")
        ASSOCIATION = "association", _("Association")
        FOUNDATION = "foundation", _("Foundation")
        INVESTOR = "investor", _("Investor")
        INCUBATOR = "incubator", _("Incubator")
        MINISTRY = "ministry", _("Ministry")
        AGENCY = "agency", _("Agency")
        TRADE_ASSOCIATION = "trade_association", _("Trade association")
        COLLEGE = "college", _("University college")
        RESEARCH_INFRASTRUCTURE = "research_infrastructure", _("Research infrastructure")
        OTHER = "other", _("Other organisation")

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        INACTIVE = "inactive", _("no longer active")
        WITHDRAWN = "withdrawn", _("withdrawn")

    name = models.CharField(max_length=300)
    name_da = models.CharField(max_length=300, blank=True)
    name_en = models.CharField(max_length=300, blank=True)
    name_key = models.CharField(max_length=300, editable=False, db_index=True)
    kind = models.CharField(max_length=30, choices=Kind, default=Kind.OTHER)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")
    successor = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="predecessors")
    summary_da = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    website = models.URLField(max_length=500, blank=True)
    country = models.CharField(max_length=2, blank=True)
    founded = models.PositiveSmallIntegerField(null=True, blank=True)
    employees = models.PositiveIntegerField(null=True, blank=True)
    advertising_protected = models.BooleanField(default=False)

    objects = OrganisationQuerySet.as_manager()

    if TYPE_CHECKING:
        offices: ClassVar[RelatedManager[Office]]
        identifiers: ClassVar[RelatedManager[Identifier]]
        aliases: ClassVar[RelatedManager[Alias]]
        roles: ClassVar[RelatedManager[OrganisationRole]]
        field_tags: ClassVar[RelatedManager[OrganisationField]]
        children: ClassVar[RelatedManager[Organisation]]

    class Meta:
        indexes = [models.Index(fields=["kind", "name_key"], name="organisation_kind_name")]
        constraints = [
            once_per_source("organisation"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="organisation_not_own_parent"),
            models.CheckConstraint(condition=~Q(successor=F("id")), name="organisation_not_own_successor"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(self.name)[:300]
        super().save(*args, **kwargs)

    def name_in(self, language: str) -> str:
        """The name in "da" or "en" where there is one, else the name."""
        return (self.name_da if language == "da" else self.name_en) or self.name


class Alias(models.Model):
    """Another name or an acronym of an organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=300)
    name_key = models.CharField(max_length=300, editable=False, db_index=True)
    language = models.CharField(max_length=2, blank=True)

    class Meta:
        verbose_name_plural = "aliases"
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="alias_once")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(self.name)[:300]
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Identifier(models.Model):
    """What a register calls an organisation. Values are in the normal form of `directory.identifiers`."""

    class Scheme(models.TextChoices):
        ROR = "ror", "ROR"
        CVR = "cvr", "CVR"
        GLN = "gln", "GLN"
        WIKIDATA = "wikidata", "Wikidata"
        FUNDREF = "fundref", "Crossref Funder ID"
        GRID = "grid", "GRID"
        ISNI = "isni", "ISNI"
        OPENALEX = "openalex", "OpenAlex"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=12, choices=Scheme)
    value = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "value"], name="identifier_once")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class Office(models.Model):
    """A place where an organisation is. Coordinates are WGS 84 degrees."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="offices")
    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2)
    latitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    head = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["country", "city"], name="office_place")]
        constraints = [
            models.UniqueConstraint(fields=["organisation"], condition=Q(head=True), name="office_one_head"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="office_coordinates",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.city, self.country) if part)


class OrganisationRole(models.Model):
    """What an organisation is to this cluster or district, and when."""

    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        FOUNDER = "founder", _("Founder")
        PARTNER = "partner", _("Partner")
        HOST = "host", _("Host")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="roles")
    role = models.CharField(max_length=10, choices=Role)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "role"], name="organisation_role_once"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="organisation_role_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.role}"


class OrganisationField(FieldTag):
    """What an organisation works with."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="field_tags")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "notation"], name="organisation_field_once")
        ]
