"""Pages that list rows: searched by words, narrowed by facets, cut into pages. Their template is `ui/listing.html`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import TextChoices
from django.http import HttpRequest

from vidensbro.hub.ui.facets import Facet

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PER_PAGE = 25
LONGEST = 200


def given(request: HttpRequest, name: str) -> str:
    """What the address says under `name`, cut to 200 characters; "" if nothing."""
    # A NUL cannot be stored, so no row can have one; PostgreSQL refuses even to be asked.
    return request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST]


def choice_label(choices: type[TextChoices], value: str) -> str:
    """A choice in words; what is no choice, as it is."""
    return str(choices(value).label) if value in choices.values else value


def listing(
    request: HttpRequest,
    search: DataclassInstance,
    rows: Any,
    *,
    facets: Sequence[Facet] = (),
    label: str = "",
    titles_only: bool = False,
    per_page: int = PER_PAGE,
) -> dict[str, Any]:
    """What the template needs: the page asked for of `rows`, and how to narrow them.

    `search` is what the rows were narrowed to, a dataclass with a field `text`; its other fields are carried along by
    the search form. `label` says what the form searches; `titles_only`, that the index could not be asked.
    """
    chosen = {one.name: getattr(search, one.name) for one in fields(search) if one.name != "text"}
    return {
        "page": Paginator(rows, per_page).get_page(request.GET.get("page")),
        "search": search,
        "search_label": label,
        "kept": [(name, str(value)) for name, value in chosen.items() if value],
        "facets": facets,
        "titles_only": titles_only,
        "narrowed": search != type(search)(),
    }
