"""Signing in and up, and one's own account. Forms that allauth knows are named in config/sign_in.py."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.models import User
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.common.messages import words_for

LANGUAGES = [("da", "Dansk"), ("en", "English")]
ADDRESS = _("E-mail address")
PASSWORD_HINT = _("At least twelve characters. A few words in a row are easy to remember and hard to guess.")
CODE_KEPT = 180
"""For how many seconds a used code is remembered: longer than any code is good for."""


def show_problems(form: forms.Form, error: Invalid) -> None:
    """Put what a service found wrong beside the fields of the form that asked for it."""
    for name, codes in error.problems.items():
        for code in dict.fromkeys(codes):
            form.add_error(name if name in form.fields else None, str(words_for(code)))


def _email(label: Any = ADDRESS, autocomplete: str = "email") -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": autocomplete, "maxlength": 254})
    return forms.EmailField(label=label, max_length=254, widget=widget)


def _password(label: Any, autocomplete: str, hint: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=1024, help_text=hint, widget=widget)


class SignInForm(allauth.LoginForm):  # type: ignore[misc]
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = _email(autocomplete="username webauthn")
        self.fields["password"] = _password(_("Password"), "current-password")
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        """Addresses are kept in lower case."""
        return str(super().clean_login()).lower()

    def add_prefix(self, field_name: str) -> str:
        """Password managers look for a field of this name."""
        return "username" if field_name == "login" else str(super().add_prefix(field_name))

    @property
    def too_many(self) -> bool:
        """Was it refused because of too many attempts?"""
        return bool(self.has_error("__all__", "too_many_login_attempts"))


class SignUpForm(allauth.SignupForm):  # type: ignore[misc]
    """Name, address and password of a new account."""

    account_already_exists: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
        )
        self.fields["email"] = _email(autocomplete="username")
        self.fields["password1"] = _password(_("Password"), "new-password", PASSWORD_HINT)
        self.order_fields(["name", "email", "password1"])

    def clean_email(self) -> str:
        """Where only those who are invited may sign up, the address is the one that was invited."""
        from allauth.core import context

        from vidensbro.hub.accounts.adapters import invited_address

        given = str(self.cleaned_data["email"]).lower()
        if settings.VIDENSBRO_SIGN_UP != "open" and given != invited_address(context.request):
            raise forms.ValidationError(
                _("Use the address that the invitation was sent to."), code="not_invited"
            )
        return str(super().clean_email())

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account, or do as much for an address that has one, so that nothing tells the two apart."""
        if self.account_already_exists:
            # Hashing takes the time that would tell.
            User().set_password(self.cleaned_data["password1"])
        try:
            with transaction.atomic():
                return super().try_save(request)  # type: ignore[no-any-return]
        except IntegrityError:
            # Somebody else took the address between looking and saving.
            self.account_already_exists = True
            return super().try_save(request)  # type: ignore[no-any-return]


class ResetPasswordForm(allauth.ResetPasswordForm):  # type: ignore[misc]
    """The address of whoever has forgotten the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = _email(autocomplete="username")


class NewPasswordForm(forms.Form):
    """A new password, for the holder of a link."""

    password = _password(_("New password"), "new-password", PASSWORD_HINT)


class ConfirmPasswordForm(allauth.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that an open screen must not do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = _password(_("Password"), "current-password")


class OneUse(forms.Form):
    """A code of an app counts once, for as long as it would be good for.

    allauth remembers a used code for one step only, which is less than the steps it lets clocks differ by.
    """

    def clean_code(self) -> str:
        """The code, if it is right and has not been used."""
        code = str(super().clean_code())  # type: ignore[misc]
        user: User = self.user  # type: ignore[attr-defined]
        if not cache.add(f"used-code:{user.pk}:{code.strip()}", 1, timeout=CODE_KEPT):
            from allauth.mfa.adapter import get_adapter

            raise get_adapter().validation_error("incorrect_code")
        return code


def _code(label: Any, hint: Any = "") -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
    return forms.CharField(
        label=label, max_length=40, help_text=hint, widget=forms.TextInput(attrs=attributes)
    )


class CodeForm(OneUse, mfa.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in: a code of the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code(_("Code"), _("Six digits from your app, or one of your recovery codes."))


class ConfirmCodeForm(OneUse, mfa.ReauthenticateForm):  # type: ignore[misc]
    """A code once more, before something that an open screen must not do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code(_("Code"), _("Six digits from your app, or one of your recovery codes."))


class AuthenticatorAppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app, which shows that it has been set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code(_("Code"), _("The six digits that the app shows now."))


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey: what to call it, and whether it stands in for the password too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        self.fields["name"].max_length = 100
        self.fields["name"].widget.attrs["maxlength"] = 100
        self.fields["name"].help_text = _("Such as the device that it is on.")
        self.fields["passwordless"].label = _("Sign in with it alone, without the password")
        self.fields["passwordless"].help_text = ""
        self.fields["passwordless"].initial = True


class AccountForm(forms.Form):
    """Name and language."""

    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("Language of messages to you"), choices=LANGUAGES)


class NewAddressForm(forms.Form):
    """The address to sign in with from now on."""

    email = _email(_("New e-mail address"))


class PasswordForm(forms.Form):
    """A new password, with the present one so that nobody changes it on a screen left open."""

    present = _password(_("Present password"), "current-password")
    password = _password(_("New password"), "new-password", PASSWORD_HINT)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_present(self) -> str:
        """Guesses count as those at the door do: a screen left open is no place to try passwords."""
        present: str = self.cleaned_data["present"]
        if not get_adapter().reauthenticate(self._user, present):
            raise forms.ValidationError(_("This is not your present password."), code="wrong")
        return present

    @property
    def too_many(self) -> bool:
        """Was it refused because of too many attempts?"""
        return bool(self.has_error("present", "too_many_login_attempts"))
