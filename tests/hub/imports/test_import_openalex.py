from datetime import date

import pytest

from tests.hub.imports.conftest import RORS, SYSTEM, author, lines, organisation, work
from tests.hub.imports.snapshot import snapshot
from vidensbro.hub.audit.privacy import Subject, erase
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import Affiliation, Identifier, Organisation, Person
from vidensbro.hub.imports import queries
from vidensbro.hub.imports.models import MergeProposal
from vidensbro.hub.imports.services import run_import
from vidensbro.hub.knowledge.models import Authorship, Work
from vidensbro.hub.outbox.models import Entry

pytestmark = pytest.mark.django_db
ORCID = "0000-0002-1825-0097"
OTHER_ORCID = "0000-0002-1694-233X"


def bring(path, *records):
    return run_import(SYSTEM, "openalex", [lines(path, *records)])


def test_works_with_their_people_and_organisations(tmp_path):
    first = author(1, "Asta van Eksempelsen", orcid=ORCID, position="first")
    nameless = author(0, "B. Prøve", place=None, position="last")
    run = bring(tmp_path / "w.jsonl", work(7, first, nameless, cited_by_count=12))
    row = Work.objects.get()
    assert run.counts["new"] == 1
    assert (row.title, row.abstract, row.doi, row.date) == (
        "Work number 7",
        "About sensors",
        "10.5555/7",
        date(2020, 5, 1),
    )
    assert (row.kind, row.type, row.language, row.cited_by) == ("publication", "article", "en", 12)
    assert (row.source, row.source_id, row.source_url) == ("openalex", "W7", "https://openalex.org/W7")
    person = Person.objects.get()
    assert (person.name, person.given, person.family) == ("Asta van Eksempelsen", "Asta", "van Eksempelsen")
    assert (person.orcid, person.openalex) == (ORCID, "A1")
    place = Organisation.objects.get()
    assert (place.name, place.kind, place.country) == ("Institute 0", "research_infrastructure", "DK")
    assert list(
        row.authorships.values_list("position", "person__name", "organisation__name", "raw_name")
    ) == [
        (1, "Asta van Eksempelsen", "Institute 0", "Asta van Eksempelsen"),
        (2, None, None, "B. Prøve"),  # a name alone is nobody
    ]
    affiliation = Affiliation.objects.get()
    assert (affiliation.person, affiliation.organisation, affiliation.since) == (
        person,
        place,
        date(2020, 5, 1),
    )
    keys = set(Entry.objects.filter(topic="index.update").values_list("key", flat=True))
    assert keys == {f"publication:{row.pk}", f"person:{person.pk}", f"organisation:{place.pk}"}


def test_importing_twice_changes_nothing(tmp_path):
    records = [work(1, author(1, "A A"), author(2, "B B", place=1)), work(2, author(2, "B B", place=2))]
    bring(tmp_path / "w.jsonl", *records)
    before = snapshot()
    Entry.objects.all().delete()
    again = bring(tmp_path / "w.jsonl", *records)
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 2, "bad": 0, "notices": 0}
    assert snapshot() == before
    assert not Entry.objects.exists()


def test_a_changed_work_changes_with_its_byline(tmp_path):
    bring(tmp_path / "a.jsonl", work(1, author(1, "A A"), author(2, "B B")))
    run = bring(tmp_path / "b.jsonl", work(1, author(2, "B B"), author(3, "C C"), title="New"))
    assert run.counts["changed"] == 1
    assert Work.objects.get().title == "New"
    assert list(Authorship.objects.values_list("position", "person__name")) == [(1, "B B"), (2, "C C")]


