"""Lists of introductions, each from its reader's side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from vidensbro.hub.introductions import addresses
from vidensbro.hub.introductions.models import Introduction, State
from vidensbro.hub.introductions.notifications import sender_line
from vidensbro.hub.introductions.showing import shown
from vidensbro.hub.needs.presenters import need_title


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `language` is that of the title, "" when it is a name."""

    title: str
    language: str
    href: str
    state: str
    state_label: str
    facts: tuple[str, ...]


def own_rows(rows: Iterable[Introduction], *, with_need: bool = True) -> list[Row]:
    """For the owner's side and the secretariat: whom they asked, and about which need."""
    return [
        Row(
            addresses.counterpart_name(row),
            "",
            _href(row),
            row.state,
            state_label(row),
            tuple(fact for fact in (need_title(row.need) if with_need else "", _when(row)) if fact),
        )
        for row in rows
    ]


def asked_rows(rows: Iterable[Introduction]) -> list[Row]:
    """For those who are asked: what each may read of the need, and nothing else."""
    return [_asked_row(row) for row in rows]


def state_label(row: Introduction) -> str:
    """The state in words; a yes that is to come later says so."""
    if row.state == State.ASKED and row.postponed_until is not None:
        return _("yes, but later")
    return str(row.get_state_display())


def _asked_row(row: Introduction) -> Row:
    told = shown(row)
    title = told.title or told.text or told.teaser or _("A sealed need")
    language = told.language if told.title or told.text or told.teaser else ""
    title = title if len(title) <= 90 else title[:90].rsplit(" ", 1)[0] + " …"
    facts = (sender_line(told), _when(row))
    return Row(title, language, _href(row), row.state, state_label(row), tuple(one for one in facts if one))


def _when(row: Introduction) -> str:
    moments = (
        (row.ended_at, _("ended %(day)s")),
        (row.introduced_at, _("introduced %(day)s")),
        (row.answered_at, _("answered %(day)s")),
        (row.asked_at, _("asked %(day)s")),
        (row.created, _("written %(day)s")),
    )
    moment, words = next((one, words) for one, words in moments if one is not None)
    return words % {"day": formats.date_format(timezone.localtime(moment), "DATE_FORMAT")}


def _href(row: Introduction) -> str:
    return reverse("introduction", args=[row.pk])
