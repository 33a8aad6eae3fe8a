"""A mail server on loopback, and kinds of mail to try it with."""

from __future__ import annotations

import asyncio
import email
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import transaction

from vidensbro.hub.mail import delivery, kinds, notifications, services
from vidensbro.hub.mail.content import Recipient
from vidensbro.hub.mail.kinds import MailKind
from vidensbro.hub.mail.models import Mail

NEWS = MailKind("test.news", "News of the test", optional=True)
TIPS = MailKind("test.tips", "Tips of the test", optional=True)
ASKED = MailKind("test.asked", "A question of the test", optional=False)
READER = Recipient("reader@example.org", "Rita Reader", "en")


@dataclass
class Received:
    """A mail as it came over the wire."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        found = email.message_from_bytes(self.content, policy=default)
        assert isinstance(found, EmailMessage)
        return found


@dataclass
class PostOffice:
    """A real SMTP server. `answers` are used up one by one, by command; `mails` is what it took."""

    mails: list[Received] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    taking: Callable[[SMTP], Any] | None = None
    port: int = 0

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._answer("MAIL")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._answer("RCPT")
        if answer == "hang":
            await asyncio.sleep(30)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self._answer("DATA")
        if answer[0] in "2d":
            assert isinstance(envelope.original_content, bytes)
            assert envelope.mail_from is not None
            self.mails.append(Received(envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        if answer == "drop":
            assert server.transport is not None
            server.transport.abort()
        return answer

    def _answer(self, command: str) -> str:
        waiting = self.answers.get(command)
        return waiting.pop(0) if waiting else "250 OK"


class Dropping(SMTP):
    """Closes the connection in the middle of the first message."""

    left = 1

    async def smtp_DATA(self, arg: str) -> None:
        if not Dropping.left:
            await super().smtp_DATA(arg)
            return
        Dropping.left -= 1
        await self.push("354 go on")
        await self._reader.read(10)
        assert self.transport is not None
        self.transport.abort()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def opened(office: PostOffice, protocol: type[SMTP] = SMTP) -> Controller:
    """Start the server; whoever starts it stops it."""

    class Server(Controller):
        def factory(self) -> SMTP:
            return protocol(self.handler, **self.SMTP_kwargs)

    office.port = free_port()
    server = Server(office, hostname="127.0.0.1", port=office.port)
    server.start()
    return server


@pytest.fixture
def server(settings) -> Iterator[PostOffice]:
    """The mail server that the settings name."""
    office = PostOffice()
    running = opened(office)
    use(settings, office.port)
    yield office
    running.stop()


def use(settings, port: int) -> None:
    """Let the settings name the server at this port, and wait for it two seconds a step."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.VIDENSBRO_EMAIL_TIMEOUT = settings.EMAIL_TIMEOUT = 2


@pytest.fixture(autouse=True)
def kinds_of_the_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    delivery.outage.over()
    monkeypatch.setattr(notifications, "KINDS", (notifications.TEST, NEWS, TIPS, ASKED))
    kinds.kinds.cache_clear()
    yield
    monkeypatch.undo()
    kinds.kinds.cache_clear()
    delivery.outage.over()


@pytest.fixture
def words(settings, tmp_path: Path) -> None:
    """Templates with something to say."""
    folder = tmp_path / "words"
    folder.mkdir()
    (folder / "hello.subject.txt").write_text("{{ title }}\n")
    (folder / "hello.txt").write_text(
        '{% extends "mail/base.txt" %}{% load i18n %}{% block content %}{% translate "Account" %}: {{ title }}'
        "\n.\n.start{% endblock %}"
    )
    (folder / "hello.html").write_text(
        '{% extends "mail/base.html" %}{% load i18n %}{% block content %}<h1>{% translate "Account" %}</h1>'
        "<p>{{ title }}</p>{% endblock %}"
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [folder]}]


def write(key: str = "one", kind: MailKind = ASKED, to: Recipient = READER, **more: Any) -> Mail | None:
    """Write a mail, in a transaction as a service would."""
    template, context = more.pop("template", "mail/test"), more.pop("context", {})
    with transaction.atomic():
        return services.send(kind.code, to, template, context, key=key, **more)
