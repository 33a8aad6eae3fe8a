"""Pairs that are nearly surely one are joined by themselves after an import, the others wait for a person."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hub.imports.conftest import SYSTEM, author, lines, organisation, work
from vidensbro.hub.audit.models import Event
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.imports.models import Merge, MergeProposal, SourceRecord, WorkKey
from vidensbro.hub.imports.services import run_import, undo_import, undo_merge
from vidensbro.hub.imports.services.works import title_key
from vidensbro.hub.knowledge.models import Authorship, Work

TITLE = "Early detection of pressure ulcers with thin sensors"


def plain(folder: Path, **files: list[dict[str, Any]]) -> list[Path]:
    """Own files, by the kind of what they hold."""
    folder.mkdir(exist_ok=True)
    for name, records in files.items():
        (folder / f"{name}.json").write_text(json.dumps(records), encoding="utf-8")
    return [folder / f"{name}.json" for name in files]


def published(tmp_path: Path, name: str = "Asta Eksempelsen") -> None:
    """A person with two colleagues in OpenAlex, at an organisation of the registry."""
    beside = [author(8, "Bo Anden"), author(9, "Carla Tredje", orcid="0000-0002-1825-0097")]
    run_import(SYSTEM, "openalex", [lines(tmp_path / "w.jsonl", work(1, author(1, name), *beside))])


def own_files(tmp_path: Path, **more: Any) -> list[Path]:
    """The same person in a file of one's own, with one of the colleagues."""
    return plain(
        tmp_path / "own",
        organisations=[{"id": "place", "name": "Institute 0", "ror": "035b05819"}],
        people=[
            {"id": "asta", "given_name": "Asta", "family_name": "Eksempelsen", "organisation": "place"}
            | more,
            {"id": "carla", "given_name": "Carla", "family_name": "Tredje", "orcid": "0000-0002-1825-0097"},
        ],
        works=[{"id": "w", "title": "Something else", "language": "en", "authors": ["asta", "carla"]}],
    )


@pytest.mark.django_db
def test_two_sources_of_one_person_are_joined_and_that_can_be_undone(tmp_path: Path) -> None:
    published(tmp_path)
    run = run_import(SYSTEM, "plain", own_files(tmp_path))
    made = Merge.objects.get()
    assert (made.automatic, made.run, made.actor) == (True, run, "system:import")
    assert MergeProposal.objects.get().state == "merged"
    kept = Person.objects.current().get(family="Eksempelsen")
    assert Authorship.objects.filter(person=kept).values("work").distinct().count() == 2
    assert Event.objects.filter(action="person.merged", object_id=str(kept.pk)).exists()
    undo_merge(SYSTEM, made.pk)
    assert Person.objects.current().filter(family="Eksempelsen").count() == 2
    # What somebody has settled is left alone by the next import.
    run_import(SYSTEM, "plain", own_files(tmp_path, title="Nurse"))
    assert Person.objects.current().filter(family="Eksempelsen").count() == 2


@pytest.mark.django_db
def test_undoing_the_import_undoes_what_it_joined_by_itself(tmp_path: Path) -> None:
    published(tmp_path)
    run = run_import(SYSTEM, "plain", own_files(tmp_path))
    undo_import(SYSTEM, run.pk)
    theirs = Person.objects.get(family="Eksempelsen", source="openalex")
    own = Person.objects.get(family="Eksempelsen", source="plain")
    assert (theirs.successor, theirs.visibility) == (None, "public")
    assert (own.successor, own.visibility) == (None, "hidden")
    # Nobody has said that they are two.
    assert not MergeProposal.objects.exists()


@pytest.mark.django_db
def test_below_the_setting_a_person_decides(tmp_path: Path, settings: Any) -> None:
    settings.VIDENSBRO_MERGE_FROM = 90
    published(tmp_path)
    run_import(SYSTEM, "plain", own_files(tmp_path))
    assert MergeProposal.objects.get().state == "open"
    assert MergeProposal.objects.get().score == 0.85
    assert not Merge.objects.exists()


@pytest.mark.django_db
def test_nothing_is_joined_when_that_is_switched_off(tmp_path: Path, settings: Any) -> None:
    settings.VIDENSBRO_MERGE_FROM = 0
    published(tmp_path)
    run_import(SYSTEM, "plain", own_files(tmp_path))
    assert not Merge.objects.exists()


@pytest.mark.django_db
def test_initials_are_never_enough(tmp_path: Path) -> None:
    published(tmp_path, "A. Eksempelsen")
    run_import(SYSTEM, "plain", own_files(tmp_path))
    assert MergeProposal.objects.get().state == "open"


@pytest.mark.django_db
def test_somebody_with_an_account_is_not_joined_unasked(tmp_path: Path, cast: Any) -> None:
    published(tmp_path)
    Person.objects.filter(family="Eksempelsen").update(user=cast.users["member"])
    run_import(SYSTEM, "plain", own_files(tmp_path))
    assert MergeProposal.objects.get().state == "open"


@pytest.mark.django_db
def test_whom_one_source_keeps_apart_a_person_decides_on(tmp_path: Path) -> None:
    beside = [author(number, f"Colleague Number{number}") for number in (7, 8, 9)]
    works = [work(number, author(number, "Asta Eksempelsen"), *beside) for number in (1, 2)]
    run_import(SYSTEM, "openalex", [lines(tmp_path / "w.jsonl", *works)])
    proposal = MergeProposal.objects.get()
    assert (proposal.state, proposal.score) == ("open", 0.95)


