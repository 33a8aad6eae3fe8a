"""Signing in and out, and one's own account."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from vidensbro.hub.accounts import services
from vidensbro.hub.accounts.forms import AccountForm, PasswordForm, SignInForm, show_problems
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.ui.languages import remember


class SignIn(LoginView):
    """Sign in with address and password."""

    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Whoever has not chosen a language here gets that of the account."""
        response = super().form_valid(form)
        if settings.LANGUAGE_COOKIE_NAME not in self.request.COOKIES:
            remember(response, form.get_user().language)
        return response


class SignOut(LogoutView):
    """Sign out: by POST only, so that no link elsewhere can do it."""

    http_method_names = ["post", "options"]


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's own name and language."""
    user = cast(User, request.user)
    form = AccountForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_user(sender(request), user.pk, **form.cleaned_data)
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("account")
    return render(request, "accounts/account.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@login_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password."""
    user = cast(User, request.user)
    form = PasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.set_password(sender(request), user.pk, form.cleaned_data["password"])
        except Invalid as error:
            show_problems(form, error)
        else:
            update_session_auth_hash(request, changed)
            messages.success(request, _("Your password has been changed."))
            return redirect("account")
    return render(request, "accounts/password.html", {"form": form}, status=400 if form.errors else 200)
