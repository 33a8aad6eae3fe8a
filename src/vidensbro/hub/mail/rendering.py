"""Putting a mail into words, in the reader's language; in several where those who get it together read several."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
BETWEEN_SUBJECTS = " / "
Words = Callable[[], Mapping[str, Any]]
"""Gives the context of a template, in the language that is on while it is called."""


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
    given = {**context, "recipient": recipient, "choices_url": choices_url}
    with translation.override(recipient.language):
        subject = _subject(template, given)
        text, html = _bodies(template, given)
    return Rendered(_shortened(subject), text + "\n", html + "\n")


def render_letter(template: str, context: Mapping[str, Any], language: str) -> Rendered:
    """The three parts of a mail that many readers of a language get; like `render`, without any `recipient`."""
    with translation.override(language):
        given = {"choices_url": "", **context}
        subject = _subject(template, given)
        text, html = _bodies(template, given)
    return Rendered(_shortened(subject), text + "\n", html + "\n")


def render_together(template: str, words: Words, languages: Sequence[str]) -> Rendered:
    """The three parts of a mail to several readers: all of it in each of the languages, one after the other.

    `<template>.txt` and `<template>.html` hold what is said, without a frame. `mail/together` is the frame: it
    marks each part with its language. Subjects that differ stand side by side.

    Raises what Django raises for a template that is not there or wrong.
    """
    parts = [(language, _said(template, words, language)) for language in languages]
    with translation.override(languages[0]):
        text, html = _bodies("mail/together", {"parts": parts, "others": languages[1:]})
    subjects = list(dict.fromkeys(part.subject for _, part in parts))
    most = (LONGEST_SUBJECT - len(BETWEEN_SUBJECTS) * (len(subjects) - 1)) // len(subjects)
    subject = BETWEEN_SUBJECTS.join(_shortened(one, most) for one in subjects)
    return Rendered(subject, text + "\n", html + "\n")


def _said(template: str, words: Words, language: str) -> Rendered:
    with translation.override(language):
        given = words()
        return Rendered(_subject(template, given), *_bodies(template, given))


def _subject(template: str, context: Mapping[str, Any]) -> str:
    return one_line(_filled(f"{template}.subject.txt", context, escape=False))


def _bodies(template: str, context: Mapping[str, Any]) -> tuple[str, str]:
    text = _filled(f"{template}.txt", context, escape=False)
    html = _filled(f"{template}.html", context, escape=True)
    return text.strip(), html.strip()


def _filled(name: str, context: Mapping[str, Any], *, escape: bool) -> str:
    """A template in the language that is on, with what every mail may use."""
    theme = settings.VIDENSBRO_THEME
    common = {
        "theme": theme,
        "colours": palette(theme.colour, theme.accent),
        "base_url": settings.VIDENSBRO_BASE_URL,
        "language": translation.get_language(),
    }
    found = cast(DjangoTemplates, engines["django"]).engine.get_template(name)
    return storable(str(found.render(Context({**context, **common}, autoescape=escape))))


def _shortened(subject: str, most: int = LONGEST_SUBJECT) -> str:
    if len(subject) <= most:
        return subject
    return subject[: most - 1].rsplit(" ", 1)[0] + "…"
