"""The first meeting of two who have been introduced."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from vidensbro.hub.common import clock
from vidensbro.hub.introductions import addresses
from vidensbro.hub.introductions.meeting_file import CONTENT_TYPE, NAME, Meeting, meeting_file
from vidensbro.hub.introductions.models import Introduction, MeetingTime
from vidensbro.hub.mail.content import named_address

__all__ = ["CONTENT_TYPE", "NAME", "chosen", "file_of"]


def chosen(row: Introduction) -> MeetingTime | None:
    """The time that the counterpart chose, if any. Asks the database: a list that was read before may be old."""
    return MeetingTime.objects.filter(introduction=row, chosen=True).first()


def file_of(row: Introduction, languages: Sequence[str] = ()) -> bytes:
    """The calendar file in these languages (the page's where none is given), b"" where no time is chosen.

    Only for those who have been introduced: it holds the contact details of both.
    """
    time = chosen(row)
    if time is None:
        return b""
    said = []
    for language in languages or [translation.get_language() or settings.LANGUAGE_CODE]:
        with translation.override(language):
            said.append(_said(row))
    owner = addresses.owner_contact(row)
    organiser = next(iter(owner.addresses), named_address(settings.DEFAULT_FROM_EMAIL)[1])
    return meeting_file(
        Meeting(
            key=f"introduction-{row.pk}",
            starts=time.starts,
            ends=time.ends,
            written=row.introduced_at or clock.now(),
            summary=" / ".join(dict.fromkeys(summary for summary, _description in said)),
            description="\n\n".join(dict.fromkeys(description for _summary, description in said)),
            organiser=(owner.name, organiser),
            site=settings.VIDENSBRO_BASE_URL,
        )
    )


def _said(row: Introduction) -> tuple[str, str]:
    """Summary and description, in the page's language."""
    sides = [addresses.owner_contact(row), addresses.counterpart_contact(row)]
    lines = [", ".join([one.name, *one.places, *one.addresses, *one.lines]) for one in sides]
    told = _("You were introduced through %(site)s.") % {"site": settings.VIDENSBRO_THEME.name}
    summary = _("First meeting: %(one)s and %(other)s") % {"one": sides[0].name, "other": sides[1].name}
    return summary, "\n".join([told, "", *lines])
