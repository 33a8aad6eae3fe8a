"""Writing releases: one's own list, a new one, its words, their history."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Conflict, Denied, Invalid
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.forms.beginning import Found, NewRelease
from vidensbro.hub.newsroom.forms.settings import SettingsForm, settings_of, settings_typed
from vidensbro.hub.newsroom.models import Language, State, Version
from vidensbro.hub.newsroom.presenters import writing as presenters
from vidensbro.hub.newsroom.presenters.release import shown
from vidensbro.hub.newsroom.queries import writing as queries
from vidensbro.hub.newsroom.services.beginning import begin
from vidensbro.hub.newsroom.text import markdown_from_html
from vidensbro.hub.newsroom.views.writing_alone import one_at_a_time
from vidensbro.hub.newsroom.views.writing_words import preview_of
from vidensbro.hub.ui.listing import given

METHODS = ["GET", "HEAD", "POST"]
PER_PAGE = 25


@never_cache
@login_required
@require_safe
def my_releases(request: HttpRequest) -> HttpResponse:
    """The releases that the actor writes, narrowed by state, language and words of the headline."""
    search = queries.ReleaseSearch(
        text=given(request, "q"), state=given(request, "state"), language=given(request, "language")
    )
    page = Paginator(queries.mine(sender(request), search), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": presenters.rows(page.object_list),
        "search": search,
        "states": State.choices,
        "languages": Language.choices,
        "narrowed": search != queries.ReleaseSearch(),
    }
    return render(request, "newsroom/writing/mine.html", context)


@never_cache
@login_required
@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a release. Nothing is stored before everything fits; what was typed stays on the page."""
    actor = sender(request)
    queries.require_writer(actor)
    if request.method != "POST":
        ours = [str(one) for one in actor.organisations] if len(actor.organisations) == 1 else []
        initial = {"issuers": ours, "language": get_language() or "da"}
        return new_page(request, NewRelease.blank(found_by(actor), initial))
    if action := request.POST.get("action", ""):
        return new_page(request, NewRelease.again(found_by(actor), request.POST, action))
    form = NewRelease.sent(found_by(actor), request.POST)
    if not form.is_valid():
        return new_page(request, form)
    if "preview" in request.POST:
        return new_page(request, form, preview=preview_of(form.editor.wording()))
    try:
        row = _begun(actor, form)
    except Invalid as error:
        form.told(error)
        return new_page(request, form)
    except Denied as error:
        form.settings.add_error("issuers", str(words_for(error.reason)))
        return new_page(request, form)
    messages.success(request, _("The draft has been saved."))
    return redirect("release-desk", row.pk)


@never_cache
@login_required
@require_safe
def release_desk(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """The page of one version for its writers."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    context = {
        "version": row,
        "desk": presenters.desk(actor, row),
        "state_words": presenters.state_words(row),
        "shown": shown(actor, row),
        "corrections": row.corrections.select_related("by").order_by("-at"),
    }
    return render(request, "newsroom/writing/desk.html", context)


@never_cache
@login_required
@require_http_methods(METHODS)
@one_at_a_time
def settings(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """What all versions of a release share."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    form = _settings_form(request, actor, row)
    if request.method == "POST" and "action" not in request.POST and form.is_valid():
        try:
            services.edit_release(actor, row.release_id, **form.touched())
        except Invalid as error:
            show_problems(form, error)
        except (Conflict, Denied) as error:
            form.add_error("issuers", str(words_for(error.reason)))
        else:
            messages.success(request, _("Saved."))
            return redirect("release-desk", row.pk)
    context = {"version": row, "form": form, **_finding(request)}
    return render(request, "newsroom/writing/settings.html", context, status=400 if form.errors else 200)


@never_cache
@login_required
@require_POST
def begin_version(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Begin the release's version in another language with the words of this one, to be translated."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    code = request.POST.get("language", "")
    begun = services.add_version(actor, row.release_id, code, services.wording_of(row))
    messages.success(request, _("The text has been copied. Translate it here."))
    return redirect("edit-release", begun.pk)


@never_cache
@login_required
@require_POST
def clean_paste(request: HttpRequest) -> HttpResponse:
    """What was pasted into a text, as Markdown. For the script of the editor."""
    queries.require_writer(sender(request))
    return HttpResponse(
        markdown_from_html(request.POST.get("html", "")), content_type="text/plain; charset=utf-8"
    )


def new_page(request: HttpRequest, form: NewRelease, **context: Any) -> HttpResponse:
    """The page of a new release with what is filled in so far."""
    found = {"form": form, "editor": form.editor, **_finding(request), **context}
    return render(request, "newsroom/writing/new.html", found, status=400 if form.has_errors else 200)


def _finding(request: HttpRequest) -> dict[str, object]:
    """The name that organisations were looked for by, if any, and whether there are such."""
    name = request.POST.get("issuer_name", "").strip()
    return {"finding": name, "finds": queries.finds_issuer(sender(request), name)}


def found_by(actor: Actor) -> Found:
    """How the actor finds organisations to choose issuers from."""
    return lambda chosen, name: presenters.issuer_choices(actor, chosen, name)


def _begun(actor: Actor, form: NewRelease) -> Version:
    settings = form.settings
    return begin(
        actor,
        settings.issuer_ids(),
        settings.cleaned_data["language"],
        form.editor.wording(),
        people=form.people(),
        **settings.columns(),
    )


def _settings_form(request: HttpRequest, actor: Actor, row: Version) -> SettingsForm:
    initial = settings_of(row.release)
    if request.method != "POST":
        return SettingsForm(
            initial=initial, organisations=presenters.issuer_choices(actor, initial["issuers"], "")
        )
    posted = request.POST
    chosen = [*posted.getlist("issuers"), *initial["issuers"]]
    choices = presenters.issuer_choices(actor, chosen, posted.get("issuer_name", ""))
    if "action" in posted:
        typed = settings_typed(SettingsForm, posted)
        return SettingsForm(initial=typed, organisations=choices, page=posted)
    return SettingsForm(posted, initial=initial, organisations=choices)
