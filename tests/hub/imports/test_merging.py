import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hub.imports.conftest import SYSTEM, author, lines, work
from vidensbro.hub.common.errors import Conflict, Denied, NotFound
from vidensbro.hub.directory.importers import Proposal, split_name
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.imports import queries
from vidensbro.hub.imports.models import MergeProposal
from vidensbro.hub.imports.services import keep_apart, merge, propose, run_import
from vidensbro.hub.imports.services.names import fold, likeness
from vidensbro.hub.knowledge.models import Authorship


@pytest.fixture
def proposal(db, tmp_path) -> MergeProposal:
    """Two rows of one person, the second with an ORCID iD."""
    beside = author(9, "Carla Tredje")
    records = [
        work(1, author(1, "Asta Eksempelsen"), beside),
        work(2, author(2, "A. Eksempelsen", orcid="0000-0002-1825-0097"), beside),
    ]
    run_import(SYSTEM, "openalex", [lines(tmp_path / "w.jsonl", *records)])
    return MergeProposal.objects.get()


def test_merging_joins_the_rows_and_their_works(proposal, tmp_path):
    merge(SYSTEM, proposal.pk)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("merged", "system:tests")
    kept = Person.objects.get(orcid="0000-0002-1825-0097")
    gone = Person.objects.get(name="Asta Eksempelsen")
    assert gone.successor == kept
    assert Authorship.objects.filter(person=kept).count() == 2
    # The next import finds the person under both identifiers.
    run_import(SYSTEM, "openalex", [lines(tmp_path / "x.jsonl", work(3, author(1, "Asta Eksempelsen")))])
    assert Authorship.objects.filter(person=kept).count() == 3
    with pytest.raises(Conflict):
        merge(SYSTEM, proposal.pk)


def test_the_secretariat_may_choose_which_row_stays(proposal):
    gone = Person.objects.get(orcid="0000-0002-1825-0097")
    kept = Person.objects.get(name="Asta Eksempelsen")
    with pytest.raises(NotFound):
        merge(SYSTEM, proposal.pk, Person.objects.get(name="Carla Tredje").pk)
    merge(SYSTEM, proposal.pk, kept.pk)
    gone.refresh_from_db()
    kept.refresh_from_db()
    assert (gone.successor, kept.orcid) == (kept, "0000-0002-1825-0097")


def test_what_was_kept_apart_is_not_asked_again(proposal, tmp_path):
    keep_apart(SYSTEM, proposal.pk)
    again = Proposal("person", proposal.right, proposal.left, 1.0, ())
    assert propose(again) is False
    assert MergeProposal.objects.get().state == "kept_apart"
    with pytest.raises(Conflict):
        keep_apart(SYSTEM, proposal.pk)


def test_only_staff_see_and_decide(proposal, cast):
    for name in ("visitor", "member", "coordinator", "owner"):
        assert queries.merge_queue(cast[name]) == []
        assert not queries.runs(cast[name]).exists()
        with pytest.raises(Denied):
            merge(cast[name], proposal.pk)
        with pytest.raises(NotFound):
            queries.problems(cast[name], queries.runs(SYSTEM).get().pk)
    for name in ("secretariat", "administrator"):
        (pair,) = queries.merge_queue(cast[name])
        assert {pair.left.name, pair.right.name} == {"Asta Eksempelsen", "A. Eksempelsen"}


def test_a_chain_of_merges_moves_the_proposals_along(db):
    one, two, three = (Person.objects.create(name=name) for name in ("A", "B", "C"))
    for left, right in ((one, two), (two, three)):
        propose(Proposal("person", left.pk, right.pk, 0.9, ()))
    merge(SYSTEM, MergeProposal.objects.get(left=one.pk).pk, one.pk)
    left = MergeProposal.objects.get(state="open")
    assert {left.left, left.right} == {one.pk, three.pk}


def test_organisations_are_joined_too(db):
    one, two = (Organisation.objects.create(name=name, kind="company") for name in ("Fjord ApS", "Fjord A/S"))
    propose(Proposal("organisation", one.pk, two.pk, 0.95, (("same_identifier", "cvr:1"),)))
    merge(SYSTEM, MergeProposal.objects.get().pk, one.pk)
    two.refresh_from_db()
    assert (two.status, two.successor) == ("withdrawn", one)


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("Asta", "Asta", "same_name"),
        ("Asta Maria", "Asta M.", "same_first_name"),
        ("Asta", "Asta Maria", "same_first_name"),
        ("A. M.", "Asta", "initials"),
        ("Søren", "Soeren", "same_name"),
        ("Søren", "Soren", "same_name"),
        ("Anne-Marie", "Anne Marie", "same_name"),
        ("Asta", "Anna", ""),
        ("Asta M.", "Asta B.", ""),
        ("", "Asta", ""),
    ],
)
def test_names_that_may_be_one(one, other, code):
    assert likeness(fold(one), fold(other))[1] == code


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_the_same_from_both_sides(one, other):
    assert likeness(fold(one), fold(other)) == likeness(fold(other), fold(one))
    assert 0 <= likeness(fold(one), fold(other))[0] <= 0.5


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Asta Eksempelsen", ("Asta", "Eksempelsen")),
        ("Asta van der Berg", ("Asta", "van der Berg")),
        ("Berg, Asta", ("Asta", "Berg")),
        ("Madonna", ("", "Madonna")),
        ("", ("", "")),
    ],
)
def test_names_are_split(name, expected):
    assert split_name(name) == expected
