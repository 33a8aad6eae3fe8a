"""What the services tell: each calls the notification of the same name, inside the transaction of the change.

`token` is what a fresh link carries, "" where none was made (the person gets a digest, or has an account).
"""

from __future__ import annotations

from collections.abc import Sequence

from vidensbro.hub.directory.models import Person
from vidensbro.hub.introductions import notifications
from vidensbro.hub.introductions.models import Disclosure, Introduction


def asked(row: Introduction, token: str) -> None:
    """The counterpart is asked. Without a token it is told by the next digest; the owner whom the secretariat asks
    for may still be told."""
    notifications.asked(row, token)


def answered(row: Introduction) -> None:
    """The counterpart said yes and the owner has not yet, or yes later, or no (look at state and `postponed_until`).

    Not called when the yes was the second one: then both are introduced.
    """
    notifications.answered(row)


def introduced(row: Introduction, token: str) -> None:
    """Both said yes: one mail introduces them, with each other's contact details."""
    notifications.introduced(row, token)


def reminded(row: Introduction, token: str) -> None:
    """The counterpart has not answered, or the day put off to has come."""
    notifications.reminded(row, token)


def escalated(row: Introduction) -> None:
    """The broker is called in: no answer, or the owner keeps a yes waiting."""
    notifications.escalated(row)


def expired(row: Introduction) -> None:
    """Nobody answered in time."""
    notifications.expired(row)


def withdrawn(row: Introduction) -> None:
    """The request was taken back after it had been asked."""
    notifications.withdrawn(row)


def digest(person: Person, rows: Sequence[tuple[Introduction, str]]) -> None:
    """Everything that a person is asked, in one mail: requests, each with the token of a fresh link."""
    notifications.digest(person, rows)


def times_offered(row: Introduction, token: str) -> None:
    """The owner's side offers (other) times to a counterpart who has said yes."""
    notifications.times_offered(row, token)


def time_chosen(row: Introduction, token: str) -> None:
    """The counterpart chose a time after having said yes."""
    notifications.time_chosen(row, token)


def disclosure_asked(row: Introduction, disclosure: Disclosure) -> None:
    """The counterpart asks to be shown more."""
    notifications.disclosure_asked(row, disclosure)


def disclosure_decided(row: Introduction, disclosure: Disclosure, token: str, *, unasked: bool) -> None:
    """The owner's side agreed to show more, or refused; or shows more `unasked`."""
    notifications.disclosure_decided(row, disclosure, token, unasked=unasked)
