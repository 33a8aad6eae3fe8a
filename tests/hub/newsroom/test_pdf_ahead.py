"""PDF files of releases lie ready: of what is out, of nothing else, the same for everybody; and are never made twice.

How a page is set is the matter of `test_reading_pdf`; here something that counts stands in its place.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache as shared
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.samples import WORDS as PICTURE
from tests.hub.newsroom.samples import quarters, saved, upload
from vidensbro.hub.common.caching import pdfs
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.newsroom import pdf, services
from vidensbro.hub.newsroom.announcements import ALL, PDF, PDF_AFTER, PDFS
from vidensbro.hub.newsroom.announcements import HOUR as HOUR_TOPIC
from vidensbro.hub.newsroom.making_once import Busy, MakingOnce
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.services import contacts, pictures, sizes
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.services import drain, put

pytestmark = pytest.mark.django_db
BEFORE = HOUR - timedelta(seconds=1)
LATER = HOUR + timedelta(minutes=5)


class Setter:
    """Gives each page another document, and says how many it has made."""

    def __init__(self) -> None:
        self.pages: list[str] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def __call__(self, page: str, files: object) -> bytes:
        self.pages.append(page)
        self.meanwhile()
        return f"%PDF-1.7 {len(self.pages)}".encode()


@pytest.fixture(autouse=True)
def setter(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setter:
    """Uploads lie in a folder of the test's own, and no PDF is kept from another test."""
    options = {**settings.STORAGES["files"]["OPTIONS"], "location": str(tmp_path / "files")}
    settings.STORAGES = {**settings.STORAGES, "files": {**settings.STORAGES["files"], "OPTIONS": options}}
    pdfs.clear()
    found = Setter()
    monkeypatch.setattr(pdf, "_made", found)
    return found


@pytest.fixture
def waiting(scheduled: Callable[[], Version]) -> Version:
    """Put on for the hour."""
    with clock_at(NOON):
        return scheduled()


@pytest.fixture
def out(waiting: Version) -> Version:
    """Out, and a worker has done what follows at once."""
    with clock_at(HOUR):
        drain([HOUR_TOPIC])
    waiting.refresh_from_db()
    return waiting


def asked(row: Version, client: Client | None = None, **headers: str) -> HttpResponse:
    address = reverse("release-pdf", args=[row.language, row.slug])
    return (client or Client()).get(address, headers=headers)


def test_it_lies_ready_soon_after_the_hour_and_is_the_same_for_everybody(
    cast: Cast, out: Version, setter: Setter
) -> None:
    with clock_at(HOUR):
        # Its writers see that there is one in English; whom they pass the PDF on to does not.
        services.add_version(SYSTEM, out.release_id, "en", WORDS)
        drain([PDF])
        assert setter.pages == []
    with clock_at(LATER):
        drain([PDF])
        assert len(setter.pages) == 1
        for name in cast.names:
            client = Client()
            if name != "visitor":
                client.force_login(cast.users[name])
            client.cookies["theme"] = "dark"
            for language in ("da", "en"):
                assert asked(out, client, **{"accept-language": language}).content == b"%PDF-1.7 1"
                # As in a process that was started since.
                pdfs.clear()
    assert len(setter.pages) == 1


def test_of_what_is_under_embargo_nothing_is_made_ahead_or_kept(
    cast: Cast, waiting: Version, setter: Setter
) -> None:
    client = Client()
    client.force_login(cast.users["member"])
    with clock_at(BEFORE):
        assert not pdf.make_ahead(str(waiting.pk))
        pdf.have_all_made(newest_only=False)
        assert not Entry.objects.filter(topic=PDF).exists()
        assert setter.pages == []
        assert [asked(waiting, client).content for _ in range(2)] == [b"%PDF-1.7 1", b"%PDF-1.7 2"]
        assert asked(waiting).status_code == 404
    assert shared.get(f"release-pdf:{waiting.pk}") is None


def test_a_correction_is_in_it_at_once_and_takes_its_place(out: Version, setter: Setter) -> None:
    with clock_at(LATER):
        drain([PDF])
        services.correct(SYSTEM, out.pk, out.number, replace(WORDS, lead="Rettet."), "Forkert tal.")
        assert asked(out).content == b"%PDF-1.7 2"
        assert "Rettet." in setter.pages[1]
        assert "Forkert tal." in setter.pages[1]
    with clock_at(LATER + PDF_AFTER):
        drain([PDF])
        pdfs.clear()
        assert asked(out).content == b"%PDF-1.7 3"
    assert len(setter.pages) == 3


def test_what_was_made_once_is_kept_until_the_page_is_another(out: Version, setter: Setter) -> None:
    with clock_at(LATER):
        for _ in range(3):
            asked(out)
        assert len(setter.pages) == 1
        assert pdf.make_ahead(str(out.pk))
        assert pdf.make_ahead(str(out.pk))
    assert len(setter.pages) == 2


def test_nothing_stays_of_what_is_withdrawn(out: Version, setter: Setter) -> None:
    with clock_at(LATER):
        drain([PDF])
        assert shared.get(f"release-pdf:{out.pk}") is not None
        services.withdraw(SYSTEM, out.pk, "Tallene holdt ikke.")
        assert asked(out).status_code == 302
    with clock_at(LATER + PDF_AFTER):
        drain([PDF])
    assert shared.get(f"release-pdf:{out.pk}") is None
    assert len(setter.pages) == 1


