"""Before somebody is signed in: signing in and up, confirming an address, choosing a new password."""

from __future__ import annotations

import json
from typing import Any

from allauth.account import views as allauth
from allauth.account.forms import UserTokenForm
from allauth.account.models import EmailConfirmationHMAC
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.internal import auth as passkeys
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.contrib import messages
from django.contrib.auth.views import LogoutView
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from vidensbro.hub.accounts import services
from vidensbro.hub.accounts.federation import sign_out
from vidensbro.hub.accounts.federation.pages import onward
from vidensbro.hub.accounts.forms import NewPasswordForm, show_problems
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.queries import factors_of
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound

FORM_METHODS = ["get", "head", "post", "options"]
"""Django's form views would take PUT and DELETE for a POST as well."""


class RefusedForm:
    """A form that is not valid is shown again with a status that says so."""

    http_method_names = FORM_METHODS

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """The page with what is wrong."""
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if response.status_code == 200:
            response.status_code = 400
        return response


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: more attempts than anybody needs."""
    return render(request, "accounts/locked.html", status=429)


class SignIn(RefusedForm, allauth.LoginView):  # type: ignore[misc]
    """Sign in with address and password. A second factor is asked for on the next page."""

    template_name = "accounts/sign_in.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again, or the page for too many attempts."""
        return too_many(self.request) if form.too_many else super().form_invalid(form)


class SignOut(LogoutView):
    """Sign out: by POST only, so that no link elsewhere can do it. A provider may be told to do the same."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The home page, or the way on to the provider that the session began at."""
        there = sign_out.onward(request)
        response = super().post(request, *args, **kwargs)
        return onward(request, *there, leaving=True) if there else response


class SignUp(RefusedForm, allauth.SignupView):  # type: ignore[misc]
    """Make an account. The address is confirmed by mail before it can be used."""

    template_name = "accounts/sign_up.html"
    template_name_signup_closed = "accounts/sign_up_closed.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Account and mail come about together or not at all."""
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
        return response


class SignUpSent(allauth.EmailVerificationSentView):  # type: ignore[misc]
    """A mail is on its way: the same for an address that has an account."""

    template_name = "accounts/sign_up_sent.html"


class Inactive(allauth.AccountInactiveView):  # type: ignore[misc]
    """The account has been closed."""

    template_name = "accounts/inactive.html"


class ResetPassword(RefusedForm, allauth.PasswordResetView):  # type: ignore[misc]
    """Ask for a link to choose a new password."""

    template_name = "accounts/reset_password.html"


class ResetPasswordSent(allauth.PasswordResetDoneView):  # type: ignore[misc]
    """A mail is on its way: the same for an address without an account."""

    template_name = "accounts/reset_password_sent.html"


class SecondStep(AuthenticateView):  # type: ignore[misc]
    """The second step of signing in: a code or a passkey."""

    template_name = "accounts/second_step.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The forms for those factors that the user has, and what a passkey is to answer."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        found = factors_of(self.stage.login.user.pk)
        context["has_passkey"] = bool(found.passkeys)
        context["has_codes"] = found.app is not None or bool(found.codes_left)
        context["options"] = json.dumps(context["js_data"]["request_options"], cls=DjangoJSONEncoder)
        return context

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again, or the page for too many attempts."""
        if any(form.has_error(name, "too_many_login_attempts") for name in form.fields):
            return too_many(self.request)
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 400
        return response


class SignInWithPasskey(LoginWebAuthnView):  # type: ignore[misc]
    """Sign in with a passkey alone. A script asks for the challenge with one POST and answers it with another."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The challenge, or the answer to it."""
        if "credential" not in request.POST:
            return JsonResponse(passkeys.begin_authentication(user=None))
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: HttpRequest, key: str) -> HttpResponse:
    """The link from the mail after signing up: shows what to confirm, acts on POST."""
    confirmation = EmailConfirmationHMAC.from_key(key)
    if confirmation is None:
        return render(request, "accounts/link_over.html", status=404)
    address = confirmation.email_address
    if request.method == "POST":
        with transaction.atomic():
            confirmed = confirmation.confirm(request)
        if not confirmed:
            return render(request, "accounts/link_over.html", status=409)
        return redirect("sign-in")
    return render(request, "accounts/confirm_email.html", {"address": address.email})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """The link from the mail to who has forgotten the password: choose a new one, which ends every session."""
    user = _holder(uid, token)
    if user is None:
        return render(request, "accounts/link_over.html", {"again": "reset-password"}, status=404)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.reset_password(user.pk, form.cleaned_data["password"])
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("Your password has been changed. Sign in with it."))
            return redirect("sign-in")
    context = {"form": form, "address": user.email}
    return render(request, "accounts/new_password.html", context, status=400 if form.errors else 200)


def _holder(uid: str, token: str) -> User | None:
    form = UserTokenForm({"uidb36": uid, "key": token})
    user: User | None = form.reset_user if form.is_valid() else None
    return user if user is not None and user.is_active else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_new_email(request: HttpRequest, token: str) -> HttpResponse:
    """The link sent to a new address: shows what changes, acts on POST."""
    try:
        user, address = services.read_change(token)
        if request.method == "POST":
            services.change_address(token)
    except NotFound:
        return render(request, "accounts/link_over.html", {"again": "change-email"}, status=404)
    except Conflict:
        return render(request, "accounts/link_over.html", {"again": "change-email"}, status=409)
    if request.method == "POST":
        messages.success(request, _("From now on you sign in with the new address."))
        return redirect("account" if request.user.is_authenticated else "sign-in")
    return render(request, "accounts/confirm_new_email.html", {"address": address, "present": user.email})


sign_in_with_passkey = method_decorator(never_cache, name="dispatch")(SignInWithPasskey).as_view()
