"""The hour at every door, for everybody: not a word before it for those who may not know, all of them from it on.

A door is an address under which something of a release is given out: pages, feeds, the sitemap, search, files,
structured data, the press kit, the desk, previews; and the mail that is written. What is looked for is one word that
stands in every part of the release.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, example, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.matches.conftest import own_index
from tests.hub.newsroom.feeding import undone
from tests.hub.newsroom.rendering import PANGO
from tests.hub.newsroom.samples import quarters, saved, upload
from tests.hub.permissions.asking import told as outline
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.common.caching import pages
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.imports.models import ImportChange, ImportRun
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
from vidensbro.hub.newsroom.targets import ReleaseTarget
from vidensbro.hub.outbox.services import drain

__all__ = ["own_index"]
pytestmark = pytest.mark.django_db
SECRET = "Hvirvelsensoren"
DRAFTED = "Kladdeordet"
"""Stands in the first draft of the Danish version, and in the English one, which nobody hands in."""
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
    picture_file: str
    document_file: str
    users: dict[str, User]


@pytest.fixture
def told(cast: Cast) -> Told:
    with clock_at(NOON):
        draft = replace(WORDS, lead=f"{DRAFTED} {WORDS.lead}")
        row = services.create_release(SYSTEM, [cast.company.pk], "da", draft, embargo_for_press=True)
        row = services.edit(SYSTEM, row.pk, row.number, WORDS)
        services.add_version(SYSTEM, row.release_id, "en", replace(WORDS, headline=f"{DRAFTED} {SECRET}"))
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
    return Told(row, str(picture.pk), str(document.pk), str(picture.file_id), str(document.file_id), users)


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
    yield reverse("robots")


def own_doors(told: Told, cast: Cast) -> Iterator[str]:
    """Where something of this very release is given out."""
    address = address_of(told)
    yield reverse("release", args=address)
    yield reverse("release-pdf", args=address)
    yield reverse("download-release-picture", args=[told.picture])
    yield reverse("release-picture", args=[told.picture, "whole", 400])
    yield reverse("release-document", args=[told.document])
    yield reverse("follow-release", args=[told.row.pk])
    yield f"{reverse('ask-press', args=[cast.company.pk])}?version={told.row.pk}"


def address_of(told: Told) -> list[str]:
    return [told.row.language, Version.objects.get(pk=told.row.pk).slug]


def desk_doors(told: Told) -> Iterator[str]:
    """Where it is written, planned and sent."""
    yield reverse("press-desk")
    yield reverse("press-calendar-file")
    yield reverse("my-releases")
    yield reverse("for-the-press")
    yield reverse("about-me")
    yield reverse("about-me-json")
    for name in ("release-desk", "edit-release", "release-history", "sending-figures", "release-settings"):
        yield reverse(name, args=[told.row.pk])
    for file in (told.document_file, told.picture_file):
        yield reverse("stored-file", args=[file])


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
            if who not in KNOW - {"journalist"}:
                for door in (*own_doors(told, cast), *shared_doors(told, cast), *desk_doors(told)):
                    assert DRAFTED.encode() not in read(client, door)[1], door


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


SINCE = "Thu, 01 Jan 2026 00:00:00 GMT"


@pytest.mark.parametrize("who", ["visitor", "outsider", "administrator", "other journalist"])
def test_no_condition_and_no_method_tells_that_there_is_something(cast: Cast, told: Told, who: str) -> None:
    """Conditional requests and those for the head alone are answered as for what there is not, and so are doors of
    writers; an address may be known: of a release that went back to its writers."""
    with clock_at(NOON):
        services.schedule(SYSTEM, told.row.pk, NOON + timedelta(hours=1))
        client = client_of(told, who)
        nothing = str(uuid.uuid4())
        for name, there, absent in (
            ("release", address_of(told), ["da", "absent"]),
            ("release-pdf", address_of(told), ["da", "absent"]),
            ("release-picture", [told.picture, "whole", 400], [nothing, "whole", 400]),
            ("download-release-picture", [told.picture], [nothing]),
            ("release-document", [told.document], [nothing]),
            ("release-desk", [told.row.pk], [nothing]),
            ("edit-release", [told.row.pk], [nothing]),
            ("accept-embargo", [told.row.pk], [nothing]),
        ):
            if (who, name) == ("other journalist", "accept-embargo"):
                continue
            for method in ("GET", "HEAD", "POST", "OPTIONS"):
                for condition in (
                    {},
                    {"if-none-match": "*"},
                    {"if-modified-since": SINCE},
                    {"if-match": "*"},
                ):
                    hidden, missing = (
                        outline(client.generic(method, path, headers=condition), path)
                        for path in (reverse(name, args=there), reverse(name, args=absent))
                    )
                    assert hidden == missing, (name, method, condition)


def test_pages_that_are_kept_for_visitors_end_with_the_minute(cast: Cast, told: Told, settings) -> None:
    settings.VIDENSBRO_VISITOR_PAGES = True
    drain()
    pages.clear()
    hour = NOON + timedelta(hours=1)
    doors = (reverse("newsroom"), reverse("newsroom-archive"), reverse("release", args=address_of(told)))

    def shown() -> list[bool]:
        found = []
        for door in doors:
            for kept in (False, True):
                with CaptureQueriesContext(connection) as made:
                    answer = Client(headers={"accept-language": "da"}).get(door)
                assert answer.status_code != 200 or (len(made) == 1) == kept, door
            found.append(SECRET in answer.content.decode())
        return found

    with clock_at(NOON):
        services.schedule(SYSTEM, told.row.pk, hour)
    with clock_at(hour - timedelta(microseconds=1)):
        assert shown() == [False] * 3
    with clock_at(hour):
        assert shown() == [True] * 3
        services.withdraw(SYSTEM, told.row.pk, "Forkert.")
        assert shown() == [False] * 3
    pages.clear()


def test_nobody_is_offered_an_organisation_whose_first_release_waits(cast: Cast, told: Told) -> None:
    """Neither to subscribe to, nor to narrow to: that it stands in a list would tell that something is to come."""
    doors = [reverse("subscribe"), reverse("newsroom"), reverse("newsroom-archive")]
    doors += [reverse("feed", args=["da", kind]) for kind in ("atom", "rss", "json")]
    with clock_at(NOON):
        services.schedule(SYSTEM, told.row.pk, NOON + timedelta(hours=1))
        for who in ("visitor", "outsider", "member", "journalist"):
            for door in doors:
                words = read(client_of(told, who), door)[1].decode()
                assert str(cast.company.pk) not in words, (who, door)
                assert cast.company.name not in words, (who, door)
    with clock_at(NOON + timedelta(hours=1)):
        assert str(cast.company.pk) in read(client_of(told, "visitor"), doors[0])[1].decode()
        assert cast.company.name in read(client_of(told, "visitor"), doors[2])[1].decode()


def test_a_need_in_its_words_finds_nothing_of_it(cast: Cast, told: Told) -> None:
    text = f"{WORDS.headline} {WORDS.lead} {WORDS.body}"
    with clock_at(NOON):
        services.schedule(SYSTEM, told.row.pk, NOON + timedelta(hours=1))
        drain()
        assert list(ReleaseTarget().documents()) == []
        assert ReleaseTarget().count() == 0
        assert ReleaseTarget().present([str(told.row.pk)], frozenset({"public"})) == {}
        for who in ("visitor", "outsider", "administrator", "other journalist"):
            for more in ({}, {"kinds": "release"}):
                page = client_of(told, who).post(reverse("match"), {"text": text, **more})
                assert str(told.row.pk) not in page.content.decode()
                assert address_of(told)[1] not in page.content.decode()


def test_whoever_looks_after_imports_reads_nothing_that_waits(cast: Cast, told: Told) -> None:
    with clock_at(NOON):
        services.schedule(SYSTEM, told.row.pk, NOON + timedelta(hours=1))
        run = ImportRun.objects.create(source="plain", actor="system:cli", state=ImportRun.State.DONE)
        ImportChange.objects.create(run=run, kind="release", row=told.row.release_id, made=True)
    where = reverse("import-run", args=[run.pk])
    for hour, withdrawn, known in (
        (NOON, False, {"secretariat"}),
        (NOON + timedelta(hours=1), False, {"secretariat", "administrator"}),
        (NOON + timedelta(hours=2), True, {"secretariat"}),
    ):
        with clock_at(hour):
            if withdrawn:
                services.withdraw(SYSTEM, told.row.pk, "Forkert.")
            for who in ("secretariat", "administrator"):
                page = read(client_of(told, who), where)[1].decode()
                assert (SECRET in page) == (who in known), (who, hour)
                assert (str(told.row.pk) in page or address_of(told)[1] in page) == (who in known)
