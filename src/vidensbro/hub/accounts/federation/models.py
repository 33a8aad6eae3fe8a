"""What signing in through others must remember."""

from __future__ import annotations

from django.db import models


class UsedAssertion(models.Model):
    """An assertion that has signed somebody in, so that it does so only once. Kept until it is too old anyway.

    `digest` is the SHA-256 of the provider's and the assertion's identifiers.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest
