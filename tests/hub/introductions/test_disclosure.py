"""A sealed need opens step by step, and no further than was agreed."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from tests.hub.cast import SYSTEM, WOUND_TEXT
from tests.hub.introductions.conftest import Scene
from vidensbro.hub.audit.queries import history
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.directory import services as directory
from vidensbro.hub.files import owners
from vidensbro.hub.introductions import disclosure, documents, services
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.needs import services as needs
from vidensbro.hub.needs.models import NeedTeaser

TEASER = "A company looks for clinical knowledge of skin."
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n"
    b"trailer<</Size 3/Root 1 0 R>>\nstartxref\n101\n%%EOF\n"
)


def sealed(scene: Scene, **to: object) -> Introduction:
    need = scene.need("sealed")
    NeedTeaser.objects.create(need=need, text=TEASER, language="en", approved_at=timezone.now())
    return scene.asked(need, **to)


def read(row: Introduction) -> tuple[str, str, str, object, str, tuple[object, ...]]:
    told = disclosure.shown(Introduction.objects.get(pk=row.pk))
    return told.teaser, told.title, told.text, told.organisation, told.owner, told.documents


def test_each_step_shows_what_was_agreed_and_no_more(scene: Scene) -> None:
    row, by = sealed(scene), Answerer(scene["researcher"])
    title = row.need.title
    assert read(row) == (TEASER, "", "", None, "", ())
    for stage, expected in (
        ("description", (TEASER, title, WOUND_TEXT, None, "", ())),
        ("identity", (TEASER, title, WOUND_TEXT, scene.cast.company, "Owner", ())),
    ):
        before = read(row)
        asked = disclosure.ask_for(by, row.pk, stage)
        assert read(row) == before
        disclosure.decide(scene["owner"], asked.pk, True)
        assert read(row) == expected
    actions = [event.action for event in history("introduction", row.pk)]
    assert actions.count("introduction.disclosure_asked") == 2
    assert actions.count("introduction.disclosure_decided") == 2


def test_an_unapproved_teaser_is_not_shown(scene: Scene) -> None:
    row = sealed(scene)
    NeedTeaser.objects.update(approved_at=None)
    assert read(row)[0] == ""


def test_no_step_is_skipped_or_asked_for_twice(scene: Scene) -> None:
    row, by = sealed(scene), Answerer(scene["researcher"])
    for stage, code in (
        ("teaser", "already_shown"),
        ("identity", "step_skipped"),
        ("documents", "step_skipped"),
    ):
        with pytest.raises(Conflict, match=code):
            disclosure.ask_for(by, row.pk, stage)
    with pytest.raises(Invalid):
        disclosure.ask_for(by, row.pk, "everything")
    asked = disclosure.ask_for(by, row.pk, "description")
    with pytest.raises(Conflict, match="already_asked_for"):
        disclosure.ask_for(by, row.pk, "description")
    disclosure.decide(scene["owner"], asked.pk, False)
    with pytest.raises(Conflict, match="already_decided"):
        disclosure.decide(scene["owner"], asked.pk, True)
    assert read(row)[2] == ""
    again = disclosure.ask_for(by, row.pk, "description")
    disclosure.decide(scene["owner"], again.pk, True)
    with pytest.raises(Conflict, match="already_shown"):
        disclosure.ask_for(by, row.pk, "description")


@pytest.mark.parametrize("name", ["secretariat", "researcher"])
def test_only_the_owner_decides(scene: Scene, name: str) -> None:
    row = sealed(scene)
    asked = disclosure.ask_for(Answerer(scene["researcher"]), row.pk, "description")
    with pytest.raises(Denied, match="not_owner"):
        disclosure.decide(scene[name], asked.pk, True)
    with pytest.raises(NotFound):
        disclosure.decide(scene["dean"], asked.pk, True)
    with pytest.raises(NotFound):
        disclosure.ask_for(Answerer(scene["dean"]), row.pk, "identity")


def test_what_needs_confidentiality_waits_for_the_acceptance(scene: Scene) -> None:
    row, by = sealed(scene), Answerer(scene["researcher"])
    asked = disclosure.ask_for(by, row.pk, "description")
    with pytest.raises(Conflict, match="nothing_to_accept"):
        disclosure.accept_confidentiality(by, asked.pk, "Ida Testsen")
    disclosure.decide(scene["owner"], asked.pk, True, needs_confidentiality=True)
    assert read(row)[2] == ""
    with pytest.raises(Conflict, match="step_skipped"):
        disclosure.ask_for(by, row.pk, "identity")
    with pytest.raises(Invalid, match="required"):
        disclosure.accept_confidentiality(by, asked.pk, "  ")
    with translation.override("da"):
        accepted = disclosure.accept_confidentiality(by, asked.pk, "Ida Testsen")
        assert accepted.terms == disclosure.terms()
    assert (accepted.name, accepted.user_id) == ("Ida Testsen", scene.users["researcher"].pk)
    assert read(row)[2] == WOUND_TEXT
    with pytest.raises(Conflict, match="already_accepted"):
        disclosure.accept_confidentiality(by, asked.pk, "Another Name")


def test_the_holder_of_a_link_takes_the_same_steps(scene: Scene) -> None:
    row = sealed(scene, person_id=scene.clinician.pk)
    token = scene.link(row)
    link, opened = services.open_link(token)
    by = Answerer(scene["visitor"], via_link=True, person_id=opened.person_id)
    asked = disclosure.ask_for(by, row.pk, "description")
    disclosure.decide(scene["owner"], asked.pk, True, needs_confidentiality=True)
    accepted = disclosure.accept_confidentiality(by, asked.pk, "Åse Prøve", link=link)
    assert (accepted.link, accepted.user) == (link, None)
    assert read(row)[2] == WOUND_TEXT
    assert services.read_link(token)[1].pk == row.pk
    services.answer_by_link(token, "yes")
    with pytest.raises(services.LinkGone):
        services.read_link(token)


def test_the_owner_may_open_up_unasked(scene: Scene) -> None:
    row = sealed(scene)
    with pytest.raises(Denied):
        disclosure.offer(scene["secretariat"], row.pk, "description")
    disclosure.offer(scene["owner"], row.pk, "description")
    asked = disclosure.ask_for(Answerer(scene["researcher"]), row.pk, "identity")
    assert disclosure.offer(scene["owner"], row.pk, "identity").pk == asked.pk
    assert read(row)[3] == scene.cast.company


@pytest.mark.parametrize(
    ("visibility", "stage"), [("public", "identity"), ("members", "identity"), ("sealed", "teaser")]
)
def test_it_begins_where_the_visibility_allows(scene: Scene, visibility: str, stage: str) -> None:
    row = scene.asked(scene.need(visibility))
    assert disclosure.stage_of(row) == stage


def test_a_members_need_is_not_shown_to_one_who_is_none(scene: Scene) -> None:
    need = scene.need("members")
    assert disclosure.stage_of(scene.asked(need, person_id=scene.clinician.pk)) == "teaser"
    place = scene.asked(need, person_id=None, organisation_id=scene.cast.university.pk)
    assert disclosure.stage_of(place) == "teaser"
    scene.cast.university.roles.create(role="member")
    assert disclosure.stage_of(place) == "identity"


def test_a_need_for_named_organisations_is_shown_to_those(scene: Scene) -> None:
    need = scene.need("sealed")
    type(need).objects.filter(pk=need.pk).update(visibility="organisations")
    need.audiences.create(organisation=scene.cast.university)
    place = scene.asked(need, person_id=None, organisation_id=scene.cast.university.pk)
    assert disclosure.stage_of(place) == "identity"
    assert disclosure.stage_of(scene.asked(need)) == "teaser"


def test_after_the_introduction_they_know_who_but_not_more(scene: Scene) -> None:
    row = sealed(scene)
    services.accept(Answerer(scene["researcher"]), row.pk)
    assert read(row) == (TEASER, "", "", scene.cast.company, "Owner", ())


def test_nothing_more_is_shown_when_it_is_over(scene: Scene) -> None:
    row = sealed(scene)
    asked = disclosure.ask_for(Answerer(scene["researcher"]), row.pk, "description")
    services.withdraw(scene["owner"], row.pk)
    with pytest.raises(Conflict, match="not_open"):
        disclosure.decide(scene["owner"], asked.pk, True)
    with pytest.raises(Conflict, match="not_open"):
        disclosure.offer(scene["owner"], row.pk, "description")


def test_documents_come_last_and_only_then(scene: Scene) -> None:
    row = scene.asked(scene.need("public"), person_id=scene.clinician.pk)
    upload = SimpleUploadedFile("drawing.pdf", PDF, "application/pdf")
    for name in ("secretariat",):
        with pytest.raises(Denied):
            documents.add(scene[name], row.pk, upload)
    handed = documents.add(scene["owner"], row.pk, upload)
    token = scene.link(row)
    assert read(row)[5] == ()
    with pytest.raises(NotFound):
        documents.file_by_link(token, handed.pk)
    disclosure.offer(scene["owner"], row.pk, "documents")
    assert read(row)[5] == (handed,)
    assert documents.file_by_link(token, handed.pk) == handed.file
    may = {name for name in scene.names if documents.may_read(scene[name], handed.file_id)}
    assert may == {"owner", "secretariat", "coordinator"}
    assert owners.stored_file(scene["owner"], handed.file_id) == handed.file
    with pytest.raises(NotFound):
        owners.stored_file(scene["outsider"], handed.file_id)
    documents.remove(scene["owner"], handed.pk)
    assert read(row)[5] == ()


def test_a_counterpart_with_an_account_gets_the_file_once_it_is_shown(scene: Scene) -> None:
    row = scene.asked(scene.need("public"))
    handed = documents.add(scene["owner"], row.pk, SimpleUploadedFile("drawing.pdf", PDF, "application/pdf"))
    assert not documents.may_read(scene["researcher"], handed.file_id)
    disclosure.offer(scene["owner"], row.pk, "documents", needs_confidentiality=True)
    assert not documents.may_read(scene["researcher"], handed.file_id)
    step = disclosure.row_of(row, "documents")
    disclosure.accept_confidentiality(Answerer(scene["researcher"]), step.pk, "Ida Testsen")
    assert documents.may_read(scene["researcher"], handed.file_id)


def test_who_said_no_does_not_read_what_the_owner_writes_later(scene: Scene) -> None:
    row, by = scene.asked(scene.need("sealed")), Answerer(scene["researcher"])
    step = disclosure.ask_for(by, row.pk, "description")
    disclosure.decide(scene["owner"], step.pk, True)
    assert disclosure.shown(row).text
    row = services.decline(by, row.pk, "no_time")
    assert (disclosure.stage_of(row), disclosure.shown(row).text) == ("teaser", "")


def test_a_link_accepts_nothing_for_another_organisation(scene: Scene) -> None:
    university, company = scene.cast.university, scene.cast.company
    directory.add_contact_point(SYSTEM, "email", "post@example.org", organisation_id=university.pk)
    theirs = scene.asked(scene.need("sealed"), person_id=None, organisation_id=university.pk)
    step = disclosure.offer(scene["owner"], theirs.pk, "description", needs_confidentiality=True)
    need = needs.create_draft(scene["dean"], text=WOUND_TEXT, organisation_id=university.pk)
    needs.post(scene["dean"], need.pk)
    mine = scene.asked(need, "dean", person_id=None, organisation_id=company.pk)
    link, _row = services.open_link(scene.link(mine))
    by = Answerer(scene["visitor"], via_link=True)
    with pytest.raises(NotFound):
        disclosure.accept_confidentiality(by, step.pk, "Nobody", link=link)
    assert disclosure.stage_of(theirs) == "teaser"
