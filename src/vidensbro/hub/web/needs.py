"""The page of one need: what it is, what was found for it, and who has been asked for an introduction."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.introductions import presenters as introductions
from vidensbro.hub.matches import presenters, queries, wording
from vidensbro.hub.matches.evidence import advice_from_json
from vidensbro.hub.matches.forms import REASONS
from vidensbro.hub.needs import queries as needs
from vidensbro.hub.needs.models import Need, State
from vidensbro.hub.needs.presenters import need_data, need_tags, sought_labels


@require_safe
def need(request: HttpRequest, need_id: uuid.UUID) -> HttpResponse:
    """A need; for its owner's side and the secretariat also what was found for it and who was asked."""
    actor = sender(request)
    row = needs.need(actor, need_id)
    context = {
        "need": row,
        "tags": need_tags(row),
        "sought": sought_labels(row),
        "may_edit": needs.may_edit(actor, row),
        "states": State,
        "linked_data": need_data(row),
    }
    if needs.may_see_matches(actor, row) and row.state != State.DRAFT:
        context |= _found(actor, row)
    return render(request, "web/need.html", context)


def _found(actor: Actor, row: Need) -> dict[str, Any]:
    """What was found, those who cannot be asked now after the others, and the introductions there are."""
    found = queries.matches_of(actor, row.pk)
    side = introductions.on_need(actor, row, found)
    return {
        "found": found,
        "weighed": bool(found.run and found.run.ranker),
        "reasons": REASONS,
        "groups": introductions.passed_over_last(presenters.groups(found.matches, found.rows), side),
        "left_out": presenters.refused(found.left_out),
        "advice": [wording.advice(one) for one in advice_from_json(found.run.advice if found.run else [])],
        "asking": side.asking,
        "introductions": side.introductions,
        "match_extra": "introductions/on_match.html",
    }
