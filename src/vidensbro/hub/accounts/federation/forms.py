"""The one thing that a provider may not have told, and which link to remove."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.socialaccount.forms import DisconnectForm, SignupForm
from django import forms
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.federation import services

APP = "allauth.socialaccount"
"""What the library calls the part whose settings say that a link is no matter of an open screen."""


class AddressForm(SignupForm):  # type: ignore[misc]
    """The address that a new account is to have. It is confirmed by mail like any other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].widget = forms.EmailInput(attrs={"autocomplete": "email", "maxlength": 254})


class UnlinkForm(DisconnectForm):  # type: ignore[misc]
    """One of one's own links to providers. The last way in cannot be removed."""

    def save(self) -> None:
        """Remove it, for somebody who has just shown who it is."""
        raise_if_reauthentication_required(self.request, app=APP)
        services.disconnect(self.request.user, self.cleaned_data["account"])
