"""People, where they work, how to reach them, and who speaks for an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common.text import name_key
from vidensbro.hub.directory.models.organisations import Organisation
from vidensbro.hub.directory.models.provenance import FieldTag, Provenance, once_per_source

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class PersonQuerySet(models.QuerySet["Person"]):
    """People by state."""

    def current(self) -> PersonQuerySet:
        """Those who were not merged into another row."""
        return self.filter(successor__isnull=True)


class Person(Provenance):
    """A researcher, clinician or specialist. `name` is the name as published.

    `user` is the account of the person, once it is known that they are the same: it lets people see and
    correct what is stored about them. A merged row stays as a signpost to its `successor`.
    """

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("everybody")
        MEMBERS = "members", _("members")
        HIDDEN = "hidden", _("nobody")

    name = models.CharField(max_length=200)
    given = models.CharField(max_length=120, blank=True)
    family = models.CharField(max_length=120, blank=True)
    name_key = models.CharField(max_length=200, editable=False, db_index=True)
    orcid = models.CharField(max_length=19, blank=True)
    openalex = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200, blank=True)
    summary_da = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="person"
    )
    successor = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="predecessors")

    objects = PersonQuerySet.as_manager()

    if TYPE_CHECKING:
        affiliations: ClassVar[RelatedManager[Affiliation]]
        field_tags: ClassVar[RelatedManager[PersonField]]
        contact_points: ClassVar[RelatedManager[ContactPoint]]

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            once_per_source("person"),
            models.UniqueConstraint(fields=["orcid"], condition=~Q(orcid=""), name="person_orcid_once"),
            models.UniqueConstraint(
                fields=["openalex"], condition=~Q(openalex=""), name="person_openalex_once"
            ),
            models.CheckConstraint(condition=~Q(successor=F("id")), name="person_not_own_successor"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(self.name)[:200]
        super().save(*args, **kwargs)


class Affiliation(models.Model):
    """A person's place in an organisation, from a date to a date; open ends are NULL."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="affiliations")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="affiliations")
    role = models.CharField(max_length=200, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=Q(since__isnull=True),
                name="affiliation_undated_once",
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "role", "since"],
                condition=Q(since__isnull=False),
                name="affiliation_dated_once",
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="affiliation_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.organisation_id}"


class PersonField(FieldTag):
    """What a person works with."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="field_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "notation"], name="person_field_once")]


class ContactPoint(models.Model):
    """How to reach an organisation or a person, and who may know. Kept apart from the rest on purpose."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Telephone")
        WEB = "web", _("Web address")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("everybody")
        MEMBERS = "members", _("members")
        SECRETARIAT = "secretariat", _("the secretariat")

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="contact_points"
    )
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="contact_points")
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=300)
    label = models.CharField(max_length=100, blank=True)
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.MEMBERS)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, person__isnull=True)
                | Q(organisation__isnull=True, person__isnull=False),
                name="contact_point_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"


class Membership(models.Model):
    """A user acts for an organisation; a coordinator also decides for it."""

    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        COORDINATOR = "coordinator", _("Coordinator")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role, default=Role.MEMBER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organisation"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.organisation_id}: {self.role}"
