"""Readers of releases, for tests: what they get by mail and which links stand in it."""

from __future__ import annotations

import re

from vidensbro.hub.mail.models import Mail
from vidensbro.hub.newsroom.models import Subscriber
from vidensbro.hub.newsroom.services import subscribing
from vidensbro.hub.newsroom.services.consent import Wishes

SITE = "http://localhost:8000"
READER = "rita@example.org"
WORDS = "I want press releases by e-mail."


def ask(address: str = READER, **wishes: object) -> None:
    """Ask as the form does."""
    subscribing.ask(address, Wishes(**{"language": "en", **wishes}), WORDS, "en")


def last_mail(address: str = READER) -> Mail:
    """The last mail to an address."""
    found = Mail.objects.filter(address=address).order_by("-pk").first()
    assert found is not None
    return found


def path(mail: Mail, begins: str) -> str:
    """The path of the link in a mail that begins so."""
    found = re.search(rf"{re.escape(SITE)}(/newsroom/{begins}/\S+)", mail.text)
    assert found is not None, mail.text
    return found[1]


def token(mail: Mail, begins: str = "subscribe/confirm") -> str:
    """The token of such a link."""
    return path(mail, begins).rstrip("/").rsplit("/", 1)[1]


def subscribed(address: str = READER, **wishes: object) -> Subscriber:
    """A reader who has asked and confirmed."""
    ask(address, **wishes)
    return subscribing.confirm(token(last_mail(address)))
