"""Journalists, what they accept and ask, and what an organisation keeps ready for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.newsroom.models.releases import Release


class Journalist(models.Model):
    """An account that is trusted to read releases before the hour, as long as `ended` is empty."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="journalist")
    outlet = models.CharField(max_length=200)
    trusted_at = models.DateTimeField(default=clock.now)
    trusted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    ended = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(outlet=""), name="journalist_has_outlet")]

    def __str__(self) -> str:
        return f"{self.user_id}, {self.outlet}"


class EmbargoAcceptance(models.Model):
    """A journalist has accepted, by name, to keep one release to herself until the hour.

    `terms` names the wording that was shown. It counts as long as `lapsed` is empty: not after trust in her was taken
    away, nor once she accepted anew.
    """

    release = models.ForeignKey(Release, models.CASCADE, related_name="embargo_acceptances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="embargo_acceptances")
    name = models.CharField(max_length=200)
    terms = models.CharField(max_length=20)
    at = models.DateTimeField(default=clock.now)
    lapsed = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "user"], condition=Q(lapsed__isnull=True), name="embargo_accepted_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="embargo_accepted_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.release_id}"


class PressKit(models.Model):
    """What an organisation keeps ready for journalists besides its pictures: who it is, in a few lines of Markdown."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="press_kit")
    about_da = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    changed = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"press kit of {self.organisation_id}"


class Inquiry(models.Model):
    """What a journalist asks an organisation's press desk; about a release, or anything.

    `proven` is when it was sure that the address is the asker's: by the account, or by a link that was mailed there.
    Before that nobody at the desk sees it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ANSWERED = "answered", _("answered")
        REFUSED = "refused", _("not answered")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="press_inquiries")
    release = models.ForeignKey(Release, models.SET_NULL, null=True, blank=True, related_name="inquiries")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="press_inquiries"
    )
    name = models.CharField(max_length=200)
    outlet = models.CharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2)
    text = models.TextField()
    deadline = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    at = models.DateTimeField(default=clock.now, editable=False)
    proven = models.DateTimeField(null=True, blank=True)
    handled = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["organisation", "state", "-at"], name="inquiry_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", handled__isnull=True)
                | (~Q(state="open") & Q(handled__isnull=False)),
                name="inquiry_handled_has_date",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]
