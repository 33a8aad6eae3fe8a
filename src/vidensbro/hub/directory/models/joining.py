"""How users come to act for organisations, and people in the directory to their accounts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.directory.models.organisations import Organisation
from vidensbro.hub.directory.models.people import Person

ASKED, CONFIRMED, REFUSED, WITHDRAWN = "asked", "confirmed", "refused", "withdrawn"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations by state."""

    def open(self) -> InvitationQuerySet:
        """Those that nobody has accepted or withdrawn; some may be too old by now."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def usable(self) -> InvitationQuerySet:
        """Those that can still be accepted."""
        return self.open().filter(expires__gt=clock.now())


class Invitation(models.Model):
    """A link sent to an address: its holder may join an organisation or, where there is none, the installation.

    `role` is a `Membership.Role` or, without an organisation, an `accounts.Role`. Of the link's token only the
    digest (SHA-256) is kept. `sent` counts the mails; each carries a token of its own, and the last one holds.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=20)
    language = models.CharField(
        max_length=2, choices=[("da", _("Danish")), ("en", _("English"))], default="da"
    )
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="invitations_made"
    )
    created = models.DateTimeField(default=clock.now, editable=False)
    sent = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField(default=clock.now)
    expires = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="invitations_accepted"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["email"], name="invitation_email")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True, organisation__isnull=False),
                name="invitation_open_once",
            ),
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True, organisation__isnull=True),
                name="invitation_to_installation_once",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_accepted_or_withdrawn",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_lower_case"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def is_over(self) -> bool:
        """Is it too old to be accepted?"""
        return self.expires <= clock.now()


class RequestState(models.TextChoices):
    """Where a request is on its way. The last three are ends."""

    ASKED = ASKED, _("asked")
    CONFIRMED = CONFIRMED, _("confirmed")
    REFUSED = REFUSED, _("refused")
    WITHDRAWN = WITHDRAWN, _("withdrawn")


class Decision(models.Model):
    """What requests have in common: who decided, when, and with which words to the one who asked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.ASKED)
    created = models.DateTimeField(default=clock.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        abstract = True


def _dates_fit(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(state=ASKED, decided_at__isnull=True)
        | Q(state__in=[CONFIRMED, REFUSED, WITHDRAWN], decided_at__isnull=False),
        name=name,
    )


class JoinRequest(Decision):
    """A user asks to act for an organisation."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="join_requests")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="join_requests")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="join_requests_decided"
    )

    class Meta:
        indexes = [models.Index(fields=["state", "created"], name="join_request_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(state=ASKED), name="join_request_open_once"
            ),
            _dates_fit("join_request_dates_fit_state"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} to {self.organisation_id}: {self.state}"


class PersonClaim(Decision):
    """A user says to be a person in the directory."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="person_claims")
    person = models.ForeignKey(Person, models.CASCADE, related_name="claims")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="person_claims_decided"
    )

    class Meta:
        indexes = [models.Index(fields=["state", "created"], name="person_claim_state")]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state=ASKED), name="person_claim_open_once"),
            _dates_fit("person_claim_dates_fit_state"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.person_id}: {self.state}"


class RoleLift(models.Model):
    """The role *member* came to this user with an organisation, so it goes when the last such one is left."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_lift")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"lift of {self.user_id}"
