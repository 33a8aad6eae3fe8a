"""Handing a mail over to an SMTP server (RFC 5321), one step at a time.

Django's and smtplib's own functions send the message and its final dot in one go. Here they are apart: everything
that can go wrong without the server having the mail goes wrong before the dot, and what happens after it is written
down before it is said.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.utils import DNS_NAME

from vidensbro.hub.mail.composing import composed, envelope
from vidensbro.hub.mail.handing import Away, Fence, InDoubt, NotNow, Refused, Taken
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.mail.signature import signed

NEEDS_SIGN_IN = frozenset({530, 534, 535, 538})
TOO_LARGE = 552
CLOSING = 421
MOST_ON_A_LINE = 100
"""Mails on one connection: servers end longer ones."""
_DOT = re.compile(rb"^\.", re.MULTILINE)

Reply = tuple[int, bytes]


class SmtpServer:
    """The server that Django's SMTP settings name.

    `step` is how long one answer may take, `conversation` how long all of them before the final dot, `last` how
    long the answer to the dot; each a `timedelta`.
    """

    def __init__(
        self, settings: EmailBackend, step: timedelta, conversation: timedelta, last: timedelta
    ) -> None:
        self._settings = settings
        self._step = step.total_seconds()
        self._conversation = conversation.total_seconds()
        self._last = last.total_seconds()

    @property
    def place(self) -> str:
        """Host and port, for people."""
        return f"{self._settings.host}:{self._port}"

    @property
    def _port(self) -> int:
        standard = 465 if self._settings.use_ssl else 587 if self._settings.use_tls else 25
        return int(self._settings.port or standard)

    def hand_over(self, mail: Mail, before_last_word: Fence, taken: Taken) -> None:
        """See `handing.Way`."""
        content = signed(composed(mail))
        deadline = time.monotonic() + self._conversation
        with self._connected(deadline) as session:
            self._hand_over(session, deadline, mail, content, before_last_word, taken)
            _leave(session)

    @contextmanager
    def line(self) -> Iterator[Line]:
        """For many mails one after the other. Leaving the block closes the line."""
        found = Line(self)
        try:
            yield found
        finally:
            found.close()

    def _hand_over(
        self,
        session: smtplib.SMTP,
        deadline: float,
        mail: Mail,
        content: bytes,
        before_last_word: Fence,
        taken: Taken,
    ) -> None:
        sender, recipient = envelope(mail)
        try:
            self._offer(session, deadline, sender, recipient, content)
        except (OSError, smtplib.SMTPException) as error:
            raise NotNow(_told(error)) from error
        before_last_word()
        taken(self._last_word(session))

    def look(self) -> str:
        """Connect, greet and sign in, send nothing; how the server calls itself. Raises Away."""
        with self._connected(time.monotonic() + self._conversation) as session:
            return (session.ehlo_resp or b"").decode("utf-8", "replace").split("\n")[0]

    @contextmanager
    def _connected(self, deadline: float) -> Iterator[smtplib.SMTP]:
        """A session that is ready for mail. Leaving the block closes it, whatever happened."""
        session = self._opened(deadline)
        try:
            yield session
        finally:
            session.close()

    def _opened(self, deadline: float) -> smtplib.SMTP:
        session: smtplib.SMTP | None = None
        try:
            session = self._connect()
            assert session.sock is not None
            session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._greet(session, deadline)
        except (OSError, smtplib.SMTPException) as error:
            if session is not None:
                session.close()
            raise Away(f"{self.place}: {_told(error)}") from error
        return session

    def _connect(self) -> smtplib.SMTP:
        given, name = self._settings, DNS_NAME.get_fqdn()
        if given.use_ssl:
            context: ssl.SSLContext = given.ssl_context
            return smtplib.SMTP_SSL(
                given.host, self._port, local_hostname=name, timeout=self._step, context=context
            )
        return smtplib.SMTP(given.host, self._port, local_hostname=name, timeout=self._step)

    def _greet(self, session: smtplib.SMTP, deadline: float) -> None:
        self._hurry(session, deadline)
        session.ehlo_or_helo_if_needed()
        if self._settings.use_tls:
            self._hurry(session, deadline)
            session.starttls(context=self._settings.ssl_context)
            self._hurry(session, deadline)
            session.ehlo_or_helo_if_needed()
        if self._settings.username and self._settings.password:
            self._hurry(session, deadline)
            session.login(self._settings.username, self._settings.password)

    def _offer(
        self, session: smtplib.SMTP, deadline: float, sender: str, recipient: str, content: bytes
    ) -> None:
        """Everything but the final dot. A server that has not seen the dot has no mail (RFC 5321 4.1.1.4)."""
        self._hurry(session, deadline)
        size = [f"SIZE={len(content)}"] if session.has_extn("size") else []
        self._judge_sender(session.mail(sender, size))
        self._hurry(session, deadline)
        _judge(session.rcpt(recipient), (250, 251))
        self._hurry(session, deadline)
        _judge(session.docmd("DATA"), (354,))
        # A large message may take all the time that is left.
        self._hurry(session, deadline, self._conversation)
        session.send(_DOT.sub(b"..", content))

    def _last_word(self, session: smtplib.SMTP) -> str:
        assert session.sock is not None
        session.sock.settimeout(self._last)
        try:
            session.send(b".\r\n")
            reply = session.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise InDoubt(_told(error)) from error
        _judge(reply, (250,))
        return _words(reply)

    def _judge_sender(self, reply: Reply) -> None:
        """A sender who is refused is this installation's affair, not the mail's, unless the mail is too large."""
        if reply[0] >= 500 and reply[0] != TOO_LARGE:
            raise Away(f"{self.place}: {_words(reply)}")
        _judge(reply, (250,))

    def _hurry(self, session: smtplib.SMTP, deadline: float, most: float = 0.0) -> None:
        """Give the next step its time, and no more than is left of the whole."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the server is too slow")
        assert session.sock is not None
        session.sock.settimeout(min(most or self._step, left))


