"""What is kept with a subscriber as proof of consent, and what waits to be confirmed.

`Subscriber.consent` is an object with three parts. `waiting`: what was asked for with this address and is not
confirmed, by the number in the link. `given`: the request that was confirmed, with the words that were shown and when.
`earlier`: those before it that have ended.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vidensbro.hub.common import clock
from vidensbro.hub.newsroom.models import Subscriber

CONFIRM_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a reader wants: `fields` are notations, `organisations` issuers; none of either means all."""

    language: str
    pace: str = Subscriber.Pace.AT_ONCE
    fields: tuple[str, ...] = ()
    organisations: tuple[uuid.UUID, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "language": self.language,
            "pace": self.pace,
            "fields": list(self.fields),
            "organisations": [str(one) for one in self.organisations],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Wishes:
        """What was kept."""
        return cls(
            language=kept["language"],
            pace=kept["pace"],
            fields=tuple(kept["fields"]),
            organisations=tuple(uuid.UUID(one) for one in kept["organisations"]),
        )


def put_waiting(row: Subscriber, nonce: str, wishes: Wishes, words: str, shown_in: str) -> None:
    """Keep a request beside those that wait already; those past their time go."""
    kept = {number: one for number, one in waiting(row).items() if _in_time(one)}
    asked = {"asked": clock.now().isoformat(), "words": words, "shown_in": shown_in, **wishes.as_json()}
    row.consent = {**row.consent, "waiting": {**kept, nonce: asked}}


def waiting(row: Subscriber) -> Mapping[str, Mapping[str, Any]]:
    """What waits to be confirmed, by the number in the link."""
    found: Mapping[str, Mapping[str, Any]] = row.consent.get("waiting", {})
    return found


def in_time(row: Subscriber, nonce: str) -> Mapping[str, Any] | None:
    """The request of that number, if it waits and is not too old."""
    found = waiting(row).get(nonce)
    return found if found is not None and _in_time(found) else None


def is_given(row: Subscriber, nonce: str) -> bool:
    """Is it this request that holds now?"""
    return row.state == Subscriber.State.ACTIVE and row.consent.get("given", {}).get("number") == nonce


def give(row: Subscriber, nonce: str, asked: Mapping[str, Any]) -> None:
    """Let a request be the consent that holds; nothing waits any more."""
    end(row)
    given = {**asked, "number": nonce, "confirmed": clock.now().isoformat()}
    row.consent = {"given": given, "earlier": row.consent.get("earlier", []), "waiting": {}}


def end(row: Subscriber) -> None:
    """Note that the consent that held has ended, and let nothing wait."""
    earlier = list(row.consent.get("earlier", []))
    if given := row.consent.get("given"):
        earlier.append({**given, "ended": clock.now().isoformat()})
    row.consent = {"given": {}, "earlier": earlier, "waiting": {}}


def drop_waiting(row: Subscriber, before: datetime) -> bool:
    """Forget requests from before that moment; were there any?"""
    kept = {
        number: one for number, one in waiting(row).items() if datetime.fromisoformat(one["asked"]) >= before
    }
    if len(kept) == len(waiting(row)):
        return False
    row.consent = {**row.consent, "waiting": kept}
    return True


def _in_time(asked: Mapping[str, Any]) -> bool:
    return clock.now() - datetime.fromisoformat(asked["asked"]) < CONFIRM_WITHIN
