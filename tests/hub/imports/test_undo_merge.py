"""Taking a merge back: everything is as it was, and what was added since stays where it was added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.hub.imports.conftest import SYSTEM, author, lines, work
from vidensbro.hub.audit import privacy
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.common.errors import Conflict, NotFound
from vidensbro.hub.directory.importers import Proposal
from vidensbro.hub.directory.models import (
    Alias,
    ContactPoint,
    Identifier,
    Membership,
    Office,
    Organisation,
    OrganisationField,
    Person,
    PersonField,
    PersonObjection,
)
from vidensbro.hub.imports.models import Merge, MergeProposal, SourceRecord
from vidensbro.hub.imports.services import merge, propose, run_import, undo_merge
from vidensbro.hub.knowledge.models import Authorship, Work
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.matches.models import Feedback
from vidensbro.hub.outbox.models import Entry

pytestmark = pytest.mark.django_db


_ASIDE = {"audit.Event", "outbox.Entry", "outbox.PeriodicJob", "imports.Merge", "imports.MergeProposal"}


def everything() -> dict[str, list[Any]]:
    """All rows of all tables of the hub, but for the record, work to be done, and when a row was changed last."""
    found = {}
    for model in apps.get_models():
        label = model._meta.label
        if label in _ASIDE or not model.__module__.startswith("vidensbro."):
            continue
        rows = [{**row, "changed": None} for row in model._default_manager.values()]
        if label == "imports.SourceRecord":
            rows = [{**row, "id": None} for row in rows]
        found[label] = sorted(map(repr, rows))
    return found


@pytest.fixture
def proposal(tmp_path: Path) -> MergeProposal:
    """Two rows of one person, the second with an ORCID iD, at the same place and beside the same colleague."""
    beside = author(9, "Carla Tredje")
    records = [
        work(1, author(1, "Asta Eksempelsen"), beside),
        work(2, author(2, "A. Eksempelsen", orcid="0000-0002-1825-0097"), beside),
    ]
    run_import(SYSTEM, "openalex", [lines(tmp_path / "w.jsonl", *records)])
    return MergeProposal.objects.get()


def two() -> tuple[Person, Person]:
    """The two people: the one with the ORCID iD, and the other."""
    return Person.objects.get(orcid="0000-0002-1825-0097"), Person.objects.get(name="Asta Eksempelsen")


def test_people_are_two_again(proposal: MergeProposal, cast: Any) -> None:
    first, other = two()
    for person in (first, other):
        PersonField.objects.create(person=person, notation="medtech")
        ContactPoint.objects.create(person=person, kind="web", value=f"https://{person.pk}.example")
    other.user, other.visibility, other.title = cast.users["member"], "members", "Ward nurse"
    other.save()
    before = everything()
    merge(SYSTEM, proposal.pk, first.pk)
    assert everything() != before
    done = undo_merge(SYSTEM, Merge.objects.get().pk)
    # What the source calls the second is now remembered twice: with the row, and beside it.
    assert SourceRecord.objects.filter(source_id="A1", row=other.pk).delete()[0] == 1
    settled = everything()
    assert {name: rows for name, rows in settled.items() if rows != before[name]} == {}
    assert (done.left, done.journal) == (0, {})
    proposal.refresh_from_db()
    assert proposal.state == "kept_apart"
    with pytest.raises(Conflict, match="merge_undone"):
        undo_merge(SYSTEM, done.pk)


def test_what_was_added_since_stays_with_the_row_that_was_kept(
    proposal: MergeProposal, tmp_path: Path
) -> None:
    first, other = two()
    merge(SYSTEM, proposal.pk, first.pk)
    run_import(SYSTEM, "openalex", [lines(tmp_path / "x.jsonl", work(3, author(1, "Asta Eksempelsen")))])
    ContactPoint.objects.create(person=first, kind="web", value="https://since.example")
    undo_merge(SYSTEM, Merge.objects.get().pk)
    assert {row.work.source_id for row in Authorship.objects.filter(person=first)} == {"W2", "W3"}
    assert {row.work.source_id for row in Authorship.objects.filter(person=other)} == {"W1"}
    assert ContactPoint.objects.get().person == first
    # From now on the source's second identifier means the second person again.
    run_import(SYSTEM, "openalex", [lines(tmp_path / "y.jsonl", work(4, author(1, "Asta Eksempelsen")))])
    assert Authorship.objects.get(work__source_id="W4").person == other


def test_what_somebody_has_changed_since_is_left(proposal: MergeProposal) -> None:
    first, other = two()
    other.title = "Ward nurse"
    other.save()
    merge(SYSTEM, proposal.pk, first.pk)
    Person.objects.filter(pk=first.pk).update(title="Head nurse", edited=["title"])
    Authorship.objects.filter(work__source_id="W1", position=1).update(person=None)
    done = undo_merge(SYSTEM, Merge.objects.get().pk)
    first.refresh_from_db()
    assert (first.title, done.left) == ("Head nurse", 2)


def test_nobody_who_objected_is_shown_again(proposal: MergeProposal) -> None:
    first, other = two()
    Person.objects.filter(pk=other.pk).update(visibility="hidden")
    merge(SYSTEM, proposal.pk, first.pk)
    PersonObjection.objects.create(person=first)
    undo_merge(SYSTEM, Merge.objects.get().pk)
    first.refresh_from_db()
    assert first.visibility == "hidden"


def test_organisations_are_two_again(cast: Any) -> None:
    one, two = (
        Organisation.objects.create(name=name, kind="company", country="DK")
        for name in ("Fjord ApS", "Fjord A/S")
    )
    part = Organisation.objects.create(name="Fjord Lab", parent=two)
    for row, role in ((one, "member"), (two, "coordinator")):
        Office.objects.create(organisation=row, city="Aalborg", country="DK", head=True)
        Alias.objects.create(organisation=row, name="Fjord")
        Membership.objects.create(organisation=row, user=cast.users["member"], role=role)
        OrganisationField.objects.create(organisation=row, notation="medtech")
        Identifier.objects.create(organisation=row, scheme="grid", value=row.name)
    Organisation.objects.filter(pk=one.pk).update(parent=two)
    before = everything()
    propose(Proposal("organisation", one.pk, two.pk, 0.95, (("same_identifier", "cvr:1"),)))
    merge(SYSTEM, MergeProposal.objects.get().pk, one.pk)
    part.refresh_from_db()
    assert part.parent == one
    undo_merge(SYSTEM, Merge.objects.get().pk)
    settled = everything()
    assert {name: rows for name, rows in settled.items() if rows != before[name]} == {}


def test_the_later_merge_is_undone_first() -> None:
    one, two, three = (Person.objects.create(name=name) for name in ("A", "B", "C"))
    for left, right in ((one, two), (one, three)):
        propose(Proposal("person", left.pk, right.pk, 0.9, ()))
    merge(SYSTEM, MergeProposal.objects.get(right=two.pk).pk, two.pk)
    between = everything()
    merge(SYSTEM, MergeProposal.objects.get(state="open").pk, three.pk)
    first, second = Merge.objects.order_by("at")
    with pytest.raises(Conflict, match="merge_later"):
        undo_merge(SYSTEM, first.pk)
    undo_merge(SYSTEM, second.pk)
    assert everything() == between
    undo_merge(SYSTEM, first.pk)
    assert not Person.objects.filter(successor__isnull=False).exists()


def test_only_staff_may(proposal: MergeProposal, cast: Any) -> None:
    merge(SYSTEM, proposal.pk)
    for name in ("visitor", "member", "coordinator"):
        with pytest.raises(NotFound):
            undo_merge(cast[name], Merge.objects.get().pk)
    undo_merge(cast["secretariat"], Merge.objects.get().pk)


def test_documents_follow(proposal: MergeProposal) -> None:
    first, other = two()
    merge(SYSTEM, proposal.pk, first.pk)
    Entry.objects.all().delete()
    undo_merge(SYSTEM, Merge.objects.get().pk)
    waiting = set(Entry.objects.filter(topic="index.update").values_list("key", flat=True))
    works = {f"publication:{one.pk}" for one in Work.objects.all()}
    assert waiting == works | {f"person:{first.pk}", f"person:{other.pk}"}


def test_an_erasure_takes_what_an_undo_would_need(proposal: MergeProposal) -> None:
    first, _ = two()
    merge(SYSTEM, proposal.pk, first.pk)
    privacy.erase(SYSTEM, Subject(person_id=first.pk))
    assert not Merge.objects.exists()


def test_the_page_lists_it_with_a_button(proposal: MergeProposal, client: Client, cast: Any) -> None:
    first, _ = two()
    client.force_login(cast.users["secretariat"])
    client.post(reverse("merge", args=[proposal.pk]), {"kept": str(first.pk)})
    address = reverse("undo-merge", args=[Merge.objects.get().pk])
    page = client.get(reverse("proposals")).content.decode()
    assert address in page
    assert "Asta Eksempelsen" in page
    client.post(address)
    assert not Person.objects.filter(successor__isnull=False).exists()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("proposals")).content.decode()
    assert address not in page
    assert "Undone: they are two again." in page


def test_feedback_and_mail_go_back(proposal: MergeProposal, cast: Any) -> None:
    first, other = two()
    for one in (first, other):
        Feedback.objects.create(
            user=cast.users["member"],
            kind="person",
            target_id=str(one.pk),
            text_digest="x",
            verdict="relevant",
        )
    Mail.objects.create(kind="directory.invited", person_id=other.pk, address="a@example.org")
    before = everything()
    merge(SYSTEM, proposal.pk, first.pk)
    assert Mail.objects.get().person_id == first.pk
    assert Feedback.objects.count() == 1
    undo_merge(SYSTEM, Merge.objects.get().pk)
    assert everything()["matches.Feedback"] == before["matches.Feedback"]
    assert everything()["mail.Mail"] == before["mail.Mail"]


def test_an_identifier_that_another_has_by_now_does_not_keep_the_rest(proposal: MergeProposal) -> None:
    first, other = two()
    merge(SYSTEM, proposal.pk, other.pk)
    Person.objects.filter(pk=other.pk).update(orcid="")
    Person.objects.create(name="Somebody", orcid="0000-0002-1825-0097")
    done = undo_merge(SYSTEM, Merge.objects.get().pk)
    first.refresh_from_db()
    assert (first.orcid, first.successor, first.openalex) == ("", None, "A2")
    assert done.left == 2
