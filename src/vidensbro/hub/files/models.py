"""Stored files, and whose they are."""

from __future__ import annotations

from django.db import models

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.files.places import storage


class StoredFile(models.Model):
    """A file that somebody uploaded. `name` is for showing only; the bytes lie under the random name `file`.

    `size` is in bytes, `sha256` the digest of the bytes in hexadecimal. `uploaded_by` is the id of an account (no
    foreign key: accounts lie above files). What points to a row keeps it; one that nothing points to is removed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(storage=storage, max_length=100, unique=True)
    uploaded_by = models.UUIDField(null=True, blank=True, db_index=True)
    created = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="stored_file_not_empty"),
            models.CheckConstraint(condition=~models.Q(name=""), name="stored_file_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """The name under which the bytes lie in the storage."""
        return str(self.file.name)
