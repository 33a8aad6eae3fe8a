"""What journalists ask press desks: asking, proving one's address, and noting that it is dealt with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound, Problems
from vidensbro.hub.common.rows import as_uuid, key_of
from vidensbro.hub.common.text import storable
from vidensbro.hub.mail.content import fits_a_header
from vidensbro.hub.newsroom import notifications
from vidensbro.hub.newsroom.addresses import canonical
from vidensbro.hub.newsroom.models import Inquiry, Language
from vidensbro.hub.newsroom.queries import press, versions
from vidensbro.hub.newsroom.rules import handle_inquiry, see_inquiry
from vidensbro.hub.newsroom.services.subscribing import LinkHolder
from vidensbro.hub.newsroom.services.suppression import unwanted

KIND = "inquiry"
LONGEST = 4000
FURTHEST = timedelta(days=366)
PROVE_WITHIN = timedelta(days=7)
MOST_UNPROVEN = 5
"""Questions in a day that wait for the same address to be proven: a mail goes there for each."""
_SALT = "vidensbro.newsroom.inquiry"
_LENGTHS = {"name": 200, "outlet": 200, "phone": 40}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `version_id` is that of the release it is about, if it is about one."""

    name: str
    email: str
    text: str
    outlet: str = ""
    phone: str = ""
    language: str = Language.DANISH
    version_id: uuid.UUID | None = None
    deadline: datetime | None = None


@transaction.atomic
def ask(actor: Actor, organisation_id: uuid.UUID | str, question: Question) -> Inquiry | None:
    """Ask an organisation's press desk. Whoever is signed in asks from the account's address, and the desk is told at
    once; to everybody else a link is mailed first. The same question twice in a day is one. None: enough waits for
    this address already, or whoever reads it wants no mail of the newsroom.

    Raises:
        NotFound: the organisation has no press page, or the actor does not see the release.
        Invalid: with everything that is wrong, by the names of `Question`.
    """
    organisation = press.place(actor, organisation_id)
    release = versions.version(actor, question.version_id).release if question.version_id else None
    if release is not None and not release.issuers.filter(organisation=organisation).exists():
        raise NotFound("release_version", question.version_id)
    user = User.objects.filter(pk=actor.user_id).first() if actor.user_id else None
    row = _checked(question, user)
    row.organisation, row.release = organisation, release
    if there := _twin(row):
        return there
    if user is None and (unwanted(row.email) or _enough(row.email)):
        return None
    row.proven = clock.now() if user is not None else None
    row.save()
    if user is None:
        notifications.inquiry_to_prove(row, prove_url(row))
    else:
        record(actor, "inquiry.asked", KIND, row.pk)
        _tell(row)
    return row


@transaction.atomic
def prove(token: str) -> Inquiry:
    """Let a question reach the desk: whoever holds the token reads the address. A second time changes nothing.

    Raises:
        NotFound: the link was not made here, or is too old.
    """
    found = asked(token)
    row = Inquiry.objects.select_for_update().get(pk=found.pk)
    if row.proven is None:
        row.proven = clock.now()
        row.save()
        record(LinkHolder(), "inquiry.asked", KIND, row.pk)
        _tell(row)
    return row


def asked(token: str) -> Inquiry:
    """The question that a link is about. Raises NotFound: as `prove`."""
    try:
        key = as_uuid(_signer().unsign(token))
    except signing.BadSignature as error:
        raise NotFound(KIND) from error
    row = Inquiry.objects.select_related("organisation").filter(pk=key_of(key)).first()
    if row is None or (row.proven is None and row.at <= clock.now() - PROVE_WITHIN):
        raise NotFound(KIND)
    return row


def prove_url(row: Inquiry) -> str:
    """Where whoever asked proves that the address is her own. Holds `PROVE_WITHIN`."""
    return settings.VIDENSBRO_BASE_URL + reverse("confirm-inquiry", args=[_signer().sign(row.pk.hex)])


@transaction.atomic
def handle(actor: Actor, inquiry_id: uuid.UUID | str, state: str) -> Inquiry:
    """Note that a question is answered or will not be, or that it waits after all.

    Raises:
        NotFound, Denied; Invalid: there is no such state ("state").
        Conflict: somebody has noted something else meanwhile ("inquiry_handled", "inquiry_open").
    """
    if state not in Inquiry.State.values:
        raise Invalid({"state": ("invalid_choice",)})
    row = Inquiry.objects.select_for_update().filter(pk=key_of(inquiry_id)).first()
    if row is None:
        raise NotFound(KIND, inquiry_id)
    handle_inquiry.require(actor, row, see=see_inquiry)
    opening = state == Inquiry.State.OPEN
    if opening == (row.state == Inquiry.State.OPEN):
        raise Conflict("inquiry_open" if opening else "inquiry_handled")
    row.state = state
    row.handled = None if opening else clock.now()
    row.handled_by_id = None if opening else actor.user_id
    row.save()
    record(actor, f"inquiry.{state}", KIND, row.pk)
    return row


def _checked(question: Question, user: User | None) -> Inquiry:
    problems, lines = Problems(), {}
    for name, longest in _LENGTHS.items():
        given = getattr(question, name)
        lines[name] = given.strip()
        # Refused rather than mended: nobody types a line end into a name, and names end up in mail.
        problems.check(fits_a_header(given), name, "unstorable")
        problems.check(len(lines[name]) <= longest, name, "max_length")
    text = storable(question.text).strip()
    problems.check(bool(lines["name"]), "name", "required")
    problems.check(bool(text), "text", "required")
    problems.check(len(text) <= LONGEST, "text", "max_length")
    problems.check(question.language in Language.values, "language", "invalid_choice")
    if question.deadline is not None:
        problems.check(question.deadline > clock.now(), "deadline", "past")
        problems.check(question.deadline < clock.now() + FURTHEST, "deadline", "invalid")
    email = ""
    try:
        email = canonical(user.email if user is not None else question.email)
    except Invalid as error:
        problems.add("email", next(iter(error.problems.values()))[0])
    problems.raise_if_any()
    return Inquiry(
        **lines, text=text, email=email, language=question.language, deadline=question.deadline, user=user
    )


def _twin(row: Inquiry) -> Inquiry | None:
    """The same question from the same address, asked within a day."""
    lately = Inquiry.objects.filter(at__gt=clock.now() - timedelta(days=1), state=Inquiry.State.OPEN)
    return lately.filter(
        organisation=row.organisation, release=row.release, email=row.email, user=row.user, text=row.text
    ).first()


def _enough(email: str) -> bool:
    lately = Inquiry.objects.filter(email=email, proven=None, at__gt=clock.now() - timedelta(days=1))
    return lately.count() >= MOST_UNPROVEN


def _tell(row: Inquiry) -> None:
    notifications.inquiry_asked(row)
    notifications.inquiry_received(row)


def _signer() -> signing.Signer:
    return signing.Signer(salt=_SALT, sep=".")
