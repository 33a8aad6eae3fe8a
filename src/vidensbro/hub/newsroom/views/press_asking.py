"""Asking a press desk, with an account or without one."""

from __future__ import annotations

import uuid

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.accounts.views.entrance import too_many
from vidensbro.hub.common.errors import Invalid, NotFound
from vidensbro.hub.common.rows import as_uuid
from vidensbro.hub.newsroom.models import State, Version
from vidensbro.hub.newsroom.press_forms import InquiryForm
from vidensbro.hub.newsroom.queries import journalists, versions
from vidensbro.hub.newsroom.queries import press as queries
from vidensbro.hub.newsroom.services import inquiries as services
from vidensbro.hub.newsroom.services.inquiries import Question

METHODS = ["GET", "HEAD", "POST"]
LIMIT = "ask_press"


@never_cache
@require_http_methods(METHODS)
def ask(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Ask an organisation's press desk, about a release or anything."""
    actor = sender(request)
    place = queries.place(actor, organisation_id)
    about = _about(actor, place.pk, request.GET.get("version", ""))
    account = actor.user_id is not None
    form = InquiryForm(request.POST or None, initial=_known(actor), about=str(place.pk), account=account)
    form.is_bound = request.method == "POST"
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data.get("email", "").lower()
        if not ratelimit.consume(request, action=LIMIT, key=email or str(actor.user_id)):
            return too_many(request)
        try:
            services.ask(actor, place.pk, _question(form, email, about))
        except Invalid as error:
            show_problems(form, error)
        else:
            return redirect("inquiry-sent")
    context = {
        "form": form,
        "organisation": place,
        "about": about,
        "kept": settings.VIDENSBRO_RETENTION_TEXT_DAYS,
    }
    return render(request, "newsroom/press/ask.html", context, status=400 if form.errors else 200)


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What happens next; the same whatever was asked."""
    account = sender(request).user_id is not None
    return render(request, "newsroom/press/sent.html", {"account": account})


@csrf_exempt
@never_cache
@require_http_methods(METHODS)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The question that a link is about, and a button that lets it reach the desk."""
    try:
        row = services.prove(token) if request.method == "POST" else services.asked(token)
    except NotFound:
        return _unlisted(render(request, "newsroom/press/link_over.html", status=404))
    template = "proven" if row.proven is not None else "prove"
    return _unlisted(render(request, f"newsroom/press/{template}.html", {"row": row}))


def _about(actor: Actor, place: uuid.UUID, version: str) -> Version | None:
    """The release that the question is about, if the actor may read it and the organisation issues it."""
    key = as_uuid(version)
    if key is None:
        return None
    row = versions.version(actor, key)
    if row.state == State.WITHDRAWN or not row.release.issuers.filter(organisation=place).exists():
        raise NotFound("release_version", version)
    return row


def _known(actor: Actor) -> dict[str, str]:
    trusted = journalists.journalist(actor)
    return {"name": actor.name, "outlet": trusted.outlet if trusted is not None else ""}


def _question(form: InquiryForm, email: str, about: Version | None) -> Question:
    given = form.cleaned_data
    return Question(
        name=given["name"],
        email=email,
        text=given["text"],
        outlet=given["outlet"],
        phone=given["phone"],
        language="da" if get_language() == "da" else "en",
        version_id=about.pk if about is not None else None,
        deadline=form.deadline,
    )


def _unlisted(response: HttpResponse) -> HttpResponse:
    """A page whose address is a secret."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response
