"""The desk's pages. Filters are in the address; what is done is posted to the same address."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Conflict, Invalid
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.desk import presenters, queries, saving, services, wording
from vidensbro.hub.desk.forms import ActForm, SearchForm, ViewForm
from vidensbro.hub.desk.queries import Desk, DeskSearch
from vidensbro.hub.desk.services import Outcome, Wish
from vidensbro.hub.ui.exporting import FORMATS, export
from vidensbro.hub.ui.listing import given

PER_PAGE = 50


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """The queue. A POST does something with the items that were chosen."""
    actor = sender(request)
    found = queries.desk(actor, _search(request))
    if request.method != "POST":
        return _page(request, actor, found, _act_form(actor, found))
    form = ActForm(request.POST, actor=actor, brokers=found.brokers, offices=found.offices)
    if not form.is_valid():
        return _page(request, actor, found, form)
    names, wish = _asked(request, actor, form.wish())
    try:
        done = services.act(actor, queries.refs_of(names), wish)
    except Invalid as error:
        show_problems(form, error)
        return _page(request, actor, found, form)
    except Conflict as error:
        form.add_error(None, str(words_for(error.reason)))
        return _page(request, actor, found, form)
    messages.success(request, _told(done))
    return _back(request)


@login_required
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Put back what the last action replaced."""
    done = services.undo(sender(request), request.POST.get("action", ""))
    if done.gone:
        told = ngettext(
            "Undone. %(count)d item has been changed since and was left as it is.",
            "Undone. %(count)d items have been changed since and were left as they are.",
            done.gone,
        )
        messages.warning(request, told % {"count": done.gone})
    else:
        messages.success(request, _("Undone."))
    return _back(request)


@never_cache
@login_required
@require_safe
def desk_file(request: HttpRequest, form: str) -> HttpResponse:
    """What the desk shows as a file for a spreadsheet."""
    found = queries.desk(sender(request), _search(request))
    if form not in FORMATS:
        raise Http404
    table = presenters.export_rows(found.items, settings.VIDENSBRO_BASE_URL)
    return export(_("desk"), form, presenters.export_headers(), table)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def views(request: HttpRequest) -> HttpResponse:
    """The views that are kept, and keeping what the address is narrowed to."""
    actor = sender(request)
    form = ViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = saving.save_view(
                actor, form.cleaned_data["name"], request.GET.urlencode(), shared=form.cleaned_data["shared"]
            )
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("The view is kept."))
            return redirect(f"{reverse('desk')}?{row.query}")
    context = {
        "form": form,
        "views": queries.views(actor),
        "query": saving.cleaned(request.GET.urlencode()),
    }
    return render(request, "desk/views.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def remove_view(request: HttpRequest, view_id: uuid.UUID) -> HttpResponse:
    """Remove a view."""
    saving.delete_view(sender(request), view_id)
    messages.success(request, _("The view is gone."))
    return redirect("desk-views")


def _page(request: HttpRequest, actor: Actor, found: Desk, form: ActForm) -> HttpResponse:
    search = _search(request)
    page = Paginator(found.items, PER_PAGE).get_page(request.GET.get("page"))
    query = saving.cleaned(request.GET.urlencode())
    last = queries.last_action(actor)
    context = {
        "form": form,
        "search": SearchForm(request.GET, auto_id="by-%s", brokers=found.brokers, offices=found.offices),
        "kind": search.kind,
        "tabs": presenters.kind_tabs(found.counts, search.kind, request.GET.dict()),
        "views": presenters.view_tabs(queries.views(actor), query),
        "page": page,
        "rows": presenters.rows(page.object_list),
        "count": len(found.items),
        "cut": found.cut,
        "narrowed": search != DeskSearch(),
        "query": query,
        "here": request.GET.urlencode(),
        "chosen": frozenset(request.POST.getlist("item")),
        "last": last,
        "last_did": wording.parts_line(last.parts) if last else "",
        "may_reopen": search.state not in {"", queries.OPEN},
    }
    return render(request, "desk/desk.html", context, status=400 if form.errors else 200)


def _act_form(actor: Actor, found: Desk) -> ActForm:
    return ActForm(actor=actor, brokers=found.brokers, offices=found.offices)


def _asked(request: HttpRequest, actor: Actor, wish: Wish) -> tuple[list[str], Wish]:
    """Which items, and what with them: the button that was pressed counts, the fields only for "apply"."""
    if nearest := request.POST.get("nearest", ""):
        return [nearest], Wish(office=services.NEAREST)
    named = {"mine": Wish(assignee=str(actor.user_id)), "done": Wish(done=True), "reopen": Wish(done=False)}
    return request.POST.getlist("item"), named.get(request.POST.get("do", ""), wish)


def _told(done: Outcome) -> str:
    told = ngettext("%(count)d item: %(what)s.", "%(count)d items: %(what)s.", done.changed)
    sentences = [told % {"count": done.changed, "what": wording.parts_line(done.parts)}]
    if done.gone:
        gone = ngettext("%(count)d was no longer there.", "%(count)d were no longer there.", done.gone)
        sentences.append(gone % {"count": done.gone})
    if done.not_routable:
        others = ngettext(
            "%(count)d is about no need and went to no office.",
            "%(count)d are about no need and went to no office.",
            done.not_routable,
        )
        sentences.append(others % {"count": done.not_routable})
    return " ".join(sentences)


def _back(request: HttpRequest) -> HttpResponse:
    query = request.GET.urlencode()
    return redirect(f"{reverse('desk')}?{query}" if query else reverse("desk"))


def _search(request: HttpRequest) -> DeskSearch:
    return DeskSearch(
        text=given(request, "q"),
        kind=given(request, "kind"),
        state=given(request, "state"),
        assignee=given(request, "assignee"),
        office=given(request, "office"),
        field=given(request, "field"),
        age=given(request, "age"),
        sort=given(request, "sort"),
    )
