"""Introductions and their states."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.needs.models import Need

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from vidensbro.hub.introductions.models.disclosures import Document


class State(models.TextChoices):
    """Where an introduction is on its way."""

    DRAFTED = "drafted", _("drafted")
    ASKED = "asked", _("asked")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("expired")
    WITHDRAWN = "withdrawn", _("withdrawn")
    INTRODUCED = "introduced", _("introduced")
    CLOSED = "closed", _("closed")


OPEN = (State.DRAFTED, State.ASKED, State.ACCEPTED, State.INTRODUCED)
"""States in which a need and a counterpart have one introduction at most."""


WITHOUT_COUNTERPART = (State.DECLINED, State.EXPIRED, State.WITHDRAWN, State.INTRODUCED, State.CLOSED)
"""States in which the counterpart may have been erased: the row then counts in figures and names nobody."""


class DeclineReason(models.TextChoices):
    """Why a counterpart says no."""

    TOO_EARLY = "too_early", _("too early")
    NOT_MY_FIELD = "not_my_field", _("not my field")
    NO_TIME = "no_time", _("no time")
    CONFLICT_OF_INTEREST = "conflict_of_interest", _("conflict of interest")
    NEED_UNCLEAR = "need_unclear", _("the need is unclear")
    BENEFIT_UNCLEAR = "benefit_unclear", _("the benefit is unclear")
    ROUTE_UNCLEAR = "route_unclear", _("the commercial route is unclear")
    OTHER = "other", _("other")


class Outcome(models.TextChoices):
    """What became of an introduction that was closed."""

    MET = "met", _("they met")
    NOT_MET = "not_met", _("they did not meet")


class Introduction(models.Model):
    """A request to bring the owner of a need and a counterpart together.

    The counterpart is a person or an organisation; neither once the person has been erased: then the row only
    counts. `evidence` is what was shown of the match when the introduction was requested (`matches.evidence`);
    `match_key` is the document that was matched ("kind:id"). `minutes` is the time that the counterpart is asked
    for. When the secretariat asks on the owner's behalf, `agreed_at` is the owner's own yes; when the owner asks, it
    is the moment of asking. `postponed_until` is the counterpart's "yes, later". `note` and `referral` are the
    counterpart's words, `closing` those of the owner's side when it withdrew or closed. The database holds
    the state machine's dates.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    need = models.ForeignKey(Need, models.CASCADE, related_name="introductions")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="introductions")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="introductions"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="introductions_requested",
    )
    on_behalf = models.BooleanField(default=False)
    broker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="introductions_brokered",
    )
    match_key = models.CharField(max_length=120, blank=True)
    match_title = models.TextField(blank=True)
    match_score = models.FloatField(null=True, blank=True)
    evidence = models.JSONField(default=dict, blank=True)
    message = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField(default=30)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFTED)
    created = models.DateTimeField(default=clock.now, editable=False)
    asked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    postponed_until = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    introduced_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=30, choices=DeclineReason, blank=True)
    note = models.TextField(blank=True)
    referral = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    closing = models.TextField(blank=True)

    if TYPE_CHECKING:
        times: ClassVar[RelatedManager[MeetingTime]]
        links: ClassVar[RelatedManager[AnswerLink]]
        documents: ClassVar[RelatedManager[Document]]

    class Meta:
        indexes = [
            models.Index(fields=["state", "expires_at"], name="introduction_state_expires"),
            models.Index(fields=["person", "-asked_at"], name="introduction_person_asked"),
            models.Index(fields=["need", "-created"], name="introduction_need"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, organisation__isnull=False)
                | Q(person__isnull=True, organisation__isnull=True, state__in=WITHOUT_COUNTERPART),
                name="introduction_one_counterpart",
            ),
            models.UniqueConstraint(
                fields=["need", "person"],
                condition=Q(state__in=OPEN, person__isnull=False),
                name="introduction_person_once_open",
            ),
            models.UniqueConstraint(
                fields=["need", "organisation"],
                condition=Q(state__in=OPEN, organisation__isnull=False),
                name="introduction_organisation_once_open",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=State.DRAFTED,
                    asked_at__isnull=True,
                    answered_at__isnull=True,
                    agreed_at__isnull=True,
                )
                | Q(
                    state__in=[State.ASKED, State.EXPIRED],
                    asked_at__isnull=False,
                    answered_at__isnull=True,
                )
                | Q(
                    # With both sides' yes it is introduced: the two are one step.
                    state=State.ACCEPTED,
                    asked_at__isnull=False,
                    answered_at__isnull=False,
                    agreed_at__isnull=True,
                )
                | Q(state=State.DECLINED, asked_at__isnull=False, answered_at__isnull=False)
                | Q(
                    state__in=[State.INTRODUCED, State.CLOSED],
                    asked_at__isnull=False,
                    answered_at__isnull=False,
                    agreed_at__isnull=False,
                    introduced_at__isnull=False,
                )
                | Q(state=State.WITHDRAWN),
                name="introduction_dates_fit_state",
            ),
            models.CheckConstraint(
                condition=Q(introduced_at__isnull=True)
                | Q(state__in=[State.INTRODUCED, State.CLOSED, State.WITHDRAWN]),
                name="introduction_introduced_fits_state",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[State.DRAFTED, State.ASKED, State.ACCEPTED, State.INTRODUCED],
                    ended_at__isnull=True,
                )
                | Q(
                    state__in=[State.DECLINED, State.EXPIRED, State.WITHDRAWN, State.CLOSED],
                    ended_at__isnull=False,
                ),
                name="introduction_end_fits_state",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DECLINED, reason__in=DeclineReason.values)
                | Q(~Q(state=State.DECLINED), reason=""),
                name="introduction_no_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, outcome__in=Outcome.values)
                | Q(~Q(state=State.CLOSED), outcome=""),
                name="introduction_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True, expires_at__isnull=True)
                | Q(asked_at__isnull=False, expires_at__isnull=False, expires_at__gt=F("asked_at")),
                name="introduction_expires_after_asked",
            ),
            models.CheckConstraint(condition=Q(minutes__range=(5, 480)), name="introduction_minutes"),
            models.CheckConstraint(
                condition=(Q(answered_at__isnull=True) | Q(asked_at__isnull=False))
                & (Q(agreed_at__isnull=True) | Q(asked_at__isnull=False))
                & (
                    Q(introduced_at__isnull=True)
                    | Q(introduced_at__isnull=False, answered_at__isnull=False, agreed_at__isnull=False)
                ),
                name="introduction_one_after_the_other",
            ),
            models.CheckConstraint(
                condition=Q(on_behalf=True)
                | Q(state__in=[State.DRAFTED, State.WITHDRAWN])
                | Q(asked_at__isnull=False, agreed_at__isnull=False),
                name="introduction_owner_who_asks_agrees",
            ),
            models.CheckConstraint(
                condition=Q(postponed_until__isnull=True) | Q(asked_at__isnull=False),
                name="introduction_postponed_after_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} → {self.person_id or self.organisation_id}: {self.state}"


class MeetingTime(models.Model):
    """A time that the owner's side offers for a first meeting; `chosen` by the counterpart."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="times")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    chosen = models.BooleanField(default=False)

    class Meta:
        ordering = ["starts", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="meeting_time_in_order"),
            models.UniqueConstraint(fields=["introduction", "starts"], name="meeting_time_once"),
            models.UniqueConstraint(
                fields=["introduction"], condition=Q(chosen=True), name="meeting_time_one_chosen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts:%Y-%m-%d %H:%M}"


class AnswerLink(models.Model):
    """A link with which a counterpart answers without an account.

    Only the SHA-256 of its secret is kept. It acts on POST only, once, until it expires. One that is made after the
    answer, `reading`, answers nothing: with it the counterpart reads on, asks to see more and chooses a time, as long
    as the introduction is under way.
    """

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(default=clock.now, editable=False)
    expires = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    reading = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires__gt=F("created")), name="answer_link_in_order"),
            models.CheckConstraint(
                condition=Q(reading=False) | Q(used_at__isnull=True),
                name="answer_link_that_reads_answers_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.introduction_id} {self.digest[:8]}"
