"""The newsroom's pages in each language at both widths; and a release from the first word to the reader."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.browser.conftest import Open, sign_in
from tests.browser.test_issue_pages import Look, look
from tests.hub.cast import SYSTEM
from tests.hub.newsroom.readers import ask, last_mail, subscribed, token
from tests.hub.newsroom.samples import quarters, saved, upload
from tests.hub.web.conftest import World
from vidensbro.hub.common import clock
from vidensbro.hub.newsroom import links, services
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.services import (
    Facts,
    Said,
    Wording,
    contacts,
    documents,
    inquiries,
    journalists,
    kits,
    lists,
    pictures,
)
from vidensbro.hub.newsroom.services.inquiries import Question
from vidensbro.hub.newsroom.services.lists import Listed
from vidensbro.hub.newsroom.services.sizes import make_sizes

__all__ = ["look"]
WORDS = Wording(
    headline="Ny sensor opdager tryksår, før huden går i stykker",
    lead="Østuniversitetet og Nordsensor har afprøvet en madras, der mærker begyndende rødme.",
    body="Sensoren er prøvet på **to** plejehjem.\n\n## Næste skridt\n\n- Foråret: to hospitaler\n- Efteråret: alle",
    fact_boxes=(Facts("Fakta", "- 120 beboere\n- 18 måneder"),),
    quotes=(Said("Vi ser det to dage før.", "Asta Eksempelsen", "lektor"),),
)


def release(world: World, days: int, headline: str = WORDS.headline, *, out: bool = True) -> Version:
    """A release with everything on it, approved, and put on for so many days from now."""
    company, university = world.cast.company, world.cast.university
    words = Wording(headline, WORDS.lead, WORDS.body, WORDS.fact_boxes, WORDS.quotes)
    row = services.create_release(
        SYSTEM, [company.pk, university.pk], "da", words, place_da="Aarhus", embargo_for_press=True
    )
    image = upload("seng.jpg", saved(quarters(1600, 900)))
    shown = {"alt_da": "En seng med en madras", "alt_en": "A bed", "credit": "Foto: Bo Prøve"}
    make_sizes(str(pictures.add_to_release(SYSTEM, row.release_id, image, **shown).pk))
    text = SimpleUploadedFile("tal.txt", b"Tal.", "text/plain")
    documents.add(SYSTEM, row.release_id, text, title="Alle tal")
    contacts.add(
        SYSTEM, row.release_id, company.pk, name="Bo Prøve", phone="12 34 56 78", hours_da="kl. 9-16"
    )
    if out:
        services.hand_in(SYSTEM, row.pk, row.number)
        for one in (company, university):
            row = services.approve(SYSTEM, row.pk, one.pk, row.number)
        row = services.schedule(SYSTEM, row.pk, clock.now() + timedelta(days=days))
        services.note_published(row.pk)
    return Version.objects.get(pk=row.pk)


def at(row: Version) -> str:
    return reverse("release", args=[row.language, row.slug])


def test_what_everybody_reads(look: Look, world: World) -> None:
    row, gone = release(world, 0), release(world, 0, "Noget, der var forkert")
    changed = Wording(WORDS.headline, WORDS.lead, "Sensoren er prøvet på tre plejehjem.")
    services.correct(SYSTEM, row.pk, row.number, changed, "Der var tre plejehjem, ikke to.")
    services.withdraw(SYSTEM, gone.pk, "Tallene var forkerte.")
    kits.write(SYSTEM, world.cast.company.pk, "Vi laver sensorer.", "We make sensors.")
    visitor = look("owner")
    visitor.at(reverse("newsroom"), reverse("newsroom-archive"), f"{reverse('newsroom-archive')}?q=intet")
    visitor.at(at(row), reverse("press-kit", args=[world.cast.company.pk]))
    visitor.at(at(gone), status=410)
    visitor.at(reverse("ask-press", args=[world.cast.company.pk]))
    visitor.page.click("main form button[type=submit]")
    visitor.here("/newsroom/ask with errors")
    assert visitor.found == []


def test_what_readers_of_mail_choose(look: Look, world: World) -> None:
    release(world, 0)
    language = look("").language
    reader = links.reader_of(subscribed("rita@example.org", language=language))
    ask("rolf@example.org", language=language)
    visitor = look("owner")
    visitor.at(reverse("subscribe"), reverse("subscription-asked"))
    visitor.at(reverse("confirm-subscription", args=[token(last_mail("rolf@example.org"))]))
    visitor.at(reverse("subscription", args=[links.choose_token(reader)]))
    visitor.at(reverse("leave-newsroom", args=[links.leave_url(reader).rstrip("/").rsplit("/", 1)[1]]))
    assert visitor.found == []


def test_what_writers_see(look: Look, world: World) -> None:
    draft, waits = release(world, 0, "Et udkast", out=False), release(world, 3)
    out = release(world, 0, "En anden sensor")
    coordinator = look("coordinator")
    coordinator.at(reverse("my-releases"), reverse("write-release"), reverse("bring-in-release"))
    for row in (draft, waits, out):
        coordinator.at(reverse("release-desk", args=[row.pk]))
    names = ("edit-release", "release-history", "release-settings", "remove-release", "release-subjects")
    more = ("add-release-picture", "add-release-document", "add-release-contact")
    coordinator.at(*(reverse(name, args=[draft.pk]) for name in (*names, *more)))
    coordinator.at(reverse("schedule-release", args=[waits.pk]), at(waits))
    coordinator.at(*(reverse(name, args=[out.pk]) for name in ("correct-release", "withdraw-release")))
    assert coordinator.found == []


def test_the_press_desk(look: Look, world: World) -> None:
    row, company = release(world, 2), world.cast.company
    listed = lists.create_list(SYSTEM, "Presse", "journalists", company.pk)
    lists.add(SYSTEM, listed.pk, Listed("ida@example.org"))
    question = Question("Rita", "rita@example.org", "Hvor mange?", outlet="Avisen")
    asked = inquiries.ask(world.cast["owner"], company.pk, question)
    assert asked is not None
    journalists.trust(SYSTEM, world.cast.users["outsider"].email, "Avisen")
    secretariat = look("secretariat")
    secretariat.at(reverse("press-desk"), reverse("press-inquiries"), reverse("press-lists"))
    secretariat.at(reverse("press-inquiry", args=[asked.pk]), reverse("press-list", args=[listed.pk]))
    secretariat.at(reverse("journalists"), reverse("edit-press-kit", args=[company.pk]))
    assert secretariat.found == []
    journalist = look("outsider")
    journalist.at(reverse("for-the-press"))
    assert journalist.found == []
    assert row.publish_at is not None


@pytest.mark.parametrize("language", ["da"])
def test_from_the_first_word_to_the_reader(open_page: Open, world: World, language: str) -> None:
    page = open_page("/", language=language)
    sign_in(page, world, "coordinator")
    page.goto(reverse("write-release"))
    page.fill("[name=headline]", "Nordsensor åbner et værksted")
    page.fill("[name=lead]", "Værkstedet åbner i dag.")
    page.fill("[name=body]", "Her er **alle** velkomne.")
    page.click("main form .button-primary")
    row = Version.objects.get()
    assert page.url.endswith(reverse("release-desk", args=[row.pk]))
    page.click("form[action$='/hand-in/'] button")
    page.click("form[action$='/approve/'] button")
    page.click("form[action$='/publish/'] button")
    row.refresh_from_db()
    visitor = open_page("/", language=language)
    visitor.goto(reverse("newsroom"))
    visitor.click("text=Nordsensor åbner et værksted")
    assert visitor.url.endswith(at(row))
    assert visitor.inner_text("main strong") == "alle"
