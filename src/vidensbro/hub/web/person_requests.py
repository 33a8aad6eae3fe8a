"""Asking about what is stored about oneself without an account, and the secretariat's list of such requests."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.accounts.views.entrance import too_many
from vidensbro.hub.common.errors import Invalid, NotFound
from vidensbro.hub.common.rows import as_uuid
from vidensbro.hub.directory import queries, services
from vidensbro.hub.directory.models import Person, PersonRequest
from vidensbro.hub.ui.forms import PlainText


class PersonRequestForm(forms.Form):
    """What somebody wants, and where the link goes."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What do you want?"), choices=PersonRequest.Kind.choices, widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=gettext_lazy("Your name, as it stands in the directory"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        help_text=gettext_lazy(
            "Best the one at work: where it is known for you, a link comes there and nobody else need look at it."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    message = PlainText(
        label=gettext_lazy("What is wrong, if something is"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    person = forms.CharField(required=False, widget=forms.HiddenInput)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def about_person(request: HttpRequest) -> HttpResponse:
    """Ask, without an account. The answer is the same whoever asks about whomever."""
    person = _named(request, request.POST.get("person") or request.GET.get("person") or "")
    initial = {"name": person.name, "person": str(person.pk)} if person else {}
    form = PersonRequestForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if not ratelimit.consume(request, action="about_person", key=given["email"].lower()):
            return too_many(request)
        try:
            services.ask_about_person(
                sender(request),
                given["kind"],
                given["email"],
                person_id=person.pk if person else None,
                name=given["name"],
                message=given["message"],
                language="da" if get_language() == "da" else "en",
            )
        except Invalid as error:
            show_problems(form, error)
        else:
            return render(request, "web/person_request_sent.html")
    context = {"form": form, "person": person}
    return render(request, "web/person_request.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """What the link leads to: shown on GET, done on POST."""
    try:
        if request.method == "POST":
            kind = services.confirm_person_request(token)
            return _unlisted(render(request, "web/person_request_done.html", {"kind": kind}))
        row = services.request_by_token(token)
    except NotFound:
        return _unlisted(render(request, "web/person_request_gone.html", status=404))
    return _unlisted(render(request, "web/person_request_confirm.html", {"row": row}))


@never_cache
@login_required
@require_safe
def person_requests(request: HttpRequest) -> HttpResponse:
    """What waits for the secretariat, and who objects."""
    actor = sender(request)
    context: dict[str, Any] = {
        "requests": queries.person_requests(actor),
        "objections": queries.objections(actor),
    }
    return render(request, "web/person_requests.html", context)


@login_required
@require_POST
def decide(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Done, or declined."""
    services.decide_person_request(sender(request), request_id, request.POST.get("done") == "yes")
    messages.success(request, _("The one who asked is told by mail."))
    return redirect("person-requests")


def _named(request: HttpRequest, text: str) -> Person | None:
    """The person whose page the form was opened from, if whoever asks may see it."""
    key = as_uuid(text)
    if key is None:
        return None
    try:
        return queries.person(sender(request), key)
    except NotFound:
        return None


def _unlisted(response: HttpResponse) -> HttpResponse:
    """A page whose address is a secret."""
    response["X-Robots-Tag"] = "noindex"
    return response
