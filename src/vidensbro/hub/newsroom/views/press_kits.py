"""Press kits: what an organisation keeps ready for journalists, and keeping it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.newsroom.models import Picture
from vidensbro.hub.newsroom.presenters import press as presenters
from vidensbro.hub.newsroom.presenters.release import contact_of
from vidensbro.hub.newsroom.press_forms import KitForm, KitPictureForm
from vidensbro.hub.newsroom.queries import press as queries
from vidensbro.hub.newsroom.services import kits, pictures
from vidensbro.hub.newsroom.services.pictures import keep_press_kit
from vidensbro.hub.newsroom.text import as_html

METHODS = ["GET", "HEAD", "POST"]
RELEASES = 10
FEEDS = (("atom", "Atom"), ("rss", "RSS"), ("json", "JSON Feed"))


@never_cache
@require_safe
def kit(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """An organisation's press page, for everybody."""
    actor = sender(request)
    row = queries.place(actor, organisation_id)
    language = "da" if get_language() == "da" else "en"
    about, told_in = _about(row, language)
    context = {
        "organisation": row,
        "about": as_html(about, below=2),
        "about_language": told_in,
        "pictures": [presenters.kit_picture(one) for one in queries.kit_pictures(row)],
        "contacts": [contact_of(one, language) for one in queries.contacts_of(row)],
        "releases": queries.releases_of(row, language)[:RELEASES],
        "language": language,
        "feeds": FEEDS,
        "keeps": bool(keep_press_kit.allows(actor, row)),
    }
    return render(request, "newsroom/press/kit.html", context)


@never_cache
@login_required
@require_http_methods(METHODS)
def edit(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Write what the organisation says about itself; its pictures are below."""
    actor = sender(request)
    row = _kept(actor, organisation_id)
    there = queries.kit(row)
    initial = {
        "about_da": there.about_da if there else "",
        "about_en": there.about_en if there else "",
        "read": kits.edition(there),
    }
    form = KitForm(request.POST or None, initial=initial)
    form.is_bound = request.method == "POST"
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            kits.write(actor, row.pk, **form.cleaned_data)
        except Invalid as error:
            show_problems(form, error)
        except Conflict as error:
            status = 409
            form.add_error(None, str(words_for(error.reason)))
        else:
            messages.success(request, _("Saved."))
            return redirect("press-kit", row.pk)
    context = {
        "form": form,
        "organisation": row,
        "pictures": [presenters.kit_picture(one) for one in queries.kit_pictures(row)],
        # What stands there by now: whoever saves a second time has seen it.
        "present": there if status == 409 else None,
        "edition": kits.edition(there) if status == 409 else form["read"].value(),
    }
    return render(request, "newsroom/press/edit_kit.html", context, status=_status(form, status))


@never_cache
@login_required
@require_http_methods(METHODS)
def add_picture(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Put a logo or a portrait into the kit."""
    actor = sender(request)
    row = _kept(actor, organisation_id)
    form = KitPictureForm(request.POST or None, request.FILES or None)
    form.is_bound = request.method == "POST"
    if request.method == "POST" and form.is_valid():
        try:
            pictures.add_to_press_kit(actor, row.pk, form.cleaned_data["file"], **form.columns())
        except Invalid as error:
            show_problems(form, error)
        except Conflict as error:
            form.add_error(None, str(words_for(error.reason)))
        else:
            messages.success(request, _("The picture is there. Its sizes are made in a moment."))
            return redirect("edit-press-kit", row.pk)
    context = {"form": form, "organisation": row}
    return render(request, "newsroom/press/kit_picture.html", context, status=_status(form))


@never_cache
@login_required
@require_http_methods(METHODS)
def edit_picture(request: HttpRequest, picture_id: uuid.UUID) -> HttpResponse:
    """Change what is said of a picture of a kit."""
    actor = sender(request)
    row, place = _picture(actor, picture_id)
    form = KitPictureForm(request.POST or None, row=row)
    form.is_bound = request.method == "POST"
    if request.method == "POST" and form.is_valid():
        try:
            pictures.edit(actor, row.pk, **form.columns())
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("edit-press-kit", place.pk)
    context = {"form": form, "organisation": place, "picture": presenters.kit_picture(row)}
    return render(request, "newsroom/press/kit_picture.html", context, status=_status(form))


@login_required
@require_POST
def remove_picture(request: HttpRequest, picture_id: uuid.UUID) -> HttpResponse:
    """Take a picture out of a kit."""
    actor = sender(request)
    row, place = _picture(actor, picture_id)
    pictures.remove(actor, row.pk)
    messages.success(request, _("The picture is gone."))
    return redirect("edit-press-kit", place.pk)


def _kept(actor: Actor, organisation_id: uuid.UUID) -> Organisation:
    """The organisation, if the actor keeps its kit. Raises NotFound, Denied."""
    row = queries.current_place(organisation_id)
    keep_press_kit.require(actor, row)
    return row


def _picture(actor: Actor, picture_id: uuid.UUID) -> tuple[Picture, Organisation]:
    row = queries.kit_picture(picture_id)
    if row is None or row.organisation is None:
        raise NotFound("picture", picture_id)
    keep_press_kit.require(actor, row.organisation)
    return row, row.organisation


def _about(row: Organisation, language: str) -> tuple[str, str]:
    """What the organisation says, in the page's language where it does, and which language that is."""
    there = queries.kit(row)
    texts = {"da": there.about_da, "en": there.about_en} if there is not None else {}
    other = "en" if language == "da" else "da"
    return (texts[language], language) if texts.get(language) else (texts.get(other, ""), other)


def _status(form: KitForm | KitPictureForm, otherwise: int = 200) -> int:
    return 400 if form.errors and otherwise == 200 else otherwise
