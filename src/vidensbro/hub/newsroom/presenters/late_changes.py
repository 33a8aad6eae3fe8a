"""What was changed beside the words of a release after an issuer had approved it, as those who had are told."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.forms import Form
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.newsroom.forms.material import ContactForm, DocumentForm, PictureForm
from vidensbro.hub.newsroom.forms.settings import SettingsForm
from vidensbro.hub.newsroom.models import Language, LateChange, Licence
from vidensbro.hub.newsroom.presenters.subjects import KINDS, seen
from vidensbro.hub.ui.fields import field_label

_FORMS: Final[Mapping[str, type[Form]]] = {
    "picture": PictureForm,
    "document": DocumentForm,
    "contact": ContactForm,
    "settings": SettingsForm,
}
_FOCAL: Final = ("focal_x", "focal_y")


@dataclass(frozen=True, slots=True)
class ShownText:
    """A column that was changed, by its name on the page where it is changed; both texts may be empty."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One change: `said` is what was done to what, `name` what it was called, "" if it has no name."""

    said: str
    name: str
    texts: tuple[ShownText, ...]
    who: str
    at: datetime


def shown_changes(actor: Actor, rows: Iterable[LateChange]) -> list[ShownChange]:
    """The changes in the page's language, without what is linked with something that the actor may not see.

    `by` should have been fetched with the rows.
    """
    changes = list(rows)
    titles = _titles(actor, changes)
    found = []
    for row in changes:
        if row.what in KINDS and (row.what, row.key) not in titles:
            continue
        name = titles.get((row.what, row.key)) or (row.name_da if get_language() == "da" else row.name_en)
        found.append(ShownChange(_said(row), name, _texts(row), _who(row), row.at))
    return found


def _titles(actor: Actor, rows: Iterable[LateChange]) -> Mapping[tuple[str, str], str]:
    """What the release was linked with, as far as the actor may see it."""
    wanted: dict[str, set[uuid.UUID]] = {}
    for row in rows:
        if row.what in KINDS:
            wanted.setdefault(row.what, set()).add(uuid.UUID(row.key))
    return {
        (kind, str(key)): one.title
        for kind, keys in wanted.items()
        for key, one in seen(kind, actor, keys).items()
    }


def _who(row: LateChange) -> str:
    return str(row.by) if row.by is not None else _("somebody whose account is gone")


def _texts(row: LateChange) -> tuple[ShownText, ...]:
    fields = _FORMS[row.what].base_fields if row.what in _FORMS else {}
    names = {"fields": "fields_chosen"}
    found = []
    for column, before, after in row.texts:
        field = fields.get(names.get(column, column))
        if field is not None:
            found.append(ShownText(str(field.label), _told(column, before), _told(column, after)))
    return tuple(found)


def _told(column: str, text: str) -> str:
    """What a column says, as it is said on the page where it is changed."""
    if column in ("licence", "text_licence"):
        return str(dict(Licence.choices).get(text, text))
    if column == "language":
        return str(dict(Language.choices).get(text, _("every version")))
    if column == "fields":
        return ", ".join(field_label(one) for one in text.split(", ") if one)
    if column == "embargo_for_press":
        return pgettext("setting", "yes") if text == "True" else pgettext("setting", "no")
    return f"{float(text) * 100:.0f} %" if column in _FOCAL else text


def _said(row: LateChange) -> str:
    said = {
        "settings changed": _("Settings changed"),
        "picture added": _("Picture added"),
        "picture changed": _("What is said of a picture changed"),
        "picture removed": _("Picture removed"),
        "picture moved": _("Pictures put in another order"),
        "document added": _("Document added"),
        "document changed": _("What is said of a document changed"),
        "document removed": _("Document removed"),
        "document moved": _("Documents put in another order"),
        "contact added": _("Contact added"),
        "contact changed": _("Contact changed"),
        "contact removed": _("Contact removed"),
        "contact moved": _("Contacts put in another order"),
        "link added": _("Link to what it is about added"),
        "link removed": _("Link to what it is about removed"),
    }
    return said[f"{row.what if row.what in _FORMS else 'link'} {row.done}"]
