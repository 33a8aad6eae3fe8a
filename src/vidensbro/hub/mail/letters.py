"""One text to many readers: rendered once, kept once, a row for each reader.

Each copy is delivered by itself, like any other mail: its own Message-ID, its own attempts, once. What differs from
reader to reader are a few links, put in when the copy is handed over.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from vidensbro.hub.mail.models import Letter, Mail
from vidensbro.hub.mail.rendering import render_letter

if TYPE_CHECKING:
    from vidensbro.hub.mail.content import Recipient

LARGEST_HTML = 100_000
"""Bytes: of more than 102 kB the greatest mail program shows the beginning only."""
_SLOT = re.compile(r"[a-z_]+\Z")


@dataclass(frozen=True, slots=True)
class Copy:
    """One reader's copy of a letter: `slots` fill what the letter leaves open, `leave_url` is as in `services.send`.

    `key` names the reason for the mail: what has a key is written once.
    """

    key: str
    recipient: Recipient
    slots: Mapping[str, str]
    leave_url: str


def letter(
    key: str,
    template: str,
    context: Mapping[str, Any],
    language: str,
    *,
    slots: Collection[str],
    about: str,
    items: Sequence[str] = (),
    shorter: Mapping[str, Any] | None = None,
) -> Letter:
    """The letter of this key, written now unless it is there. Call inside a transaction.

    `template` and `context` are as in `services.send`; `slots` are names that stand in the context besides, for what
    each copy has of its own. What would be too large for mail programs is written with the context `shorter` over it.

    Raises what Django raises for a template that is not there or wrong.
    """
    there = Letter.objects.filter(key=key).first()
    if there is not None:
        return there
    mark = secrets.token_hex(8)
    given = {**context, **{name: _place(mark, name) for name in slots}}
    words = render_letter(template, given, language)
    if shorter is not None and len(words.html.encode()) > LARGEST_HTML:
        words = render_letter(template, {**given, **shorter}, language)
    row = Letter(
        key=key,
        about=about,
        items=list(items),
        language=language,
        mark=mark,
        subject=words.subject,
        text=words.text,
        html=words.html,
    )
    # Two workers may write it at the same moment: one of them does.
    Letter.objects.bulk_create([row], ignore_conflicts=True)
    return Letter.objects.get(key=key)


def words_of(mail: Mail) -> tuple[str, str]:
    """Text and HTML of a mail as its reader gets them."""
    found = mail.letter
    if found is None:
        return mail.text, mail.html
    html = {name: escape(value) for name, value in mail.slots.items()}
    return _filled(found.text, found.mark, mail.slots), _filled(found.html, found.mark, html)


def _place(mark: str, name: str) -> str:
    if not _SLOT.match(name):
        raise ValueError(name)
    return f"{mark}-{name}-"


def _filled(text: str, mark: str, slots: Mapping[str, str]) -> str:
    return re.sub(rf"{mark}-([a-z_]+)-", lambda found: slots.get(found[1], ""), text)
