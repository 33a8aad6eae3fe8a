"""Taking an introduction in hand, and putting it back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import Policy
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.common.text import storable
from vidensbro.hub.common.validation import check_row
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.introductions.rules import see_introduction

LONGEST_TEXT = 5_000


def held(introduction_id: uuid.UUID | str) -> Introduction:
    """The introduction with need and both sides, its row locked. Raises NotFound."""
    rows = Introduction.objects.select_for_update(of=("self",)).select_related(
        "need__organisation", "need__owner", "person__user", "organisation", "requested_by", "broker"
    )
    row = rows.filter(pk=key_of(introduction_id)).first()
    if row is None:
        raise NotFound("introduction", introduction_id)
    return row


def held_for(actor: Actor, introduction_id: uuid.UUID | str, policy: Policy) -> Introduction:
    """`held`, for one who may. Raises NotFound (may not even see it), Denied."""
    row = held(introduction_id)
    policy.require(actor, row, see=see_introduction)
    return row


def save(actor: Actor, row: Introduction, action: str, details: Mapping[str, Any] | None = None) -> None:
    """Check and write the row, and note who did what. Raises Invalid."""
    check_row(row, unique=False)
    row.save()
    record(actor, action, "introduction", row.pk, details)


def cleaned(text: str) -> str:
    """A text without the spaces around it, without what no database can hold, and no longer than is kept."""
    return storable(text).strip()
