"""Releases that there are already: recognised, confirmed by a person, and then a draft like any other."""

from __future__ import annotations

import html
import re
import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.hub.cast import SYSTEM, Cast
from vidensbro.hub.cli.exits import CommandError
from vidensbro.hub.cli.releases import bring_in, issuers_named
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.newsroom.models import Contact, Language, Release, Version
from vidensbro.hub.newsroom.services import wording_of

pytestmark = pytest.mark.django_db
TEXT = """PRESSEMEDDELELSE

Ny sensor opdager tryksår, før huden går i
stykker

Aalborg, 2. marts 2026

Østuniversitetet og Nordsensor har afprøvet en madras, der mærker begyndende rødme på
plejehjem.


Madrassen er prøvet på to plejehjem i halvandet år og mærker trykket på huden hele
natten igennem uden at vække nogen.

“Vi ser det to dage før, end vi plejede, og det betyder alt for dem, der ligger længe,”
siger Asta Eksempelsen, lektor ved Østuniversitetet.

Den næste prøve begynder til foråret.

FAKTA
- 120 beboere
- 18 måneder

For flere oplysninger kan kontaktes:
Bo Eksempelsen, pressechef, Nordsensor, tlf. 12 34 56 78, bo@example.org
"""

QUOTED = ("Vi ser det to dage før", "Asta Eksempelsen")


@pytest.fixture
def client(cast: Cast) -> Client:
    """A member's browser, in English."""
    found = Client(headers={"accept-language": "en"})
    found.force_login(cast.users["member"])
    return found


def sent_by(page: str) -> dict[str, list[str]]:
    """What a browser would send for the form of a new release as it stands on the page."""
    form = page[page.index(f'action="{reverse("write-release")}"') :]
    form = form[: form.index("</form>")]
    found: dict[str, list[str]] = {}

    def add(name: str, value: str) -> None:
        found.setdefault(name, []).append(html.unescape(value))

    for tag in re.findall(r"<input [^>]*>", form):
        one = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        is_sent = one.get("type") not in {"checkbox", "radio"} or " checked" in tag
        if is_sent and one.get("name", "csrfmiddlewaretoken") != "csrfmiddlewaretoken":
            add(one["name"], one.get("value", "on" if " checked" in tag else ""))
    for name, value in re.findall(
        r'<textarea [^>]*?name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL
    ):
        add(name, value)
    for name, options in re.findall(r'<select [^>]*?name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"[^>]* selected', options)
        add(name, chosen[1] if chosen else "")
    return found


def test_what_was_recognised_is_confirmed_and_becomes_a_draft(cast: Cast, client: Client) -> None:
    file = SimpleUploadedFile("meddelelse.txt", TEXT.encode("utf-8"), "text/plain")
    page = client.post(reverse("bring-in-release"), {"file": file})
    assert page.status_code == 200
    assert "Confirm what was recognised" in page.text
    assert not Release.objects.exists()
    answer = client.post(reverse("write-release"), sent_by(page.text))
    assert answer.status_code == 302
    row = Version.objects.get()
    words = wording_of(row)
    assert row.language == Language.DANISH
    assert words.headline == "Ny sensor opdager tryksår, før huden går i stykker"
    assert words.lead.startswith("Østuniversitetet og Nordsensor har afprøvet")
    assert "mærker trykket på huden hele natten igennem" in words.body
    assert "PRESSEMEDDELELSE" not in words.body
    assert [one.heading for one in words.fact_boxes] == ["FAKTA"]
    assert "120 beboere" in words.fact_boxes[0].body
    assert [(one.text.split(",")[0], one.speaker) for one in words.quotes] == [QUOTED]
    assert row.release.place_da == "Aalborg"
    contact = Contact.objects.get()
    assert (contact.name, contact.title_da, contact.email) == (
        "Bo Eksempelsen",
        "pressechef",
        "bo@example.org",
    )
    assert contact.phone.replace(" ", "").endswith("12345678")
    assert contact.organisation_id == cast.company.pk


def test_what_is_uncertain_is_said_and_stays_said_while_it_is_written(client: Client) -> None:
    page = client.post(reverse("bring-in-release"), {"text": TEXT})
    notes = re.findall(r'<input type="hidden" name="note" value="([^"]*)"', page.text)
    assert any("2 March 2026" in one for one in notes)
    again = client.post(reverse("write-release"), {**sent_by(page.text), "action": "add:facts"})
    kept = re.findall(r'<input type="hidden" name="note" value="([^"]*)"', again.text)
    assert kept == notes


