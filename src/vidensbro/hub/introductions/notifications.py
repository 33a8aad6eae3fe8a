"""The mails of introductions: who is told what, each in the reader's language.

Called by `announcements`, inside the transaction of the change. A mail to the counterpart tells of the need only what
`showing.shown` gives; so does the one mail to both sides. All mails of one introduction to one address belong to one
conversation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext, gettext_lazy

from vidensbro.hub.common import clock
from vidensbro.hub.directory.models import Person
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.introductions import addresses, meetings, wording
from vidensbro.hub.introductions.models import DeclineReason, Disclosure, Introduction, Stage, State
from vidensbro.hub.introductions.showing import Shown, shown
from vidensbro.hub.mail import services as mail
from vidensbro.hub.mail.content import Attachment, Recipient
from vidensbro.hub.mail.kinds import MailKind
from vidensbro.hub.needs.presenters import need_href, need_title

ASKED = MailKind("introduction.asked", gettext_lazy("Somebody asks to be introduced to you"), optional=True)
REMINDED = MailKind("introduction.reminded", gettext_lazy("Reminders of requests that wait"), optional=True)
DIGEST = MailKind("introduction.digest", gettext_lazy("Requests, once a week in one mail"), optional=True)
ANSWERED = MailKind("introduction.answered", gettext_lazy("Answers to what you asked"), optional=True)
AGREE = MailKind(
    "introduction.agree",
    gettext_lazy("The secretariat asks on your behalf and needs your yes"),
    optional=True,
)
INTRODUCED = MailKind(
    "introduction.introduced", gettext_lazy("You and somebody else are introduced"), optional=False
)
MEETING = MailKind("introduction.meeting", gettext_lazy("The time of a first meeting"), optional=True)
EXPIRED = MailKind("introduction.expired", gettext_lazy("Requests that nobody answered"), optional=True)
WITHDRAWN = MailKind("introduction.withdrawn", gettext_lazy("Requests that were withdrawn"), optional=True)
DISCLOSURE = MailKind("introduction.disclosure", gettext_lazy("Showing more of a sealed need"), optional=True)
ESCALATED = MailKind(
    "introduction.escalated", gettext_lazy("Introductions that wait for the broker"), optional=True
)
KINDS = (
    ASKED,
    REMINDED,
    DIGEST,
    ANSWERED,
    AGREE,
    INTRODUCED,
    MEETING,
    EXPIRED,
    WITHDRAWN,
    DISCLOSURE,
    ESCALATED,
)

Values = Callable[[], dict[str, Any]]


def asked(row: Introduction, token: str) -> None:
    """Ask the counterpart; without a token a digest does it. The owner whom the secretariat asks for is told."""
    if token:
        values = _request(row, token)
        told = _send(ASKED, addresses.counterpart_recipients(row), "asked", values, row, "asked")
        if not told:
            _call_in(row, "unreachable", _unreachable)
    if row.agreed_at is None:
        _ask_owner(row, accepted=False)


def reminded(row: Introduction, token: str) -> None:
    """Remind the counterpart, or ask again on the day that it was put off to."""
    values = _request(row, token, later=row.postponed_until is not None)
    moment = row.reminded_at or clock.now()
    to = addresses.counterpart_recipients(row)
    _send(REMINDED, to, "reminder", values, row, f"reminded.{moment:%Y%m%d%H%M%S}")


def digest(person: Person, rows: Sequence[tuple[Introduction, str]]) -> None:
    """Everything that a person is asked, in one mail."""

    def values() -> dict[str, Any]:
        return {"requests": [_request(row, token)() for row, token in rows], "counterpart": person.name}

    day = clock.now()
    for to in addresses.person_recipients(person):
        key = f"introduction.digest:{person.pk}:{day:%Y%m%d%H%M%S}"
        mail.send(DIGEST.code, to, _template("digest"), _worded(to, values), key=key)


def answered(row: Introduction) -> None:
    """Tell the owner's side and a broker who asked: later, no, or a yes that waits for the owner's own."""
    if row.state == State.ACCEPTED:
        if row.agreed_at is None:
            _ask_owner(row, accepted=True)
        return
    answer = "no" if row.state == State.DECLINED else "later"
    note, referral, until = row.note, row.referral, row.postponed_until

    def values() -> dict[str, Any]:
        reason = str(DeclineReason(row.reason).label) if row.reason else ""
        told = {"answer": answer, "reason": reason, "note": note, "referral": referral, "until": until}
        return {**_about(row), **told}

    to = addresses.owner_recipients(row)
    if row.broker is not None or not to:
        to = _once([*to, *addresses.broker_recipients(row)])
    _send(ANSWERED, to, "answered", values, row, f"{answer}.{until or ''}")


def introduced(row: Introduction, token: str = "") -> None:
    """Introduce both sides to each other in one mail, with the meeting where a time was chosen.

    It holds what either side may read. The secret of a link goes to the counterpart alone, in a mail of its own.
    """
    owner, counterpart = addresses.owner_recipients(row), addresses.counterpart_recipients(row)
    both = [*owner, *counterpart]
    if both:
        mail.send_together(
            INTRODUCED.code,
            both,
            _template("introduced"),
            lambda: _introduction(row),
            key=f"introduction:{row.pk}:introduced",
            thread=_thread(row),
            attachments=_calendar(row, [one.language for one in both]),
        )
    if token:
        _send(INTRODUCED, counterpart, "own_way", _own_way(row, token), row, "own_way")


def times_offered(row: Introduction, token: str = "") -> None:
    """Ask a counterpart who has said yes to choose one of the times that are offered now."""

    def values() -> dict[str, Any]:
        return {
            "counterpart": addresses.counterpart_name(row),
            "times": [wording.time_label(one) for one in row.times.order_by("starts", "pk")],
            "link": _way_in(row, token),
        }

    moment = clock.now()
    to = addresses.counterpart_recipients(row)
    _send(MEETING, to, "times", values, row, f"times.{moment:%Y%m%d%H%M%S%f}")


def time_chosen(row: Introduction, token: str = "") -> None:
    """Send both sides the meeting. Before both have said yes nobody is told anything."""
    if row.state != State.INTRODUCED:
        return
    for owner_side in (True, False):
        to, other = _sides(row, owner_side)
        reply = other[0].address if other else ""
        values = _meeting_values(row, owner_side, token)
        _send(MEETING, to, "meeting", values, row, "meeting", row, reply)


def expired(row: Introduction) -> None:
    """Tell the owner's side, and the broker if there is one, that nobody answered."""
    to = addresses.owner_recipients(row)
    if row.broker is not None or not to:
        to = _once([*to, *addresses.broker_recipients(row)])
    _send(EXPIRED, to, "expired", lambda: _about(row), row, "expired")


