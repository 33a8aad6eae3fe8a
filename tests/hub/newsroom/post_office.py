"""A mail server for tests of sending, and what it got."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.hub.mail.conftest import PostOffice, opened, use
from vidensbro.hub.common import clock
from vidensbro.hub.mail import bulk, delivery
from vidensbro.hub.newsroom.models import Subscriber, SubscriberField, SubscriberOrganisation
from vidensbro.hub.outbox import services as outbox

__all__ = ["PostOffice", "inbox", "office", "reader", "work"]
TOPICS = ("newsroom.hour", "newsroom.send", bulk.BULK)


@pytest.fixture
def office(settings) -> Iterator[PostOffice]:
    """The mail server that the settings name, as fast as it can."""
    settings.VIDENSBRO_EMAIL_RATE = 0
    found = PostOffice()
    running = opened(found)
    use(settings, found.port)
    delivery.outage.over()
    yield found
    running.stop()
    delivery.outage.over()


def work() -> None:
    """Have everything done that follows a release."""
    for one in TOPICS:
        outbox.drain({one})


def inbox(office: PostOffice) -> list[str]:
    """To whom mail came, in order of address."""
    return sorted(one.recipients[0] for one in office.mails)


@pytest.fixture
def reader(db) -> Callable[..., Subscriber]:
    """Makes a reader who has confirmed; `fields` and `organisations` are what she chose."""

    def make(address: str, **values: object) -> Subscriber:
        fields, organisations = values.pop("fields", ()), values.pop("organisations", ())
        row = Subscriber.objects.create(
            **{
                "address": address,
                "language": "da",
                "state": "active",
                "confirmed": clock.now(),
                "weekly_until": clock.now(),
                **values,
            }
        )
        SubscriberField.objects.bulk_create(SubscriberField(subscriber=row, notation=one) for one in fields)
        SubscriberOrganisation.objects.bulk_create(
            SubscriberOrganisation(subscriber=row, organisation=one) for one in organisations
        )
        return row

    return make
