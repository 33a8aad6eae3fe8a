"""Putting a mail into words, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.template import Context, engines
from django.template.backends.django import DjangoTemplates
from django.utils import translation

from vidensbro.hub.common.text import storable
from vidensbro.hub.mail.content import Recipient, one_line
from vidensbro.hub.ui.theme import palette

LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail in words: `subject` is one line, `text` and `html` say the same."""

    subject: str
    text: str
    html: str


def render(template: str, context: Mapping[str, Any], recipient: Recipient, choices_url: str) -> Rendered:
    """The three parts of a mail. Only the HTML is escaped: the others are plain text.

    Raises what Django raises for a template that is not there or wrong.
    """
    theme = settings.VIDENSBRO_THEME
    given = {
        **context,
        "theme": theme,
        "colours": palette(theme.colour, theme.accent),
        "base_url": settings.VIDENSBRO_BASE_URL,
        "recipient": recipient,
        "choices_url": choices_url,
        "language": recipient.language,
    }
    with translation.override(recipient.language):
        subject = one_line(storable(_rendered(f"{template}.subject.txt", given, escape=False)))
        text = storable(_rendered(f"{template}.txt", given, escape=False)).strip() + "\n"
        html = storable(_rendered(f"{template}.html", given, escape=True)).strip() + "\n"
    return Rendered(_shortened(subject), text, html)


def _rendered(name: str, context: Mapping[str, Any], *, escape: bool) -> str:
    found = cast(DjangoTemplates, engines["django"]).engine.get_template(name)
    return str(found.render(Context(dict(context), autoescape=escape)))


def _shortened(subject: str) -> str:
    if len(subject) <= LONGEST_SUBJECT:
        return subject
    return subject[: LONGEST_SUBJECT - 1].rsplit(" ", 1)[0] + "…"
