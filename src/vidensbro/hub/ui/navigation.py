"""The main menu."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the menu. `current` is the value of aria-current: "page" on the page itself, "true" below it."""

    label: str
    href: str
    current: str = ""


def main_menu(path: str) -> list[Entry]:
    """The menu as seen from the page at `path`."""
    places = (
        (_("Needs"), reverse("needs")),
        (_("Directory"), reverse("directory")),
        (_("Knowledge"), reverse("knowledge")),
        (_("Fields"), reverse("fields")),
        (_("News"), reverse("newsroom")),
    )
    return [Entry(label, href, _current(path, href)) for label, href in places]


def _current(path: str, href: str) -> str:
    if path == href:
        return "page"
    return "true" if path.startswith(href) else ""
