"""What people in the directory ask about themselves: not to be found, to be corrected, to be erased."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.directory.models.people import Person

SENT, WAITING, DONE, REFUSED = "sent", "waiting", "done", "refused"


class PersonObjection(models.Model):
    """Somebody objects to being found here (GDPR article 21). While it stands nothing makes the person visible."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="objections")
    note = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(withdrawn_at__isnull=True), name="objection_stands_once"
            )
        ]

    def __str__(self) -> str:
        return f"objection of {self.person_id}"


class PersonRequest(models.Model):
    """Somebody without an account asks that what is stored about him or her be corrected, hidden or erased.

    Who writes from an address that is known for the person gets a link (`digest` is the SHA-256 of its token) and
    counts as the person once it is used; `confirmed_at` says so. Everything else waits for the secretariat.
    """

    class Kind(models.TextChoices):
        CORRECT = "correct", _("correct it")
        HIDE = "hide", _("hide me from everybody")
        ERASE = "erase", _("erase it")

    class State(models.TextChoices):
        SENT = SENT, _("a link was sent")
        WAITING = WAITING, _("waits for the secretariat")
        DONE = DONE, _("done")
        REFUSED = REFUSED, _("declined")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="requests")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254)
    language = models.CharField(
        max_length=2, choices=[("da", _("Danish")), ("en", _("English"))], default="da"
    )
    message = models.TextField(blank=True)
    digest = models.CharField(max_length=64, null=True, blank=True, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created = models.DateTimeField(default=clock.now, editable=False)
    expires = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["state", "created"], name="person_request_state")]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="person_request_lower_case"),
            models.CheckConstraint(
                condition=Q(state=SENT, digest__isnull=False, expires__isnull=False, person__isnull=False)
                | (~Q(state=SENT) & Q(digest__isnull=True)),
                name="person_request_link_fits_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[DONE, REFUSED], decided_at__isnull=False)
                | Q(state__in=[SENT, WAITING], decided_at__isnull=True),
                name="person_request_decided_fits_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
