"""Subscribing to releases by e-mail, without an account and without JavaScript.

Pages behind a signed link ask for no cookie: the token in the address is the proof, and a mail program that acts for
its reader has none (RFC 8058 section 3.2). A link that is opened, by a reader or by a scanner of mail, changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.views.entrance import too_many
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.newsroom import links
from vidensbro.hub.newsroom.links import Reader
from vidensbro.hub.newsroom.models import Subscriber
from vidensbro.hub.newsroom.queries import subscribing as queries
from vidensbro.hub.newsroom.queries.subscribing import Reading
from vidensbro.hub.newsroom.services import subscribing as services
from vidensbro.hub.newsroom.subscribing_forms import SubscribeForm, WishesForm
from vidensbro.hub.ui.fields import field_label

METHODS = ["GET", "HEAD", "POST"]
ONE_CLICK = "One-Click"


@never_cache
@require_http_methods(METHODS)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for releases. What follows is the same whatever the address, and whoever it belongs to."""
    issuers, site = queries.issuers_to_choose(), settings.VIDENSBRO_THEME.name
    form = SubscribeForm(request.POST or None, initial=_wanted(request), issuers=issuers, site=site)
    # A form that was sent without anything in it is to say what is missing.
    form.is_bound = request.method == "POST"
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="subscribe"):
            return too_many(request)
        try:
            services.ask(form.cleaned_data["address"], form.wishes(), form.words, _language())
        except Invalid as error:
            show_problems(form, error)
        else:
            return redirect("subscription-asked")
    return render(
        request, "newsroom/subscribing/ask.html", {"form": form}, status=400 if form.errors else 200
    )


@never_cache
@require_http_methods(["GET", "HEAD"])
def asked(request: HttpRequest) -> HttpResponse:
    """That a mail is on its way."""
    return render(request, "newsroom/subscribing/asked.html")


@csrf_exempt
@never_cache
@require_http_methods(METHODS)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """What a subscription will bring, and a button that lets it begin."""
    try:
        found = queries.asked(token)
    except NotFound:
        return _unlisted(render(request, "newsroom/subscribing/gone.html", status=404))
    return _in(found.wishes.language, request, lambda: _confirm_page(request, token, found))


def _confirm_page(request: HttpRequest, token: str, found: queries.Asked) -> HttpResponse:
    if request.method == "POST":
        row = services.confirm(token)
        messages.success(request, _("You are subscribed."))
        return redirect("subscription", links.choose_token(links.reader_of(row)))
    context = {
        "asked": found,
        "organisations": queries.names_of(found.wishes.organisations, _language()),
        "fields": [field_label(one) for one in found.wishes.fields],
        "weekly": found.wishes.pace == Subscriber.Pace.WEEKLY,
    }
    return render(request, "newsroom/subscribing/confirm.html", context)


@csrf_exempt
@never_cache
@require_http_methods(METHODS)
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """What comes to the holder of a link, and changing it."""
    reader = links.chooser_of(token)
    found = queries.reading(reader)
    if found is None:
        return _unlisted(render(request, "newsroom/subscribing/gone.html", status=404))
    return _in(found.language, request, lambda: _preferences_page(request, token, reader, found))


def _preferences_page(request: HttpRequest, token: str, reader: Reader, found: Reading) -> HttpResponse:
    form = _form(request, found)
    if request.method == "POST":
        try:
            if said := _acted(request, reader, form):
                messages.success(request, said)
                return redirect("subscription", token)
        except Conflict:
            return _over(request, reader, found)
    if found.row is None or found.wishes is None:
        return _over(request, reader, found, 200)
    if found.row.state not in (Subscriber.State.ACTIVE, Subscriber.State.PAUSED):
        return _over(request, reader, found, 200)
    context = {
        "form": form,
        "found": found,
        "paused": found.row.state == Subscriber.State.PAUSED,
        "came_back": found.row.paused_why == Subscriber.Why.BOUNCED,
        "leave_url": links.leave_url(reader),
    }
    refused = form is not None and bool(form.errors)
    return render(request, "newsroom/subscribing/preferences.html", context, status=400 if refused else 200)


def _form(request: HttpRequest, found: Reading) -> WishesForm | None:
    if found.wishes is None:
        return None
    issuers = queries.issuers_to_choose(found.wishes.organisations)
    given = request.POST if "chosen" in request.POST else None
    return WishesForm(given, initial=WishesForm.values(found.wishes), issuers=issuers)


def _acted(request: HttpRequest, reader: Reader, form: WishesForm | None) -> str:
    """Do what a button says; what was done, in words, or "" for nothing. Raises Conflict."""
    if "pause" in request.POST:
        services.pause(reader)
        return _("Nothing comes until you say so here.")
    if "come_back" in request.POST:
        services.come_back(reader)
        return _("Press releases come again.")
    if "chosen" in request.POST and form is not None and form.is_valid():
        try:
            services.choose(reader, form.wishes())
        except Invalid as error:
            show_problems(form, error)
            return ""
        return _("Saved.")
    return ""


def _over(request: HttpRequest, reader: Reader, found: Reading, status: int = 409) -> HttpResponse:
    """Nothing to choose: the reader has left, has not confirmed, or is on lists alone."""
    waits = found.row is not None and found.row.state == Subscriber.State.PENDING
    context = {"found": found, "waits": waits, "leave_url": links.leave_url(reader)}
    return render(request, "newsroom/subscribing/over.html", context, status=status)


@csrf_exempt
@never_cache
@require_http_methods(METHODS)
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Leave with one click, here or in a mail program. Says nothing of whether there was anything to leave."""
    reader = links.leaver_of(token)
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == ONE_CLICK:
        services.leave(reader)
        return HttpResponse("OK\n", content_type="text/plain")
    found = queries.reading(reader)
    language = found.language if found is not None else _language()
    return _in(language, request, lambda: _leave_page(request, reader, found))


def _leave_page(request: HttpRequest, reader: Reader, found: Reading | None) -> HttpResponse:
    context = {"found": found, "listed": reader.kind == "l"}
    if request.method != "POST":
        return render(request, "newsroom/subscribing/leave.html", context)
    never = "never" in request.POST
    if not never:
        services.leave(reader)
    elif not services.never_again(reader):
        return render(request, "newsroom/subscribing/leave.html", {**context, "found": None})
    return render(request, "newsroom/subscribing/left.html", {"never": never})


def _in(language: str, request: HttpRequest, page: Callable[[], HttpResponse]) -> HttpResponse:
    """The page in the language of the mail that led to it, unless the reader has chosen another here."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return _unlisted(page())
    with translation.override(language):
        response = page()
    response.headers["Content-Language"] = language
    return _unlisted(response)


def _unlisted(response: HttpResponse) -> HttpResponse:
    """A page whose address is a secret."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _wanted(request: HttpRequest) -> dict[str, object]:
    """What a link to the form has chosen already: `organisation`, `field`; the form refuses what it does not know."""
    return {
        "language": _language(),
        "organisations": request.GET.getlist("organisation"),
        "fields_chosen": request.GET.getlist("field"),
    }


def _language() -> str:
    return "da" if get_language() == "da" else "en"
