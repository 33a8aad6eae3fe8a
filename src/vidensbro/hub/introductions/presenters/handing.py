"""What the owner's side hands over and shows, and who in the secretariat sees to it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.introductions import disclosure, documents, meetings, queries
from vidensbro.hub.introductions.models import Document, Introduction, Stage, State

ONGOING = (State.ASKED, State.ACCEPTED, State.INTRODUCED)
"""States in which the two sides are at it."""


@dataclass(frozen=True, slots=True)
class FileView:
    """A file that is handed over; `size` in bytes."""

    pk: uuid.UUID
    name: str
    size: int
    href: str


@dataclass(frozen=True, slots=True)
class Handing:
    """What the owner's side can hand over and show. `offer` is the step that can be shown unasked."""

    files: tuple[FileView, ...]
    may_hand: bool
    offer: Stage | None
    shown: bool


def handing(actor: Actor, row: Introduction) -> Handing:
    """For the owner's side and the secretariat, which sees the files and does not decide."""
    decides = bool(queries.may_decide(actor, row))
    stage = disclosure.stage_of(row)
    further = disclosure.next_stage(stage) if decides and row.state in ONGOING else None
    if further is not None and disclosure.row_of(row, further) is not None:
        further = None
    return Handing(
        file_views(documents.of(row)),
        decides and (row.state in ONGOING or row.state == State.DRAFTED),
        further,
        disclosure.at_least(stage, Stage.DOCUMENTS),
    )


def file_views(handed: Iterable[Document], token: str = "") -> tuple[FileView, ...]:
    """Files with the address of each: for whoever is signed in, or for the holder of a link."""
    return tuple(
        FileView(
            one.pk,
            one.file.name,
            one.file.size,
            reverse("answer-document", args=[token, one.pk])
            if token
            else reverse("stored-file", args=[one.file_id]),
        )
        for one in handed
    )


def may_offer_times(row: Introduction) -> bool:
    """Can (other) times be offered now?"""
    return row.state in ONGOING and meetings.chosen(row) is None


def may_choose_time(row: Introduction) -> bool:
    """Can the counterpart choose a time now, its yes being given?"""
    return row.state in {State.ACCEPTED, State.INTRODUCED} and meetings.chosen(row) is None


def broker_choices(actor: Actor, row: Introduction) -> list[tuple[str, str]]:
    """To whom in the secretariat the actor may hand it, as choices of a form."""
    return [(str(one.pk), str(one)) for one in queries.brokers(actor, row)]


def load_of(actor: Actor, row: Introduction) -> str:
    """For the secretariat: how much of a person's time has been asked for this year; "" for others."""
    if row.person_id is None or not queries.may_broker(actor, row):
        return ""
    load = queries.load([row.person_id])[row.person_id]
    return ngettext(
        "%(requests)d request, %(minutes)d minutes in all",
        "%(requests)d requests, %(minutes)d minutes in all",
        load.requests,
    ) % {"requests": load.requests, "minutes": load.minutes}
