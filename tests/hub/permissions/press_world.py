"""What the rows of the press desk are about."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.hub.cast import NOON, SYSTEM
from tests.hub.newsroom.samples import WORDS as PICTURE
from tests.hub.newsroom.samples import quarters, saved, upload
from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.newsroom import services as releases
from vidensbro.hub.newsroom.services import Wording, inquiries, journalists, kits, lists, pictures
from vidensbro.hub.newsroom.services.inquiries import Question
from vidensbro.hub.newsroom.services.lists import Listed
from vidensbro.hub.newsroom.services.sizes import make_sizes

if TYPE_CHECKING:
    from tests.hub.permissions.world import World

WORDS = Wording("A release under embargo", "The lead of it.", "The body of it.", (), ())


def put_press(world: World) -> None:
    """A press kit with a picture, a list, a trusted journalist (the newcomer), two questions, and a release that waits.

    Nobody has accepted the embargo yet, so that reading it writes nothing.
    """
    company, newcomer = world.scene.cast.company, world.users["newcomer"]
    kits.write(SYSTEM, company.pk, "Os.", "Us.")
    logo = upload("logo.png", saved(quarters(64, 64), "PNG"))
    picture = pictures.add_to_press_kit(SYSTEM, company.pk, logo, **PICTURE)
    make_sizes(str(picture.pk))
    world.put("picture of the press kit", picture_id=picture.pk)
    listed = lists.create_list(SYSTEM, "Presse", "journalists", company.pk)
    lists.add(SYSTEM, listed.pk, Listed("ida@example.org"))
    world.put("list of the company", list_id=listed.pk)
    world.put("address on the company's list", list_id=listed.pk, entry_id=listed.entries.get().pk)
    journalists.trust(SYSTEM, newcomer.email, "Avisen")
    world.put("newcomer as a journalist", user_id=newcomer.pk)
    question = Question("Rita", "rita@example.org", "How many?", language="en")
    asked = inquiries.ask(world.actor("newcomer"), company.pk, question)
    unproven = inquiries.ask(VISITOR, company.pk, question)
    assert asked is not None
    assert unproven is not None
    world.put("newcomer's question to the company", inquiry_id=asked.pk)
    world.put("link of a question", token=inquiries.prove_url(unproven).rstrip("/").rsplit("/", 1)[1])
    world.put("questions as a file", form="csv")
    _release(world)


def _release(world: World) -> None:
    row = releases.create_release(SYSTEM, [world.scene.cast.company.pk], "en", WORDS, embargo_for_press=True)
    releases.hand_in(SYSTEM, row.pk, row.number)
    releases.approve(SYSTEM, row.pk, world.scene.cast.company.pk, row.number)
    releases.schedule(SYSTEM, row.pk, NOON + timedelta(days=1))
    world.put("release under embargo", version_id=row.pk)
