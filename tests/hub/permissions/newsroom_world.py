"""What the rows of reading and subscribing are about: one release that is out and one that waits, with a picture and a
document each, and a reader."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.hub.cast import SYSTEM
from tests.hub.newsroom.readers import ask, last_mail, subscribed, token
from tests.hub.newsroom.samples import WORDS as PICTURE
from tests.hub.newsroom.samples import quarters, saved, upload
from vidensbro.hub.common import clock
from vidensbro.hub.newsroom import links, services
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.services import Wording, documents, pictures
from vidensbro.hub.newsroom.services.sizes import make_sizes

if TYPE_CHECKING:
    from tests.hub.permissions.world import World


def put_newsroom(world: World) -> None:
    """The two releases, and two readers: one who has confirmed, and one who was asked to."""
    _put_release(world, "is out", timedelta(0))
    _put_release(world, "waits", timedelta(days=1))
    world.put("feed of releases", language="da", kind="atom")
    reader = links.reader_of(subscribed("rita@example.org"))
    world.put("reader of releases", token=links.choose_token(reader))
    leaving = links.leave_url(reader).rstrip("/").rsplit("/", 1)[1]
    world.put("reader who leaves", token=leaving)
    ask("rolf@example.org")
    world.put("request for releases", token=token(last_mail("rolf@example.org")))
    world.put("forged link", token="forged")


def _put_release(world: World, which: str, wait: timedelta) -> None:
    company = world.scene.cast.company.pk
    words = Wording(f"Read by all {which}", "The lead of it.", "The body of it.")
    row: Version = services.create_release(SYSTEM, [company], "en", words)
    picture = pictures.add_to_release(
        SYSTEM, row.release_id, upload("bed.jpg", saved(quarters(400, 300))), **PICTURE
    )
    make_sizes(str(picture.pk))
    text = SimpleUploadedFile("facts.txt", b"Facts.", "text/plain")
    document = documents.add(SYSTEM, row.release_id, text, title="Facts")
    services.hand_in(SYSTEM, row.pk, row.number)
    services.approve(SYSTEM, row.pk, company, row.number)
    row = services.schedule(SYSTEM, row.pk, clock.now() + wait)
    world.put(f"address of the release that {which}", language="en", slug=row.slug)
    size = picture.sizes.filter(shape="whole").first()
    assert size is not None
    world.put(f"size of a picture that {which}", picture_id=picture.pk, shape="whole", width=size.width)
    world.put(f"picture that {which}", picture_id=picture.pk)
    world.put(f"document that {which}", document_id=document.pk)
    world.put(f"file of the document that {which}", file_id=document.file_id)
    world.put(f"original of the picture that {which}", file_id=picture.file_id)
    world.put(f"file of the size of a picture that {which}", file_id=size.file_id)
    world.put(f"question about the release that {which}", f"version={row.pk}", organisation_id=company)
