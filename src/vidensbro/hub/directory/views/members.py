"""Who acts for an organisation: the coordinators' page, asking to join, deciding, leaving."""

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
from vidensbro.hub.directory.forms import InviteForm, MemberRoleForm, MessageForm, RefusalForm
from vidensbro.hub.directory.models import JoinRequest
from vidensbro.hub.directory.views.invitations import sent


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """The coordinators' page: who acts for the organisation, who asks and who is invited. A POST invites."""
    actor = sender(request)
    organisation = queries.managed_organisation(actor, organisation_id)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and sent(request, actor, form, organisation.pk):
        return redirect("members", organisation.pk)
    context = {
        "organisation": organisation,
        "members": queries.members(actor, organisation),
        "requests": queries.join_requests(actor, organisation),
        "invitations": queries.open_invitations(actor, organisation),
        "form": form,
        "own": actor.user_id,
    }
    return render(request, "directory/members.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def role(request: HttpRequest, organisation_id: uuid.UUID, user_id: uuid.UUID) -> HttpResponse:
    """Make a member coordinator or the other way round."""
    form = MemberRoleForm(request.POST)
    if not form.is_valid():
        raise Invalid({"role": ("invalid_choice",)})
    services.change_role(sender(request), user_id, organisation_id, form.cleaned_data["role"])
    messages.success(request, _("Saved."))
    return _to_members(request, organisation_id, user_id)


@login_required
@require_POST
def remove(request: HttpRequest, organisation_id: uuid.UUID, user_id: uuid.UUID) -> HttpResponse:
    """Let a member no longer act for the organisation."""
    services.remove_membership(sender(request), user_id, organisation_id)
    messages.success(request, _("The user no longer acts for the organisation."))
    return _to_members(request, organisation_id, user_id)


@login_required
@require_POST
def leave(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """No longer act for an organisation oneself."""
    services.leave(sender(request), organisation_id)
    messages.success(request, _("You no longer act for the organisation."))
    return redirect("account")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Ask to act for an organisation."""
    actor = sender(request)
    organisation = queries.organisation(actor, organisation_id)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_to_join(actor, organisation.pk, form.cleaned_data["message"])
        except Invalid as error:
            show_problems(form, error)
        except Conflict as error:
            form.add_error(None, str(words_for(error.reason)))
        else:
            messages.success(request, _("You have asked to join. You will get a mail when it is decided."))
            return redirect("organisation", organisation.pk)
    context = {"form": form, "organisation": organisation, "place": queries.place_in(actor, organisation)}
    return render(request, "directory/join.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def confirm(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Let the one who asked act for the organisation."""
    row = services.confirm_join(sender(request), request_id)
    messages.success(request, _("Confirmed. A mail says so."))
    return _decided(request, row)


@login_required
@require_POST
def refuse(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Say no to the one who asked."""
    form = RefusalForm(request.POST)
    if not form.is_valid():
        raise Invalid({"note": ("max_length",)})
    row = services.refuse_join(sender(request), request_id, form.cleaned_data["note"])
    messages.success(request, _("Declined. A polite mail says so, with your note."))
    return _decided(request, row)


@login_required
@require_POST
def withdraw(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Take back one's own request."""
    services.withdraw_join(sender(request), request_id)
    messages.success(request, _("Your request has been withdrawn."))
    return redirect("account")


def _to_members(request: HttpRequest, organisation_id: uuid.UUID, user_id: uuid.UUID) -> HttpResponse:
    """The coordinators' page, or the organisation's for one who has just stepped down."""
    own = str(sender(request).user_id) == str(user_id)
    return redirect("organisation" if own else "members", organisation_id)


def _decided(request: HttpRequest, row: JoinRequest) -> HttpResponse:
    if "queue" in request.POST:
        return redirect("invitations")
    return redirect("members", row.organisation_id)