def test_the_same_orcid_or_author_identifier_is_the_same_person(tmp_path):
    bring(
        tmp_path / "w.jsonl",
        work(1, author(1, "Asta Eksempelsen", orcid=ORCID)),
        work(2, author(2, "A. Eksempelsen", orcid=ORCID)),
        work(3, author(2, "A. Eksempelsen")),
    )
    bring(tmp_path / "x.jsonl", work(4, author(2, "A. Eksempelsen")))
    person = Person.objects.get()
    assert (person.name, person.orcid, person.openalex) == ("Asta Eksempelsen", ORCID, "A1")
    assert Authorship.objects.filter(person=person).count() == 4


def test_the_same_name_alone_stays_apart_and_is_only_proposed(tmp_path):
    beside = author(9, "Carla Tredje")
    bring(
        tmp_path / "w.jsonl",
        work(1, author(1, "Asta M. Eksempelsen"), beside),
        work(2, author(2, "A. Eksempelsen"), beside),
        work(3, author(3, "Bo Prøve")),
        work(4, author(4, "Bo Prøve", place=1)),  # the same name somewhere else is not even proposed
    )
    assert Person.objects.count() == 5
    proposal = MergeProposal.objects.get()
    names = set(Person.objects.filter(pk__in=[proposal.left, proposal.right]).values_list("name", flat=True))
    assert names == {"Asta M. Eksempelsen", "A. Eksempelsen"}
    assert proposal.state == "open"
    codes = dict(proposal.reasons)
    assert codes["shared_organisation"] == "Institute 0"
    assert codes["shared_coauthors"] == "1"
    assert "initials" in codes


def test_two_authors_of_one_work_and_two_orcids_are_two_people(tmp_path):
    bring(
        tmp_path / "w.jsonl",
        work(1, author(1, "Asta Eksempelsen"), author(2, "Asta Eksempelsen")),
        work(2, author(3, "Bo Prøve", orcid=ORCID)),
        work(3, author(4, "Bo Prøve", orcid=OTHER_ORCID)),
    )
    assert Person.objects.count() == 4
    assert not MergeProposal.objects.exists()


def test_when_identifiers_contradict_each_other_a_person_decides(tmp_path):
    bring(
        tmp_path / "a.jsonl", work(1, author(1, "Asta E")), work(2, author(2, "Asta E", orcid=ORCID, place=1))
    )
    bring(tmp_path / "b.jsonl", work(3, author(1, "Asta E", orcid=ORCID)))
    assert Person.objects.count() == 2
    (proposal,) = MergeProposal.objects.filter(score=0.99)
    assert dict(proposal.reasons) == {"same_author_id": "A1", "same_orcid": ORCID}


def test_organisations_are_found_by_their_identifiers(tmp_path):
    run_import(SYSTEM, "ror", [lines(tmp_path / "ror.jsonl", organisation(0))])
    place = Organisation.objects.get()
    bring(tmp_path / "w.jsonl", work(1, author(1, "Asta E")))
    assert Organisation.objects.get() == place
    assert Identifier.objects.filter(organisation=place, scheme="openalex", value="I1").exists()
    assert (place.source, place.source_id) == ("ror", RORS[0])


def test_the_registry_takes_over_what_an_authorship_only_mentioned(tmp_path):
    bring(tmp_path / "w.jsonl", work(1, author(1, "Asta E")))
    place = Organisation.objects.get()
    named = [{"lang": "da", "types": ["label", "ror_display"], "value": "Instituttet"}]
    run = run_import(SYSTEM, "ror", [lines(tmp_path / "ror.jsonl", organisation(0, names=named))])
    place.refresh_from_db()
    assert run.counts["changed"] == 1
    assert (place.name, place.source, place.source_id) == ("Instituttet", "ror", RORS[0])


