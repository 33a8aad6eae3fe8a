"""One's own second factors: authenticator app, passkeys, recovery codes; and showing once more who one is."""

from __future__ import annotations

import json
from typing import Any

from allauth.account import views as allauth
from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vidensbro.hub.accounts import presenters, queries, services
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.accounts.views.entrance import FORM_METHODS, RefusedForm


def _options(context: dict[str, Any], name: str) -> str:
    """What a passkey needs to know, as a page carries it to its script."""
    return json.dumps(context["js_data"][name], cls=DjangoJSONEncoder)


class Noted:
    """A change of a second factor, its record and its mail come about together."""

    http_method_names = FORM_METHODS

    change = ""
    request: HttpRequest

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Make the change and note it."""
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            services.note_factor_change(sender(self.request), self.change)
        return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """What there is beside the password."""
    context = presenters.factors(queries.factors(sender(request)), request.user)
    return render(request, "accounts/second_factor.html", context)


@never_cache
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes that are left, to be written down."""
    codes = queries.recovery_codes(sender(request))
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


@method_decorator(never_cache, name="dispatch")
class NewRecoveryCodes(RefusedForm, Noted, GenerateRecoveryCodesView):  # type: ignore[misc]
    """New codes; the old ones no longer work."""

    template_name = "accounts/new_recovery_codes.html"
    change = "codes_made"


@method_decorator(never_cache, name="dispatch")
class AddApp(RefusedForm, Noted, ActivateTOTPView):  # type: ignore[misc]
    """Set up an authenticator app."""

    template_name = "accounts/add_app.html"
    change = "app_added"


@method_decorator(never_cache, name="dispatch")
class RemoveApp(RefusedForm, Noted, DeactivateTOTPView):  # type: ignore[misc]
    """Do without the authenticator app."""

    template_name = "accounts/remove_app.html"
    change = "app_removed"


@method_decorator(never_cache, name="dispatch")
class AddPasskey(RefusedForm, Noted, webauthn.AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey. Needs a script: a browser offers passkeys to scripts only."""

    template_name = "accounts/add_passkey.html"
    change = "passkey_added"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form and what the browser is to make."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.setdefault("form", kwargs.get("form"))
        return {**context, "options": _options(context, "creation_options")}


@method_decorator(never_cache, name="dispatch")
class RemovePasskey(RefusedForm, Noted, webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    """Do without a passkey."""

    template_name = "accounts/remove_passkey.html"
    change = "passkey_removed"

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Remove it, unless it is the last factor of somebody who must have one. allauth asks that of apps only."""
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.object):
            form.add_error(None, adapter.validation_error("cannot_delete_authenticator"))
            return self.form_invalid(form)
        return super().form_valid(form)


class ConfirmPassword(RefusedForm, allauth.ReauthenticateView):  # type: ignore[misc]
    """The password once more."""

    template_name = "accounts/confirm_password.html"


class ConfirmWithCode(RefusedForm, mfa.ReauthenticateView):  # type: ignore[misc]
    """A code once more."""

    template_name = "accounts/confirm_password.html"


class ConfirmWithPasskey(webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """A passkey once more."""

    template_name = "accounts/confirm_passkey.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form and what the browser is to answer."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "options": _options(context, "request_options")}
