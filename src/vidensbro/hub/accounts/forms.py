"""Signing in and one's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.models import User
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.common.messages import words_for

LANGUAGES = [("da", "Dansk"), ("en", "English")]


def show_problems(form: forms.Form, error: Invalid) -> None:
    """Put what a service found wrong beside the fields of the form that asked for it."""
    for name, codes in error.problems.items():
        for code in dict.fromkeys(codes):
            form.add_error(name if name in form.fields else None, str(words_for(code)))


class SignInForm(AuthenticationForm):
    """Address and password."""

    error_messages = {
        "invalid_login": _(
            "The address and password do not belong together. Mind capital letters in the password."
        ),
        "inactive": _("This account is closed."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("E-mail address")
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "maxlength": 254}
        )
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"


class AccountForm(forms.Form):
    """Name and language."""

    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("Language of messages to you"), choices=LANGUAGES)


class PasswordForm(forms.Form):
    """A new password, with the present one so that nobody changes it on a screen left open."""

    present = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_(
            "At least twelve characters. A few words in a row are easy to remember and hard to guess."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        if not self._user.check_password(present):
            raise forms.ValidationError(_("This is not your present password."), code="wrong")
        return present
