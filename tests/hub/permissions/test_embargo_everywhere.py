"""A release that waits for its hour changes no page of those who may not know of it, wherever they look.

Every page of the table is read as each of them, once before there is the release and once while it waits: whatever
differed, a word, a count, a date, an order, would tell that something is to come.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.hub.cast import NOON, SYSTEM
from tests.hub.newsroom.samples import quarters, saved, upload
from tests.hub.permissions.asking import address, ask, told
from tests.hub.permissions.rows import ROWS, WRITES_ON_GET
from tests.hub.permissions.table import MEMBERS
from tests.hub.permissions.world import Thing, World
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.services import Facts, Said, Wording, contacts, documents, pictures, subjects
from vidensbro.hub.newsroom.services.sizes import make_sizes
from vidensbro.hub.outbox.services import drain

pytestmark = pytest.mark.django_db
SECRET = "Hvirvelsensoren"
STRANGERS = ("visitor", "newcomer", "outsider", "administrator")
"""The newcomer is a trusted journalist who has not accepted the terms."""
EVER_OTHER = {*WRITES_ON_GET, "metrics"}
"""Names of pages that are never the same twice."""
ALLOWED = {("newcomer", "for-the-press"), ("administrator", "mail-log")}
"""Where it may show that there is something, without a word of it: the offer to a trusted journalist, and how many
mails there were, of which some asked for approvals."""


def pages(world: World, who: str) -> dict[tuple[str, str], tuple[object, ...]]:
    """What somebody is told at every address that has a page for her, by name and path."""
    caches["pages"].clear()
    found = {}
    for row in ROWS:
        if row.get[MEMBERS.index(who)] != "o" or row.name in EVER_OTHER:
            continue
        where = address(row, world.things.get(row.about, Thing()))
        answer = ask(world, who, "GET", where)
        if not answer.streaming:
            found[row.name, where] = told(answer, where)
    return found


def settle() -> None:
    """Do all that follows, and what follows from that."""
    while drain().done:
        continue


def hold_back(world: World) -> None:
    """A release with one of everything, about what everybody can see; in Danish it waits, in English it is a draft."""
    scene = world.scene
    company = scene.cast.company.pk
    words = Wording(
        headline=f"{SECRET} er her",
        lead=f"{SECRET} finder sår.",
        body=f"{SECRET} er prøvet.",
        fact_boxes=(Facts(f"Om {SECRET}", f"{SECRET} er ny."),),
        quotes=(Said(f"{SECRET} virker.", SECRET, "", str(scene.clinician.pk)),),
    )
    row = services.create_release(
        world.actor("owner"),
        [company],
        "da",
        words,
        fields=["wound-care"],
        place_da=SECRET,
        embargo_for_press=True,
    )
    release = row.release_id
    image = upload(f"{SECRET}.jpg", saved(quarters(400, 300)))
    shown = pictures.add_to_release(SYSTEM, release, image, alt_da=SECRET, alt_en=SECRET, credit=SECRET)
    make_sizes(str(shown.pk))
    text = SimpleUploadedFile(f"{SECRET}.txt", SECRET.encode(), "text/plain")
    documents.add(SYSTEM, release, text, title=SECRET)
    contacts.add(SYSTEM, release, company, name=SECRET, phone="12 34 56 78")
    subjects.add(SYSTEM, release, "need", world.things["public need"].arguments["need_id"])
    subjects.add(SYSTEM, release, "work", scene.paper.pk)
    subjects.add(SYSTEM, release, "person", scene.clinician.pk)
    services.add_version(SYSTEM, release, "en", words)
    services.hand_in(world.actor("owner"), row.pk, row.number)
    services.approve(world.actor("coordinator"), row.pk, company, row.number)
    services.schedule(world.actor("coordinator"), row.pk, NOON + timedelta(hours=1))
    settle()


def test_what_waits_changes_no_page_of_those_who_may_not_know(world: World) -> None:
    settle()
    before = {who: pages(world, who) for who in STRANGERS}
    hold_back(world)
    betrayed = []
    for who in STRANGERS:
        for (name, where), answer in pages(world, who).items():
            assert SECRET.encode() not in repr(answer).encode(), (who, where)
            if answer != before[who][name, where] and (who, name) not in ALLOWED:
                betrayed.append(f"{where} as {who}")
    assert not betrayed, "\n".join(betrayed)
    known = ask(world, "colleague", "GET", reverse("my-releases"))
    assert SECRET in known.content.decode()
