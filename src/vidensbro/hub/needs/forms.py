"""Writing a need."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common.targets import sought_targets
from vidensbro.hub.needs.models import Need, NeedTeaser, Visibility
from vidensbro.hub.needs.services import LONGEST_MESSAGE, LONGEST_TEASER, LONGEST_TEXT
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
    (
        Visibility.ORGANISATIONS,
        _("Named organisations – only those who act for the organisations that you choose"),
    ),
    (Visibility.SEALED, _("Sealed – only the secretariat and you")),
]


def kind_choices() -> list[tuple[str, Any]]:
    """Every kind that can be sought."""
    return [(kind, target.plural) for kind, target in sought_targets().items()]


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
    audience = forms.MultipleChoiceField(
        label=_("Organisations that may see it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    audience_name = PlainText(
        label=_("Find an organisation"),
        max_length=200,
        required=False,
        help_text=_("Write its name or a part of it, press Find, and tick it in the list."),
    )
    organisation = forms.ChoiceField(label=_("On behalf of"), required=False)

    def __init__(
        self,
        *args: Any,
        organisations: Iterable[tuple[str, str]] = (),
        audience: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._found = list(audience)
        circle = self.fields["audience"]
        assert isinstance(circle, forms.MultipleChoiceField)
        circle.choices = self._found
        choices = list(organisations)
        if choices:
            field = self.fields["organisation"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("myself")), *choices]
        else:
            del self.fields["organisation"]

    def clean(self) -> dict[str, Any]:
        """A name that was written out is chosen; one that fits several or none is asked about."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        name = (given.get("audience_name") or "").casefold()
        if not name or given.get("visibility") != Visibility.ORGANISATIONS:
            return given
        fitting = [key for key, label in self._found if label.casefold() == name]
        if len(fitting) == 1:
            given["audience"] = list(dict.fromkeys([*given.get("audience", []), *fitting]))
        else:
            self.add_error("audience_name", _("Tick the organisation in the list, and clear this field."))
        return given

    def columns(self) -> dict[str, Any]:
        """What was filled in, as the services take it."""
        given = dict(self.cleaned_data)
        for name in ("organisation", "audience_name"):
            given.pop(name, None)
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
    audience = [str(one.organisation_id) for one in row.audiences.all()]
    return {**{name: getattr(row, name) for name in names}, "fields_chosen": fields, "audience": audience}


def again(posted: QueryDict) -> dict[str, Any]:
    """What was filled in so far, as the initial values of a form that is not judged yet."""
    several = ("sought", "fields_chosen", "audience")
    return {name: posted.getlist(name) if name in several else posted.get(name) for name in posted}


class TeaserForm(forms.Form):
    """What others may be told of a need that they may not see."""

    text = PlainText(
        label=_("The teaser"),
        max_length=LONGEST_TEASER,
        help_text=_(
            "What is looked for, without anything that tells who you are. This text is all that others see."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    audience = forms.ChoiceField(
        label=_("Who may see the teaser?"),
        choices=[
            (NeedTeaser.Audience.PUBLIC, _("Everybody")),
            (NeedTeaser.Audience.MEMBERS, _("Members")),
        ],
        initial=NeedTeaser.Audience.MEMBERS,
        widget=forms.RadioSelect,
    )


class ApproveForm(forms.Form):
    """The text that was looked at, and that its warnings were seen."""

    text = PlainText(widget=forms.HiddenInput)
    warnings_seen = forms.BooleanField(
        label=_("I have seen the warnings, and the teaser may be shown as it is"), required=False
    )


class HelpForm(forms.Form):
    """What somebody who saw a teaser can help with."""

    message = PlainText(
        label=_("How can you help?"),
        max_length=LONGEST_MESSAGE,
        help_text=_(
            "Your message goes to whoever needs help and to the secretariat, with your name and address."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
