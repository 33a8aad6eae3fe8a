"""Saying to be a person in the directory, and deciding on it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Conflict, Invalid
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.directory import queries, services
from vidensbro.hub.directory.forms import MessageForm, RefusalForm
from vidensbro.hub.directory.models import RequestState


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Say that a person is oneself."""
    actor = sender(request)
    person = queries.person(actor, person_id)
    form = MessageForm(request.POST or None)
    form.fields["message"].help_text = _(
        "How the secretariat can tell that it is you, such as an address at work."
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = services.claim_person(actor, person.pk, form.cleaned_data["message"])
        except Invalid as error:
            show_problems(form, error)
        except Conflict as error:
            form.add_error(None, str(words_for(error.reason)))
        else:
            known = row.state == RequestState.CONFIRMED
            messages.success(
                request,
                _("This is you: your address is known here. You can correct what is stored.")
                if known
                else _("Thank you. The secretariat makes sure that it is you, and writes to you."),
            )
            return redirect("edit-person", person.pk) if known else redirect("person", person.pk)
    context = {"form": form, "person": person, "may_claim": queries.may_claim(actor, person)}
    return render(request, "directory/claim.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def confirm(request: HttpRequest, claim_id: uuid.UUID) -> HttpResponse:
    """Link the account to the person."""
    services.confirm_claim(sender(request), claim_id)
    messages.success(request, _("The account and the person are linked."))
    return redirect("invitations")


@login_required
@require_POST
def refuse(request: HttpRequest, claim_id: uuid.UUID) -> HttpResponse:
    """Say no."""
    form = RefusalForm(request.POST)
    if not form.is_valid():
        raise Invalid({"note": ("max_length",)})
    services.refuse_claim(sender(request), claim_id, form.cleaned_data["note"])
    messages.success(request, _("Declined. A polite mail says so, with your note."))
    return redirect("invitations")


@login_required
@require_POST
def withdraw(request: HttpRequest, claim_id: uuid.UUID) -> HttpResponse:
    """Take back one's own claim."""
    services.withdraw_claim(sender(request), claim_id)
    messages.success(request, _("Your request has been withdrawn."))
    return redirect("account")
