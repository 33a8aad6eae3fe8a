"""Correcting what is told: of an organisation by its coordinators, of a person by himself or herself."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Denied, Invalid
from vidensbro.hub.directory import queries, services
from vidensbro.hub.directory.forms import (
    ContactForm,
    OrganisationForm,
    PersonForm,
    organisation_initial,
    person_initial,
)
from vidensbro.hub.directory.models import Organisation, Person


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Summary and web address of an organisation, and how it is reached."""
    actor = sender(request)
    row = _organisation(actor, organisation_id)
    form = OrganisationForm(request.POST or None, initial=organisation_initial(row))
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_organisation(actor, row.pk, **form.cleaned_data)
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("organisation", row.pk)
    return _page(request, "directory/edit_organisation.html", actor, row, form, ContactForm(prefix="contact"))


@login_required
@require_http_methods(["POST"])
def organisation_contact(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Add a way to reach an organisation."""
    actor = sender(request)
    row = _organisation(actor, organisation_id)
    form = ContactForm(request.POST, prefix="contact")
    if _added(request, actor, form, organisation_id=row.pk):
        return redirect("edit-organisation", row.pk)
    about = OrganisationForm(initial=organisation_initial(row))
    return _page(request, "directory/edit_organisation.html", actor, row, about, form)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """What is told of a person, who may find him or her, and how."""
    actor = sender(request)
    row = _person(actor, person_id)
    tagged = [tag.notation for tag in row.field_tags.all()]
    form = PersonForm(request.POST or None, initial=person_initial(row), tagged=tagged)
    if request.method == "POST" and form.is_valid():
        try:
            _save_person(actor, row, form.cleaned_data)
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("person", row.pk)
    return _page(request, "directory/edit_person.html", actor, row, form, ContactForm(prefix="contact"))


@login_required
@require_http_methods(["POST"])
def person_contact(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Add a way to reach a person."""
    actor = sender(request)
    row = _person(actor, person_id)
    form = ContactForm(request.POST, prefix="contact")
    if _added(request, actor, form, person_id=row.pk):
        return redirect("edit-person", row.pk)
    about = PersonForm(initial=person_initial(row), tagged=[tag.notation for tag in row.field_tags.all()])
    return _page(request, "directory/edit_person.html", actor, row, about, form)


@login_required
@require_POST
def remove_contact(request: HttpRequest, contact_point_id: int) -> HttpResponse:
    """Take a way to reach somebody away."""
    row = services.remove_contact_point(sender(request), contact_point_id)
    messages.success(request, _("The contact has been removed."))
    if row.organisation_id:
        return redirect("edit-organisation", row.organisation_id)
    return redirect("edit-person", row.person_id)


@transaction.atomic
def _save_person(actor: Actor, row: Person, given: dict[str, Any]) -> None:
    services.edit_person(
        actor, row.pk, title=given["title"], summary_da=given["summary_da"], summary_en=given["summary_en"]
    )
    services.set_person_fields(actor, row.pk, given["fields_chosen"])
    services.set_person_visibility(actor, row.pk, given["visibility"])


def _organisation(actor: Actor, organisation_id: uuid.UUID) -> Organisation:
    row = queries.organisation(actor, organisation_id)
    if not (allowed := queries.may_edit_organisation(actor, row)):
        raise Denied(allowed.reason)
    return row


def _person(actor: Actor, person_id: uuid.UUID) -> Person:
    row = queries.person(actor, person_id)
    if not (allowed := queries.may_edit_person(actor, row)):
        raise Denied(allowed.reason)
    return row


def _added(request: HttpRequest, actor: Actor, form: ContactForm, **owner: uuid.UUID) -> bool:
    """Has the contact in the form been added? What is wrong with it is shown beside its fields."""
    if not form.is_valid():
        return False
    given = form.cleaned_data
    try:
        services.add_contact_point(
            actor, given["kind"], given["value"], label=given["label"], audience=given["audience"], **owner
        )
    except Invalid as error:
        show_problems(form, error)
        return False
    messages.success(request, _("The contact has been added."))
    return True


def _page(
    request: HttpRequest,
    template: str,
    actor: Actor,
    row: Organisation | Person,
    form: OrganisationForm | PersonForm,
    contact: ContactForm,
) -> HttpResponse:
    context = {"row": row, "form": form, "contact": contact, "contacts": queries.contact_points(actor, row)}
    wrong = bool(form.errors or contact.errors)
    return render(request, template, context, status=400 if wrong else 200)
