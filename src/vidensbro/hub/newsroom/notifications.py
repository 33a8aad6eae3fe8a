"""Mail of the newsroom: its kinds, and what whoever subscribes is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common.ids import new_id
from vidensbro.hub.mail import services as mail
from vidensbro.hub.mail.content import Recipient
from vidensbro.hub.mail.kinds import MailKind
from vidensbro.hub.newsroom import links
from vidensbro.hub.newsroom.models import Subscriber

CONFIRM = MailKind("newsroom.confirm", _("Confirming a subscription to press releases"), optional=False)
KNOWN = MailKind(
    "newsroom.known", _("A subscription to press releases that is there already"), optional=False
)
RELEASE = MailKind("newsroom.release", _("A press release"), optional=False)
WEEKLY = MailKind("newsroom.weekly", _("The week's press releases"), optional=False)
KINDS = (CONFIRM, KNOWN, RELEASE, WEEKLY)
"""None is switched off on the page of mail: readers leave by the link in each, and then the subscription ends."""


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
