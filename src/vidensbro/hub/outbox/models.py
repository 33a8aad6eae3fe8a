"""Things to be done after a commit, one row each, until they are done."""

from __future__ import annotations

from django.db import models

from vidensbro.hub.common import clock


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries by state."""

    def dead(self) -> EntryQuerySet:
        """Given up after too many attempts; kept until somebody revives or drops them."""
        return self.filter(dead_at__isnull=False)

    def open(self) -> EntryQuerySet:
        """Still to be done."""
        return self.filter(dead_at__isnull=True)

    def due(self) -> EntryQuerySet:
        """Open, its time has come, and no worker holds it (a lease that ran out no longer holds)."""
        moment = clock.now()
        free = models.Q(claimed_until__isnull=True) | models.Q(claimed_until__lt=moment)
        return self.open().filter(free, next_attempt__lte=moment)


class Entry(models.Model):
    """One thing to do: `topic` says which handler, `key` what it is about.

    `slot` is "topic key" while the entry waits and NULL once it is claimed or dead. Being unique, it makes
    two waiting entries for the same thing into one, on every database, without a conditional index.
    """

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    slot = models.CharField(max_length=270, null=True, unique=True)
    payload = models.JSONField(default=dict)
    created = models.DateTimeField(default=clock.now)
    next_attempt = models.DateTimeField(default=clock.now)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    claimed_until = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["topic", "next_attempt", "id"], name="outbox_due")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(dead_at__isnull=True) | models.Q(slot__isnull=True),
                name="outbox_dead_waits_not",
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class PeriodicJob(models.Model):
    """When a topic that time brings round is due next."""

    topic = models.CharField(max_length=60, primary_key=True)
    next_run = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.topic} {self.next_run:%Y-%m-%d %H:%M}"
