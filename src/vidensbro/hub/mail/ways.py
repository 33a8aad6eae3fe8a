"""The way on which mail leaves this installation, by its settings."""

from __future__ import annotations

import os
import uuid
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import formataddr
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends import filebased, smtp
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.http import http_date

from vidensbro.hub.mail.composing import addressed, answers_go_to, composed
from vidensbro.hub.mail.content import ascii_address
from vidensbro.hub.mail.handing import Fence, InDoubt, NotNow, Taken, Way
from vidensbro.hub.mail.letters import words_of
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.mail.moves import conversation_time, last_answer_time
from vidensbro.hub.mail.smtp import SmtpServer


def forget(mail_id: uuid.UUID) -> None:
    """Remove the file of a mail from the folder, whichever way mail leaves now. May be called again."""
    for path in Path(settings.EMAIL_FILE_PATH or "").glob(f"*-{mail_id.hex}.eml"):
        path.unlink(missing_ok=True)


def way() -> Way:
    """The way that Django's e-mail settings describe."""
    backend = get_connection()
    if isinstance(backend, smtp.EmailBackend):
        return smtp_server(backend)
    if isinstance(backend, filebased.EmailBackend):
        return Folder(Path(settings.EMAIL_FILE_PATH))
    return Other(backend)


@contextmanager
def way_for_many() -> Iterator[Way]:
    """The same for many mails one after the other: with a server, they go over one connection."""
    found = way()
    if not isinstance(found, SmtpServer):
        yield found
        return
    with found.line() as line:
        yield line


def smtp_server(backend: smtp.EmailBackend) -> SmtpServer:
    """The server, with the times of VIDENSBRO_EMAIL_TIMEOUT."""
    step = timedelta(seconds=settings.VIDENSBRO_EMAIL_TIMEOUT)
    return SmtpServer(backend, step, conversation_time(), last_answer_time())


class Folder:
    """A folder of message files, for a site without a mail server. A repeated mail lands in the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hand_over(self, mail: Mail, before_last_word: Fence, taken: Taken) -> None:
        """See `handing.Way`. The whole file is there or none."""
        name = f"{mail.created:%Y%m%d-%H%M%S}-{mail.pk.hex}.eml"
        draft = self._folder / f".{name}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with draft.open("wb") as file:
                file.write(composed(mail))
                file.flush()
                os.fsync(file.fileno())
            before_last_word()
            draft.replace(self._folder / name)
        except OSError as error:
            raise NotNow(str(error)) from error
        taken(name)


class Other:
    """Any other Django backend. It takes the whole mail in one step, so all of that step is in doubt."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self._backend = backend

    def hand_over(self, mail: Mail, before_last_word: Fence, taken: Taken) -> None:
        """See `handing.Way`."""
        message = _message(mail)
        before_last_word()
        try:
            self._backend.send_messages([message])
        except OSError as error:
            raise InDoubt(str(error)) from error
        taken(type(self._backend).__module__)


def _named(name: str, address: str) -> str:
    return formataddr((name, ascii_address(address)))


def _message(mail: Mail) -> EmailMultiAlternatives:
    headers = {"Date": http_date(mail.created.timestamp()), "Message-ID": mail.message_id, **mail.headers}
    if mail.reply_to_ids:
        headers["In-Reply-To"] = headers["References"] = mail.reply_to_ids
    if mail.together:
        # The header only: each reader's own copy goes to that reader alone.
        headers["To"] = ", ".join(_named(*one) for one in addressed(mail))
    text, html = words_of(mail)
    message = EmailMultiAlternatives(
        mail.subject,
        text,
        mail.sender,
        [ascii_address(mail.address)],
        reply_to=[_named(*one) for one in answers_go_to(mail)],
        headers=headers,
    )
    message.attach_alternative(html, "text/html")
    for one in mail.attachments:
        message.attach(one["name"], b64decode(one["content"]), one["type"])
    return message
