"""The form of a new release: its words, what its versions share, and whom the press may call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.newsroom.forms.groups import Group, acted
from vidensbro.hub.newsroom.forms.settings import Choices, NewReleaseForm, ReachableForm, settings_typed
from vidensbro.hub.newsroom.forms.words import Editor
from vidensbro.hub.newsroom.services.beginning import Reachable
from vidensbro.hub.newsroom.services.wording import Wording

MOST_CONTACTS = 40
MOST_NOTES = 100
LONGEST_NOTE = 500
Found = Callable[[Sequence[str], str], Choices]
"""Gives the organisations to choose from: those chosen, the writer's own, and those that a name finds."""


class NewRelease:
    """The whole form. `notes` say what was uncertain when a text was brought in; they stay while it is written."""

    def __init__(self, found: Found, chosen: Sequence[str] = (), name: str = "") -> None:
        self.choices = found(chosen, name)
        self.editor = Editor()
        self.settings = NewReleaseForm(organisations=self.choices)
        self.contacts = Group("contacts", ReachableForm, MOST_CONTACTS, organisations=self.choices)
        self.notes: list[str] = []

    @classmethod
    def blank(cls, found: Found, initial: Mapping[str, Any]) -> NewRelease:
        """An empty form."""
        new = cls(found, initial.get("issuers", ()))
        new.settings = NewReleaseForm(initial=dict(initial), organisations=new.choices)
        return new

    @classmethod
    def filled(
        cls,
        found: Found,
        words: Wording,
        settings: Mapping[str, Any],
        people: Iterable[Mapping[str, Any]],
        notes: Iterable[str],
    ) -> NewRelease:
        """The form with what was recognised in a text, for a person to confirm."""
        new = cls.blank(found, settings)
        new.editor = Editor.of(words)
        new.contacts.show(people)
        new.notes = [*notes][:MOST_NOTES]
        return new

    @classmethod
    def sent(cls, found: Found, data: QueryDict) -> NewRelease:
        """The form as it was sent, to be judged."""
        new = cls(found, data.getlist("issuers"), data.get("issuer_name", ""))
        new.editor = Editor.sent(data)
        new.settings = NewReleaseForm(data, organisations=new.choices)
        new.contacts.bind(data)
        new.notes = _notes(data)
        return new

    @classmethod
    def again(cls, found: Found, data: QueryDict, action: str) -> NewRelease:
        """The form as it was sent, unjudged, after one of its buttons was pressed."""
        new = cls(found, data.getlist("issuers"), data.get("issuer_name", ""))
        new.editor = Editor.again(data, action)
        initial = settings_typed(NewReleaseForm, data)
        new.settings = NewReleaseForm(initial=initial, organisations=new.choices)
        rows = new.contacts.typed(data)
        new.contacts.show(acted(rows, new.contacts.name, action, new.contacts.most))
        new.notes = _notes(data)
        return new

    def is_valid(self) -> bool:
        """Is all of it?"""
        return all([self.editor.is_valid(), self.settings.is_valid(), self.contacts.is_valid()])

    def people(self) -> list[Reachable]:
        """Whom a valid form names."""
        return [form.reachable() for form in self.contacts.whole()]

    def told(self, error: Invalid) -> None:
        """Show what a service found wrong, beside the field that it is about."""
        rest: dict[str, tuple[str, ...]] = {}
        whole = self.contacts.whole()
        for name, codes in error.problems.items():
            group, _dash, number = name.partition("-")
            if group == self.contacts.name and number.isdigit() and int(number) < len(whole):
                _add(whole[int(number)], "email", codes)
            elif name in self.settings.fields:
                _add(self.settings, name, codes)
            else:
                rest[name] = codes
        self.editor.told(Invalid(rest))

    @property
    def all_forms(self) -> list[forms.Form]:
        """Every form in it, in the order of the page."""
        return [self.settings, *self.editor.all_forms, *self.contacts.forms]

    @property
    def has_errors(self) -> bool:
        """Is anything to be corrected?"""
        return self.editor.has_errors or any(form.errors for form in self.all_forms)


def _add(form: forms.Form, name: str, codes: Iterable[str]) -> None:
    for code in dict.fromkeys(codes):
        form.add_error(name, str(words_for(code)))


def _notes(data: QueryDict) -> list[str]:
    return [one[:LONGEST_NOTE] for one in data.getlist("note") if one.strip()][:MOST_NOTES]
