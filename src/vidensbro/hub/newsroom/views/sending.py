"""How the mail of a release stands, for those who write it; which lists it goes to; what failed, tried again."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Conflict
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.newsroom.queries import versions
from vidensbro.hub.newsroom.queries import writing as queries
from vidensbro.hub.newsroom.services import sending as services


@never_cache
@require_safe
def follow(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Where the link in a mail leads if the settings have such links counted. It is the same in every copy."""
    row = versions.version(VISITOR, version_id)
    if request.method == "GET":
        services.count_followed(row)
    return redirect("release", row.language, row.slug)


@never_cache
@login_required
@require_safe
def figures(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """The figures alone, as the page of the release asks for them every few seconds while mails leave."""
    row = queries.own(sender(request), version_id)
    return render(request, "newsroom/sending/figures.html", {"version": row})


@login_required
@require_POST
def again(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Try those mails again that were given up."""
    count = services.try_again(sender(request), version_id)
    said = ngettext("%(count)d e-mail is tried again.", "%(count)d e-mails are tried again.", count)
    messages.success(request, said % {"count": count})
    return redirect("release-desk", version_id)


@login_required
@require_POST
def lists(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Say which lists a release goes to besides."""
    try:
        services.name_lists(sender(request), version_id, request.POST.getlist("lists"))
    except Conflict as error:
        messages.error(request, str(words_for(error.reason)))
    else:
        messages.success(request, _("Saved."))
    return redirect("release-desk", version_id)
