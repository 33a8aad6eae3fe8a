"""What the newsroom does after a change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog

from vidensbro.hub.accounts.actors import system_actor
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.newsroom.announcements import ALL, APPROVAL, CHANGED, HOUR, PDF, PDFS, PING, SEND
from vidensbro.hub.newsroom.pdf import have_all_made, make_ahead
from vidensbro.hub.newsroom.services.approvals import ask_for_approval
from vidensbro.hub.newsroom.services.returning import note_refused
from vidensbro.hub.newsroom.services.sending import send
from vidensbro.hub.newsroom.services.sizes import SIZES, make_sizes
from vidensbro.hub.newsroom.services.steps import note_all_published, note_published
from vidensbro.hub.newsroom.services.telling import tell_of_changes
from vidensbro.hub.newsroom.services.weekly import send_weekly
from vidensbro.hub.newsroom.websub import ping
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.periodic import every
from vidensbro.hub.outbox.registry import handler

log = structlog.get_logger(__name__)
HOURS = "newsroom.hours"
"""Periodic: every version whose hour has come is noted, whatever became of its own entry."""
REFUSED = "newsroom.refused"
"""Periodic: addresses that refused a mail are written to no more."""
WEEKLY = "newsroom.weekly"
"""Periodic: the mail of the week, once Monday morning has come."""
every(HOURS, timedelta(minutes=1))
every(REFUSED, timedelta(minutes=10))
every(WEEKLY, timedelta(minutes=10))
every(PDFS, timedelta(hours=1))


@handler(SIZES, lease=timedelta(minutes=5), attempts=6)
def sizes(entries: Sequence[Entry]) -> None:
    """Make the sizes of pictures, one picture at a time: each may take a second and 400 MB."""
    for entry in entries:
        make_sizes(entry.key)


@handler(PDF, lease=timedelta(minutes=5), attempts=6)
def pdf(entries: Sequence[Entry]) -> None:
    """Have the PDF of a version lie ready; the keys are versions. Where none can be made, none is made ahead."""
    for entry in entries:
        try:
            make_ahead(entry.key)
        except Unavailable as error:
            if error.reason != "pdf_engine":
                raise
            log.info("newsroom.pdf_engine_missing", detail=error.detail)


@handler(PDFS)
def all_pdfs(entries: Sequence[Entry]) -> None:
    """Have PDFs made that are missing, or made of what is otherwise by now."""
    for entry in entries:
        have_all_made(newest_only=entry.key != ALL)


@handler(PING, lease=timedelta(minutes=2), attempts=8)
def pings(entries: Sequence[Entry]) -> None:
    """Tell the WebSub hub of changed feeds; the keys are languages."""
    for entry in entries:
        ping(entry.key)


@handler(APPROVAL)
def approvals(entries: Sequence[Entry]) -> None:
    """Ask those who decide for the issuers; the keys are versions with the number of their words, and when."""
    for entry in entries:
        ask_for_approval(entry.key, entry.payload.get("only"))


@handler(CHANGED)
def changes(entries: Sequence[Entry]) -> None:
    """Tell those who had approved what was changed since; the keys are releases."""
    for entry in entries:
        tell_of_changes(entry.key)


@handler(HOUR)
def hour(entries: Sequence[Entry]) -> None:
    """Note that the hour of a version has come."""
    for entry in entries:
        note_published(entry.key)


@handler(HOURS)
def hours(entries: Sequence[Entry]) -> None:
    """Note every version whose hour has come."""
    note_all_published()


@handler(SEND, lease=timedelta(minutes=10))
def sending(entries: Sequence[Entry]) -> None:
    """Write a version to everybody who asked for it. A worker that takes over goes on where the other was."""
    for entry in entries:
        send(entry.key)


@handler(REFUSED)
def refused(entries: Sequence[Entry]) -> None:
    """Act on mails that were refused for good."""
    note_refused(system_actor("newsroom"))


@handler(WEEKLY, lease=timedelta(minutes=10))
def weekly(entries: Sequence[Entry]) -> None:
    """Write the mail of the week to those who have not got it."""
    send_weekly()