@pytest.mark.django_db
def test_a_work_without_doi_is_found_by_title_author_and_year(tmp_path: Path) -> None:
    theirs = work(1, author(1, "Asta Eksempelsen"), title=TITLE)
    run_import(SYSTEM, "openalex", [lines(tmp_path / "w.jsonl", theirs)])
    files = plain(
        tmp_path / "own",
        people=[{"id": "asta", "given_name": "A.", "family_name": "Eksempelsen"}],
        works=[
            {
                "id": "w",
                "title": TITLE.upper() + ".",
                "date": "2020",
                "authors": ["asta"],
                "venue": "A journal",
            }
        ],
    )
    run_import(SYSTEM, "plain", files)
    kept = Work.objects.get(withdrawn=False)
    assert (kept.doi, kept.venue) == ("10.5555/1", "A journal")
    assert SourceRecord.objects.get(kind="work", source="plain").row == kept.pk
    undo_merge(SYSTEM, Merge.objects.get().pk)
    assert Work.objects.filter(withdrawn=False).count() == 2
    kept.refresh_from_db()
    assert kept.venue == ""
    assert SourceRecord.objects.get(kind="work", source="plain").row != kept.pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("own", "state"),
    [
        ({"date": "2021"}, "open"),
        ({"date": "2020", "doi": "10.5555/other"}, "open"),
        ({"date": "2018"}, ""),
        ({"date": "2020", "title": "A quite different title about pressure ulcers"}, ""),
        ({"date": "2020", "kind": "dataset"}, ""),
    ],
)
def test_what_is_less_sure_is_asked_or_left(tmp_path: Path, own: dict[str, str], state: str) -> None:
    theirs = work(1, author(1, "Asta Eksempelsen"), title=TITLE)
    run_import(SYSTEM, "openalex", [lines(tmp_path / "w.jsonl", theirs)])
    files = plain(
        tmp_path / "own",
        people=[{"id": "asta", "given_name": "A.", "family_name": "Eksempelsen"}],
        works=[{"id": "w", "title": TITLE, "language": "en", "authors": ["asta"]} | own],
    )
    run_import(SYSTEM, "plain", files)
    found = MergeProposal.objects.filter(kind="work").values_list("state", flat=True).first()
    assert (found or "") == state
    assert Work.objects.filter(withdrawn=False).count() == 2


@pytest.mark.django_db
def test_a_work_entered_by_hand_is_found_too(tmp_path: Path) -> None:
    own = Work.objects.create(title=TITLE, date=date(2020, 1, 1), kind="publication")
    Authorship.objects.create(work=own, position=1, raw_name="A. Eksempelsen")
    theirs = work(1, author(1, "Asta Eksempelsen"), title=TITLE)
    run_import(SYSTEM, "openalex", [lines(tmp_path / "w.jsonl", theirs)])
    assert MergeProposal.objects.get(kind="work").state == "merged"
    assert WorkKey.objects.count() == 2


@pytest.mark.django_db
def test_which_of_two_is_meant_a_person_decides(tmp_path: Path) -> None:
    both = [work(number, author(1, "Asta Eksempelsen"), title=TITLE) for number in (1, 2)]
    run_import(SYSTEM, "openalex", [lines(tmp_path / "w.jsonl", *both)])
    files = plain(
        tmp_path / "own",
        people=[{"id": "asta", "given_name": "A.", "family_name": "Eksempelsen"}],
        works=[{"id": "w", "title": TITLE, "date": "2020", "authors": ["asta"]}],
    )
    run_import(SYSTEM, "plain", files)
    assert list(MergeProposal.objects.filter(kind="work").values_list("state", flat=True)) == ["open", "open"]


@pytest.mark.django_db
def test_organisations_of_one_name_and_place_are_asked_about(tmp_path: Path) -> None:
    run_import(SYSTEM, "ror", [_dump(tmp_path, organisation(0))])
    own = {"id": "one", "name": "INSTITUTE 0", "city": "Århus"}
    elsewhere = {"id": "two", "name": "Institute 0", "city": "Odense"}
    run_import(SYSTEM, "plain", plain(tmp_path / "own", organisations=[own, elsewhere]))
    proposal = MergeProposal.objects.get()
    named = Organisation.objects.filter(pk__in=[proposal.left, proposal.right])
    assert {row.source for row in named} == {"ror", "plain"}
    assert {row.name for row in named} == {"Institute 0", "INSTITUTE 0"}
    assert proposal.state == "open"


def _dump(folder: Path, *records: dict[str, Any]) -> Path:
    path = folder / "ror.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ((TITLE, "Asta Eksempelsen"), (TITLE.upper() + "!", "Eksempelsen, A."), True),
        (("Måling af tryksår i plejen", "Bo Ø"), ("Maaling af tryksaar i plejen", "B. Ø"), True),
        ((TITLE, "Asta Eksempelsen"), (TITLE, "Bo Prøve"), False),
        ((TITLE, "Asta Eksempelsen"), (TITLE + " II", "Asta Eksempelsen"), False),
    ],
)
def test_keys_of_titles(one: tuple[str, str], other: tuple[str, str], same: bool) -> None:
    assert (title_key(*one) == title_key(*other)) is same


@pytest.mark.parametrize(
    ("title", "name"), [("Editorial", "Bo Prøve"), ("Introduction to the issue", ""), ("", "Bo")]
)
def test_titles_that_tell_too_little(title: str, name: str) -> None:
    assert title_key(title, name) == ""


@given(st.text(max_size=60), st.text(max_size=20))
def test_keys_do_not_depend_on_case_of_ascii(title: str, name: str) -> None:
    title = title.encode("ascii", "ignore").decode()
    assert title_key(title.lower(), name) == title_key(title.upper(), name)
