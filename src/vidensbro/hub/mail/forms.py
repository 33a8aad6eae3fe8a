"""Choosing which mail one wants."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.mail.kinds import optional_kinds


def kind_choices() -> list[tuple[str, Any]]:
    """Every kind that can be switched off."""
    return [(one.code, one.label) for one in optional_kinds()]


class ChoicesForm(forms.Form):
    """The kinds that are wanted; the others are switched off."""

    wanted = forms.MultipleChoiceField(
        label=_("Send me"), choices=kind_choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def off(self) -> set[str]:
        """The codes of the kinds that are not wanted, once the form is valid."""
        return {code for code, _label in kind_choices()} - set(self.cleaned_data["wanted"])


def wanted(off: frozenset[str]) -> dict[str, Any]:
    """What the form begins with, when these kinds are switched off."""
    return {"wanted": [code for code, _label in kind_choices() if code not in off]}
