"""What readers are told by mail, in words: a release, or those of a week; and whether that still holds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.mail.letters import letter
from vidensbro.hub.mail.models import Letter, Mail
from vidensbro.hub.newsroom.addresses import digest_of
from vidensbro.hub.newsroom.models import Inquiry, ListEntry, Subscriber, Suppression, Version
from vidensbro.hub.newsroom.presenters.release import shown, shown_all
from vidensbro.hub.newsroom.queries import versions
from vidensbro.hub.newsroom.services.suppression import unwanted
from vidensbro.hub.newsroom.text import as_text

OWN = "own"
"""To those who subscribe."""
PRESS = "press"
"""To those on a list of the press desk."""
MOST_IN_A_WEEK = 40
"""Releases of which the mail of a week tells; the newsroom's own page has them all."""
_RELEASE = "newsroom.release"
_WEEKLY = "newsroom.weekly"
_SLOTS = ("leave_url", "subscription_url")


def about(row: Version) -> str:
    """What the letters of a version have in common, whatever its words were when they were written."""
    return f"{_RELEASE}:{row.pk}"


def release_letter(row: Version, why: str) -> Letter:
    """A version as it is mailed, in the words that it has now, with the reason why it comes. Call in a transaction."""
    key = f"{about(row)}:{row.number}:{why}"
    if there := Letter.objects.filter(key=key).first():
        return there
    release = shown(VISITOR, row)
    facts = [(one.heading, as_text(one.markdown)) for one in release.fact_boxes]
    return letter(
        key,
        "newsroom/mail/release",
        {
            "release": release,
            "facts": facts,
            "own": why == OWN,
            "whole": True,
            "read_url": _read_url(row, release.url),
        },
        row.language,
        slots=_SLOTS,
        about=about(row),
        items=_items([row]),
        shorter={"whole": False},
    )


def weekly_letter(rows: Sequence[Version], language: str) -> Letter:
    """Versions of a week in one mail, the newest first. Readers who want the same get the same letter."""
    told = hashlib.sha256(" ".join(_items(rows)).encode()).hexdigest()[:32]
    key = f"{_WEEKLY}:{language}:{told}"
    if there := Letter.objects.filter(key=key).first():
        return there
    return letter(
        key,
        "newsroom/mail/weekly",
        {
            "releases": shown_all(VISITOR, list(rows[:MOST_IN_A_WEEK])),
            "more": max(len(rows) - MOST_IN_A_WEEK, 0),
            "whole": True,
        },
        language,
        slots=_SLOTS,
        about=_WEEKLY,
        items=_items(rows),
        shorter={"whole": False},
    )


def still_wanted(mail: Mail) -> bool:
    """Is a copy still to be sent? Asked right before it is.

    Not when its reader has left since, or when everything that it tells of was withdrawn. One that tells of what was
    changed meanwhile becomes a copy of the new words, unless the other side may have the old ones already: then it goes
    as it was, but for words that were withdrawn.
    """
    found = mail.letter
    if found is None or not _reads(mail, found):
        return found is None
    rows = _still_out(found)
    if not rows:
        return False
    in_doubt = mail.handing_over is not None or mail.repeats > 0
    if _items(rows) != found.items and (len(rows) < len(found.items) or not in_doubt):
        now = _as_of_now(found, rows)
        mail.letter, mail.subject = now, now.subject
    return True


def still_asked(mail: Mail) -> bool:
    """Is a mail that asks for a confirmation still to be sent? Not when the request is gone: the reader has left, or
    has confirmed another."""
    waits = Subscriber.objects.filter(address=mail.address).exclude(consent__waiting={})
    return still_welcome(mail) and waits.exists()


def still_in_question(mail: Mail) -> bool:
    """Is a mail about a question to a press desk still to be sent to whoever asked it? Its key ends with the
    question's."""
    return still_welcome(mail) and Inquiry.objects.filter(pk=mail.key.rpartition(":")[2]).exists()


def still_welcome(mail: Mail) -> bool:
    """Has whoever reads the address not said meanwhile that nothing of the newsroom is to come?"""
    return not unwanted(mail.address)


def _read_url(row: Version, permanent: str) -> str:
    if not settings.VIDENSBRO_COUNT_LINKS:
        return permanent
    return settings.VIDENSBRO_BASE_URL + reverse("follow-release", args=[row.pk])


def _reads(mail: Mail, found: Letter) -> bool:
    if Suppression.objects.filter(digest=digest_of(mail.address)).exists():
        return False
    if found.key.endswith(f":{PRESS}"):
        sent_to = ListEntry.objects.filter(list__dispatches__version=key_of(found.about.partition(":")[2]))
        return sent_to.filter(address=mail.address, left=None).exists()
    return Subscriber.objects.filter(address=mail.address, state=Subscriber.State.ACTIVE).exists()


def _still_out(found: Letter) -> list[Version]:
    """What a letter tells of, as it is now, in the same order; without what was withdrawn."""
    return list(versions.out().filter(pk__in=[one.partition(":")[0] for one in found.items]))


def _as_of_now(found: Letter, rows: Sequence[Version]) -> Letter:
    """The letter that says of these now what the other said of them."""
    if found.about == _WEEKLY:
        return weekly_letter(rows, found.language)
    return release_letter(rows[0], found.key.rpartition(":")[2])


def _items(rows: Sequence[Version]) -> list[str]:
    return [f"{row.pk}:{row.number}" for row in rows]
