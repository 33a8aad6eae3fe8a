"""Narrowing the desk, doing something with what was chosen, and keeping a view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.desk.queries import ALL, DONE, ME, NOBODY, NONE, SNOOZED
from vidensbro.hub.desk.services import LONGEST_NOTE, NEAREST, Wish
from vidensbro.hub.desk.wording import SORTS, office_name
from vidensbro.hub.directory.models import Office
from vidensbro.hub.ui.fields import field_choices
from vidensbro.hub.ui.forms import PlainText

AGES = [
    ("", _("any age")),
    ("3", _("3 days or more")),
    ("7", _("a week or more")),
    ("30", _("30 days or more")),
    ("90", _("90 days or more")),
]
REMOVE = "-"
"""A note that takes the note away."""


class SearchForm(forms.Form):
    """What the desk is narrowed to."""

    q = PlainText(label=_("Words"), max_length=200, required=False)
    assignee = forms.ChoiceField(label=_("Assigned to"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("open")), (SNOOZED, _("snoozed")), (DONE, _("dealt with")), (ALL, _("all"))],
        required=False,
    )
    office = forms.ChoiceField(label=_("Office"), required=False)
    field = forms.ChoiceField(label=_("Field"), choices=field_choices, required=False)
    age = forms.ChoiceField(label=_("Age"), choices=AGES, required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=list(SORTS.items()), required=False)

    def __init__(self, *args: Any, brokers: Sequence[User], offices: Sequence[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(
            self, "assignee", [("", _("anybody")), (ME, _("me")), (NOBODY, _("nobody")), *_people(brokers)]
        )
        _choose(self, "office", [("", _("any office")), (NONE, _("not routed")), *_places(offices)])


class ActForm(forms.Form):
    """What is to be done with the items that were chosen; what is left empty stays as it is."""

    assignee = forms.ChoiceField(label=_("Assign to"), required=False)
    until = forms.DateField(
        label=_("Snooze until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    office = forms.ChoiceField(label=_("Route to"), required=False)
    note = PlainText(
        label=_("Note (replaces the one that is there; a dash removes it)"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 1}),
    )

    def __init__(
        self, *args: Any, actor: Actor, brokers: Sequence[User], offices: Sequence[Office], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        others = [one for one in brokers if one.pk != actor.user_id]
        mine = [(str(one.pk), _("me")) for one in brokers if one.pk == actor.user_id]
        stays = ("", _("as it is"))
        _choose(self, "assignee", [stays, *mine, *_people(others), (NOBODY, _("nobody"))])
        nearest = [(NEAREST, _("the nearest of each"))] if offices else []
        _choose(self, "office", [stays, *nearest, *_places(offices)])

    def wish(self) -> Wish:
        """What was filled in."""
        given = self.cleaned_data
        note = given["note"].strip()
        return Wish(
            assignee=given["assignee"],
            until=given["until"],
            note=("" if note == REMOVE else note) if note else None,
            office=given["office"],
        )


class ViewForm(forms.Form):
    """Keep what the desk is narrowed to."""

    name = PlainText(label=_("Name of the view"), max_length=60)
    shared = forms.BooleanField(label=_("Colleagues see it, too"), required=False)


def _choose(form: forms.Form, name: str, choices: Sequence[tuple[str, object]]) -> None:
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)


def _people(brokers: Sequence[User]) -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in brokers]


def _places(offices: Sequence[Office]) -> list[tuple[str, str]]:
    return [(str(one.pk), office_name(one)) for one in offices]
