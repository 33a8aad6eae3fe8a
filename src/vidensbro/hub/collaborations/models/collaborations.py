"""Collaborations and their parties."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.directory.models import FieldTag, Organisation, Person
from vidensbro.hub.introductions.models import Introduction

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from vidensbro.hub.collaborations.models.steps import Step


class Stage(models.TextChoices):
    """How far a collaboration has come. It may leave stages out, and go back."""

    DIALOGUE = "dialogue", _("dialogue")
    AGREEMENT = "agreement", _("agreement")
    PROJECT = "project", _("project")
    TEST = "test", _("test or pilot")
    RESULT = "result", _("result")
    IN_USE = "in_use", _("in use")
    ENDED = "ended", _("ended")


class Collaboration(models.Model):
    """Organisations that work on something together.

    `stage`, `ended`, `readiness_start`, `readiness_now` and `moved` say what the current steps add up to; services keep
    them in step, and the database keeps them consistent. Readiness is a technology readiness level, 1 to 9
    (EN 16603-11:2019). `moved` is when the last fact was recorded.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=200)
    purpose = models.TextField(blank=True, max_length=5000)
    language = models.CharField(max_length=2, blank=True)
    introduction = models.OneToOneField(
        Introduction, models.SET_NULL, null=True, blank=True, related_name="collaboration"
    )
    began = models.DateField()
    ended = models.DateField(null=True, blank=True)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DIALOGUE)
    readiness_start = models.PositiveSmallIntegerField(null=True, blank=True)
    readiness_now = models.PositiveSmallIntegerField(null=True, blank=True)
    created = models.DateTimeField(default=clock.now, editable=False)
    moved = models.DateTimeField(default=clock.now)

    if TYPE_CHECKING:
        parties: ClassVar[RelatedManager[Party]]
        steps: ClassVar[RelatedManager[Step]]
        field_tags: ClassVar[RelatedManager[CollaborationField]]

    class Meta:
        indexes = [models.Index(fields=["stage", "-moved"], name="collaboration_stage_moved")]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="collaboration_has_title"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="collaboration_stage_known"),
            models.CheckConstraint(
                condition=Q(readiness_start__isnull=True, readiness_now__isnull=True)
                | Q(
                    readiness_start__isnull=False,
                    readiness_now__isnull=False,
                    readiness_start__range=(1, 9),
                    readiness_now__range=(1, 9),
                ),
                name="collaboration_readiness_1_to_9",
            ),
            models.CheckConstraint(
                condition=Q(stage=Stage.ENDED, ended__isnull=False)
                | (~Q(stage=Stage.ENDED) & Q(ended__isnull=True)),
                name="collaboration_end_fits_stage",
            ),
            models.CheckConstraint(
                condition=Q(ended__isnull=True) | Q(ended__gte=F("began")), name="collaboration_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CollaborationField(FieldTag):
    """What a collaboration is about."""

    collaboration = models.ForeignKey(Collaboration, models.CASCADE, related_name="field_tags")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collaboration", "notation"], name="collaboration_field_once")
        ]


class PartyRole(models.TextChoices):
    """What a party is to a collaboration. An observer may read and nothing else."""

    COMPANY = "company", _("company")
    RESEARCH = "research", _("research partner")
    TEST_HOST = "test_host", _("test host")
    FUNDER = "funder", _("funder")
    ADVISER = "adviser", _("adviser")
    PUBLIC = "public", _("public authority")
    USERS = "users", _("users or patients")
    OBSERVER = "observer", _("observer")
    OTHER = "other", _("other")


class Party(models.Model):
    """An organisation that takes part, by its row in the directory or, where it has none, by name.

    `shared`: everybody who acts for the organisation takes part; else only the people named. A party that has left has
    `until`, and sees nothing any more.
    """

    collaboration = models.ForeignKey(Collaboration, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="collaboration_parties"
    )
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=10, choices=PartyRole)
    shared = models.BooleanField(default=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    if TYPE_CHECKING:
        people: ClassVar[RelatedManager[PartyPerson]]

    class Meta:
        ordering = ["since", "pk"]
        verbose_name_plural = "parties"
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, name="") | Q(organisation__isnull=True, name__gt=""),
                name="party_organisation_or_name",
            ),
            models.CheckConstraint(condition=Q(role__in=PartyRole.values), name="party_role_known"),
            models.UniqueConstraint(
                fields=["collaboration", "organisation"],
                condition=Q(organisation__isnull=False, until__isnull=True),
                name="party_once",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="party_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.organisation)


class PartyPerson(models.Model):
    """Somebody who takes part for a party: a person of the directory, an account, or both."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="collaborations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="collaborations"
    )
    role = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "party people"
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(user__isnull=False), name="party_person_somebody"
            ),
            models.UniqueConstraint(
                fields=["party", "person"], condition=Q(person__isnull=False), name="party_person_once"
            ),
            models.UniqueConstraint(
                fields=["party", "user"], condition=Q(user__isnull=False), name="party_user_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.user)