class Line:
    """A connection that is kept for several mails. One on which anything went wrong is not used again."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._session: smtplib.SMTP | None = None
        self._mails = 0

    def hand_over(self, mail: Mail, before_last_word: Fence, taken: Taken) -> None:
        """See `handing.Way`."""
        server, content = self._server, signed(composed(mail))
        deadline = time.monotonic() + server._conversation
        session = self._ready(deadline)
        try:
            server._hand_over(session, deadline, mail, content, before_last_word, taken)
        except BaseException:
            session.close()
            self._session = None
            raise
        self._mails += 1

    def close(self) -> None:
        """Say goodbye, without waiting for an answer."""
        if self._session is not None:
            _leave(self._session)
            self._session.close()
            self._session = None

    def _ready(self, deadline: float) -> smtplib.SMTP:
        """The connection, if the server still listens, else a new one."""
        if self._session is None or self._mails >= MOST_ON_A_LINE or not self._listens(deadline):
            self.close()
            self._session, self._mails = self._server._opened(deadline), 0
        return self._session

    def _listens(self, deadline: float) -> bool:
        assert self._session is not None
        try:
            self._server._hurry(self._session, deadline)
            return self._session.rset()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False


def _leave(session: smtplib.SMTP) -> None:
    # The server has the mail: what becomes of the goodbye changes nothing, and its answer is not waited for.
    with suppress(OSError, smtplib.SMTPException):
        session.send(b"QUIT\r\n")


def _judge(reply: Reply, good: tuple[int, ...]) -> None:
    """Do nothing for a good answer."""
    code = reply[0]
    if code in good:
        return
    if code == CLOSING or code in NEEDS_SIGN_IN:
        raise Away(_words(reply))
    if 500 <= code < 600:
        raise Refused(_words(reply))
    raise NotNow(_words(reply))


def _words(reply: Reply) -> str:
    return f"{reply[0]} {reply[1].decode('utf-8', 'replace')}".strip()


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    return str(error) or type(error).__name__
