"""The press desk's lists of addresses: beginning one, who is on it, adding, bringing in, taking off."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Conflict, Invalid
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.newsroom.models import MailingList
from vidensbro.hub.newsroom.press_forms import ListEntryForm, ListFileForm, NewListForm
from vidensbro.hub.newsroom.queries import press, subscribing
from vidensbro.hub.newsroom.services import lists as services
from vidensbro.hub.newsroom.services.lists import Listed, ListImport

PER_PAGE = 50
METHODS = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(METHODS)
def lists(request: HttpRequest) -> HttpResponse:
    """The lists that the actor keeps, and beginning one."""
    actor = sender(request)
    press.require_desk(actor)
    places, for_all = press.own_places(actor), actor.is_secretariat
    form = NewListForm(request.POST or None, places=places, for_all=for_all)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = services.create_list(actor, given["name"], given["role"], given["organisation"] or None)
        except Invalid as error:
            show_problems(form, error)
        except Conflict as error:
            form.add_error("name", str(words_for(error.reason)))
        else:
            messages.success(request, _("The list is there. Put the first address on it."))
            return redirect("press-list", row.pk)
    page = Paginator(subscribing.lists(actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page}
    return render(request, "newsroom/press/lists.html", context, status=400 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(METHODS)
def one(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Who is on a list; a POST puts somebody on it."""
    actor = sender(request)
    row = subscribing.list_of(actor, list_id)
    form = ListEntryForm(request.POST or None, initial={"language": "da"})
    if request.method == "POST" and form.is_valid():
        try:
            new = services.add(actor, row.pk, Listed(**form.cleaned_data))
        except Invalid as error:
            show_problems(form, error)
        except Conflict as error:
            form.add_error("address", str(words_for(error.reason)))
        else:
            messages.success(request, _("Added.") if new else _("This address is on the list already."))
            return redirect("press-list", row.pk)
    return _list_page(request, actor, row, form=form)


@never_cache
@login_required
@require_http_methods(METHODS)
def bring_in(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Put everybody of a file on a list. What is wrong with single lines is told, and the others go through."""
    actor = sender(request)
    row = subscribing.list_of(actor, list_id)
    if request.method != "POST":
        return redirect("press-list", row.pk)
    form = ListFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list_page(request, actor, row, file_form=form)
    try:
        found = services.import_csv(actor, row.pk, form.cleaned_data["file"].read(services.LONGEST_FILE + 1))
    except Invalid as error:
        show_problems(form, error)
        return _list_page(request, actor, row, file_form=form)
    if not found.refused_in_all:
        messages.success(request, _imported(found))
        return redirect("press-list", row.pk)
    return _list_page(request, actor, subscribing.list_of(actor, row.pk), found=found)


@login_required
@require_POST
def remove_entry(request: HttpRequest, list_id: uuid.UUID, entry_id: int) -> HttpResponse:
    """Take somebody off a list."""
    services.remove(sender(request), list_id, entry_id)
    messages.success(request, _("Taken off the list."))
    return redirect("press-list", list_id)


@never_cache
@login_required
@require_http_methods(METHODS)
def remove(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Remove a list with everybody on it, after asking once more."""
    actor = sender(request)
    row = subscribing.list_of(actor, list_id)
    if request.method == "POST":
        services.remove_list(actor, row.pk)
        messages.success(request, _("The list is gone."))
        return redirect("press-lists")
    return render(request, "newsroom/press/remove_list.html", {"list": row})


def _list_page(
    request: HttpRequest,
    actor: Actor,
    row: MailingList,
    *,
    form: ListEntryForm | None = None,
    file_form: ListFileForm | None = None,
    found: ListImport | None = None,
) -> HttpResponse:
    page = Paginator(subscribing.entries(actor, row), PER_PAGE).get_page(request.GET.get("page"))
    readers = list(page.object_list)
    add, bring = form or ListEntryForm(initial={"language": "da"}), file_form or ListFileForm()
    context = {
        "list": row,
        "page": page,
        "readers": readers,
        "suppressed": subscribing.suppressed([one.address for one in readers]),
        "add": add,
        "bring": bring,
        # The one whose mistakes stand on top.
        "form": bring if bring.errors else add,
        "told": _imported(found) if found is not None else "",
        "refused": [(line, words_for(code)) for line, code in found.refused] if found is not None else (),
        "refused_in_all": found.refused_in_all if found is not None else 0,
    }
    wrong = add.errors or bring.errors
    return render(request, "newsroom/press/list.html", context, status=400 if wrong else 200)


def _imported(found: ListImport) -> str:
    added = ngettext("%(count)d address added.", "%(count)d addresses added.", found.added)
    sentences = [added % {"count": found.added}]
    if found.known:
        known = ngettext("%(count)d was there already.", "%(count)d were there already.", found.known)
        sentences.append(known % {"count": found.known})
    return " ".join(sentences)
