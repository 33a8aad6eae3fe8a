"""Releases in the index: found by what they say from the hour on, related to each other with a reason, gone when
withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.matches.conftest import own_index
from tests.hub.newsroom.conftest import HOUR, WORDS
from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.targets import Described, targets
from vidensbro.hub.directory.announcements import INDEX_UPDATE
from vidensbro.hub.matches import indexing
from vidensbro.hub.matches.presenters import card
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import ReleaseField, Version
from vidensbro.hub.newsroom.presenters.reading import reason
from vidensbro.hub.newsroom.queries.related import Related, related, strongest_words
from vidensbro.hub.newsroom.services import steps
from vidensbro.hub.outbox.services import drain
from vidensbro.kit.matching import Contribution, Evidence

__all__ = ["own_index"]
pytestmark = pytest.mark.django_db
BEFORE = HOUR - timedelta(seconds=1)
OTHER = replace(
    WORDS,
    headline="Madrasser med sensor mod tryksår afprøves på plejehjem",
    lead="En madras mærker begyndende rødme og tryksår hos beboere på plejehjem.",
    body="Plejepersonalet får besked, når sensoren i madrassen opdager et tryksår.",
)
ELSEWHERE = replace(
    WORDS,
    headline="Ny direktør for havnen",
    lead="Bestyrelsen har valgt en direktør.",
    body="Direktøren begynder den første april.",
    quotes=(),
    fact_boxes=(),
)


def planned(cast: Cast, words: Any, language: str = "da") -> Version:
    """A release of the company's, put on for the hour."""
    row = services.create_release(cast["member"], [cast.company.pk], language, words)
    ReleaseField.objects.create(release=row.release, notation="wound-care")
    services.hand_in(SYSTEM, row.pk, 1)
    services.approve(SYSTEM, row.pk, cast.company.pk, 1)
    with clock_at(NOON):
        return services.schedule(SYSTEM, row.pk, HOUR)


def keys() -> set[str]:
    drain([INDEX_UPDATE])
    return set(indexing.snapshot().keys("release"))


def test_it_is_in_the_index_from_the_hour_on_until_it_is_withdrawn(cast: Cast, own_index: Any) -> None:
    row = planned(cast, WORDS)
    target = targets()["release"]
    with clock_at(BEFORE):
        steps.note_all_published()
        assert keys() == set()
        assert (target.count(), list(target.documents()), target.present([str(row.pk)], VISITOR.tokens)) == (
            0,
            [],
            {},
        )
    with clock_at(HOUR):
        steps.note_all_published()
        assert keys() == {f"release:{row.pk}"}
        found = indexing.index_verify()
        assert not [one for one in (*found.missing, *found.stale) if one.startswith("release:")]
        (document,) = target.documents([str(row.pk), "none"])
        services.withdraw(SYSTEM, row.pk, "Tallene holdt ikke.")
        assert target.present([str(row.pk)], VISITOR.tokens) == {}
        assert keys() == set()
    assert document.audience == {"public"}
    assert document.title == WORDS.headline
    assert (document.language, document.date) == ("da", HOUR.date())
    for said in (WORDS.lead, "to plejehjem", "120 beboere", "Vi ser det to dage før."):
        assert said in document.body
    assert "wound-care" in document.fields


def test_a_match_that_is_a_release_leads_to_its_page(cast: Cast) -> None:
    row = planned(cast, WORDS)
    with clock_at(HOUR):
        found = targets()["release"].present([str(row.pk)], VISITOR.tokens)[str(row.pk)]
    assert isinstance(found, Described)
    shown = card(f"release:{row.pk}", found)
    assert (shown.title, shown.language, shown.href) == (
        WORDS.headline,
        "da",
        f"/newsroom/da/{row.slug}/",
    )


def test_words_of_the_text_and_of_the_other_language_find_it(cast: Cast, own_index: Any) -> None:
    planned(cast, WORDS)
    planned(cast, ELSEWHERE)
    with clock_at(HOUR):
        steps.note_all_published()
        drain([INDEX_UPDATE])
        for text in ("plejehjem", "rødme", "pressure ulcer"):
            page = Client(headers={"accept-language": "en"}).get("/newsroom/archive/", {"q": text})
            titles = [one.headline for one in page.context["cards"]]
            assert titles[:1] == [WORDS.headline], text
            assert ELSEWHERE.headline not in titles


def test_a_release_found_in_both_languages_stands_there_once_in_the_readers(cast: Cast) -> None:
    danish = planned(cast, replace(WORDS, headline="Madras mod sengesår: sensor"))
    words = replace(WORDS, headline="A mattress with a sensor", lead="Only here: Winterthur.")
    english = services.add_version(cast["member"], danish.release_id, "en", words)
    services.hand_in(SYSTEM, english.pk, 1)
    services.approve(SYSTEM, english.pk, cast.company.pk, 1)
    with clock_at(NOON):
        services.schedule(SYSTEM, english.pk, HOUR)
    with clock_at(HOUR):
        for language, asked, expected in (
            ("da", "sensor", danish.headline),
            ("en", "sensor", english.headline),
            ("da", "Winterthur", english.headline),
        ):
            page = Client(headers={"accept-language": language}).get("/newsroom/archive/", {"q": asked})
            assert [one.headline for one in page.context["cards"]] == [expected], (language, asked)
        page = Client(headers={"accept-language": "da"}).get("/newsroom/archive/?q=sensor&language=en")
        assert [one.headline for one in page.context["cards"]] == [english.headline]


def test_related_releases_come_with_the_reason(cast: Cast, own_index: Any) -> None:
    row, other, far = (planned(cast, words) for words in (WORDS, OTHER, ELSEWHERE))
    ReleaseField.objects.filter(release=far.release).delete()
    with clock_at(HOUR):
        steps.note_all_published()
        drain([INDEX_UPDATE])
        found = related(row)
        assert [one.version.pk for one in found] == [other.pk]
        assert found[0].words or found[0].fields
        page = Client(headers={"accept-language": "en"}).get(f"/newsroom/da/{row.slug}/").content.decode()
        assert OTHER.headline in page
        assert ELSEWHERE.headline not in page
        services.withdraw(SYSTEM, other.pk, "Nej.")
        assert related(row) == []


def test_of_what_two_releases_say_the_words_that_carry_it_are_told_each_in_one_form() -> None:
    said = [("sensor", 0.09), ("Sensoren", 0.08), ("tryksår", 0.06), ("se", 0.05), ("følger", 0.02)]
    evidence = Evidence(contributions=tuple(Contribution("term", value, word) for word, value in said))
    assert strongest_words(evidence) == ("sensor", "tryksår", "se")


def test_without_an_index_there_is_nothing_related(cast: Cast) -> None:
    row = planned(cast, WORDS)
    with clock_at(HOUR):
        assert related(row) == []


@pytest.mark.parametrize(
    ("words", "fields", "said"),
    [
        (("tryksår", "madras"), (), "Both say “tryksår” and “madras”."),
        ((), ("wound-care",), "Both are about"),
        (("tryksår",), ("wound-care",), "Both say “tryksår” and are about"),
        ((), (), "Close in meaning"),
    ],
)
def test_every_reason_has_words(words: tuple[str, ...], fields: tuple[str, ...], said: str) -> None:
    with translation.override("en"):
        assert reason(Related(Version(), words, fields)).startswith(said)
