"""Mail of the newsroom: its kinds, and what whoever subscribes is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.directory.models import Membership, Organisation
from vidensbro.hub.mail import services as mail
from vidensbro.hub.mail.content import Recipient, fits_a_header
from vidensbro.hub.mail.kinds import MailKind
from vidensbro.hub.newsroom import links
from vidensbro.hub.newsroom.models import Inquiry, Journalist, Subscriber
from vidensbro.hub.newsroom.queries import press
from vidensbro.hub.newsroom.services.letters import (
    still_asked,
    still_in_question,
    still_wanted,
    still_welcome,
)

CONFIRM = MailKind(
    "newsroom.confirm", _("Confirming a subscription to press releases"), optional=False, still=still_asked
)
KNOWN = MailKind(
    "newsroom.known",
    _("A subscription to press releases that is there already"),
    optional=False,
    still=still_welcome,
)
RELEASE = MailKind("newsroom.release", _("A press release"), optional=False, still=still_wanted)
WEEKLY = MailKind("newsroom.weekly", _("The week's press releases"), optional=False, still=still_wanted)
APPROVAL = MailKind("newsroom.approval", _("A press release waits for my organisation's yes"), optional=True)
CHANGED = MailKind(
    "newsroom.changed", _("A press release that my organisation had approved was changed"), optional=True
)
INQUIRY = MailKind("newsroom.inquiry", _("A journalist asks your press desk"), optional=True)
INQUIRY_OWN = MailKind(
    "newsroom.inquiry_own", _("What you ask a press desk"), optional=False, still=still_in_question
)
TRUSTED = MailKind("newsroom.trusted", _("You may read press releases before the hour"), optional=True)
KINDS = (CONFIRM, KNOWN, RELEASE, WEEKLY, APPROVAL, CHANGED, INQUIRY, INQUIRY_OWN, TRUSTED)
"""Releases are not switched off on the page of mail: readers leave by the link in each, which ends the subscription."""


def confirmation_asked(row: Subscriber, nonce: str, language: str) -> None:
    """Ask whoever reads the address whether it was they who asked. Call inside the transaction."""
    context = {"confirm_url": links.confirm_url(row.pk, nonce)}
    _send(CONFIRM, row, "newsroom/mail/confirm", context, f"{CONFIRM.code}:{row.pk}:{nonce}", language)


def told_already_there(row: Subscriber) -> None:
    """Tell a subscriber that somebody asked again, and how to change what comes. Call inside the transaction."""
    _send(KNOWN, row, "newsroom/mail/known", {}, f"{KNOWN.code}:{row.pk}:{new_id()}", row.language)


def _send(
    kind: MailKind, row: Subscriber, template: str, context: Mapping[str, Any], key: str, language: str
) -> None:
    reader = links.reader_of(row)
    leave_url = links.leave_url(reader)
    mail.send(
        kind.code,
        Recipient(row.address, language=language),
        template,
        {**context, "leave_url": leave_url, "subscription_url": links.choose_url(reader)},
        key=key,
        leave_url=leave_url,
    )


def inquiry_to_prove(row: Inquiry, prove_url: str) -> None:
    """Ask whoever reads the address whether it was they who asked a press desk. Nothing that was typed goes along: it
    may be anybody who typed it. Call inside the transaction."""
    leave_url = links.leave_url(links.reader_of(row))
    mail.send(
        INQUIRY_OWN.code,
        Recipient(row.email, language=row.language),
        "newsroom/mail/inquiry_prove",
        {"row": row, "prove_url": prove_url, "leave_url": leave_url},
        key=f"inquiry-prove:{row.pk}",
        leave_url=leave_url,
    )


def inquiry_received(row: Inquiry) -> None:
    """A copy of the question to whoever asked, whose address is proven. Call inside the transaction."""
    about = press.headlines(actor_of(row.user), [row.release_id], row.language).get(row.release_id or NO_ID)
    name = row.name if fits_a_header(row.name) else ""
    to = Recipient(row.email, name, row.language, user_id=row.user_id)
    mail.send(
        INQUIRY_OWN.code,
        to,
        "newsroom/mail/inquiry_received",
        {"row": row, "about": about},
        key=f"inquiry-received:{row.pk}",
        leave_url=links.leave_url(links.reader_of(row)),
    )


def inquiry_asked(row: Inquiry) -> None:
    """The question to the people at the desk, who can answer the mail itself; to the secretariat where nobody of the
    organisation gets it. Call inside the transaction."""
    told = [one for one in desk_people(row.organisation) if _asked(row, one)]
    if not told:
        for one in User.objects.filter(role=Role.SECRETARIAT, is_active=True).order_by("email"):
            _asked(row, one)


def journalist_trusted(row: Journalist) -> None:
    """Tell a journalist that she is trusted, and where to read. Call inside the transaction."""
    key = f"journalist-trusted:{row.user.pk}:{row.trusted_at:%Y%m%d%H%M%S%f}"
    mail.send(TRUSTED.code, reader(row.user), "newsroom/mail/trusted", {"row": row}, key=key)


def desk_people(organisation: Organisation) -> list[User]:
    """Who is told of questions to an organisation: its coordinators, or whoever acts for it where there are none."""
    rows = Membership.objects.filter(organisation=organisation, user__is_active=True).select_related("user")
    found = list(rows.order_by("user__email"))
    coordinators = [row.user for row in found if row.role == Membership.Role.COORDINATOR]
    return coordinators or [row.user for row in found]


def reader(user: User) -> Recipient:
    """An account as a mail names it: a name that no header can hold is left out."""
    name = user.name if fits_a_header(user.name) else ""
    return Recipient(user.email, name, user.language, user_id=user.pk)


def _asked(row: Inquiry, user: User) -> bool:
    """False if the user wants no such mail."""
    about = press.headlines(actor_of(user), [row.release_id], user.language).get(row.release_id or NO_ID)
    sent = mail.send(
        INQUIRY.code,
        reader(user),
        "newsroom/mail/inquiry_asked",
        {"row": row, "about": about},
        key=f"inquiry-asked:{row.pk}:{user.pk}",
        reply_to=row.email,
    )
    return sent is not None
