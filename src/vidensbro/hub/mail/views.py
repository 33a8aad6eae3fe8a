"""Choosing which mail one wants, with an account or a signed link, and what the secretariat sees of mail."""

from __future__ import annotations

import uuid
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractBaseUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vidensbro.hub.mail import queries, services
from vidensbro.hub.mail.forms import ChoicesForm, wanted
from vidensbro.hub.mail.kinds import kinds, optional_kinds
from vidensbro.hub.mail.rules import Asker, LinkHolder

PER_PAGE = 25
ONE_CLICK = "One-Click"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """The kinds of mail that a signed-in user wants."""
    address = cast(AbstractBaseUser, request.user).get_username()
    form = ChoicesForm(request.POST or None, initial=wanted(queries.switched_off(address)))
    # A form without any box ticked sends nothing but its token.
    if request.method == "POST" and form.is_valid():
        services.choose(_sender(request), address, form.off())
        messages.success(request, _("Saved."))
        return redirect("mail-choices")
    context = {"form": form, "address": address, "any": bool(optional_kinds())}
    return render(request, "mail/choices.html", context, status=400 if form.errors else 200)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The same without an account, for whoever holds the link of a mail; and the one click of a mail program.

    The token in the address is the proof, so no cookie is asked for: a mail program has none (RFC 8058 section 3.2).
    """
    found = queries.linked(token)
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == ONE_CLICK:
        if found.kind is not None and found.kind.optional:
            services.switch_off(LinkHolder(), found.address, found.kind.code)
        return HttpResponse("OK\n", content_type="text/plain")
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return _link_page(request, token, found)
    with translation.override(found.language):
        response = _link_page(request, token, found)
    response.headers["Content-Language"] = found.language
    return response


def _link_page(request: HttpRequest, token: str, found: queries.LinkedMail) -> HttpResponse:
    off = queries.switched_off(found.address)
    form = ChoicesForm(request.POST or None, initial=wanted(off))
    if request.method == "POST":
        if "stop" in request.POST and found.kind is not None and found.kind.optional:
            services.switch_off(LinkHolder(), found.address, found.kind.code)
            messages.success(request, _("You will get no more mail of this kind."))
            return redirect("mail-link", token)
        if "chosen" in request.POST and form.is_valid():
            services.choose(LinkHolder(), found.address, form.off())
            messages.success(request, _("Saved."))
            return redirect("mail-link", token)
    stoppable = found.kind if found.kind is not None and found.kind.optional else None
    context = {
        "form": form,
        "address": found.address,
        "kind": stoppable if stoppable and stoppable.code not in off else None,
        "by_link": True,
        "any": bool(optional_kinds()),
    }
    response = render(request, "mail/choices.html", context, status=400 if form.errors else 200)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@login_required
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """How mail stands, and what was given up. For staff."""
    actor = _sender(request)
    page = Paginator(queries.given_up(actor), PER_PAGE).get_page(request.GET.get("page"))
    known = kinds()
    context = {
        "status": queries.status(actor),
        "page": page,
        "rows": [(row, known[row.kind].label if row.kind in known else row.kind) for row in page],
        # A subject may name a need or who is asked; administrators look after mail and are not the secretariat.
        "subjects": actor.is_secretariat,
    }
    return render(request, "mail/log.html", context)


@login_required
@require_POST
def retry(request: HttpRequest, mail_id: uuid.UUID) -> HttpResponse:
    """Try a mail again that was given up. For staff."""
    services.retry(_sender(request), mail_id)
    messages.success(request, _("The mail is tried again."))
    return redirect("mail-log")


def _sender(request: HttpRequest) -> Asker:
    """The actor that `directory.middleware` has put on the request."""
    return cast(Asker, request.actor)  # type: ignore[attr-defined]