def withdrawn(row: Introduction) -> None:
    """Tell the counterpart that nothing is expected any more."""
    to = addresses.counterpart_recipients(row)
    _send(
        WITHDRAWN, to, "withdrawn", lambda: {"counterpart": addresses.counterpart_name(row)}, row, "withdrawn"
    )


def disclosure_asked(row: Introduction, disclosure: Disclosure) -> None:
    """Ask the owner's side to decide."""

    def values() -> dict[str, Any]:
        return {**_about(row), "stage": str(Stage(disclosure.stage).label)}

    to = addresses.owner_recipients(row) or addresses.broker_recipients(row)
    _send(DISCLOSURE, to, "disclosure_asked", values, row, f"disclosure.{disclosure.pk}.asked")


def disclosure_decided(
    row: Introduction, disclosure: Disclosure, token: str = "", *, unasked: bool = False
) -> None:
    """Tell the counterpart what was decided, or what it is shown unasked, with a way in."""

    def values() -> dict[str, Any]:
        return {
            "stage": str(Stage(disclosure.stage).label),
            "agreed": bool(disclosure.agreed),
            "confidential": disclosure.needs_confidentiality,
            "unasked": unasked,
            "link": _way_in(row, token),
        }

    to = addresses.counterpart_recipients(row)
    _send(DISCLOSURE, to, "disclosure_decided", values, row, f"disclosure.{disclosure.pk}.decided")


def escalated(row: Introduction) -> None:
    """Call in the broker."""
    moment = row.escalated_at or clock.now()
    _call_in(row, f"escalated.{moment:%Y%m%d%H%M%S}", _why)


def _ask_owner(row: Introduction, *, accepted: bool) -> None:
    to = addresses.owner_recipients(row) or addresses.broker_recipients(row)
    _send(AGREE, to, "agree", lambda: {**_about(row), "accepted": accepted}, row, f"agree.{accepted}")


def _call_in(row: Introduction, key: str, why: Callable[[Introduction], str]) -> None:
    to = addresses.broker_recipients(row)
    _send(ESCALATED, to, "escalated", lambda: {**_about(row), "why": why(row)}, row, key)


def _why(row: Introduction) -> str:
    if row.state == State.ACCEPTED:
        return gettext("The counterpart has said yes, and the owner of the need has not agreed for a week.")
    if row.postponed_until is not None:
        return gettext("The counterpart wished to be asked again now, and has not answered yet.")
    end = timezone.localtime(row.expires_at) if row.expires_at else None
    day = formats.date_format(end, "DATE_FORMAT") if end else ""
    return gettext(
        "The counterpart has not answered, and the request ends on %(day)s. Perhaps a call helps."
    ) % {"day": day}


