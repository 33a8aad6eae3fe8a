"""Writing a need."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common.targets import targets
from vidensbro.hub.needs.models import Need, Visibility
from vidensbro.hub.needs.services import LONGEST_TEXT
from vidensbro.hub.ui.fields import field_choices
from vidensbro.hub.ui.forms import PlainText

READINESS = [
    ("", _("not decided")),
    (1, _("1 – basic principles observed")),
    (2, _("2 – concept formulated")),
    (3, _("3 – proof of concept")),
    (4, _("4 – works in the laboratory")),
    (5, _("5 – works in a relevant environment")),
    (6, _("6 – demonstrated in a relevant environment")),
    (7, _("7 – prototype in use")),
    (8, _("8 – complete and qualified")),
    (9, _("9 – proven in daily use")),
]

VISIBILITIES = [
    (Visibility.PUBLIC, _("Everybody – the need is shown on the open list")),
    (Visibility.MEMBERS, _("Members – only those who are signed in as members")),
    (Visibility.SEALED, _("Sealed – only the secretariat and you")),
]


def kind_choices() -> list[tuple[str, Any]]:
    """Every kind that can be sought."""
    return [(kind, target.plural) for kind, target in targets().items()]


class NeedForm(forms.Form):
    """A need, finished or not."""

    text = PlainText(
        label=_("What do you need?"),
        max_length=LONGEST_TEXT,
        help_text=_(
            "In your own words, in Danish or English: the problem, for whom, where, and what you have tried."
        ),
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    title = PlainText(label=_("Title"), max_length=200, required=False)
    sought = forms.MultipleChoiceField(
        label=_("What are you looking for?"),
        help_text=_("Choose none to look for everything."),
        choices=kind_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    fields_chosen = forms.MultipleChoiceField(
        label=_("Fields"),
        choices=lambda: field_choices()[1:],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    city = PlainText(
        label=_("City"), max_length=100, required=False, help_text=_("Where it should be, if that matters.")
    )
    readiness = forms.TypedChoiceField(
        label=_("Technology readiness"), choices=READINESS, coerce=int, empty_value=None, required=False
    )
    deadline = forms.DateField(
        label=_("Deadline"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    contact = PlainText(
        label=_("Contact"), max_length=300, required=False, help_text=_("Who may be asked about it, and how.")
    )
    visibility = forms.ChoiceField(
        label=_("Who may see it?"), choices=VISIBILITIES, initial=Visibility.MEMBERS, widget=forms.RadioSelect
    )
    organisation = forms.ChoiceField(label=_("On behalf of"), required=False)

    def __init__(self, *args: Any, organisations: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(organisations)
        if choices:
            field = self.fields["organisation"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("myself")), *choices]
        else:
            del self.fields["organisation"]

    def columns(self) -> dict[str, Any]:
        """What was filled in, as the services take it."""
        given = dict(self.cleaned_data)
        given.pop("organisation", None)
        given["fields"] = given.pop("fields_chosen")
        return given

    def organisation_id(self) -> uuid.UUID | None:
        """The organisation that it is written for."""
        chosen = self.cleaned_data.get("organisation")
        return uuid.UUID(chosen) if chosen else None


class CloseForm(forms.Form):
    """What came of a need."""

    outcome = PlainText(
        label=_("What came of it?"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )


def initial(row: Need) -> dict[str, Any]:
    """The form's values for a need that is there."""
    names = ("text", "title", "sought", "city", "readiness", "deadline", "contact", "visibility")
    fields = [tag.notation for tag in row.field_tags.all()]
    return {**{name: getattr(row, name) for name in names}, "fields_chosen": fields}
