"""One's own account: name and language, password, address, where one is signed in."""

from __future__ import annotations

from typing import cast

from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from vidensbro.hub.accounts import presenters, queries, services
from vidensbro.hub.accounts.forms import AccountForm, NewAddressForm, PasswordForm, show_problems
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.accounts.views.entrance import too_many
from vidensbro.hub.common.errors import Invalid


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's own name and language, and the way to everything else about the account."""
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
    context = {"form": form, "ask_for_factor": presenters.ask_for_factor(user)}
    return render(request, "accounts/account.html", context, status=400 if form.errors else 200)


@never_cache
@login_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password. It ends every other session."""
    user = cast(User, request.user)
    form = PasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.set_password(sender(request), user.pk, form.cleaned_data["password"])
        except Invalid as error:
            show_problems(form, error)
        else:
            _stay(request, changed)
            messages.success(request, _("Your password has been changed."))
            return redirect("account")
    if form.too_many:
        return too_many(request)
    return render(request, "accounts/password.html", {"form": form}, status=400 if form.errors else 200)


def _stay(request: HttpRequest, user: User) -> None:
    """Go on in this session, under a new key, and in no other."""
    services.end_other_sessions(sender(request), request.session.session_key or "")
    before = request.session.session_key or ""
    update_session_auth_hash(request, user)
    services.rename_session(before, request.session.session_key or "")


@never_cache
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def change_email(request: HttpRequest) -> HttpResponse:
    """Ask for a link to another address. The answer is the same whether or not it belongs to an account."""
    form = NewAddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not _may_ask(request):
            return too_many(request)
        try:
            services.ask_for_address(sender(request), form.cleaned_data["email"])
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("A mail is on its way. Open the link in it to confirm the address."))
            return redirect("account")
    return render(request, "accounts/change_email.html", {"form": form}, status=400 if form.errors else 200)


def _may_ask(request: HttpRequest) -> bool:
    return bool(ratelimit.consume(request, action="manage_email", user=request.user))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    rows = queries.sessions(sender(request))
    shown = presenters.sessions(rows, request.session.session_key or "")
    return render(request, "accounts/sessions.html", {"sessions": shown})


@login_required
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out somewhere."""
    ended = services.end_session(sender(request), session_id)
    if ended == request.session.session_key:
        logout(request)
        return redirect("sign-in")
    messages.success(request, _("That session has ended."))
    return redirect("sessions")


@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    services.end_other_sessions(sender(request), request.session.session_key or "")
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("sessions")