def test_what_is_withdrawn_while_it_is_made_is_not_kept(out: Version, setter: Setter) -> None:
    setter.meanwhile = lambda: services.withdraw(SYSTEM, out.pk, "Tallene holdt ikke.")
    with clock_at(LATER):
        assert not pdf.make_ahead(str(out.pk))
    assert shared.get(f"release-pdf:{out.pk}") is None


def test_several_changes_make_one(cast: Cast, out: Version, setter: Setter) -> None:
    with clock_at(LATER):
        drain([PDF])
        for number in range(3):
            contacts.add(SYSTEM, out.release_id, cast.company.pk, name=f"Ida {number}", phone="12345678")
        assert Entry.objects.get(topic=PDF).next_attempt == LATER + PDF_AFTER
    with clock_at(LATER + PDF_AFTER):
        drain([PDF])
    assert len(setter.pages) == 2
    assert all(f"Ida {number}" in setter.pages[1] for number in range(3))


def test_a_picture_is_in_it_once_its_sizes_are_made(out: Version, setter: Setter) -> None:
    with clock_at(LATER):
        picture = upload("seng.jpg", saved(quarters(64, 64)))
        row = pictures.add_to_release(SYSTEM, out.release_id, picture, **PICTURE)
        Entry.objects.filter(topic=PDF).delete()
        drain([sizes.SIZES])
    with clock_at(LATER + PDF_AFTER):
        drain([PDF])
    assert str(row.pk) in setter.pages[-1]


def test_all_are_looked_after_the_newest_first_and_apart(out: Version, setter: Setter) -> None:
    Entry.objects.filter(topic=PDF).delete()
    with clock_at(LATER):
        older = services.add_version(SYSTEM, out.release_id, "en", WORDS)
        Version.objects.filter(pk=older.pk).update(state="published", publish_at=NOON, published=NOON)
        for key in ("due", ALL):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(pdf, "NEWEST", 1)
                _put(PDFS, key)
                drain([PDFS])
            found = list(
                Entry.objects.filter(topic=PDF).order_by("next_attempt").values_list("key", flat=True)
            )
            assert found == [str(out.pk), str(older.pk)][: 1 if key == "due" else 2]
        first, last = Entry.objects.filter(topic=PDF).order_by("next_attempt")
        assert last.next_attempt - first.next_attempt >= timedelta(seconds=5)


def test_a_very_large_one_is_not_put_into_the_database(
    out: Version, setter: Setter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "MOST_BYTES", 5)
    with clock_at(LATER):
        assert not pdf.make_ahead(str(out.pk))
        assert asked(out).content == b"%PDF-1.7 2"
    assert shared.get(f"release-pdf:{out.pk}") is None


def test_where_none_can_be_made_no_worker_fails(out: Version, setter: Setter) -> None:
    def missing() -> None:
        raise Unavailable("pdf_engine", "no Pango")

    setter.meanwhile = missing
    with clock_at(LATER):
        assert drain([PDF]).done == 1
    assert not Entry.objects.filter(topic=PDF).exists()


def test_whoever_comes_while_many_are_made_is_told_when_to_come_again(
    out: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_making", MakingOnce[bytes](made=0, waiting=0))
    with clock_at(LATER):
        response = asked(out, **{"accept-language": "en"})
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "Many PDF files are being made" in response.content.decode()


class Gate:
    """Makes something once it is let go, and says when it has begun."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        self.begun.set()
        assert self.go.wait(10)
        return f"made {self.times}"


def test_many_who_ask_for_the_same_get_the_same_and_others_are_sent_away() -> None:
    once, gate = MakingOnce[str](made=1, waiting=3), Gate()
    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(once.get, "a", gate)
        assert gate.begun.wait(10)
        others = [threads.submit(once.get, "a", gate) for _ in range(5)]
        # Two of the five find three waiting already; the others wait until it is made.
        refused = _refused(others, 2)
        with pytest.raises(Busy):
            once.get("b", gate)
        gate.go.set()
        assert first.result(10) == "made 1"
        assert [one.result(10) for one in others if one not in refused] == ["made 1"] * 3
    assert gate.times == 1
    # There is room again.
    assert once.get("b", lambda: "other") == "other"


def test_what_goes_wrong_is_told_to_all_who_wait_and_blocks_nobody() -> None:
    once, gate = MakingOnce[str](made=1, waiting=1), Gate()

    def wrong() -> str:
        gate()
        raise OSError("full")

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(once.get, "a", wrong)
        assert gate.begun.wait(10)
        other = threads.submit(once.get, "a", lambda: "own")
        while not once._waiting:
            threading.Event().wait(0.001)
        gate.go.set()
        for one in (first, other):
            with pytest.raises(OSError, match="full"):
                one.result(10)
    assert once.get("a", lambda: "anew") == "anew"


def _refused(asked_for: list, number: int) -> list:
    """Those that were told that there is no room, once there are so many."""
    while len(found := [one for one in asked_for if one.done()]) < number:
        threading.Event().wait(0.001)
    for one in found:
        with pytest.raises(Busy):
            one.result()
    return found


def _put(topic: str, key: str) -> None:
    with transaction.atomic():
        put(topic, key)