def test_issuers_that_the_text_names_are_ticked_where_the_directory_has_them(
    cast: Cast, client: Client
) -> None:
    names = "PRESSEMEDDELELSE PÅ VEGNE AF\n\nNordsensor, Østuniversitetet, Ukendt Institut"
    text = TEXT.replace("PRESSEMEDDELELSE", names)
    page = client.post(reverse("bring-in-release"), {"text": text})
    sent = sent_by(page.text)
    assert "Ukendt Institut" in " ".join(sent["note"])
    assert set(sent["issuers"]) == {str(cast.company.pk), str(cast.university.pk)}


def test_two_issuers_with_and_between_them_are_two_where_the_directory_says_so(
    cast: Cast, client: Client
) -> None:
    names = "PRESSEMEDDELELSE PÅ VEGNE AF\n\nNordsensor og Østuniversitetet (ØU), Skole og Samfund, Ukendt Institut"
    page = client.post(reverse("bring-in-release"), {"text": TEXT.replace("PRESSEMEDDELELSE", names)})
    sent = sent_by(page.text)
    assert set(sent["issuers"]) == {str(cast.company.pk), str(cast.university.pk)}
    assert "Skole og Samfund, Ukendt Institut" in " ".join(sent["note"])


def test_a_contact_belongs_to_the_issuer_whose_name_is_part_of_what_stands_there(
    cast: Cast, client: Client
) -> None:
    names = "PRESSEMEDDELELSE PÅ VEGNE AF\n\nNordsensor, Østuniversitetet"
    text = TEXT.replace("PRESSEMEDDELELSE", names).replace(
        "pressechef, Nordsensor", "dekan, Fakultet 3, Østuniversitetet"
    )
    sent = sent_by(client.post(reverse("bring-in-release"), {"text": text}).text)
    assert sent["contacts-0-organisation_id"] == [str(cast.university.pk)]
    other = text.replace("Fakultet 3, Østuniversitetet", "Fjernlab A/S")
    sent = sent_by(client.post(reverse("bring-in-release"), {"text": other}).text)
    assert sent["contacts-0-organisation_id"] == [""]
    assert sent["contacts-0-title"] == ["dekan, Fjernlab A/S"]


def test_a_second_number_of_a_contact_is_told(client: Client) -> None:
    text = TEXT.replace("tlf. 12 34 56 78", "tlf. 12 34 56 78, mobil 87 65 43 21")
    sent = sent_by(client.post(reverse("bring-in-release"), {"text": text}).text)
    assert [one for one in sent["note"] if "87 65 43 21" in one and "12 34 56 78" not in one]


HOURS = "tlf. 12 34 56 78 (hverdage kl. 9-15), bo@example.org"


@pytest.mark.parametrize(("language", "column"), [("da", "hours_da"), ("en", "hours_en")])
def test_telephone_hours_are_shown_and_confirmed_in_the_language_of_the_text(
    client: Client, language: str, column: str
) -> None:
    text = TEXT.replace("tlf. 12 34 56 78, bo@example.org", HOURS)
    sent = sent_by(client.post(reverse("bring-in-release"), {"text": text}).text)
    assert sent["contacts-0-hours"] == ["hverdage kl. 9-15"]
    assert sent["contacts-0-phone"] == ["12 34 56 78"]
    place = {"place_da": [""], "place_en": [""]}
    assert client.post(reverse("write-release"), {**sent, **place, "language": language}).status_code == 302
    contact = Contact.objects.get()
    assert getattr(contact, column) == "hverdage kl. 9-15"
    assert contact.hours_da + contact.hours_en == "hverdage kl. 9-15"


def test_hours_that_may_be_meant_for_others_are_told_as_a_guess(client: Client) -> None:
    text = (
        TEXT.replace("kontaktes:", "kontaktes (hverdage kl. 9-15):") + "Dagny Eksempelsen, tlf. 87 65 43 21\n"
    )
    sent = sent_by(client.post(reverse("bring-in-release"), {"text": text}).text)
    assert [sent[f"contacts-{at}-hours"] for at in (0, 1)] == [["hverdage kl. 9-15"]] * 2
    (note,) = [one for one in sent["note"] if one.startswith("Telephone hours")]
    assert "Bo Eksempelsen" in note
    assert "Dagny Eksempelsen" in note


