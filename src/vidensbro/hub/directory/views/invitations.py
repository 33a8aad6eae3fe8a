"""The link of an invitation, and what those who invite do with it."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.directory import queries, services
from vidensbro.hub.directory.forms import InviteForm, installation_roles
from vidensbro.hub.directory.models import Invitation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the link leads to: shown on GET, acts on POST.

    Whoever is signed in accepts; others go on to make an account. A link that does not hold says the same whatever
    the cause.
    """
    here = reverse("invitation", args=[token])
    try:
        if request.method == "POST" and request.user.is_authenticated:
            return _joined(request, services.accept_invitation(sender(request), token))
        row = queries.invitation_by_token(token)
    except NotFound:
        return _unlisted(render(request, "directory/invitation_gone.html", status=404))
    except Denied as error:
        if error.reason != "invitation_other_address":
            raise
        return redirect("invitation", token)
    if request.method == "POST":
        return _to_sign_up(request, row, here)
    user = request.user if request.user.is_authenticated else None
    context = {
        "invitation": row,
        "here": here,
        "may_sign_up": settings.VIDENSBRO_SIGN_UP != "closed",
        "fits": user is not None and user.email == row.email,
    }
    return _unlisted(render(request, "directory/invitation.html", context))


@login_required
@require_POST
def accept(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Accept an invitation that waits on the account page."""
    return _joined(request, services.accept_waiting_invitation(sender(request), invitation_id))


@login_required
@require_POST
def resend(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Send the mail again."""
    row = services.resend_invitation(sender(request), invitation_id)
    messages.success(request, _("Sent again. The earlier link no longer holds."))
    return _back(row)


@login_required
@require_POST
def withdraw(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Let an invitation hold no more."""
    row = services.withdraw_invitation(sender(request), invitation_id)
    messages.success(request, _("The invitation has been withdrawn."))
    return _back(row)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: HttpRequest) -> HttpResponse:
    """For staff: invitations to the installation, requests that no coordinator sees, and who says to be whom."""
    actor = sender(request)
    require(actor, is_staff, "staff_only")
    form = InviteForm(request.POST or None, roles=installation_roles(administrator=actor.is_administrator))
    if request.method == "POST" and sent(request, actor, form):
        return redirect("invitations")
    context = {
        "form": form,
        "invitations": queries.open_invitations(actor),
        "requests": queries.unattended_requests(actor),
        "claims": queries.open_claims(actor),
    }
    return render(request, "directory/invitations.html", context, status=400 if form.errors else 200)


def sent(
    request: HttpRequest, actor: Actor, form: InviteForm, organisation_id: uuid.UUID | None = None
) -> bool:
    """Has the invitation in the form been sent? What is wrong with it is shown beside its fields."""
    if not form.is_valid():
        return False
    given = form.cleaned_data
    try:
        services.invite(
            actor,
            given["email"],
            organisation_id=organisation_id,
            role=given["role"],
            language=given["language"],
        )
    except Invalid as error:
        show_problems(form, error)
        return False
    except Conflict as error:
        form.add_error("email", str(words_for(error.reason)))
        return False
    messages.success(request, _("The invitation has been sent to %(address)s.") % {"address": given["email"]})
    return True


def _to_sign_up(request: HttpRequest, row: Invitation, here: str) -> HttpResponse:
    """Make an account. Whoever has the link reads mail at the address, so it need not be confirmed once more."""
    get_adapter(request).stash_verified_email(request, row.email)
    return redirect(f"{reverse('sign-up')}?{urlencode({'next': here, 'email': row.email})}")


def _joined(request: HttpRequest, row: Invitation) -> HttpResponse:
    messages.success(request, _("Welcome. You have joined."))
    return redirect("organisation", row.organisation_id) if row.organisation_id else redirect("account")


def _back(row: Invitation) -> HttpResponse:
    return redirect("members", row.organisation_id) if row.organisation_id else redirect("invitations")


def _unlisted(response: HttpResponse) -> HttpResponse:
    """The address holds the token: it belongs into no index."""
    response["X-Robots-Tag"] = "noindex"
    return response
