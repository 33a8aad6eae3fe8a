"""Releases of Nordsensor on their way, with everything that belongs to one, for the rows of their writers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.hub.cast import SYSTEM
from tests.hub.newsroom.samples import WORDS as PICTURE
from tests.hub.newsroom.samples import quarters, saved, upload
from vidensbro.hub.common import clock
from vidensbro.hub.directory.models import Person
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.services import Wording, contacts, documents, pictures, subjects

if TYPE_CHECKING:
    from tests.hub.permissions.world import World


def put_writing(world: World) -> None:
    """A draft with its material, a version that is approved, and one that is out."""
    draft = _release(world, "A draft of a release")
    key = draft.pk
    world.put("draft of a release", version_id=key)
    world.put("first wording of the draft", version_id=key, number=1)
    world.put("handing the draft in", version_id=key, act="hand-in")
    picture = pictures.add_to_release(
        SYSTEM, draft.release_id, upload("bed.jpg", saved(quarters(64, 64))), **PICTURE
    )
    world.put("picture of the draft", version_id=key, picture_id=picture.pk)
    text = SimpleUploadedFile("facts.txt", b"Facts.", "text/plain")
    document = documents.add(SYSTEM, draft.release_id, text, title="Facts")
    world.put("document of the draft", version_id=key, document_id=document.pk)
    contact = contacts.add(
        SYSTEM, draft.release_id, world.scene.cast.company.pk, name="Bo", phone="12 34 56 78"
    )
    world.put("contact of the draft", version_id=key, contact_id=contact.pk)
    world.put("contact among the draft's", version_id=key, relation="contacts", key=contact.pk)
    person = Person.objects.create(name="Asta Eksempelsen")
    subject = subjects.add(SYSTEM, draft.release_id, "person", person.pk)
    world.put("subject of the draft", version_id=key, subject_id=subject.pk)
    world.put("approved version", version_id=_approved(world, "An approved release").pk)
    out = _approved(world, "A release that is out")
    services.schedule(SYSTEM, out.pk, clock.now())
    world.put("version that is out", version_id=out.pk)


def _release(world: World, headline: str) -> Version:
    words = Wording(headline, "The lead of it.", "The body of it.")
    return services.create_release(SYSTEM, [world.scene.cast.company.pk], "en", words)


def _approved(world: World, headline: str) -> Version:
    row = _release(world, headline)
    services.hand_in(SYSTEM, row.pk, row.number)
    return services.approve(SYSTEM, row.pk, world.scene.cast.company.pk, row.number)
