"""Nobody seeks a press release: no form offers it, no need is answered with one; searching finds them still."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.matches.conftest import own_index
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.feeding import put_on, write
from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.directory.announcements import INDEX_UPDATE
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.matches import forms as match_forms
from vidensbro.hub.matches import services as matches
from vidensbro.hub.needs import forms as need_forms
from vidensbro.hub.needs import queries as needs
from vidensbro.hub.needs.models import Need as NeedRow
from vidensbro.hub.newsroom.services import steps
from vidensbro.hub.outbox.services import drain
from vidensbro.kit.matching import Filters, Need, Result

__all__ = ["own_index"]
pytestmark = pytest.mark.django_db
SOUGHT = {
    *("organisation", "person", "publication", "project", "patent", "trial", "dataset"),
    *("test_site", "equipment", "premises", "funding", "service", "technology"),
}
TEXT = "Sensor i madrassen opdager tryksår hos beboere på plejehjem, før huden går i stykker."


@pytest.mark.parametrize("choices", [need_forms.kind_choices, match_forms.kind_choices])
def test_forms_offer_what_can_be_sought(choices: Any) -> None:
    assert {kind for kind, _label in choices()} == SOUGHT


def test_pages_do_not_offer_releases(cast: Cast) -> None:
    client = Client(headers={"accept-language": "en"})
    assert (
        b'value="test_site"' in client.get("/match/").content + client.post("/match/", {"text": "x"}).content
    )
    client.force_login(cast.users["owner"])
    for page in (client.get("/needs/new/"), client.get("/match/"), client.post("/match/", {"text": "x"})):
        assert b'value="release"' not in page.content


def test_no_need_is_answered_with_a_release_and_search_finds_it(cast: Cast, own_index: Any) -> None:
    with clock_at(NOON):
        row = put_on(write(WORDS, [cast.company.pk]), HOUR)
        for title in ("Sensorer i madrasser opdager tryksår", "Havnens økonomi", "Qubits på safir"):
            knowledge.create_work(SYSTEM, title=title, abstract=f"{title}.", language="da")
    with clock_at(HOUR):
        steps.note_all_published()
        drain([INDEX_UPDATE])
        by_itself = matches.match(VISITOR, Need(text=TEXT, language="da"))
        assert kinds(by_itself) & {"publication"}
        assert "release" not in kinds(by_itself)
        asked_for = matches.match(VISITOR, Need(text=TEXT, language="da"), kinds=("release",))
        assert [one.document.id for one in asked_for.matches] == [str(row.pk)]
        page = Client().get("/newsroom/archive/", {"q": "tryksår"})
        assert [one.headline for one in page.context["cards"]] == [WORDS.headline]
        with pytest.raises(Invalid):
            matches.match(VISITOR, Need(text=TEXT, sought=("release",)))


def test_nobody_is_told_to_take_back_what_she_did_not_choose(cast: Cast, own_index: Any) -> None:
    """A poor answer says which of the filters leave things out; the kinds that nobody seeks are no filter."""
    drain([INDEX_UPDATE])

    def named(*chosen: str, **narrow: Any) -> list[tuple[str, ...]]:
        found = matches.match(VISITOR, Need(text="xyzzy plugh"), kinds=chosen, filters=Filters(**narrow))
        return [one.values for one in found.advice if one.code == "filters_exclude"]

    assert named() == []
    assert named(languages=("da",)) == [("languages",)]
    assert named("person", languages=("da",)) == [("kinds", "languages")]


def test_a_need_that_named_releases_once_seeks_the_rest(cast: Cast) -> None:
    row = cast.need()
    NeedRow.objects.filter(pk=row.pk).update(sought=["release", "person"])
    row.refresh_from_db()
    assert needs.as_kit_need(row).sought == ("person",)


def kinds(found: Result) -> set[str]:
    return {one.document.kind for one in found.matches}
