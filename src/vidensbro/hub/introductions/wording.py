"""Every code of this app, in words: why somebody cannot be asked, what stands between two sides, where things are."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vidensbro.hub.common.messages import words_for
from vidensbro.hub.introductions import conflicts, protection
from vidensbro.hub.introductions.conflicts import ConflictFound
from vidensbro.hub.introductions.models import Introduction, MeetingTime, State

AVAILABILITY: dict[str, str | Promise] = {
    protection.FULL: gettext_lazy("Has been asked as often as is agreed for a month."),
    protection.QUIET: gettext_lazy("Wishes not to be asked for the time being."),
    protection.HIDDEN: gettext_lazy("Is not open to requests."),
    protection.NO_ADDRESS: gettext_lazy("No way to reach is known. The secretariat may know one."),
}
"""Why somebody cannot be asked now."""

CONFLICTS: dict[str, str | Promise] = {
    conflicts.SAME_PERSON: gettext_lazy("This is the owner of the need."),
    conflicts.SAME_ORGANISATION: gettext_lazy("Works at the organisation that has the need: %(detail)s."),
    conflicts.RELATED_ORGANISATION: gettext_lazy("Belongs to the same group of organisations: %(detail)s."),
    conflicts.DECLARED: gettext_lazy("A conflict of interest has been declared."),
    conflicts.CLUSTER: gettext_lazy(
        "Belongs to the host of this site: %(detail)s. Look twice at whether it is fair."
    ),
}
"""What stands between the two sides; recent co-authors are counted and have words of their own."""

DEAD_LINKS: dict[str, tuple[str | Promise, str | Promise]] = {
    "unknown": (
        gettext_lazy("This link leads nowhere"),
        gettext_lazy("Perhaps a part of it was lost on the way. Copy the whole link from the mail."),
    ),
    "expired": (
        gettext_lazy("The time for an answer has run out"),
        gettext_lazy("Nothing is expected of you any more."),
    ),
    "used": (
        gettext_lazy("This link has been used"),
        gettext_lazy("An answer has been given with it, and it works only once."),
    ),
    "answered": (
        gettext_lazy("An answer has been given"),
        gettext_lazy(
            "Nothing more is expected of you. If it was not you who answered, write to the secretariat."
        ),
    ),
    "over": (
        gettext_lazy("This introduction is over"),
        gettext_lazy("Nothing more is expected of you."),
    ),
    "withdrawn": (
        gettext_lazy("The request was withdrawn"),
        gettext_lazy("Nothing is expected of you any more."),
    ),
}
"""What is said of a link with which nobody can answer: heading and sentence. None tells what it was about."""

GIVEN: dict[str, str | Promise] = {
    "yes": gettext_lazy(
        "You said yes. When the other side has said yes as well, both of you get a mail with each other's contact "
        "details."
    ),
    "later": gettext_lazy("You said yes, but later. You are asked again on the day that you chose."),
    "no": gettext_lazy(
        "You said no. The other side is told the reason, and nothing more is expected of you."
    ),
}
"""What happens after each answer."""

_OWNER_SENTENCES: dict[str, str | Promise] = {
    State.DRAFTED: gettext_lazy(
        "Nothing has been sent. Look at the request as the other side will see it, and send it."
    ),
    State.ASKED: gettext_lazy("The other side has been asked and has not answered yet."),
    State.ACCEPTED: gettext_lazy("The other side has said yes. What is missing is the owner's yes."),
    State.DECLINED: gettext_lazy("The other side has said no, thank you."),
    State.EXPIRED: gettext_lazy("The other side did not answer in time."),
    State.WITHDRAWN: gettext_lazy("The request was withdrawn."),
}
_COUNTERPART_SENTENCES: dict[str, str | Promise] = {
    State.ACCEPTED: gettext_lazy("You said yes. The owner has not agreed yet."),
    State.DECLINED: gettext_lazy("You said no, thank you."),
    State.EXPIRED: gettext_lazy("The time for an answer has run out."),
    State.WITHDRAWN: gettext_lazy("The request was withdrawn. Nothing is expected of you."),
}


def unavailable(code: str) -> str:
    """Why somebody cannot be asked now: a code of availability or of a hard conflict."""
    if code == "already_asked":
        return _("Has been asked already.")
    if code in AVAILABILITY:
        return str(AVAILABILITY[code])
    if code in CONFLICTS:
        return conflict(ConflictFound(code))
    return str(words_for(code))


def conflict(found: ConflictFound) -> str:
    """What stands between the two sides, in a sentence."""
    if found.code == conflicts.COAUTHOR:
        works = int(found.detail) if found.detail.isdigit() else 1
        return ngettext(
            "Has written %(count)d work together with the owner's side within the last %(years)d years.",
            "Has written %(count)d works together with the owner's side within the last %(years)d years.",
            works,
        ) % {"count": works, "years": settings.VIDENSBRO_COAUTHOR_YEARS}
    words = str(CONFLICTS.get(found.code, words_for(found.code)))
    # Where no name is known the sentence ends before it.
    return words % {"detail": found.detail} if found.detail else words.replace(": %(detail)s", "")


def sentence(row: Introduction, owner_side: bool) -> str:
    """Where an introduction is, for one side; "" where the page says it otherwise."""
    if row.state == State.ASKED and row.postponed_until is not None:
        day = formats.date_format(row.postponed_until, "DATE_FORMAT")
        if owner_side:
            return _("The other side would like to meet, but later: from %(day)s.") % {"day": day}
        return _("You said yes, but later: from %(day)s. You can still answer now.") % {"day": day}
    told = _OWNER_SENTENCES if owner_side else _COUNTERPART_SENTENCES
    return str(told.get(row.state, ""))


def time_label(time: MeetingTime) -> str:
    """A time that was offered, on the clock of this place, with the day of the week."""
    return span_label(time.starts, time.ends)


def span_label(starts: datetime, ends: datetime) -> str:
    """From when to when, on the clock of this place."""
    here, there = timezone.localtime(starts), timezone.localtime(ends)
    return _("%(weekday)s %(start)s–%(end)s (%(zone)s)") % {
        "weekday": formats.date_format(here, "l"),
        "start": formats.date_format(here, "DATETIME_FORMAT"),
        "end": formats.date_format(there, "TIME_FORMAT"),
        "zone": here.tzname() or "",
    }
