"""Introductions as pages show them, in the page's language."""

from vidensbro.hub.introductions.presenters.figures import (
    FiguresView,
    NeutralityView,
    figures_view,
    neutrality_view,
)
from vidensbro.hub.introductions.presenters.lists import Row, asked_rows, own_rows
from vidensbro.hub.introductions.presenters.matching import Asking, Side, on_need, passed_over_last
from vidensbro.hub.introductions.presenters.one import View, counterpart_view, evidence_groups, owner_view

__all__ = [
    "Asking",
    "FiguresView",
    "NeutralityView",
    "Row",
    "Side",
    "View",
    "asked_rows",
    "counterpart_view",
    "evidence_groups",
    "figures_view",
    "neutrality_view",
    "on_need",
    "own_rows",
    "owner_view",
    "passed_over_last",
]
