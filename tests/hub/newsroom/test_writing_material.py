"""What goes with a release: contacts, pictures, documents, and what it is about."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.files.samples import PDF
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.samples import WORDS as SAID
from tests.hub.newsroom.samples import quarters, saved, upload
from vidensbro.hub.common import clock
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Denied, Invalid, NotFound
from vidensbro.hub.directory.models import Person
from vidensbro.hub.files.models import StoredFile
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import Contact, Document, Picture, Subject, Version
from vidensbro.hub.newsroom.services import contacts, documents, ordering, pictures, subjects
from vidensbro.hub.newsroom.services.sizes import make_sizes
from vidensbro.hub.outbox.services import drain

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    """Where uploads lie."""
    found = tmp_path / "files"
    options = {**settings.STORAGES["files"]["OPTIONS"], "location": str(found)}
    settings.STORAGES = {**settings.STORAGES, "files": {**settings.STORAGES["files"], "OPTIONS": options}}
    return found


@pytest.fixture
def client(cast: Cast) -> Client:
    """A member's browser, in English."""
    found = Client(headers={"accept-language": "en"})
    found.force_login(cast.users["member"])
    return found


def at(name: str, row: Version, *more: object) -> str:
    return reverse(name, args=[row.pk, *more])


def test_contacts_answer_for_an_issuer_and_can_be_reached(cast: Cast, draft: Version) -> None:
    given = {"name": "  Bo \n Eksempelsen ", "phone": "12 34 56 78", "hours_da": "kl. 8-16"}
    row = contacts.add(cast["member"], draft.release_id, cast.university.pk, **given)
    assert (row.name, row.hours_da) == ("Bo Eksempelsen", "kl. 8-16")
    with pytest.raises(Invalid, match="contact_has_way"):
        contacts.add(cast["member"], draft.release_id, cast.company.pk, name="Bo")
    with pytest.raises(Invalid, match="email"):
        contacts.edit(cast["member"], row.pk, email="nobody@exam\nple.org, x")
    with pytest.raises(NotFound):
        contacts.edit(cast["administrator"], row.pk, name="X")
    alone = services.create_release(cast["member"], [cast.company.pk], "da", WORDS)
    with pytest.raises(Invalid, match="not_issuer"):
        contacts.add(cast["member"], alone.release_id, cast.university.pk, **given)
    contacts.remove(cast["outsider"], row.pk)
    assert not Contact.objects.exists()


def test_as_soon_as_it_is_approved_only_those_who_decide_change_the_contacts(
    cast: Cast, approved: Version
) -> None:
    given = {"name": "Bo", "phone": "12"}
    with pytest.raises(Denied, match="coordinator_only"):
        contacts.add(cast["member"], approved.release_id, cast.company.pk, **given)
    contacts.add(cast["coordinator"], approved.release_id, cast.company.pk, **given)


def test_a_contact_is_added_changed_moved_and_removed_on_pages(
    cast: Cast, draft: Version, client: Client
) -> None:
    for name in ("Asta", "Bo"):
        given = {"organisation": str(cast.company.pk), "name": name, "email": f"{name}@example.org"}
        assert client.post(at("add-release-contact", draft), given).status_code == 302
    missing = {"organisation": str(cast.company.pk), "name": "Cia"}
    assert client.post(at("add-release-contact", draft), missing).status_code == 400
    second = Contact.objects.get(name="Bo")
    client.post(at("move-release-material", draft, "contacts", second.pk))
    assert list(draft.release.contacts.values_list("name", flat=True)) == ["Bo", "Asta"]
    given = {"organisation": str(cast.university.pk), "name": "Bo B", "phone": "12"}
    assert client.get(at("edit-release-contact", draft, second.pk)).status_code == 200
    client.post(at("edit-release-contact", draft, second.pk), given)
    second.refresh_from_db()
    assert (second.name, second.email, second.organisation_id) == ("Bo B", "", cast.university.pk)
    assert "Bo B" in client.get(at("release-desk", draft)).text
    client.post(at("remove-release-material", draft, "contacts", second.pk))
    assert list(draft.release.contacts.values_list("name", flat=True)) == ["Asta"]


