"""Colours that can be read, quotations that are marked, data blocks that cannot be broken out of."""

from __future__ import annotations

import json
from pathlib import Path

from django.http import QueryDict
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.hub.ui import linked_data
from vidensbro.hub.ui.facets import facet
from vidensbro.hub.ui.templatetags.vidensbro import marked
from vidensbro.hub.ui.theme import PAPER, WHITE, contrast, palette
from vidensbro.hub.ui.words import and_list
from vidensbro.kit.matching.model import Passage

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS, COLOURS)
def test_whatever_colours_an_operator_chooses_text_can_be_read(colour: str, accent: str) -> None:
    look = palette(colour, accent)
    assert contrast(look.link, PAPER) >= 4.5
    assert contrast(look.accent_text, PAPER) >= 4.5
    assert contrast(look.accent, PAPER) >= 3.0
    assert contrast(look.brand_deep, WHITE) >= 4.5
    assert contrast(look.on_brand, look.brand) >= 4.5


def test_contrast_is_that_of_the_standard() -> None:
    # WCAG 2.2 gives 21:1 for black on white; 4.54:1 for #767676 on white is the known borderline grey.
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


@given(st.text(), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=5))
def test_marks_add_nothing_to_a_quotation(text: str, places: list[tuple[int, int]]) -> None:
    marks = tuple(sorted((min(pair), max(pair)) for pair in places))
    shown = marked(Passage("k", text, marks))
    assert shown.replace("<mark>", "").replace("</mark>", "") == escape(text)


@given(st.dictionaries(st.text(), st.text()))
def test_data_blocks_hold_their_data_and_nothing_else(data: dict[str, str]) -> None:
    block = linked_data.script(data)
    inside = block.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert "<" not in inside
    assert json.loads(inside) == {"@context": "https://schema.org", **data}


@translation.override("en")
def test_lists_in_words() -> None:
    assert [and_list(list(letters)) for letters in ("", "a", "ab", "abc")] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_choosing_a_facet_keeps_the_others_and_begins_at_the_first_page() -> None:
    query = QueryDict("q=nord&kind=company&page=3")
    shown = facet(query, "city", ("City", "All"), {"Aarhus": 3, "Aalborg": 1}, str)
    assert shown.values[0].href == "?q=nord&kind=company&city=Aarhus"


def test_a_chosen_value_is_shown_even_if_it_is_rare() -> None:
    shown = facet(
        QueryDict("city=Skagen"), "city", ("City", "All"), {str(n): 9 for n in range(20)}, str, most=5
    )
    assert [value.label for value in shown.values if value.chosen] == ["Skagen"]


@translation.override("en")
def test_texts_in_another_language_say_so() -> None:
    request = RequestFactory().get("/")
    page = Template("{% load vidensbro %}<p{{ code|lang }}>x</p>")
    assert page.render(Context({"request": request, "code": "da"})) == '<p lang="da">x</p>'
    assert page.render(Context({"request": request, "code": "en"})) == "<p>x</p>"
    assert page.render(Context({"request": request, "code": ""})) == "<p>x</p>"


def test_the_logo_comes_from_the_media_folder_only(db, settings, tmp_path: Path) -> None:
    from dataclasses import replace

    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "media").mkdir()
    (tmp_path / "secret.svg").write_text("<svg/>")
    (tmp_path / "media" / "logo.svg").write_text("<svg/>")
    for name, status in (("logo.svg", 200), ("../secret.svg", 404), ("logo.html", 404), ("", 404)):
        settings.VIDENSBRO_THEME = replace(settings.VIDENSBRO_THEME, logo=name)
        assert Client().get("/logo").status_code == status


def test_the_theme_is_a_stylesheet_of_variables(db, settings) -> None:
    from dataclasses import replace

    settings.VIDENSBRO_THEME = replace(settings.VIDENSBRO_THEME, colour="#123456")
    response = Client().get("/theme.css")
    assert response["Content-Type"] == "text/css"
    assert "--brand:#123456" in response.content.decode()
