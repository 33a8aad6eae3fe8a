"""What is stored about oneself: seen, taken along, objected to, erased."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.directory import queries, services
from vidensbro.hub.directory.models import Person
from vidensbro.hub.directory.presenters import source_of
from vidensbro.hub.ui.forms import PlainText
from vidensbro.hub.web.own_data_presenters import sections

FILE = "about-me"


class ObjectionForm(forms.Form):
    """Why somebody does not want to be found; nothing need be said."""

    note = PlainText(
        label=gettext_lazy("If you want to say why"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ErasureForm(forms.Form):
    """The address of the account, typed, so that nobody erases by mistake."""

    typed = forms.CharField(
        label=gettext_lazy("Type the address of your account"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )


@never_cache
@login_required
@require_safe
def about_me(request: HttpRequest) -> HttpResponse:
    """Everything that is stored about whoever is signed in, why, where from, and what can be done about it."""
    return render(request, "web/about_me.html", _context(request, ObjectionForm()))


@never_cache
@login_required
@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """The same as data (GDPR article 20)."""
    user = cast(User, request.user)
    body = {
        "exported": clock.now().isoformat(),
        "account": user.email,
        **services.export_own(sender(request)),
    }
    response = JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 1})
    return _as_file(response, f"{FILE}.json")


@never_cache
@login_required
@require_safe
def as_file(request: HttpRequest) -> HttpResponse:
    """The same as a page that can be kept and printed (GDPR article 15)."""
    context = {"sections": sections(services.export_own(sender(request))), "now": clock.now()}
    text = render_to_string("web/about_me_file.html", context, request)
    return _as_file(HttpResponse(text), f"{FILE}.html")


@login_required
@require_POST
def hide(request: HttpRequest) -> HttpResponse:
    """Say who may find one."""
    person = _person(request)
    try:
        services.set_person_visibility(sender(request), person.pk, request.POST.get("visibility", ""))
    except Conflict as error:
        messages.error(request, str(words_for(error.reason)))
    else:
        messages.success(request, _("Saved."))
    return redirect("about-me")


@never_cache
@login_required
@require_http_methods(["POST"])
def object_to_being_found(request: HttpRequest) -> HttpResponse:
    """Object: hidden at once, and for good."""
    form = ObjectionForm(request.POST)
    if not form.is_valid():
        return render(request, "web/about_me.html", _context(request, form), status=400)
    services.object_to_being_found(sender(request), _person(request).pk, form.cleaned_data["note"])
    messages.success(request, _("You are hidden from everybody, and no import brings you back."))
    return redirect("about-me")


@login_required
@require_POST
def withdraw_objection(request: HttpRequest) -> HttpResponse:
    """Take the objection back."""
    services.withdraw_objection(sender(request), _person(request).pk)
    messages.success(
        request, _("Your objection is withdrawn. You stay hidden until you say who may find you.")
    )
    return redirect("about-me")


@never_cache
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Erase the account and everything about its owner."""
    form = ErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.erase_own(sender(request), form.cleaned_data["typed"])
        except Invalid as error:
            show_problems(form, error)
        except Conflict as error:
            form.add_error(None, str(words_for(error.reason)))
        else:
            # Not `logout`: that would write down that an account signed out which is no more.
            request.session.flush()
            request.user = AnonymousUser()
            messages.success(request, _("You have been erased. Thank you for your time here."))
            return redirect("home")
    user = cast(User, request.user)
    # What `traces` of accounts says: nobody vouches for the name of a visitor who is in no directory.
    vouched = user.role != Role.VISITOR or queries.person_of_user(sender(request)) is not None
    context = {"form": form, "vouched": vouched}
    return render(request, "web/erase_me.html", context, status=400 if form.errors else 200)


def _context(request: HttpRequest, form: ObjectionForm) -> dict[str, Any]:
    actor = sender(request)
    person = queries.person_of_user(actor)
    return {
        "person": person,
        "source": source_of(person) if person else None,
        "objection": queries.standing_objection(person) if person else None,
        "visibilities": Person.Visibility.choices,
        "sections": sections(services.export_own(actor)),
        "form": form,
    }


def _person(request: HttpRequest) -> Person:
    person = queries.person_of_user(sender(request))
    if person is None:
        raise NotFound("person")
    return person


def _as_file(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