def test_merged_and_deleted_identifiers_are_followed(tmp_path):
    bring(
        tmp_path / "w.jsonl",
        work(1, author(1, "Asta E")),
        work(2, author(2, "Asta E", place=1)),
        work(3, author(3, "Bo P", place=2)),
    )
    moves = tmp_path / "merged.csv"
    rows = ["W1,W2", "W3,W4285719527", "A1,A2", "A3,A8", "I3,I2", "W77,W78"]
    moves.write_text("merge_date,id,merge_into_id\n" + "\n".join(f"2026-01-01,{row}" for row in rows))
    run = run_import(SYSTEM, "openalex", [moves])
    assert (run.counts["changed"], run.counts["unchanged"], run.counts["bad"]) == (5, 1, 0)
    assert dict(Work.objects.values_list("source_id", "withdrawn")) == {"W1": True, "W2": False, "W3": True}
    asta = Person.objects.current().get(name="Asta E")
    assert asta.openalex == "A2"
    assert Authorship.objects.filter(person=asta).count() == 2
    assert Person.objects.get(name="Bo P").openalex == "A8"
    assert Organisation.objects.get(name="Institute 2").successor == Organisation.objects.get(
        name="Institute 1"
    )
    # What comes later under an old identifier goes to the right row.
    bring(
        tmp_path / "later.jsonl", work(5, author(1, "Asta E"), author(3, "Bo P", place=2), author(8, "Bo P"))
    )
    assert Person.objects.current().count() == 2
    assert Authorship.objects.filter(person=asta).count() == 3
    assert not Authorship.objects.filter(work__source_id="W5", organisation__name="Institute 2").exists()


def test_who_asked_to_be_forgotten_stays_forgotten(tmp_path):
    bring(tmp_path / "a.jsonl", work(1, author(1, "Asta Eksempelsen", orcid=ORCID)))
    person = Person.objects.get()
    erase(SYSTEM, Subject(person_id=person.pk))
    bring(tmp_path / "b.jsonl", work(2, author(1, "Asta Eksempelsen", orcid=ORCID)))
    person = Person.objects.get()
    assert (person.name, person.visibility) == ("", "hidden")
    assert not Authorship.objects.exclude(raw_name="").exists()
    assert not Authorship.objects.exclude(raw_affiliation="").exists()
    assert not Affiliation.objects.exists()


def test_a_merged_person_is_found_by_both_identifiers(tmp_path):
    bring(tmp_path / "a.jsonl", work(1, author(1, "Asta E")), work(2, author(2, "Asta E", place=1)))
    one, other = Person.objects.order_by("openalex")
    directory.merge_people(SYSTEM, one.pk, other.pk)
    bring(tmp_path / "b.jsonl", work(3, author(2, "Asta E", place=1)))
    assert Authorship.objects.filter(person=one).count() == 3


def test_markup_formulas_and_naughty_names_are_text(tmp_path):
    title = '=HYPERLINK("http://x") <b>&lt;script&gt;alert(1)&lt;/script&gt;</b> \u0000\u202etest'
    bring(tmp_path / "w.jsonl", work(1, author(1, "Robert'); DROP TABLE people;--"), title=title))
    assert Work.objects.get().title == '=HYPERLINK("http://x") alert(1) \u202etest'
    assert Person.objects.get().name == "Robert'); DROP TABLE people;--"


def test_fields_are_suggested_only_where_the_title_is_clear(tmp_path):
    clear = work(
        1, author(1, "A A"), title="Telemedicine for chronic disease: a telemedicine trial", topics=[]
    )
    vague = work(2, author(1, "A A"), title="On a certain matter", topics=[])
    bring(tmp_path / "w.jsonl", clear, vague)
    tags = dict(Work.objects.values_list("source_id", "field_tags__notation"))
    assert tags["W2"] is None
    found = Work.objects.get(source_id="W1").field_tags.values_list("notation", "origin")
    assert ("telemedicine", "suggested") in found


def test_problems_are_counted_by_code(tmp_path):
    run = bring(tmp_path / "w.jsonl", work(1, title=None), work(2, title=None), work(3, doi="x"))
    assert queries.problem_counts(SYSTEM, run.pk) == {"identifier": 1, "missing": 2}
    assert [one.line for one in queries.problems(SYSTEM, run.pk, "missing")] == [1, 2]
