"""The drill: a person who is everywhere is erased, and looked for everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.hub.cast import NOON, Cast
from tests.hub.introductions.conftest import make_scene
from tests.hub.privacy.life import Life
from tests.hub.privacy.marked import ACCOUNT, NAME, ORCID, WHO, in_files, in_json, in_tables
from vidensbro.hub.audit import privacy
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.directory import services as directory
from vidensbro.hub.matches import services as matches
from vidensbro.hub.matches.indexing import index_build, index_verify
from vidensbro.hub.needs.models import Need
from vidensbro.hub.outbox import services as outbox

KEPT = {
    "directory_person.orcid": "keeps the next import from bringing the person back",
    "directory_person.source_url": "the same",
}
"""What may be left, and why. docs/run/privacy.md says the same."""


@pytest.fixture
def life(transactional_db: None) -> Iterator[Life]:
    """The person, in a hub whose outbox has been emptied and whose index is built."""
    from tests.hub.cast import assemble

    with clock_at(NOON):
        found = Life(make_scene(assemble()))
        index_build()
        outbox.drain()
        for need in Need.objects.filter(state="posted"):
            matches.refresh(need.pk)
        yield found


def settle() -> None:
    """Let everything follow, also what waits for something else first."""
    for minutes in range(3):
        with clock_at(NOON + timedelta(minutes=minutes)):
            outbox.drain()


def everything(life: Life) -> list[str]:
    """Every word to look for."""
    return [*WHO, *life.marks.words.values(), ORCID]


def test_the_drill_finds_the_person_where_it_looks(life: Life, data: Path) -> None:
    """Else it would prove nothing: before the erasure every word is somewhere, in tables, files and index."""
    tables, files = in_tables(everything(life)), in_files(data, everything(life))
    found = set().union(*tables.values(), *files.values())
    assert {word.casefold() for word in found} == {word.casefold() for word in everything(life)}
    assert {"mail", "index", "files"} <= set(files)
    for table in (
        "accounts_user",
        "mail_mail",
        "audit_event",
        "introductions_introduction",
        "matches_matchrow",
    ):
        assert any(place.startswith(f"{table}.") for place in tables) or table == "audit_event"


def test_nothing_is_left_of_an_erased_person(life: Life, data: Path) -> None:
    user = str(life.user.pk)
    directory.erase_own(life.actor, ACCOUNT)
    settle()
    left = in_tables([*everything(life), user, user.replace("-", "")])
    assert {place: words for place, words in left.items() if place not in KEPT} == {}
    assert in_files(data, everything(life)) == {}
    assert index_verify().agrees


def test_the_export_holds_every_word(life: Life) -> None:
    told = directory.export_own(life.actor)
    json.dumps(told)
    wanted = [*life.marks.words.values(), NAME, ORCID, ACCOUNT]
    # The content of a file is fetched from the page that it belongs to; what somebody of the same name wrote from an
    # address that nobody knows may be another's.
    left_out = {life.marks.words["proposal"], life.marks.words["wish"]}
    assert in_json(told, wanted) == set(wanted) - left_out
    assert told["matches"]["shown_to"]
    assert told["introductions"]["contact_details_told_to"]


def test_looking_before_and_after_an_export_changes_nothing(life: Life) -> None:
    before = in_tables(everything(life))
    directory.export_own(life.actor)
    assert in_tables(everything(life)) == before


def test_others_are_left_as_they_are(life: Life) -> None:
    kept = privacy.completed(privacy.Subject(user_id=life.cast.users["owner"].pk))
    before = privacy.export(kept)
    directory.erase_own(life.actor, ACCOUNT)
    after = privacy.export(kept)
    assert after["accounts"] == before["accounts"]
    assert len(after["needs"]["needs"]) == len(before["needs"]["needs"])


__all__ = ["Cast"]
