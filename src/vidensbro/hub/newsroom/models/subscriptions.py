"""Who asked for releases by e-mail, for which ones, and what became of each mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.newsroom.models.releases import Language, Version

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Subscriber(models.Model):
    """An address that releases are mailed to, once whoever reads it has said so.

    `consent` is the proof: the words that were shown, in which language, when it was asked for and when confirmed.
    `version` of what is wanted: no field and no organisation means all.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("not confirmed")
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        LEFT = "left", _("unsubscribed")

    class Pace(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        WEEKLY = "weekly", _("once a week")

    class Why(models.TextChoices):
        OWN = "own", _("by the reader")
        BOUNCED = "bounced", _("mail came back")
        COMPLAINED = "complained", _("marked as spam")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.CharField(max_length=254, unique=True)
    language = models.CharField(max_length=2, choices=Language)
    pace = models.CharField(max_length=10, choices=Pace, default=Pace.AT_ONCE)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    paused_why = models.CharField(max_length=10, choices=Why, blank=True)
    consent = models.JSONField(default=dict)
    created = models.DateTimeField(default=clock.now, editable=False)
    confirmed = models.DateTimeField(null=True, blank=True)
    changed = models.DateTimeField(default=clock.now)
    bounces = models.PositiveSmallIntegerField(default=0)
    weekly_until = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        fields: ClassVar[RelatedManager[SubscriberField]]
        organisations: ClassVar[RelatedManager[SubscriberOrganisation]]

    class Meta:
        indexes = [models.Index(fields=["state", "pace", "language", "id"], name="subscriber_state")]
        constraints = [
            models.CheckConstraint(condition=Q(address=Lower("address")), name="subscriber_lower_case"),
            models.CheckConstraint(
                condition=Q(state="pending", confirmed__isnull=True)
                | (~Q(state="pending") & Q(confirmed__isnull=False)),
                name="subscriber_confirmed_has_date",
            ),
            models.CheckConstraint(
                condition=(Q(state="paused") & ~Q(paused_why="")) | (~Q(state="paused") & Q(paused_why="")),
                name="subscriber_paused_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class SubscriberField(models.Model):
    """A field that a subscriber wants to hear of, with those below it."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="fields")
    notation = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "notation"], name="subscriber_field_once")
        ]

    def __str__(self) -> str:
        return self.notation


class SubscriberOrganisation(models.Model):
    """An issuer that a subscriber wants to hear from."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="organisations")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="release_subscribers")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "organisation"], name="subscriber_organisation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id} of {self.organisation_id}"


class Suppression(models.Model):
    """An address that no release is ever mailed to again, as the SHA-256 of its lower-case form; or one that nobody
    puts on a list again, as the keyed digest in the link by which its reader left (`addresses`). The list itself tells
    nobody's address."""

    digest = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(default=clock.now)
    why = models.CharField(max_length=10, choices=Subscriber.Why)

    def __str__(self) -> str:
        return self.digest[:12]


class MailingList(models.Model):
    """A list that the press desk keeps: members, journalists, or whom it likes. Releases are sent to the lists that the
    writer names."""

    class Role(models.TextChoices):
        MEMBERS = "members", _("members")
        JOURNALISTS = "journalists", _("journalists")
        OTHER = "other", _("others")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="mailing_lists"
    )
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=12, choices=Role, default=Role.OTHER)
    created = models.DateTimeField(default=clock.now, editable=False)

    if TYPE_CHECKING:
        entries: ClassVar[RelatedManager[ListEntry]]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="mailing_list_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


class ListEntry(models.Model):
    """Somebody on a list; `user` if the address is that of an account. `left` is when the reader took herself off."""

    list = models.ForeignKey(MailingList, models.CASCADE, related_name="entries")
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    outlet = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, choices=Language)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="press_lists"
    )
    added = models.DateTimeField(default=clock.now)
    left = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "address"], name="list_entry_once"),
            models.CheckConstraint(condition=Q(address=Lower("address")), name="list_entry_lower_case"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} on {self.list_id}"


class Dispatch(models.Model):
    """A version on its way to everybody who asked for it. There is one for each version.

    `after` is the last address to which it was written. `followed` counts, where the settings want it, how often the
    link in the mail was opened: by all together, nobody knows by whom.
    """

    version = models.OneToOneField(Version, models.CASCADE, related_name="dispatch")
    lists = models.ManyToManyField(MailingList, blank=True, related_name="dispatches")
    begun = models.DateTimeField(null=True, blank=True)
    queued = models.DateTimeField(null=True, blank=True)
    after = models.CharField(max_length=254, blank=True)
    followed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(queued__isnull=True) | Q(begun__isnull=False), name="dispatch_queued_after_begun"
            )
        ]

    def __str__(self) -> str:
        return f"dispatch of {self.version_id}"
