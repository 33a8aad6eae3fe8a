"""What the brokers decided about what waits, and the views they keep. What waits is found by `sources`."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.directory.models import Office


class Kind(models.TextChoices):
    """Why something is on the desk. The most urgent first."""

    ESCALATED = "escalated", _("no answer, almost over")
    EXPIRING = "expiring", _("soon over")
    OWNER = "owner", _("the owner's yes is missing")
    LATER = "later", _("the day put off to is here")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("ended without an answer")
    ROUTE = "route", _("to route")
    JOIN = "join", _("asks to join")
    CLAIM = "claim", _("says to be a person")
    WEAK = "weak", _("weak matches")
    QUIET = "quiet", _("gone quiet")
    MAIL = "mail", _("mail given up")
    WAITING = "waiting", _("waits for an answer")


OF_INTRODUCTIONS = (
    Kind.ESCALATED,
    Kind.EXPIRING,
    Kind.OWNER,
    Kind.LATER,
    Kind.DECLINED,
    Kind.EXPIRED,
    Kind.WAITING,
)
"""Whoever has one of these is the introduction's own broker: that is kept there and not here."""


class DeskItem(models.Model):
    """What was decided about one thing that waits: `key` is the id of the need, introduction, mail …

    It is dealt with while `done_at` is later than what put it on the desk. Only a need to route has an office.
    """

    kind = models.CharField(max_length=10, choices=Kind)
    key = models.UUIDField()
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="desk_items"
    )
    snoozed_until = models.DateField(null=True, blank=True)
    office = models.ForeignKey(Office, models.SET_NULL, null=True, blank=True, related_name="desk_items")
    note = models.TextField(blank=True, max_length=2000)
    done_at = models.DateTimeField(null=True, blank=True)
    changed = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["key"], name="desk_item_key")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="desk_item_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="desk_item_kind_known"),
            models.CheckConstraint(
                condition=Q(office__isnull=True) | Q(kind=Kind.ROUTE), name="desk_item_office_of_a_need"
            ),
            models.CheckConstraint(
                condition=Q(assignee__isnull=True) | ~Q(kind__in=OF_INTRODUCTIONS),
                name="desk_item_introductions_have_brokers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


KEPT_FOR = timedelta(days=7)
"""How long it is kept what an action replaced."""


class DeskAction(models.Model):
    """One thing that somebody did at the desk, with what it replaced, so that it can be undone.

    `parts` are the codes of what was done. `changes` holds for each row its kind and key, and what it said before and
    after (`decided.Decided`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="desk_actions"
    )
    at = models.DateTimeField(default=clock.now)
    parts = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["actor", "-at"], name="desk_action_actor")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {', '.join(self.parts)}"


class SavedView(models.Model):
    """Filters that are kept under a name. One without an owner is shared: its owner has been erased."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="desk_views"
    )
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    shared = models.BooleanField(default=False)
    created = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="desk_view_once"),
            models.CheckConstraint(condition=~Q(name=""), name="desk_view_has_name"),
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(shared=True), name="desk_view_of_nobody_is_shared"
            ),
        ]

    def __str__(self) -> str:
        return self.name
