"""The secretariat's pages: imports with their problems, and deciding on rows that may be one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.hub.cast import SYSTEM
from tests.hub.web.conftest import World
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import Person
from vidensbro.hub.imports.models import ImportProblem, ImportRun, MergeProposal

Browse = Callable[..., Client]


@pytest.fixture
def run(db) -> ImportRun:
    made = ImportRun.objects.create(
        source="openalex",
        actor="system:cli",
        files=[{"path": "works.jsonl", "size": 1000}],
        counts={"new": 1234, "changed": 5, "unchanged": 6, "bad": 2},
        position={"kept": {"json": 2}},
        seconds=10,
    )
    for line in (7, 9):
        ImportProblem.objects.create(run=made, file="works.jsonl", line=line, code="json", value='{"id": <b>')
    return made


@pytest.fixture
def proposal(world: World) -> MergeProposal:
    other = directory.create_person(SYSTEM, name="I. Testsen")
    left, right = sorted((world.corpus.researcher.pk, other.pk))
    return MergeProposal.objects.create(
        kind="person", left=left, right=right, score=0.83, reasons=[["initials", "I. Testsen"]]
    )


def test_an_import_shows_file_line_and_cure(run: ImportRun, browse: Browse) -> None:
    page = browse("secretariat").get(f"/secretariat/imports/{run.pk}/").content.decode()
    for said in (
        "OpenAlex",
        "1,234",
        "works.jsonl:7",
        "works.jsonl:9",
        "This is not valid JSON.",
        "Correct the record",
    ):
        assert said in page
    assert "<b>" not in page


@pytest.mark.parametrize(("name", "status"), [("member", 404), ("secretariat", 200), ("administrator", 200)])
def test_imports_are_for_staff(run: ImportRun, browse: Browse, name: str, status: int) -> None:
    assert browse(name).get(f"/secretariat/imports/{run.pk}/").status_code == status


def test_the_overview_has_all_that_waits(run: ImportRun, proposal: MergeProposal, browse: Browse) -> None:
    page = browse("secretariat").get("/secretariat/").content.decode()
    for said in ("OpenAlex", "I. Testsen", "initials that fit: I. Testsen", "83 of 100 likely"):
        assert said in page


def test_joining_keeps_the_one_that_was_chosen(world: World, proposal: MergeProposal, browse: Browse) -> None:
    kept = world.corpus.researcher
    gone = Person.objects.get(pk=proposal.other(kept.pk))
    response = browse("secretariat").post(
        f"/secretariat/proposals/{proposal.pk}/merge/", {"kept": str(kept.pk)}
    )
    assert response["Location"] == "/secretariat/proposals/"
    gone.refresh_from_db()
    assert gone.successor == kept


def test_keeping_apart_is_settled(proposal: MergeProposal, browse: Browse) -> None:
    client = browse("secretariat")
    client.post(f"/secretariat/proposals/{proposal.pk}/keep-apart/")
    proposal.refresh_from_db()
    assert proposal.state == "kept_apart"
    again = client.post(f"/secretariat/proposals/{proposal.pk}/keep-apart/")
    assert again.status_code == 409


def test_deciding_is_for_staff(proposal: MergeProposal, browse: Browse) -> None:
    assert browse("member").post(f"/secretariat/proposals/{proposal.pk}/merge/").status_code == 403
    proposal.refresh_from_db()
    assert proposal.state == "open"