def _unreachable(row: Introduction) -> str:
    return gettext(
        "The request could not be sent: mail of this kind is switched off there. Perhaps a call helps."
    )


def _request(row: Introduction, token: str, *, later: bool = False) -> Values:
    """What a counterpart is told when asked."""

    def values() -> dict[str, Any]:
        told = shown(row)
        return {
            "shown": told,
            "message": row.message,
            "from_whom": sender_line(told),
            "minutes": row.minutes,
            "times": [wording.time_label(one) for one in row.times.order_by("starts", "pk")],
            "expires": row.expires_at,
            "later": later,
            "counterpart": addresses.counterpart_name(row),
            "link": _way_in(row, token),
        }

    return values


def sender_line(told: Shown) -> str:
    """Who asks, as far as the counterpart may know; "" if not at all."""
    place = organisation_name(told.organisation) if told.organisation is not None else ""
    return ", ".join(part for part in (told.owner, place) if part)


def _about(row: Introduction) -> dict[str, Any]:
    """What the owner's side and the broker are told. Never for a counterpart."""
    return {
        "need_title": need_title(row.need),
        "need_link": f"{settings.VIDENSBRO_BASE_URL}{need_href(row.need)}#matches",
        "counterpart": addresses.counterpart_name(row),
        "link": _page(row),
    }


def _meeting_values(row: Introduction, owner_side: bool, token: str) -> Values:
    def values() -> dict[str, Any]:
        return {**_contacts(row), "link": _page(row) if owner_side else _way_in(row, token)}

    return values


def _introduction(row: Introduction) -> dict[str, Any]:
    """What both sides are told in the one mail that introduces them: nothing that either of them may not read."""
    return {**_contacts(row), "subject_title": shown(row).title, "note": row.note, "link": _page(row)}


def _own_way(row: Introduction, token: str) -> Values:
    """What a counterpart without an account is told besides, alone."""
    return lambda: {"counterpart": addresses.counterpart_name(row), "link": _way_in(row, token)}


def _contacts(row: Introduction) -> dict[str, Any]:
    first, second = addresses.owner_contact(row), addresses.counterpart_contact(row)
    time = meetings.chosen(row)
    return {
        "first": first,
        "second": second,
        "sides": [first, second],
        "meeting": wording.time_label(time) if time is not None else "",
    }


def _sides(row: Introduction, owner_side: bool) -> tuple[list[Recipient], list[Recipient]]:
    """Where one side's mail goes, and the other's."""
    owner, counterpart = addresses.owner_recipients(row), addresses.counterpart_recipients(row)
    return (owner, counterpart) if owner_side else (counterpart, owner)


def _send(
    kind: MailKind,
    recipients: Iterable[Recipient],
    template: str,
    values: Values,
    row: Introduction,
    what: str,
    meeting: Introduction | None = None,
    reply_to: str = "",
) -> bool:
    """One mail to each; was any of them wanted?"""
    told = False
    for to in recipients:
        sent = mail.send(
            kind.code,
            to,
            _template(template),
            _worded(to, values),
            key=f"introduction:{row.pk}:{what}:{_name_of(to)}",
            thread=_thread(row),
            attachments=_calendar(meeting, [to.language]) if meeting is not None else (),
            reply_to=reply_to,
        )
        told = told or sent is not None
    return told


def _calendar(row: Introduction, languages: Iterable[str]) -> tuple[Attachment, ...]:
    content = meetings.file_of(row, list(dict.fromkeys(languages)))
    return (Attachment(meetings.NAME, meetings.CONTENT_TYPE, content),) if content else ()


def _worded(to: Recipient, values: Values) -> dict[str, Any]:
    with translation.override(to.language):
        return values()


def _thread(row: Introduction) -> str:
    return f"introduction:{row.pk}"


def _template(name: str) -> str:
    return f"introductions/mail/{name}"


def _page(row: Introduction) -> str:
    return settings.VIDENSBRO_BASE_URL + reverse("introduction", args=[row.pk])


def _way_in(row: Introduction, token: str) -> str:
    """Where the counterpart reads on: by the link whose secret this is, or signed in."""
    return settings.VIDENSBRO_BASE_URL + reverse("answer", args=[token]) if token else _page(row)


def _name_of(to: Recipient) -> str:
    """A short name of a recipient for the key of a mail; an address is not written into it."""
    if to.user_id is not None or to.person_id is not None:
        return str(to.user_id or to.person_id)
    return hashlib.sha256(to.address.encode()).hexdigest()[:16]


def _once(recipients: Iterable[Recipient]) -> list[Recipient]:
    return list({one.address.lower(): one for one in recipients}.values())
