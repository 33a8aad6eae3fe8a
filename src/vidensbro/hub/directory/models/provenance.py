"""Where a row comes from, and what it is about: columns that many tables share."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id


class Provenance(models.Model):
    """A row with a source. This is the one place that says where a record is from, when, and on what terms.

    `source` is a short code ("ror", "openalex", "cordis", "file"), empty for what was entered by hand.
    (`source`, `source_id`) names the record there and is unique within a table. `edited` lists the columns
    that a person has corrected: imports leave those alone. `example` marks invented records of the example
    districts, which every page says.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.CharField(max_length=30, blank=True)
    source_id = models.CharField(max_length=200, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    licence = models.CharField(max_length=100, blank=True)
    retrieved = models.DateField(null=True, blank=True)
    edited = models.JSONField(default=list, blank=True)
    example = models.BooleanField(default=False)
    created = models.DateTimeField(default=clock.now, editable=False)
    changed = models.DateTimeField(default=clock.now)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.changed = clock.now()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "changed"}
        super().save(*args, **kwargs)


def once_per_source(table: str) -> models.UniqueConstraint:
    """One row per record of a source; rows without a source are free."""
    return models.UniqueConstraint(
        fields=["source", "source_id"], condition=~models.Q(source_id=""), name=f"{table}_once_per_source"
    )


class FieldTag(models.Model):
    """A row is about a field: `notation` is that of the taxonomy, such as "wound-care".

    `origin` tells what a person or source said from what was suggested by rule.
    """

    class Origin(models.TextChoices):
        GIVEN = "given", _("given")
        SUGGESTED = "suggested", _("suggested")

    notation = models.CharField(max_length=80, db_index=True)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.GIVEN)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.notation
