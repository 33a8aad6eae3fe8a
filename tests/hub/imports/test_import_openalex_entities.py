"""Authors, institutions and topics of OpenAlex in the hub; the people and works do not exist."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.hub.imports.conftest import RORS, SYSTEM, author, lines, organisation, work
from tests.hub.imports.snapshot import snapshot
from tests.kit.fetching.conftest import Handler, Site
from tests.kit.fetching.test_openalex_harvests import snapshot as bucket
from vidensbro.hub.audit.privacy import Subject, erase
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.directory.models import Affiliation, Identifier, Organisation, Person
from vidensbro.hub.imports.models import ImportRun, MergeProposal
from vidensbro.hub.imports.services import fetch_and_import, run_import, undo_import
from vidensbro.hub.imports.wishes import Wish
from vidensbro.hub.knowledge.models import Authorship, Work
from vidensbro.kit.sources.fetching import FetchError, HttpFetcher

pytestmark = pytest.mark.django_db
ORCID = "0000-0002-1825-0097"
OTHER_ORCID = "0000-0002-1694-233X"


def bring(path: Path, *records: dict[str, Any]) -> ImportRun:
    return run_import(SYSTEM, "openalex", [lines(path, *records)])


def place(number: int, **changes: Any) -> dict[str, Any]:
    """An institution as authors and works name it."""
    named = author(1, "X", place=number)["institutions"][0]
    return {**named, **changes}


def person(key: int, name: str, *years: tuple[int, int], orcid: str = "") -> dict[str, Any]:
    """An author with places (number, year)."""
    return {
        "id": f"https://openalex.org/A{key}",
        "display_name": name,
        "orcid": f"https://orcid.org/{orcid}" if orcid else None,
        "works_count": 1,
        "affiliations": [{"institution": place(number), "years": [year]} for number, year in years],
    }


def test_authors_become_people_at_their_institutions(tmp_path: Path) -> None:
    run = bring(
        tmp_path / "authors.jsonl", person(1, "Asta van Eksempelsen", (0, 2020), (1, 2018), orcid=ORCID)
    )
    asta = Person.objects.get()
    assert (run.counts["new"], run.counts["bad"], run.counts["notices"]) == (1, 0, 0)
    assert (asta.name, asta.given, asta.family) == ("Asta van Eksempelsen", "Asta", "van Eksempelsen")
    assert (asta.orcid, asta.openalex, asta.source, asta.source_id) == (ORCID, "A1", "openalex", "A1")
    assert asta.source_url == "https://openalex.org/A1"
    assert set(Affiliation.objects.values_list("organisation__name", "since", "until")) == {
        ("Institute 0", date(2020, 1, 1), None),
        ("Institute 1", date(2018, 1, 1), None),
    }
    assert set(Identifier.objects.values_list("scheme", "value")) == {
        ("ror", RORS[0]),
        ("openalex", "I1"),
        ("ror", RORS[1]),
        ("openalex", "I2"),
    }
    before = snapshot()
    again = bring(
        tmp_path / "authors.jsonl", person(1, "Asta van Eksempelsen", (0, 2020), (1, 2018), orcid=ORCID)
    )
    assert (again.counts["unchanged"], again.counts["new"], snapshot()) == (1, 0, before)


def test_authors_are_the_people_of_works_whichever_comes_first(tmp_path: Path) -> None:
    bring(tmp_path / "works.jsonl", work(1, author(1, "Asta E")))
    run = bring(
        tmp_path / "authors.jsonl", person(1, "Asta Eksempelsen", (0, 2019), orcid=ORCID), person(2, "Bo P")
    )
    assert (run.counts["new"], run.counts["changed"]) == (1, 1)
    asta = Person.objects.get(openalex="A1")
    assert (asta.name, asta.orcid) == ("Asta Eksempelsen", ORCID)
    # The works knew of her there since 2020; she is not there twice.
    assert list(asta.affiliations.values_list("since", flat=True)) == [date(2019, 1, 1)]
    bring(tmp_path / "later.jsonl", work(2, author(2, "Bo P"), author(1, "Asta E", orcid=ORCID)))
    assert Person.objects.count() == 2
    assert Authorship.objects.filter(person=asta).count() == 2
    assert list(asta.affiliations.values_list("since", flat=True)) == [date(2019, 1, 1)]


def test_what_openalex_does_not_say_is_left_as_others_said_it(tmp_path: Path) -> None:
    bring(tmp_path / "works.jsonl", work(1, author(1, "Asta E", orcid=ORCID)))
    Person.objects.update(summary_en="Writes about wounds.", title="Professor")
    Organisation.objects.update(website="https://institute.example")
    bring(tmp_path / "authors.jsonl", person(1, "Asta Eksempelsen"))
    bring(tmp_path / "institutions.jsonl", {**place(0), "display_name": "The Institute"})
    asta, institute = Person.objects.get(), Organisation.objects.get()
    assert (asta.name, asta.orcid) == ("Asta Eksempelsen", ORCID)
    assert (asta.summary_en, asta.title) == ("Writes about wounds.", "Professor")
    assert (institute.name, institute.website) == ("The Institute", "https://institute.example")


def test_two_author_identifiers_with_one_orcid_are_one_person(tmp_path: Path) -> None:
    bring(
        tmp_path / "a.jsonl",
        person(1, "Asta E", orcid=ORCID),
        person(2, "Asta Eksempelsen", (0, 2020), orcid=ORCID),
    )
    asta = Person.objects.get()
    assert (asta.openalex, asta.orcid) == ("A1", ORCID)
    assert asta.affiliations.count() == 1
    bring(tmp_path / "w.jsonl", work(1, author(2, "Asta E")))
    assert Authorship.objects.get().person == asta


def test_when_identifiers_contradict_each_other_a_person_decides(tmp_path: Path) -> None:
    bring(tmp_path / "a.jsonl", person(1, "Asta E"), person(2, "Asta E", orcid=ORCID))
    bring(tmp_path / "b.jsonl", person(1, "Asta E", orcid=ORCID))
    (proposal,) = MergeProposal.objects.filter(score=0.99)
    assert dict(proposal.reasons) == {"same_author_id": "A1", "same_orcid": ORCID}


@pytest.mark.parametrize("key", [1, 9])
def test_who_asked_to_be_forgotten_stays_forgotten(tmp_path: Path, key: int) -> None:
    """By the author identifier, and by the ORCID iD under a new author identifier."""
    bring(tmp_path / "w.jsonl", work(1, author(1, "Asta Eksempelsen", orcid=ORCID)))
    erase(SYSTEM, Subject(person_id=Person.objects.get().pk))
    bring(tmp_path / "a.jsonl", person(key, "Asta Eksempelsen", (0, 2020), orcid=ORCID if key == 9 else ""))
    bring(tmp_path / "w2.jsonl", work(2, author(key, "Asta Eksempelsen")))
    asta = Person.objects.get()
    assert (asta.name, asta.given, asta.family, asta.visibility) == ("", "", "", "hidden")
    assert not Affiliation.objects.exists()
    assert not Authorship.objects.exclude(raw_name="").exists()


def test_an_author_who_turns_out_to_be_somebody_erased_is_left_alone(tmp_path: Path) -> None:
    bring(tmp_path / "w.jsonl", work(1, author(1, "Asta Eksempelsen", orcid=ORCID)))
    erase(SYSTEM, Subject(person_id=Person.objects.get().pk))
    bring(tmp_path / "w2.jsonl", work(2, author(9, "A. E.", place=None)))
    bring(tmp_path / "a.jsonl", person(9, "Asta Eksempelsen", (0, 2020), orcid=ORCID))
    assert set(Person.objects.values_list("openalex", "name")) == {("A1", ""), ("A9", "A. E.")}
    assert not Affiliation.objects.exists()


def test_who_has_objected_stays_out_of_sight_and_corrections_stay(tmp_path: Path) -> None:
    bring(tmp_path / "a.jsonl", person(1, "Asta E"))
    Person.objects.update(visibility="hidden", edited=["name", "visibility"], name="Asta Rettet")
    bring(tmp_path / "b.jsonl", person(1, "Asta Eksempelsen"))
    asta = Person.objects.get()
    assert (asta.name, asta.visibility) == ("Asta Rettet", "hidden")


def test_institutions_are_found_by_ror_and_the_registry_counts_more(tmp_path: Path) -> None:
    run_import(SYSTEM, "ror", [lines(tmp_path / "ror.jsonl", organisation(0))])
    said = {
        **place(0),
        "homepage_url": "https://institute.example",
        "international": {"display_name": {"da": "Instituttet"}},
        "associated_institutions": [{**place(1), "relationship": "parent"}],
    }
    run = bring(tmp_path / "institutions.jsonl", said, place(1))
    one = Organisation.objects.get(source="ror")
    assert (run.counts["new"], run.counts["changed"]) == (1, 1)
    assert (one.name, one.name_da, one.website) == ("Institute 0", "Instituttet", "https://institute.example")
    assert one.parent == Organisation.objects.get(source="openalex")
    assert set(one.identifiers.values_list("scheme", "value")) == {("ror", RORS[0]), ("openalex", "I1")}
    bring(tmp_path / "w.jsonl", work(1, author(1, "Asta E")))
    assert Organisation.objects.count() == 2


def test_a_parent_whom_only_a_work_has_mentioned_is_found(tmp_path: Path) -> None:
    bring(tmp_path / "w.jsonl", work(1, author(1, "Asta E", place=1)))
    bring(
        tmp_path / "i.jsonl",
        {**place(0), "associated_institutions": [{**place(1), "relationship": "parent"}]},
    )
    assert Organisation.objects.get(name="Institute 0").parent == Organisation.objects.get(name="Institute 1")


def test_a_folder_of_the_snapshot_with_every_kind_and_its_lists(tmp_path: Path) -> None:
    files = {
        "data/jsonl/works/updated_date=2026-01-01/part_0000.gz": work(
            1, author(1, "Asta E"), author(3, "Bo P")
        ),
        "data/jsonl/authors/updated_date=2026-01-01/part_0000.gz": person(1, "Asta Eksempelsen"),
        "data/jsonl/institutions/updated_date=2026-01-01/part_0000.gz": {
            **place(0),
            "display_name": "Instituttet",
        },
        "data/jsonl/topics/updated_date=2026-01-01/part_0000.gz": {
            "id": "https://openalex.org/T1",
            "display_name": "Wound healing",
            "subfield": {},
        },
        "data/jsonl/works/manifest.json": {"files": []},
    }
    for name, record in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(gzip.compress(json.dumps(record).encode() + b"\n"))
    moves = tmp_path / "legacy-data/merged_ids/authors/2026-01-01.csv.gz"
    moves.parent.mkdir(parents=True)
    moves.write_bytes(gzip.compress(b"merge_date,id,merge_into_id\n2026-01-01,A3,A1\n2026-01-01,T8,T1\n"))
    run = run_import(SYSTEM, "openalex", [tmp_path])
    assert (run.counts["new"], run.counts["bad"], len(run.files)) == (3, 0, 5)
    assert run.counts["unchanged"] == 2  # the topic, and a topic that became another
    asta = Person.objects.current().get()
    assert (asta.name, Authorship.objects.filter(person=asta).count()) == ("Asta Eksempelsen", 2)
    assert Organisation.objects.get().name == "Instituttet"


def test_an_import_of_authors_is_taken_back_whole(tmp_path: Path) -> None:
    bring(tmp_path / "w.jsonl", work(1, author(1, "Asta E")))
    run = bring(
        tmp_path / "a.jsonl",
        person(1, "Asta Eksempelsen", (0, 2010), (2, 2012)),
        person(2, "Bo P", (3, 2020)),
    )
    undo_import(SYSTEM, run.pk)
    asta = Person.objects.get(openalex="A1")
    assert asta.name == "Asta E"
    assert list(asta.affiliations.values_list("organisation__name", "since")) == [
        ("Institute 0", date(2020, 5, 1))
    ]
    assert Person.objects.get(openalex="A2").visibility == "hidden"
    assert set(Organisation.objects.current().values_list("name", flat=True)) == {"Institute 0"}


def api(records: list[dict[str, Any]], per_page: int = 1) -> Any:
    """A list of the API, whose cursors are offsets."""

    def behave(handler: Handler) -> None:
        start = 0 if handler.asked.query["cursor"] == "*" else int(handler.asked.query["cursor"])
        found = records[start : start + per_page]
        following = str(start + per_page) if found else None
        body = {"meta": {"count": len(records), "next_cursor": following}, "results": found}
        handler.reply(200, json.dumps(body).encode())

    return behave


def test_authors_of_a_country_from_the_api_gone_on_with_after_a_break(
    site: Site, fetcher: HttpFetcher, settings: Any
) -> None:
    settings.VIDENSBRO_OPENALEX_KEY = "s3cret"
    good = api([person(1, "Asta E", (0, 2020)), person(2, "Bo P")])
    site.on("/authors", good, lambda handler: handler.reply(400, b"no"), good)
    wish = Wish(address=(site.url,), entity="authors", country="DK", institution=("I1",), topic=("T1",))
    with pytest.raises(FetchError):
        fetch_and_import(SYSTEM, "openalex", wish, fetcher=fetcher)
    run = fetch_and_import(SYSTEM, "openalex", wish, fetcher=fetcher)
    assert run is not None
    assert (run.counts["new"], run.origin["wish"]["entity"]) == (2, "authors")
    assert [asked.query["cursor"] for asked in site.log] == ["*", "1", "1", "2"]
    assert site.log[0].query["filter"] == (
        "affiliations.institution.country_code:DK,affiliations.institution.lineage:I1,topics.id:T1"
    )
    assert Person.objects.count() == 2


def test_institutions_of_a_country_from_the_snapshot(site: Site, fetcher: HttpFetcher) -> None:
    abroad = {**place(1), "country_code": "SE"}
    bucket(site, {("2026-02-01", "part_0000.gz"): [place(0), abroad]}, entity="institutions")
    site.on(
        "/",
        lambda handler: handler.reply(
            200, b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
        ),
    )
    deleted = gzip.compress(b"id,deleted_date\nhttps://openalex.org/I9,2026-01-01\n")
    site.on("/data/jsonl/institutions/deleted_ids.csv.gz", lambda handler: handler.reply(200, deleted))
    wish = Wish(address=(site.url,), entity="institutions", country="DK", snapshot=True)
    run = fetch_and_import(SYSTEM, "openalex", wish, fetcher=fetcher)
    assert run is not None
    assert (run.counts["new"], run.counts["unchanged"], run.counts["bad"]) == (1, 1, 0)
    assert Organisation.objects.get().name == "Institute 0"
    assert not Work.objects.exists()


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"entity": "venues"}, "entity", "entity"),
        ({"entity": "authors", "years": "2020"}, "years", "not_for_entity"),
        ({"entity": "institutions", "years": "2020"}, "years", "not_for_entity"),
        ({"entity": "topics", "country": "DK"}, "country", "not_for_entity"),
        ({"entity": "topics", "institution": ("I1",)}, "institution", "not_for_entity"),
    ],
)
def test_limits_that_a_kind_of_record_does_not_have_are_refused(
    given: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        Wish(**given).check("openalex")
    assert caught.value.problems == {field: (code,)}
    with pytest.raises(Invalid):
        Wish(entity="authors").check("ror")
