"""The hour at every door, for everybody: not a word before it for those who may not know, all of them from it on.

A door is an address under which something of a release is given out: pages, feeds, the sitemap, search, files,
structured data, the press kit, the desk, previews; and the mail that is written. What is looked for is one word that
stands in every part of the release.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, example, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.newsroom.feeding import undone
from tests.hub.newsroom.rendering import PANGO
from tests.hub.newsroom.samples import quarters, saved, upload
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.mail.models import Letter, Mail
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.services import (
    Facts,
    Said,
    Wording,
    contacts,
    documents,
    journalists,
    kits,
    pictures,
)
from vidensbro.hub.newsroom.services.sizes import make_sizes
from vidensbro.hub.outbox.services import drain

pytestmark = pytest.mark.django_db
SECRET = "Hvirvelsensoren"
WORDS = Wording(
    headline=f"{SECRET} er her",
    lead=f"{SECRET} mærker det først.",
    body=f"{SECRET} er prøvet.",
    fact_boxes=(Facts(f"Om {SECRET}", f"{SECRET} er ny."),),
    quotes=(Said(f"{SECRET} virker.", "Asta Eksempelsen"),),
)
KNOW = {"member", "colleague", "coordinator", "owner", "secretariat", "journalist"}
"""Who knows of it before the hour: those who act for the issuer, the secretariat, a journalist who has accepted."""
EVERYBODY = (
    "visitor",
    "member",
    "colleague",
    "coordinator",
    "outsider",
    "secretariat",
    "administrator",
    "owner",
    "journalist",
    "other journalist",
)
SPRING = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
"""The clocks change at 01:00 UTC (Directive 2000/84/EC)."""


@dataclass(frozen=True)
class Told:
    """A release that is approved, with a picture, a document and a contact, and two journalists."""

    row: Version
    picture: str
    document: str
    users: dict[str, User]


@pytest.fixture
def told(cast: Cast) -> Told:
    with clock_at(NOON):
        row = services.create_release(SYSTEM, [cast.company.pk], "da", WORDS, embargo_for_press=True)
        shown = {"alt_da": SECRET, "alt_en": SECRET, "credit": SECRET}
        image = upload("seng.jpg", saved(quarters(400, 300)))
        picture = pictures.add_to_release(SYSTEM, row.release_id, image, **shown)
        make_sizes(str(picture.pk))
        text = SimpleUploadedFile("tal.txt", SECRET.encode(), "text/plain")
        document = documents.add(SYSTEM, row.release_id, text, title=SECRET)
        contacts.add(SYSTEM, row.release_id, cast.company.pk, name=SECRET, phone="12 34 56 78")
        services.hand_in(SYSTEM, row.pk, row.number)
        row = services.approve(SYSTEM, row.pk, cast.company.pk, row.number)
        kits.write(SYSTEM, cast.company.pk, "Os.", "Us.")
        users = dict(cast.users)
        for name, address in (("journalist", "rita@example.org"), ("other journalist", "rolf@example.org")):
            users[name] = User.objects.create(email=address, name=name, role=Role.VISITOR, password="!")
            journalists.trust(SYSTEM, address, "Avisen")
    return Told(row, str(picture.pk), str(document.pk), users)


def shared_doors(told: Told, cast: Cast) -> Iterator[str]:
    """Where everybody reads the same: nothing of it stands there before the hour, whoever asks."""
    yield "/"
    yield reverse("newsroom")
    archive = reverse("newsroom-archive")
    yield archive
    yield f"{archive}?q={SECRET}"
    yield f"{archive}?organisation={cast.company.pk}&language=da"
    for language in ("da", "en"):
        for kind in ("atom", "rss", "json"):
            yield reverse("feed", args=[language, kind])
    yield reverse("feed", args=["da", "atom"]) + f"?organisation={cast.company.pk}"
    yield reverse("news-sitemap")
    yield reverse("press-kit", args=[cast.company.pk])
    yield reverse("organisation", args=[cast.company.pk])
    yield f"{reverse('knowledge')}?q={SECRET}"
    yield reverse("subscribe")


def own_doors(told: Told, cast: Cast) -> Iterator[str]:
    """Where something of this very release is given out."""
    address = [told.row.language, Version.objects.get(pk=told.row.pk).slug]
    yield reverse("release", args=address)
    yield reverse("release-pdf", args=address)
    yield reverse("download-release-picture", args=[told.picture])
    yield reverse("release-picture", args=[told.picture, "whole", 400])
    yield reverse("release-document", args=[told.document])
    yield reverse("follow-release", args=[told.row.pk])
    yield f"{reverse('ask-press', args=[cast.company.pk])}?version={told.row.pk}"


def desk_doors(told: Told) -> Iterator[str]:
    """Where it is written, planned and sent."""
    yield reverse("press-desk")
    yield reverse("press-calendar-file")
    yield reverse("my-releases")
    yield reverse("for-the-press")
    for name in ("release-desk", "edit-release", "release-history", "sending-figures", "release-settings"):
        yield reverse(name, args=[told.row.pk])


def read(client: Client, door: str) -> tuple[HttpResponse, bytes]:
    found = client.get(door)
    return found, found.getvalue() if found.streaming else found.content


def client_of(told: Told, who: str) -> Client:
    client = Client(headers={"accept-language": "da"})
    if who != "visitor":
        client.force_login(told.users[who])
    return client


def written_mail() -> str:
    rows = [*Mail.objects.exclude(kind="newsroom.approval").values_list("subject", "text", "html")]
    return str([*rows, *Letter.objects.values_list("subject", "text", "html")])


@pytest.mark.parametrize("who", EVERYBODY)
@effort(
    max_examples=1,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(hour=SPRING, early=timedelta(microseconds=1))
@example(hour=AUTUMN, early=timedelta(hours=1))
@given(
    hour=st.datetimes(datetime(2026, 3, 3), datetime(2030, 12, 31), timezones=st.just(UTC)),
    early=st.timedeltas(timedelta(microseconds=1), timedelta(minutes=30)),
)
def test_no_word_at_any_door_before_the_hour_and_all_of_them_from_it_on(
    cast: Cast, told: Told, who: str, hour: datetime, early: timedelta
) -> None:
    hour = hour.replace(second=0, microsecond=0)
    with undone():
        with clock_at(NOON):
            services.schedule(SYSTEM, told.row.pk, hour)
            reader = actor_of(told.users["journalist"])
            journalists.accept(reader, told.row.pk, "Rita", journalists.TERMS, "da")
        client = client_of(told, who)
        with clock_at(hour - early):
            drain({"newsroom.hour", "newsroom.hours", "newsroom.send", "newsroom.weekly"})
            assert_hidden(client, told, cast, who)
            assert SECRET not in written_mail()
        with clock_at(hour):
            page, words = read(client, next(own_doors(told, cast)))
            assert (page.status_code, SECRET.encode() in words) == (200, True)
            for door in own_doors(told, cast):
                made = PANGO or not door.endswith(".pdf")
                assert read(client, door)[0].status_code in ({200, 302} if made else {503}), door
            assert SECRET.encode() in read(client, reverse("feed", args=["da", "atom"]))[1]
            assert SECRET.encode() in read(client, reverse("newsroom"))[1]


def assert_hidden(client: Client, told: Told, cast: Cast, who: str) -> None:
    for door in shared_doors(told, cast):
        found, words = read(client, door)
        # The site repeats what is searched for.
        said = words.replace(f"q={SECRET}".encode(), b"").replace(f'value="{SECRET}"'.encode(), b"")
        assert found.status_code == 200, door
        assert SECRET.lower().encode() not in said.lower() or "?q=" in door, door
        assert f"{SECRET} ".encode() not in said, door
    for door in own_doors(told, cast):
        found, words = read(client, door)
        if who in KNOW:
            assert found.status_code in ({200, 302, 404} if PANGO else {200, 302, 404, 503}), door
        else:
            assert found.status_code == 404, door
            assert SECRET.encode() not in words, door
    for door in desk_doors(told):
        found, words = read(client, door)
        assert who in KNOW or SECRET.encode() not in words, door
    page, words = read(client, next(own_doors(told, cast)))
    assert (page.status_code == 200, SECRET.encode() in words) == (who in KNOW, who in KNOW)
    assert who not in KNOW or "no-store" in page["Cache-Control"]
