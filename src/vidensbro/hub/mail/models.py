"""Mails and who wants which.

No row points to an account or a person: those apps stand above this one. Ids and addresses say whose a mail is.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id


class State(models.TextChoices):
    """Where a mail is on its way."""

    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    GIVEN_UP = "given_up", _("given up")
    SUPPRESSED = "suppressed", _("not wanted")


class GivenUp(models.TextChoices):
    """Why a mail was given up."""

    REFUSED = "refused", _("refused by the receiving server")
    TOO_OLD = "too_old", _("could not be delivered for several days")
    IN_DOUBT = "in_doubt", _("handed over more than once without an answer; it may have arrived")


class Letter(models.Model):
    """What many readers are told in the same words, kept once however many they are.

    `key` names the reason for it, `about` what it belongs to; `items` are what it tells of, for the app that wrote it.
    Where `mark`, a name and a hyphen stand in `text` and `html`, each reader's copy has something of its own: a link
    by which that reader leaves. The mark is random, so that nothing that somebody wrote can be taken for it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    about = models.CharField(max_length=200, db_index=True)
    items = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=2)
    mark = models.CharField(max_length=20)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    created = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return self.key


class Mail(models.Model):
    """One mail to one address, as it was written, and how far it has come.

    `key` names the reason for the mail: what has a key is written once. `message_id` is its name for every mail
    server, the same at each attempt. One mail to several readers is a row for each of them, under one `message_id`;
    `together` then says to whom all of it goes, as pairs of name and address, the same in every row.
    `reply_to_ids` are the Message-IDs of the mails that it answers, with spaces between them.

    A copy of a `letter` has its words from there, and in `slots` what is this reader's own; it leaves when there is
    room for it (`bulk`), not before `not_before`.

    `holder` and `held_until` say which worker has it in hand. `handing_over` is when a worker was about to say the
    last word (the final dot of SMTP): while it is set and the mail is not sent, nobody can know whether the server
    has it. `repeats` counts how often it was handed over again after that.
    `since` is when trying began: patience is counted from there. `answer` is what the server said last.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    thread = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=200)
    reply_to_ids = models.TextField(blank=True)
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    together = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=2)
    user_id = models.UUIDField(null=True, blank=True)
    person_id = models.UUIDField(null=True, blank=True)
    sender = models.CharField(max_length=320)
    reply_to = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    attachments = models.JSONField(default=list, blank=True)
    letter = models.ForeignKey(
        Letter, models.PROTECT, null=True, blank=True, related_name="copies", db_index=False
    )
    slots = models.JSONField(default=dict, blank=True)
    not_before = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created = models.DateTimeField(default=clock.now, editable=False)
    since = models.DateTimeField(default=clock.now)
    attempts = models.PositiveIntegerField(default=0)
    holder = models.UUIDField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    handing_over = models.DateTimeField(null=True, blank=True)
    repeats = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=10, choices=GivenUp, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "created"], name="mail_state_created"),
            models.Index(fields=["thread", "address", "created"], name="mail_thread"),
            models.Index(fields=["address"], name="mail_address"),
            models.Index(fields=["letter", "state"], name="mail_letter_state"),
            models.Index(
                fields=["state", "not_before"], condition=Q(letter__isnull=False), name="mail_copies_due"
            ),
            models.Index(fields=["user_id"], name="mail_user"),
            models.Index(fields=["person_id"], name="mail_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["message_id", "address"], name="mail_once_for_each_reader"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="mail_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                name="mail_sent_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENDING, holder__isnull=False, held_until__isnull=False)
                | (~Q(state=State.SENDING) & Q(holder__isnull=True, held_until__isnull=True)),
                name="mail_held_while_sending",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.GIVEN_UP, given_up_at__isnull=False) & ~Q(reason=""))
                | (~Q(state=State.GIVEN_UP) & Q(given_up_at__isnull=True, reason="")),
                name="mail_given_up_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class MailChoice(models.Model):
    """Whether mail of a kind is wanted at an address. Without a row it is."""

    address = models.CharField(max_length=254)
    kind = models.CharField(max_length=60)
    off = models.BooleanField(default=True)
    changed = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address", "kind"], name="mail_choice_once"),
            models.CheckConstraint(condition=Q(address=Lower("address")), name="mail_choice_lower_case"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {'off' if self.off else 'on'}"
