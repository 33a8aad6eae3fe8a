"""A need to be tried out, what its matches are narrowed to, and what somebody thinks of one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.targets import sought_targets
from vidensbro.hub.matches.models import Feedback
from vidensbro.hub.matches.services import LONGEST_TEXT
from vidensbro.hub.ui.fields import field_choices, with_narrower
from vidensbro.hub.ui.forms import PlainText
from vidensbro.kit.matching.model import Filters

AGES = [
    ("", _("any age")),
    ("2", _("the last 2 years")),
    ("5", _("the last 5 years")),
    ("10", _("the last 10 years")),
]


REASONS = tuple(Feedback.Reason.choices)
"""Why a match can be of no use."""


def kind_choices() -> list[tuple[str, Any]]:
    """Every kind that can be sought."""
    return [(kind, target.plural) for kind, target in sought_targets().items()]


class NeedBoxForm(forms.Form):
    """A need in somebody's own words, and what may be found for it."""

    text = PlainText(
        label=_("What do you need?"),
        max_length=LONGEST_TEXT,
        error_messages={
            "required": _("Write what you need, in your own words."),
            "max_length": _(
                "The text has %(show_value)d characters; at most %(limit_value)d can be read at once."
            ),
        },
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Show only"), choices=kind_choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    field = forms.ChoiceField(label=_("Field"), choices=field_choices, required=False)
    languages = forms.MultipleChoiceField(
        label=_("Written in"),
        choices=[("da", _("Danish")), ("en", _("English"))],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    years = forms.ChoiceField(label=_("Age"), choices=AGES, required=False)
    at_home = forms.BooleanField(label=_("Only in this country"), required=False)

    @property
    def narrowed(self) -> bool:
        """Is anything chosen that leaves matches out?"""
        return any(self.cleaned_data.get(name) for name in self.fields if name != "text")

    def filters(self) -> Filters:
        """What may be found, but for the audience and the kinds."""
        chosen = self.cleaned_data
        return Filters(
            fields=with_narrower(chosen["field"]) if chosen["field"] else (),
            languages=tuple(chosen["languages"]),
            countries=(settings.VIDENSBRO_HOME_COUNTRY,) if chosen["at_home"] else (),
            since=_years_ago(int(chosen["years"])) if chosen["years"] else None,
        )


class FeedbackForm(forms.Form):
    """Why a match is not relevant."""

    kind = forms.CharField(max_length=30, widget=forms.HiddenInput)
    target = forms.CharField(max_length=80, widget=forms.HiddenInput)
    need = forms.UUIDField(required=False, widget=forms.HiddenInput)
    digest = forms.RegexField(r"\A[0-9a-f]{64}\Z", required=False, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=Feedback.Verdict.choices)
    reason = forms.ChoiceField(
        label=_("Why not?"),
        choices=[("", _("Choose a reason")), *REASONS],
        required=False,
        error_messages={"invalid_choice": _("Choose a reason from the list.")},
    )
    note = PlainText(label=_("In a few words"), max_length=2000, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("verdict") == Feedback.Verdict.NOT_RELEVANT and not given.get("reason"):
            self.add_error("reason", _("Choose a reason: it makes the next answers better."))
        return given


def _years_ago(years: int) -> date:
    today = clock.today()
    # The 29th of February has no fellow in most years.
    return today.replace(year=today.year - years, day=min(today.day, 28))
