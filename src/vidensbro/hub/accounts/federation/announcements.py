"""Telling the apps above where somebody belongs, as a provider says."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal, cast

from django.dispatch import Signal

Outcome = Literal["unknown", "member", "joined", "asked", "nothing"]


@dataclass(frozen=True, slots=True)
class Belonging:
    """A provider says that a user belongs to an organisation.

    `named` are ways to find it, the most certain first: ("ror", …), ("cvr", …), ("domain", …). `join` is what
    follows when it is found: a request ("ask") or a membership at once ("confirm").
    """

    user_id: uuid.UUID
    provider: str
    join: Literal["ask", "confirm"]
    named: tuple[tuple[str, str], ...]


belonging_told = Signal()
"""Sent with `belonging`, after the sign-in, inside a transaction. Receivers answer with an `Outcome`."""


def tell(belonging: Belonging) -> Outcome:
    """Announce it; what became of it. "nothing" where nobody listens."""
    answers = [cast(Outcome, answer) for _, answer in belonging_told.send(sender=None, belonging=belonging)]
    return answers[0] if answers else "nothing"
