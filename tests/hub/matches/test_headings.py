"""Titles that are evidence: kept with a match, shown with their words marked, and not where they are others now."""

from __future__ import annotations

from dataclasses import replace

from django.template.loader import render_to_string

from vidensbro.hub.matches import presenters
from vidensbro.hub.matches.evidence import evidence_from_json, evidence_to_json
from vidensbro.hub.matches.queries import ShownMatch
from vidensbro.kit.matching.model import Evidence

TITLE = "Pressure <ulcers> & sensors"
MARKED = Evidence(title_marks=((0, 8), (20, 27)))
MATCH = ShownMatch("publication", "1", TITLE, 0.5, MARKED, target=None)


def test_marks_are_kept_and_what_was_kept_without_them_is_read() -> None:
    assert evidence_from_json(evidence_to_json(MARKED)) == MARKED
    older = evidence_to_json(MARKED)
    del older["title_marks"]
    assert evidence_from_json(older) == Evidence()


def test_the_title_is_shown_with_its_words_marked() -> None:
    view = presenters.view(MATCH, {})
    page = render_to_string("matches/match.html", {"match": view})
    assert "<mark>Pressure</mark> &lt;ulcers&gt; &amp; <mark>sensors</mark>" in page


def test_another_title_than_the_one_that_was_read_has_no_marks() -> None:
    shown = replace(presenters.card("publication:1", None, TITLE), title="Sensors and ulcers")
    assert presenters.view(MATCH, {}).heading.marks == MARKED.title_marks
    assert presenters._heading(shown, MATCH).marks == ()
    assert presenters._heading(shown, MATCH).text == "Sensors and ulcers"