def test_a_picture_needs_words_in_both_languages_and_a_credit(draft: Version, client: Client) -> None:
    given = {**SAID, "licence": "press", "focal_x": "25", "focal_y": "100"}
    for missing in ("alt_da", "alt_en", "credit", "file"):
        sent = {"file": upload("seng.jpg", saved(quarters(600, 400))), **given}
        del sent[missing]
        assert client.post(at("add-release-picture", draft), sent).status_code == 400
    script = {"file": upload("x.jpg", b"<svg onload='x()'/>"), **given}
    assert client.post(at("add-release-picture", draft), script).status_code == 400
    sent = {"file": upload("seng.jpg", saved(quarters(600, 400))), **given}
    assert client.post(at("add-release-picture", draft), sent).status_code == 302
    row = Picture.objects.get()
    assert (row.focal_x, row.focal_y, row.credit) == (0.25, 1.0, SAID["credit"])
    assert client.get(at("edit-release-picture", draft, row.pk)).status_code == 200
    changed = {**given, "focal_x": "40.5", "caption_da": "På plejehjemmet"}
    client.post(at("edit-release-picture", draft, row.pk), changed)
    row.refresh_from_db()
    assert (row.focal_x, row.caption_da) == (0.405, "På plejehjemmet")
    assert (
        client.post(at("edit-release-picture", draft, row.pk), {**given, "focal_x": "101"}).status_code == 400
    )
    assert SAID["alt_da"] in client.get(at("release-desk", draft)).text


def test_a_document_is_added_renamed_and_removed(draft: Version, client: Client) -> None:
    sent = {"file": upload("rapport.pdf", PDF), "title": "Rapport", "language": "da"}
    assert client.post(at("add-release-document", draft), sent).status_code == 302
    row = Document.objects.get()
    client.post(at("edit-release-document", draft, row.pk), {"title": "Rapporten", "language": ""})
    row.refresh_from_db()
    assert (row.title, row.language) == ("Rapporten", "")
    assert "Rapporten" in client.get(at("release-desk", draft)).text
    client.post(at("remove-release-material", draft, "documents", row.pk))
    assert not Document.objects.exists()


def sent_by(page: str) -> dict[str, str]:
    """What the page of a contact keeps hidden of what it showed."""
    return dict(re.findall(r'<input type="hidden" name="(initial-\w+)" value="([^"]*)">', page))


def test_two_who_edit_a_contact_at_once_undo_nothing(cast: Cast, draft: Version, client: Client) -> None:
    given = {"name": "Asta", "email": "asta@example.org", "phone": "12 34 56 78"}
    row = contacts.add(cast["member"], draft.release_id, cast.company.pk, **given)
    given["organisation"] = str(cast.company.pk)
    address = at("edit-release-contact", draft, row.pk)
    seen = sent_by(client.get(address).text)
    assert seen["initial-phone"] == "12 34 56 78"
    assert client.post(address, {**seen, **given, "phone": "11 11 11 11"}).status_code == 302
    assert client.post(address, {**seen, **given, "name": "Asta E"}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.phone) == ("Asta E", "11 11 11 11")
    late = client.post(address, {**seen, **given, "phone": "22 22 22 22"})
    assert late.status_code == 400
    assert "“11 11 11 11” now" in late.text
    assert 'value="22 22 22 22"' in late.text
    row.refresh_from_db()
    assert row.phone == "11 11 11 11"
    assert client.post(address, {**sent_by(late.text), **given, "phone": "22 22 22 22"}).status_code == 302
    row.refresh_from_db()
    assert row.phone == "22 22 22 22"


def test_what_is_typed_for_a_contact_that_is_removed_meanwhile_is_not_lost(
    cast: Cast, draft: Version, client: Client
) -> None:
    given = {"name": "Asta", "phone": "12 34 56 78"}
    row = contacts.add(cast["member"], draft.release_id, cast.company.pk, **given)
    contacts.remove(cast["colleague"], row.pk)
    sent = {**given, "organisation": str(cast.company.pk), "hours_da": "kl. 8-16"}
    answer = client.post(at("edit-release-contact", draft, row.pk), sent)
    assert (answer.status_code, 'value="kl. 8-16"' in answer.text) == (409, True)
    assert f'action="{at("add-release-contact", draft)}"' in answer.text
    assert client.post(at("edit-release-contact", draft, draft.pk), sent).status_code == 404
    assert client.get(at("edit-release-contact", draft, row.pk)).status_code == 404


def test_two_who_edit_a_picture_at_once_undo_nothing(draft: Version, cast: Cast, client: Client) -> None:
    row = pictures.add_to_release(
        cast["member"], draft.release_id, upload("seng.jpg", saved(quarters(60, 40))), **SAID
    )
    address = at("edit-release-picture", draft, row.pk)
    seen = sent_by(client.get(address).text)
    given = {**SAID, "licence": "press", "focal_x": "50.0", "focal_y": "50.0"}
    assert client.post(address, {**seen, **given, "alt_en": "A bed by night"}).status_code == 302
    assert client.post(address, {**seen, **given, "focal_x": "25"}).status_code == 302
    row.refresh_from_db()
    assert (row.alt_en, row.focal_x) == ("A bed by night", 0.25)


