"""Tags and filters that pages are put together from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlencode

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest, QueryDict
from django.middleware.csrf import get_token
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from vidensbro.hub.ui import linked_data as json_ld
from vidensbro.hub.ui import words
from vidensbro.hub.ui.navigation import Entry, main_menu

register = template.Library()
NOTHING = mark_safe("")


class Quoted(Protocol):
    """A text with the places in it that are to stand out, as (start, end) offsets in order."""

    @property
    def text(self) -> str: ...

    @property
    def marks(self) -> tuple[tuple[int, int], ...]: ...


@register.simple_tag(takes_context=True)
def tagline(context: Context) -> str:
    """What the instance says about itself, in the page's language."""
    theme = context["theme"]
    return str(theme.tagline_da if get_language() == "da" else theme.tagline_en)


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[Entry]:
    """The main menu."""
    return main_menu(_path(context))


@register.simple_tag(takes_context=True)
def current(context: Context, name: str) -> SafeString:
    """The attribute that says that a link leads to this very page."""
    return mark_safe(' aria-current="page"') if _path(context) == reverse(name) else NOTHING


@register.simple_tag(takes_context=True)
def language_switch(context: Context) -> SafeString:
    """A button that shows the same page in the other language.

    A page that answers a POST puts `switch` into its context: the address and the fields to send again.
    """
    request: HttpRequest = context["request"]
    code, label = ("en", "English") if get_language() == "da" else ("da", "Dansk")
    again = context.get("switch")
    hidden = again["hidden"] if again else [("next", request.get_full_path())]
    values = {
        "action": again["action"] if again else reverse("language"),
        "hidden": hidden,
        "code": code,
        "label": label,
        "csrf": format_html(
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request)
        ),
    }
    return mark_safe(render_to_string("ui/language.html", values))


@register.filter
def linked_data(data: Mapping[str, Any]) -> SafeString:
    """Data as a JSON-LD block."""
    return json_ld.script(data)


@register.filter
def marked(quotation: Quoted) -> SafeString:
    """A quotation with its marks as <mark> elements."""
    pieces: list[tuple[str, str, str]] = []
    end = 0
    for start, stop in quotation.marks:
        if start < end:
            continue
        pieces.append(("", quotation.text[end:start], ""))
        pieces.append((mark_safe("<mark>"), quotation.text[start:stop], mark_safe("</mark>")))
        end = stop
    pieces.append(("", quotation.text[end:], ""))
    return format_html_join("", "{}{}{}", pieces)


@register.filter
def lang(code: str) -> SafeString:
    """A lang attribute for a text that is not in the page's language; nothing for one that is."""
    if not code or code == get_language():
        return NOTHING
    return format_html(' lang="{}"', code)


@register.simple_tag
def field(bound: BoundField, plain: bool = False) -> SafeString:
    """A field of a form with label, hint and errors tied to it. `plain` leaves out the word "optional"."""
    widget = bound.field.widget
    grouped = isinstance(widget, CheckboxSelectMultiple | RadioSelect)
    values = {
        "field": bound,
        "grouped": grouped,
        "box": isinstance(widget, CheckboxInput),
        "single": not isinstance(widget, CheckboxSelectMultiple),
        "plain": plain,
    }
    if not grouped:
        values["widget"] = bound.as_widget(attrs=_attributes(bound))
    return mark_safe(render_to_string("ui/field.html", values))


def _attributes(bound: BoundField) -> dict[str, Any]:
    select = getattr(bound.field.widget, "input_type", "") == "select"
    described = [f"{bound.auto_id}-{part}" for part, there in _descriptions(bound) if there]
    attributes: dict[str, Any] = {}
    if not isinstance(bound.field.widget, CheckboxInput):
        attributes["class"] = "form-select" if select else "form-input"
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return attributes


def _descriptions(bound: BoundField) -> tuple[tuple[str, bool], ...]:
    return (("hint", bool(bound.help_text)), ("error", bool(bound.errors)))


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """This page's address with other values in its query; a new choice begins at the first page."""
    return _query(context["request"].GET, {"page": None, **changes})


@register.simple_tag(takes_context=True)
def query_without(context: Context, name: str) -> str:
    """This page's address with one value of its query left out."""
    return _query(context["request"].GET, {"page": None, name: None})


def _query(given: QueryDict, changes: Mapping[str, Any]) -> str:
    kept = {name: value for name, value in given.items() if value}
    merged = {**kept, **changes}
    return "?" + urlencode({name: value for name, value in merged.items() if value not in (None, "")})


def _path(context: Context) -> str:
    request: HttpRequest | None = context.get("request")
    return request.path if request else ""


register.filter("how_long", words.how_long)
