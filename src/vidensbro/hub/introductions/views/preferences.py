"""Lists of one's introductions, and how often one may be asked."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Denied, Invalid
from vidensbro.hub.directory import queries as directory
from vidensbro.hub.directory.models import Person
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.introductions import presenters, protection, queries
from vidensbro.hub.introductions.forms import PreferencesForm, preferences
from vidensbro.hub.introductions.presenters.declared import Declared, Found, declared_rows
from vidensbro.hub.ui.listing import given

PER_PAGE = 20
MOST_FOUND = 8


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the actor was asked, and whom the actor has asked."""
    actor = sender(request)
    page = Paginator(queries.mine(actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked_of_me": presenters.asked_rows(queries.asked_of(actor)[:PER_PAGE]),
        "asked_by_me": presenters.own_rows(page.object_list),
        "page": page,
    }
    return render(request, "introductions/mine.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def asking(request: HttpRequest) -> HttpResponse:
    """How often and when the actor may be asked, and on whose behalf not."""
    actor = sender(request)
    person = directory.person_of_user(actor)
    if person is None:
        return render(request, "introductions/preferences.html", {"person": None})
    form = PreferencesForm(
        request.POST or None, initial=preferences(protection.preference_of(actor, person.pk))
    )
    if request.method == "POST" and form.is_valid():
        try:
            protection.set_preference(actor, person.pk, **form.cleaned_data)
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("ask-preferences")
    wanted = given(request, "q")
    context = {
        "person": person,
        "form": form,
        "load": queries.load([person.pk])[person.pk],
        "lately": protection.asked_lately([person.pk]).get(person.pk, 0),
        "declared": _declared(actor, person),
        "wanted": wanted,
        "found": _found(actor, person, wanted) if wanted else (),
    }
    return render(request, "introductions/preferences.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def declare(request: HttpRequest) -> HttpResponse:
    """Declare a conflict of interest."""
    actor = sender(request)
    key, note = request.POST.get("key", ""), request.POST.get("note", "")
    column = "organisation_id" if request.POST.get("kind") == "organisation" else "other_id"
    protection.declare(actor, _own(actor).pk, note=note, **{column: key})
    messages.success(request, _("Noted. You are not asked on their behalf."))
    return redirect("ask-preferences")


@login_required
@require_POST
def remove(request: HttpRequest, conflict_id: int) -> HttpResponse:
    """Take a declared conflict back."""
    protection.take_back_conflict(sender(request), conflict_id)
    messages.success(request, _("Removed."))
    return redirect("ask-preferences")


def _own(actor: Actor) -> Person:
    person = directory.person_of_user(actor)
    if person is None:
        raise Denied("only_self")
    return person


def _declared(actor: Actor, person: Person) -> list[Declared]:
    return declared_rows(protection.declared(actor, person.pk))


def _found(actor: Actor, person: Person, wanted: str) -> list[Found]:
    """Organisations and people of that name, but oneself."""
    places = directory.organisations(actor, directory.OrganisationSearch(text=wanted))[:MOST_FOUND]
    people = directory.people(actor, directory.PersonSearch(text=wanted)).exclude(pk=person.pk)[:MOST_FOUND]
    return [
        *(Found("organisation", str(one.pk), organisation_name(one)) for one in places),
        *(Found("person", str(one.pk), one.name) for one in people),
    ]