def test_members_without_bullets_are_told_as_a_guess_and_stay_in_the_text(client: Client) -> None:
    names = "Partnerne er:\n\nNordby Universitet\n\nTangfonden\n\nRegion Vestø\n\nDen næste prøve"
    sent = sent_by(
        client.post(reverse("bring-in-release"), {"text": TEXT.replace("Den næste prøve", names)}).text
    )
    assert "- Nordby Universitet\n- Tangfonden\n- Region Vestø" in sent["body"][0]
    notes = " ".join(sent["note"])
    assert "A list of 3 members" in notes
    assert "short lines without bullets" in notes


def test_a_page_with_scripts_brings_in_words_only(client: Client) -> None:
    source = (
        "<html><body><h1>Ny <script>alert(1)</script>sensor</h1><p><b>Det er nyt.</b></p>"
        "<p onclick='x()'>En <a href='javascript:x()'>tekst</a> om *stjerner*.</p></body></html>"
    )
    file = SimpleUploadedFile("side.html", source.encode(), "text/html")
    page = client.post(reverse("bring-in-release"), {"file": file})
    sent = sent_by(page.text)
    assert sent["headline"] == ["Ny sensor"]
    assert "javascript" not in "".join(sent["body"])
    preview = client.post(reverse("write-release"), {**sent, "preview": "1"}).text
    assert "om *stjerner*" in preview
    assert "onclick" not in preview


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("tom.txt", b" \n\n", "There is no text in the file."),
        ("gammel.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "neither HTML, DOCX, PDF"),
        ("brudt.docx", b"PK\x03\x04" + b"x" * 200, "damaged"),
        ("brudt.pdf", b"%PDF-1.7\n" + b"x" * 200, "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_what_to_do(
    client: Client, name: str, content: bytes, told: str
) -> None:
    page = client.post(reverse("bring-in-release"), {"file": SimpleUploadedFile(name, content)})
    assert page.status_code == 400
    assert told in page.text


def test_nothing_or_both_is_asked_about(client: Client) -> None:
    assert client.get(reverse("bring-in-release")).status_code == 200
    assert client.post(reverse("bring-in-release"), {"text": " "}).status_code == 400
    both = {"file": SimpleUploadedFile("a.txt", TEXT.encode()), "text": TEXT}
    assert client.post(reverse("bring-in-release"), both).status_code == 400


@pytest.mark.parametrize(("name", "status"), [("visitor", 302), ("administrator", 403), ("secretariat", 200)])
def test_who_may_bring_in(cast: Cast, name: str, status: int) -> None:
    client = Client()
    if name != "visitor":
        client.force_login(cast.users[name])
    assert client.get(reverse("bring-in-release")).status_code == status


def test_the_command_makes_a_draft_of_each_file_and_tells_of_the_others(cast: Cast, tmp_path: Path) -> None:
    good, empty = tmp_path / "god.txt", tmp_path / "tom.txt"
    good.write_text(TEXT, encoding="utf-8")
    empty.write_text("\n")
    paths = [empty, good, tmp_path / "væk.txt"]
    issuers = issuers_named(SYSTEM, ["Nordsensor", str(cast.university.pk)])
    looked = bring_in(SYSTEM, paths, issuers, store=False)
    assert not Release.objects.exists()
    assert looked[1].headline.startswith("Ny sensor")
    found = bring_in(SYSTEM, paths, issuers, store=True)
    row = Version.objects.get()
    assert [bool(one.problems) for one in found] == [True, False, True]
    assert found[1].version == str(row.pk)
    assert [one.organisation_id for one in row.release.issuers.all()] == issuers
    assert [(one.text.split(",")[0], one.speaker) for one in wording_of(row).quotes] == [QUOTED]


def test_the_command_tells_of_contacts_that_are_not_whole(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "god.txt"
    path.write_text(TEXT.replace("bo@example.org", HOURS) + "- Dagny Eksempelsen, lektor\n", encoding="utf-8")
    (found,) = bring_in(SYSTEM, [path], [cast.company.pk], store=True)
    assert found.problems == ()
    assert [one for one in found.notes if "Dagny Eksempelsen, lektor" in one and "Not taken over" in one]
    contact = Contact.objects.get()
    assert (contact.name, contact.hours_da) == ("Bo Eksempelsen", "hverdage kl. 9-15")


def test_a_release_that_names_nobody_who_issues_it_is_told(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "uden.txt"
    path.write_text(TEXT, encoding="utf-8")
    (found,) = bring_in(SYSTEM, [path], [], store=True)
    assert "--organisation" in found.problems[0]
    assert not Release.objects.exists()
    with pytest.raises(CommandError):
        issuers_named(SYSTEM, ["Findes ikke"])
    with pytest.raises(NotFound):
        issuers_named(SYSTEM, [str(uuid.uuid4())])
