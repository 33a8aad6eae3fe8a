"""A release is read alike from every format: its parts, and what was left out."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from markdown_it import MarkdownIt

from tests.kit.sources import releases_made_up as made
from vidensbro.kit.sources.releases import (
    REASONS,
    ReleaseDraft,
    read_release,
    read_release_file,
)


def read(name: str, data: bytes | str) -> ReleaseDraft:
    """The draft of a file with nothing wrong."""
    done = read_release(name, data.encode() if isinstance(data, str) else data)
    assert done.draft, done.problems
    assert done.problems == ()
    return done.draft


@pytest.fixture(scope="module")
def pdf() -> bytes:
    weasyprint = pytest.importorskip("weasyprint", exc_type=OSError)
    return bytes(weasyprint.HTML(string=made.print_html()).write_pdf())


def check_common(draft: ReleaseDraft) -> None:
    assert draft.language == "da"
    assert draft.headline.text == made.HEADLINE
    assert draft.lead.text == made.LEAD
    assert made.SECOND.split(". ")[0] in draft.body.text
    assert [quote.speaker for quote in draft.quotes] == ["Asta Prøvesen"]
    assert draft.quotes[0].text == made.SAID
    assert "formand" in draft.quotes[0].title
    asta = draft.contacts[0]
    assert (asta.name, asta.title, asta.email) == ("Asta Prøvesen", "formand", "asta@robotter.example")
    assert asta.phone.replace(" ", "") == "12345678"
    (box,) = draft.fact_boxes
    assert all(one.replace("&", "\\&") in box.body or one in box.body for one in made.MEMBERS)
    assert any(one.evidence.reason == "release_mark" for one in draft.cut)


def test_plain_text_gives_every_part():
    draft = read("release.txt", made.PLAIN)
    check_common(draft)
    assert draft.headline.evidence.place.first == 4
    assert draft.embargo is not None
    assert draft.embargo.until == dt.datetime(2026, 5, 7, 6, 0, tzinfo=ZoneInfo("Europe/Copenhagen"))
    assert (draft.date_line.place, draft.date_line.date) == ("Nordby", dt.date(2026, 5, 6))
    assert draft.body.text.startswith("Foreningen Havnens Robotter åbner")
    assert draft.fact_boxes[0].heading == "FAKTA"
    assert draft.members[0].names == tuple(made.MEMBERS)
    assert draft.members[0].role == "members"
    bo = draft.contacts[1]
    assert (bo.name, bo.title, bo.organisation, bo.email, bo.phone) == (
        "Bo Opdigtet",
        "Pressechef",
        "Nordby Universitet",
        "bo.opdigtet@nordby.example",
        "+45 87 65 43 21",
    )
    assert {one.text: one.evidence.reason for one in draft.cut} == {
        "PRESSEMEDDELELSE": "release_mark",
        "Kontakter": "part_heading",
        "Om Havnens Robotter": "about_issuer",
        "Foreningen er opdigtet og har ingen medlemmer i virkeligheden.": "about_issuer",
        "Følg pressemeddelelser fra Havnens Robotter": "publisher",
        "Skriv dig op her.": "publisher",
    }


def test_a_page_gives_its_article_and_cuts_what_is_around_it():
    draft = read("release.html", made.page())
    check_common(draft)
    assert draft.headline.evidence.reason == "marked"
    assert draft.headline.evidence.sure == "certain"
    assert draft.lead.evidence.reason == "marked"
    assert "## Åbent for alle" in draft.body.text
    assert "[planen](<https://robotter.example/plan>)" in draft.body.text
    assert "**Asta Prøvesen**" in draft.body.text
    assert "javascript" not in draft.body.text
    assert "steal" not in repr(draft)
    assert draft.fact_boxes[0].heading == "Fakta om foreningen"
    assert draft.members[0].names == tuple(made.MEMBERS)
    assert [one.name for one in draft.contacts] == ["Asta Prøvesen", "Bo Opdigtet"]
    assert [one.organisation for one in draft.contacts] == ["Havnens Robotter", "Nordby Universitet"]
    left_out = {one.text: one.evidence.reason for one in draft.cut}
    assert left_out["Forsiden"] == left_out["Alle sider"] == "page_furniture"
    assert left_out["Skjult linje"] == "hidden"


def test_word_gives_headings_items_and_bold_lead():
    draft = read("release.docx", made.word())
    check_common(draft)
    assert draft.lead.evidence.reason == "strong_after_headline"
    assert draft.headline.evidence.place.unit == "paragraph"
    assert draft.fact_boxes[0].body.count("- ") >= 4
    assert [one.name for one in draft.contacts] == ["Asta Prøvesen", "Bo Opdigtet"]


def test_pdf_lines_become_paragraphs_and_page_numbers_go(pdf):
    draft = read("release.pdf", pdf)
    check_common(draft)
    assert made.FIRST in draft.body.text
    assert draft.headline.evidence.place.page == 1
    assert draft.contacts[0].evidence.place.page == 2
    furniture = {one.text for one in draft.cut if one.evidence.reason == "page_furniture"}
    assert furniture == {"Side 1 af 2", "Side 2 af 2"}


def test_hard_breaks_and_stray_blank_lines_do_not_cut_paragraphs():
    broken = (
        "Pressemeddelelse       07.05.2026 \n \n\nEn kort overskrift om tang og \n\nalger\n \n\n"
        "Tangen i fjorden vokser hurtigere end nogensinde, og det kan mærkes hos de fiskere, der \n\n"
        "hver morgen sejler ud for at se til deres liner. Nu vil kommunen måle, hvor meget der kan \n\n"
        "høstes uden at skade ålegræsset.  \n\n \n\n"
        "Målingerne begynder til sommer og varer i tre år. De udføres af studerende, som bor i de \n\n"
        "gamle både ved kajen, og som sender tallene til land hver aften.  \n\n \n\n"
        "Fisk og folk \n\n"
        "Fiskerne har længe ønsket sig tal, der kan stå mål med det, de selv ser, og som ikke kun \n\n"
        "gælder for et enkelt år. Det får de nu.  \n\n"
    )
    draft = read("tang.txt", broken)
    assert draft.headline.text == "En kort overskrift om tang og alger"
    assert draft.lead.text.startswith("Tangen i fjorden")
    assert draft.lead.text.endswith("skade ålegræsset.")
    assert draft.body.text.split("\n\n") == [
        "Målingerne begynder til sommer og varer i tre år. De udføres af studerende, som bor i de "
        "gamle både ved kajen, og som sender tallene til land hver aften.",
        "## Fisk og folk",
        "Fiskerne har længe ønsket sig tal, der kan stå mål med det, de selv ser, og som ikke kun "
        "gælder for et enkelt år. Det får de nu.",
    ]
    assert draft.date_line.date == dt.date(2026, 5, 7)


def test_issuers_are_named_and_leave_the_body():
    draft = read(
        "issuers.txt",
        "Ny klynge for tang\n\nTre parter går sammen om tang.\n\nPRESSEMEDDELELSE PÅ VEGNE AF:\n"
        "Nordby Universitet, Sild- og Tangfonden, Værft & Søn (VS, Nordby) og Region Vestø.\n\n"
        "Det bliver sjovt.\n\nDet varer i tre år.\n",
    )
    (issuers,) = draft.members
    assert issuers.role == "issuers"
    assert issuers.names == (
        "Nordby Universitet",
        "Sild- og Tangfonden",
        "Værft & Søn (VS, Nordby)",
        "Region Vestø",
    )
    assert "Tangfonden" not in draft.body.text


def test_an_english_release():
    draft = read(
        "english.txt",
        "FOR IMMEDIATE RELEASE\n\nHarbour robots get a workshop of their own\n\n"
        "Twelve companies and two universities join forces to test swimming robots in the harbour of Northby.\n\n"
        "NORTHBY, Denmark, May 6, 2026 – The workshop opens in May and is free for small companies.\n\n"
        "“We have waited for years for a place where one may fail in salt water,” said Asta Testwoman, "
        "chair of Harbour Robots.\n\nThe workshop is paid for by its members.\n\n"
        "Facts\n- The workshop has four basins\n- It opens in May\n\n"
        "For further information:\nAsta Testwoman, chair, Harbour Robots, asta@robots.example, +45 12 34 56 78\n\n"
        "About Harbour Robots\nThe association is made up.\n\n###\n",
    )
    assert draft.language == "en"
    assert draft.headline.text == "Harbour robots get a workshop of their own"
    assert (draft.date_line.place, draft.date_line.date) == ("NORTHBY, Denmark", dt.date(2026, 5, 6))
    assert draft.quotes[0].speaker == "Asta Testwoman"
    assert draft.quotes[0].title == "chair of Harbour Robots"
    assert draft.fact_boxes[0].body == "- The workshop has four basins\n- It opens in May"
    assert draft.contacts[0].phone == "+45 12 34 56 78"
    reasons = [one.evidence.reason for one in draft.cut]
    assert sorted(reasons) == ["about_issuer", "about_issuer", "end_mark", "immediate", "part_heading"]


@pytest.mark.parametrize(
    ("heading", "parts"),
    [
        ("Kontakter", 1),
        ("Kontakt:", 1),
        ("Pressekontakt", 1),
        ("For flere oplysninger kan kontaktes:", 1),
        ("Yderligere oplysninger", 1),
        ("For yderligere information kontakt venligst:", 1),
        ("Press contact", 1),
        ("Media enquiries:", 1),
        ("Kontakter skaber vækst i hele landet.", 0),
        ("Kontakten er hurtig", 0),
    ],
)
def test_headings_of_contacts(heading, parts):
    text = f"En overskrift\n\nEt afsnit.\n\nEt til.\n\n{heading}\nBo Opdigtet, tlf. 12 34 56 78\n"
    assert len(read("x.txt", text).contacts) == parts


def test_contacts_in_a_sentence_after_the_heading():
    text = (
        "En overskrift\n\nEt afsnit.\n\nYderligere oplysninger: Bo Opdigtet, pressechef, bo@nordby.example\n"
    )
    (bo,) = read("x.txt", text).contacts
    assert (bo.name, bo.title, bo.email) == ("Bo Opdigtet", "pressechef", "bo@nordby.example")


def test_a_contact_that_has_run_together_is_parted_and_said_to_be_unsure():
    text = (
        "En overskrift\n\nEt afsnit.\n\nKontakter\nBo OpdigtetRektorNOU\n"
        "Tlf:12 34 56 78rektor@nou.exampleNordby Universitet\n"
    )
    (bo,) = read("x.txt", text).contacts
    assert (bo.name, bo.title, bo.phone) == ("Bo Opdigtet", "Rektor", "12 34 56 78")
    assert bo.email == "rektor@nou.example"
    assert bo.evidence.reason == "run_together"
    assert bo.evidence.sure == "unsure"


@pytest.mark.parametrize(
    ("sentence", "speaker", "title"),
    [
        (f"»{made.SAID},« siger Asta Prøvesen, formand.", "Asta Prøvesen", "formand"),
        (f"”{made.SAID}”, udtaler adm. direktør Bo van Opdigtet fra Værft A/S.", "Bo van Opdigtet",
         "adm. direktør fra Værft A/S"),
        (f"“{made.SAID},” says Asta Prøvesen, and smiles.", "Asta Prøvesen", ""),
        (f'"{made.SAID}," tilføjer rektor på NOU Asta Prøvesen, der også er fisker.', "Asta Prøvesen", "rektor på NOU"),
        (f"Rektor Asta Prøvesen siger: ”{made.SAID}.”", "Asta Prøvesen", "Rektor"),
        (f"– {made.SAID}, siger Asta Prøvesen, formand.", "Asta Prøvesen", "formand"),
        (f"»{made.SAID}.«", "", ""),
    ],
)  # fmt: skip
def test_who_says_it(sentence, speaker, title):
    draft = read("x.txt", f"En overskrift\n\nEt afsnit.\n\n{sentence}\n\nEt afsnit til.\n")
    (quote,) = draft.quotes
    assert (quote.speaker, quote.title) == (speaker, title)
    assert quote.text == made.SAID or quote.text == made.SAID + "."


def test_a_name_in_quotation_marks_is_no_quotation():
    draft = read(
        "x.txt", 'En overskrift\n\nDen nye "superfjord" og »Den store tangplan« er her.\n\nSlut på sagen.\n'
    )
    assert draft.quotes == ()


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("Klausuleret til den 7. maj 2026 kl. 06.00", "2026-05-07T06:00:00+02:00"),
        ("Klausuleret til 07.12.2026 kl. 6", "2026-12-07T06:00:00+01:00"),
        ("EMBARGO: 7 May 2026, 9.30 am CET", "2026-05-07T09:30:00+02:00"),
        ("Embargoed until May 7, 2026 at 11 pm UTC", "2026-05-07T23:00:00+00:00"),
        ("Må først offentliggøres torsdag den 7. maj 2026 klokken 24", "2026-05-08T00:00:00+02:00"),
    ],
)
def test_embargo_lines(line, until):
    draft = read("x.txt", f"{line}\n\nEn overskrift\n\nEt afsnit om tang.\n")
    assert draft.embargo is not None
    assert draft.embargo.until is not None
    assert draft.embargo.until.isoformat() == until
    assert draft.headline.text == "En overskrift"


def test_an_embargo_without_an_hour_says_so():
    draft = read("x.txt", "Klausuleret til 7. maj 2026\n\nEn overskrift\n\nEt afsnit om tang.\n")
    assert draft.embargo is not None
    assert draft.embargo.evidence.reason == "embargo_day_only"
    unknown = read("x.txt", "Embargo til fredag\n\nEn overskrift\n\nEt afsnit om tang.\n")
    assert unknown.embargo is not None
    assert unknown.embargo.until is None
    assert unknown.embargo.evidence.reason == "embargo_unreadable"


def test_every_reason_has_words():
    for text in (made.PLAIN, made.page()):
        draft = read("x", text)
        parts = [
            draft.headline,
            draft.lead,
            draft.body,
            *draft.cut,
            *draft.quotes,
            *draft.contacts,
            *draft.members,
        ]
        assert {one.evidence.reason for one in parts} <= set(REASONS)


def test_body_shows_what_the_source_said():
    text = "En overskrift\n\nEt afsnit.\n\n"
    text += "Et *mærke* og [en klamme] <b>her</b> &amp; der.\n\n1986. Det var.\n\n# ikke en\n"
    shown = MarkdownIt("commonmark").render(read("x.txt", text).body.text)
    assert not any(tag in shown for tag in ("<em>", "<h1>", "<ol"))
    assert "Et *mærke* og [en klamme] &lt;b&gt;her&lt;/b&gt; &amp;amp; der." in shown


def test_a_file_on_disk(tmp_path):
    path = tmp_path / "release.txt"
    path.write_text(made.PLAIN, encoding="cp1252")
    done = read_release_file(path)
    assert done.draft is not None
    assert done.draft.headline.text == made.HEADLINE
    assert [one.code for one in done.problems] == ["encoding_guessed"]
    (missing,) = read_release_file(tmp_path / "no.txt").problems
    assert missing.code == "not_found"
    assert "Check the path" in missing.message
