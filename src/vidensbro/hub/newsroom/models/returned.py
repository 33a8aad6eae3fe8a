"""Mail that came back, or that its reader called spam."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock


class Returned(models.Model):
    """What a mail server, or a reader's provider, told of one mail of the newsroom. Each mail counts once.

    `mail` is its key in the mail app; `digest` is that of the address, as in `Suppression`. A soft one `counts` until
    the reader says that the mailbox works again.
    """

    class What(models.TextChoices):
        HARD = "hard", _("cannot be delivered")
        SOFT = "soft", _("could not be delivered this time")
        COMPLAINT = "complaint", _("marked as spam")

    mail = models.UUIDField()
    what = models.CharField(max_length=10, choices=What)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)
    counts = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["digest", "what", "at"], name="returned_digest")]
        constraints = [models.UniqueConstraint(fields=["mail", "what"], name="returned_once")]

    def __str__(self) -> str:
        return f"{self.mail} {self.what}"