def test_material_of_another_release_is_not_reached_through_this_one(
    cast: Cast, draft: Version, client: Client
) -> None:
    other = services.create_release(SYSTEM, [cast.university.pk], "da", WORDS)
    given = {"name": "Bo", "phone": "12"}
    contact = contacts.add(SYSTEM, other.release_id, cast.university.pk, **given)
    picture = pictures.add_to_release(
        SYSTEM, other.release_id, upload("seng.jpg", saved(quarters(600, 400))), **SAID
    )
    assert client.get(at("edit-release-contact", draft, contact.pk)).status_code == 404
    assert client.get(at("edit-release-picture", draft, picture.pk)).status_code == 404
    for relation, key in (("contacts", contact.pk), ("pictures", picture.pk)):
        assert client.post(at("remove-release-material", draft, relation, key)).status_code == 404
        assert client.post(at("move-release-material", draft, relation, key)).status_code == 404
    assert client.post(at("remove-release-material", draft, "issuers", contact.pk)).status_code == 404
    with pytest.raises(Invalid, match="relation"):
        ordering.move(SYSTEM, other.release_id, "issuers", contact.pk, 1)
    assert Contact.objects.exists()
    assert Picture.objects.exists()


def test_only_what_the_writer_may_see_can_be_linked_and_only_who_may_see_it_is_told(
    cast: Cast, draft: Version, client: Client
) -> None:
    sealed = cast.need("sealed", title="Forseglet madras")
    shown = cast.need("members", title="Synlig madras")
    page = client.get(at("release-subjects", draft), {"q": "madras"}).text
    assert "Synlig madras" in page
    assert "Forseglet madras" not in page
    hidden = client.post(at("release-subjects", draft), {"kind": "need", "key": str(sealed.pk)})
    assert hidden.status_code == 404
    for wrong in ({"kind": "user", "key": str(shown.pk)}, {}):
        assert client.post(at("release-subjects", draft), wrong).status_code == 400
    client.post(at("release-subjects", draft), {"kind": "need", "key": str(shown.pk)})
    subjects.add(cast["member"], draft.release_id, "need", shown.pk)
    subjects.add(cast["owner"], draft.release_id, "need", sealed.pk)
    assert Subject.objects.count() == 2
    desk = client.get(at("release-desk", draft)).text
    assert "Synlig madras" in desk
    assert "Forseglet" not in desk
    row = Subject.objects.get(need=shown)
    client.post(at("remove-release-subject", draft, row.pk))
    assert list(Subject.objects.values_list("need", flat=True)) == [sealed.pk]


def test_a_person_is_found_by_name_and_linked(draft: Version, client: Client) -> None:
    person = Person.objects.create(name="Asta Eksempelsen")
    page = client.get(at("release-subjects", draft), {"q": "Asta"}).text
    assert re.search(rf'value="{person.pk}"', page)
    client.post(at("release-subjects", draft), {"kind": "person", "key": str(person.pk)})
    assert Subject.objects.get().person_id == person.pk


def test_what_is_out_has_its_material_changed_by_those_who_decide_only(
    cast: Cast, scheduled: Callable[[], Version], client: Client
) -> None:
    with clock_at(NOON):
        row = scheduled()
    with clock_at(HOUR):
        given = {"organisation": str(cast.company.pk), "name": "Bo", "phone": "12"}
        assert client.post(at("add-release-contact", row), given).status_code == 403
        assert "Add a contact" not in client.get(at("release-desk", row)).text
        client.force_login(cast.users["coordinator"])
        assert client.post(at("add-release-contact", row), given).status_code == 302


def test_files_of_a_release_that_is_removed_go_with_it(cast: Cast, draft: Version) -> None:
    picture = upload("seng.jpg", saved(quarters(60, 40)))
    row = pictures.add_to_release(cast["member"], draft.release_id, picture, **SAID)
    make_sizes(str(row.pk))
    documents.add(cast["member"], draft.release_id, upload("rapport.pdf", PDF), title="Rapport")
    drain({"files.orphan"})
    assert StoredFile.objects.count() > 2
    services.remove_draft(cast["member"], draft.pk)
    with clock_at(clock.now() + timedelta(days=2)):
        drain({"files.orphan"})
    assert not StoredFile.objects.exists()
