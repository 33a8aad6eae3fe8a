"""Somebody with an account, a browser, and the mail that was sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import caches
from django.test import Client

from tests.hub.cast import SYSTEM
from vidensbro.hub.accounts import services
from vidensbro.hub.accounts.models import User
from vidensbro.hub.mail.models import Mail

PASSWORD = "en bro mellem viden og brug"
Post = Callable[..., Client]


@pytest.fixture(autouse=True)
def no_attempts_yet(db: None) -> Iterator[None]:
    """What another test tried does not count here."""
    caches["default"].clear()
    return


@pytest.fixture
def ida(db: None) -> User:
    """A member with a password, who reads English."""
    return services.create_user(SYSTEM, "ida@example.org", "Ida", password=PASSWORD, language="en")


@pytest.fixture
def client() -> Client:
    """A browser that asks for English pages."""
    return Client(headers={"accept-language": "en", "user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})


def sign_in(client: Client, email: str = "ida@example.org", password: str = PASSWORD, **extra: str):
    """The answer to the form."""
    return client.post("/sign-in/", {"username": email, "password": password, **extra})


def mails(address: str) -> list[Mail]:
    """What was sent there, the oldest first."""
    return list(Mail.objects.filter(address=address).order_by("created", "pk"))


def link(mail: Mail) -> str:
    """The path of the first link in a mail."""
    found = re.search(r"http://localhost:8000(/\S+)", mail.text)
    assert found, mail.text
    return found[1]
