"""Needs, their states, whom they are for, and what the others are told of them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.directory.models import FieldTag, Organisation

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


CLOSED_CIRCLES = ("organisations", "sealed")
"""Visibilities of needs that others are told of by a teaser at most."""


class Visibility(models.TextChoices):
    """Who may see a posted need. A draft is seen by its owner only."""

    PUBLIC = "public", _("everybody")
    MEMBERS = "members", _("members")
    ORGANISATIONS = "organisations", _("named organisations")
    SEALED = "sealed", _("the secretariat and me only")


class State(models.TextChoices):
    """Where a need is on its way."""

    DRAFT = "draft", _("draft")
    POSTED = "posted", _("posted")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")


class Need(models.Model):
    """What somebody looks for. The owner is a user, or an organisation when no user is named.

    `sought` are kinds of targets (empty: all). `readiness` is a technology readiness level, 1 to 9
    (EN 16603-11:2019). The database holds the state machine's dates: a posted need has been posted, a closed
    one is closed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    language = models.CharField(max_length=2, blank=True)
    sought = models.JSONField(default=list, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    readiness = models.PositiveSmallIntegerField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="needs"
    )
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="needs"
    )
    contact = models.CharField(max_length=300, blank=True)
    visibility = models.CharField(max_length=15, choices=Visibility, default=Visibility.MEMBERS)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    example = models.BooleanField(default=False)
    source = models.CharField(max_length=30, blank=True)
    source_id = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField(default=clock.now, editable=False)
    changed = models.DateTimeField(default=clock.now)
    posted = models.DateTimeField(null=True, blank=True)
    closed = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)

    if TYPE_CHECKING:
        field_tags: ClassVar[RelatedManager[NeedField]]
        audiences: ClassVar[RelatedManager[NeedAudience]]

    class Meta:
        indexes = [
            models.Index(fields=["state", "-posted", "id"], name="need_state_posted"),
            models.Index(fields=["owner", "-changed"], name="need_owner_changed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~Q(source_id=""), name="need_once_per_source"
            ),
            models.CheckConstraint(
                condition=Q(readiness__isnull=True) | Q(readiness__range=(1, 9)), name="need_readiness_1_to_9"
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT, posted__isnull=True, closed__isnull=True)
                | Q(state__in=[State.POSTED, State.ANSWERED], posted__isnull=False, closed__isnull=True)
                | Q(state=State.CLOSED, posted__isnull=False, closed__isnull=False),
                name="need_dates_fit_state",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.text[:80]


class NeedField(FieldTag):
    """What a need is about."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="field_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["need", "notation"], name="need_field_once")]


class NeedAudience(models.Model):
    """An organisation that a need for named organisations is for: who acts for it sees the need."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="audiences")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="need_audiences")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["need", "organisation"], name="need_audience_once")]

    def __str__(self) -> str:
        return f"{self.need_id} for {self.organisation_id}"


class NeedTeaser(models.Model):
    """What others are told of a need that they may not see: this text and nothing else.

    The id is random (UUID version 4): those of other rows tell when they were made, and this one must not lead to
    the need. It is shown while `approved_at` is set; whoever changes it takes the approval away.
    """

    class Audience(models.TextChoices):
        PUBLIC = "public", _("everybody")
        MEMBERS = "members", _("members")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    need = models.OneToOneField(Need, models.CASCADE, related_name="teaser")
    text = models.TextField()
    language = models.CharField(max_length=2, blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.MEMBERS)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed = models.DateTimeField(default=clock.now)

    if TYPE_CHECKING:
        interests: ClassVar[RelatedManager[TeaserInterest]]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at__isnull=False) | Q(approved_by__isnull=True),
                name="teaser_approval_has_date",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="teaser_has_text"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class TeaserInterest(models.Model):
    """Somebody who saw a teaser can help. The owner's side and the secretariat are told."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    teaser = models.ForeignKey(NeedTeaser, models.CASCADE, related_name="interests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="teaser_interests")
    message = models.TextField()
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["teaser", "user"], name="teaser_interest_once")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.teaser_id}"
