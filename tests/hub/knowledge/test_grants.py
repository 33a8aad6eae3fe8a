"""The money behind works: kept from imports, shown on the page, and what leads from a project to its results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.hub.imports.conftest import (
    SYSTEM,
    author,
    fetcher,
    fetchers,
    lines,
    moments,
    own_folder,
    site,
    work,
)
from tests.kit.sources import test_cordis
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.imports.services import run_import, undo_import
from vidensbro.hub.imports.services.joining import join
from vidensbro.hub.imports.services.parting import undo_merge
from vidensbro.hub.knowledge import queries, services
from vidensbro.hub.knowledge.importers.grants import COMMISSION, funder_key
from vidensbro.hub.knowledge.models import Grant, Work

__all__ = ["fetcher", "fetchers", "moments", "own_folder", "site"]

pytestmark = pytest.mark.django_db

PARTNER, UNIVERSITY, _ = test_cordis.ORGANISATIONS
PAPER = {
    "id": "p1",
    "title": "On seaweed in brackish water",
    "isPublishedAs": "Peer reviewed articles",
    "authors": "A. Opdigtet",
    "publishedYear": "2023",
    "doi": "10.5555/1",
    "projectID": "101000001",
}


def tables(university: str = "1500000", cost: str = "1800000") -> dict[str, Any]:
    money = {"netEcContribution": university, "totalCost": cost}
    return {
        "organization": [UNIVERSITY | money, PARTNER | {"netEcContribution": "573781"}],
        "project": test_cordis.PROJECTS[:1],
    }


def bring(folder: Path, **given: Any) -> Any:
    return run_import(SYSTEM, "cordis", [test_cordis.archive(folder / "a.zip", "csv", tables(**given))])


def said() -> list[tuple[Any, ...]]:
    rows = Grant.objects.order_by("organisation__name", "pk")
    return list(rows.values_list("organisation__name", "number", "amount", "total", "currency"))


def project() -> Work:
    return Work.objects.get(kind="project")


FIRST = [
    ("FJORDBY UNIVERSITET", "101000001", 1_500_000, 1_800_000, "EUR"),
    ("PARTNER LTD", "101000001", 573_781, None, "EUR"),
]
WHOLE = (None, "101000001", 2_073_781, 2_500_000, "EUR")


def test_amounts_of_the_whole_and_of_each_organisation_are_kept_and_follow_the_source(tmp_path: Path) -> None:
    bring(tmp_path)
    assert sorted(said(), key=repr) == sorted([WHOLE, *FIRST], key=repr)
    again = bring(tmp_path)
    assert (again.counts["new"], again.counts["changed"]) == (0, 0)
    changed = bring(tmp_path, university="1400000")
    assert changed.counts["changed"] == 1
    assert ("FJORDBY UNIVERSITET", "101000001", 1_400_000, 1_800_000, "EUR") in said()
    assert len(said()) == 3
    undo_import(SYSTEM, changed.pk)
    assert sorted(said(), key=repr) == sorted([WHOLE, *FIRST], key=repr)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Who gets what", "What came of it", "Funding", "2,073,781 EUR", ">1,800,000<")),
        ("da", ("2.073.781 EUR", ">1.800.000<", ">573.781<")),
    ],
)
def test_the_page_of_a_project(tmp_path: Path, client: Client, language: str, words: tuple[str, ...]) -> None:
    bring(tmp_path)
    results = {"projectPublications": [PAPER]}
    run_import(SYSTEM, "cordis", [test_cordis.archive(tmp_path / "r.zip", "csv", results)])
    where = reverse("work", args=[project().pk])
    page = client.get(where, headers={"accept-language": language}).content.decode()
    assert [word for word in words if word not in page.replace("\xa0", " ")] == []
    paper = Work.objects.get(title=PAPER["title"])
    assert f'href="{reverse("work", args=[paper.pk])}"' in page
    back = client.get(reverse("work", args=[paper.pk]), headers={"accept-language": language})
    assert f'href="{where}"' in back.content.decode()


def test_a_paper_from_elsewhere_that_names_the_grant_is_a_result(tmp_path: Path, cast: Any) -> None:
    bring(tmp_path)
    award = {"funder_id": "F1", "funder_display_name": "Horizon 2020", "funder_award_id": "101000001"}
    other = {"funder_id": "F2", "funder_display_name": "Another Fund", "funder_award_id": "101000001"}
    rows = (work(1, author(1, "Asta E"), awards=[award]), work(2, author(1, "Asta E"), awards=[other]))
    run_import(SYSTEM, "openalex", [lines(tmp_path / "w.jsonl", *rows)])
    found = queries.results(cast["visitor"], queries.work(cast["visitor"], project().pk))
    assert [one.source_id for one in found] == ["W1"]
    paper = queries.work(cast["visitor"], found[0].pk)
    assert queries.projects(cast["visitor"], paper) == {(COMMISSION, "101000001"): project()}
    Work.objects.filter(pk=paper.pk).update(withdrawn=True)
    assert not queries.results(cast["visitor"], queries.work(cast["visitor"], project().pk)).exists()


def test_what_a_source_says_leaves_what_another_says(tmp_path: Path) -> None:
    award = {"funder_id": "F2", "funder_display_name": "Another Fund", "funder_award_id": "7"}
    run_import(
        SYSTEM, "openalex", [lines(tmp_path / "w.jsonl", work(1, author(1, "Asta E"), awards=[award]))]
    )
    results = {"projectPublications": [PAPER]}
    run_import(SYSTEM, "cordis", [test_cordis.archive(tmp_path / "r.zip", "csv", results)])
    assert Work.objects.count() == 1
    assert set(Grant.objects.values_list("source", "number")) == {("openalex", "7"), ("cordis", "101000001")}
    run_import(SYSTEM, "openalex", [lines(tmp_path / "w.jsonl", work(1, author(1, "Asta E")))])
    assert list(Grant.objects.values_list("source", "number")) == [("cordis", "101000001")]


def test_a_part_follows_its_organisation_into_a_merge_and_back(tmp_path: Path) -> None:
    bring(tmp_path)
    one, other = (Organisation.objects.get(name=name).pk for name in ("FJORDBY UNIVERSITET", "PARTNER LTD"))
    merge = join(SYSTEM, "organisation", one, other)
    held = Grant.objects.filter(organisation__isnull=False).values_list("organisation", flat=True)
    assert set(held) == {one}
    undo_merge(SYSTEM, merge.pk)
    assert sorted(said(), key=repr) == sorted([WHOLE, *FIRST], key=repr)


def test_a_work_takes_over_the_money_that_only_the_other_tells_of(tmp_path: Path) -> None:
    bring(tmp_path)
    bare = services.create_work(SYSTEM, title="Seaweed for the Baltic", kind="project", language="en")
    services.merge_works(SYSTEM, bare.pk, project_of("cordis").pk)
    assert bare.grants.count() == 3


def project_of(source: str) -> Work:
    return Work.objects.get(kind="project", source=source)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("European Commission", COMMISSION),
        ("EC", COMMISSION),
        ("H2020 European Research Council", COMMISSION),
        ("HORIZON EUROPE Marie Sklodowska-Curie Actions", COMMISSION),
        ("European Space Agency", "european space agency"),
        ("Novo Nordisk Fonden", "novo nordisk fonden"),
    ],
)
def test_names_of_one_funder(name: str, key: str) -> None:
    assert funder_key(name) == key
