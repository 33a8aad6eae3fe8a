"""Trying the mail settings: one mail, handed over at once, and whether the server can be reached."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction

from vidensbro.hub.mail import delivery
from vidensbro.hub.mail.content import Recipient
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.mail.notifications import TEST
from vidensbro.hub.mail.services import send
from vidensbro.hub.mail.smtp import SmtpServer
from vidensbro.hub.outbox.registry import Postpone

_PATIENCE = timedelta(seconds=10)


def send_test(address: str, language: str) -> Mail:
    """Write a test mail and hand it over now; the mail as it then stands. If it fails, a worker goes on trying.

    Raises:
        Invalid: this is no address.
    """
    recipient = Recipient(address, language=language)
    with transaction.atomic():
        mail = send(TEST.code, recipient, "mail/test", {}, key=f"test {uuid.uuid4()}")
    assert mail is not None
    # Whoever tries the settings has just changed them: what an earlier failure said no longer counts.
    delivery.outage.over()
    try:
        delivery.deliver(mail.pk)
    except Postpone as postponed:
        mail.refresh_from_db()
        mail.answer = mail.answer or str(postponed)
        return mail
    mail.refresh_from_db()
    return mail


def server() -> tuple[str, str] | None:
    """Place and name of the SMTP server, after greeting and signing in to it; None if mail leaves another way.

    Waits for each answer ten seconds at most.

    Raises:
        handing.Away: it does not answer, or refuses the credentials.
    """
    backend = get_connection()
    if not isinstance(backend, EmailBackend):
        return None
    found = SmtpServer(backend, _PATIENCE, 3 * _PATIENCE, _PATIENCE)
    return found.place, found.look()
