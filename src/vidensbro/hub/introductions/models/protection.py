"""The time of those who are asked, and what stands between two sides."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from vidensbro.hub.common import clock
from vidensbro.hub.directory.models import Organisation, Person


class AskPreference(models.Model):
    """How often and when a person may be asked. `per_month` empty: the installation's own limit.

    In the quiet period nobody asks. With `digest`, requests are gathered into one mail a week.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="ask_preference")
    per_month = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_from = models.DateField(null=True, blank=True)
    quiet_until = models.DateField(null=True, blank=True)
    digest = models.BooleanField(default=False)
    digested_at = models.DateTimeField(null=True, blank=True)
    changed = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False, quiet_until__gte=F("quiet_from")),
                name="quiet_period_in_order",
            ),
            models.CheckConstraint(
                condition=Q(per_month__isnull=True) | Q(per_month__lte=31), name="asks_per_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"


class DeclaredConflict(models.Model):
    """A conflict of interest that somebody declared: the person does not meet the other side."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="declared_conflicts")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="declared_conflicts"
    )
    other = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="conflicts_declared_by_others"
    )
    note = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, other__isnull=True)
                | Q(organisation__isnull=True, other__isnull=False),
                name="declared_conflict_with_one",
            ),
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(organisation__isnull=False),
                name="declared_conflict_organisation_once",
            ),
            models.UniqueConstraint(
                fields=["person", "other"],
                condition=Q(other__isnull=False),
                name="declared_conflict_person_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} – {self.organisation_id or self.other_id}"
