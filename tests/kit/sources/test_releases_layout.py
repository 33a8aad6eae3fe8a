"""How a release was set: in columns, with words parted at line ends, with what stands between the contacts."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.kit.sources import releases_made_up as made
from vidensbro.kit.sources.releases import read_release, ways_in
from vidensbro.kit.sources.releases.columns import Word, regions

FULL = "Værkstedet ligger på kajen og er åbent for alle, der vil måle noget i saltvand uden at eje"
START = f"Nyt om tang\n\nTangen er her, og det er de glade for i hele Nordby.\n\n{FULL}\n"


def draft(name: str, data: bytes | str):
    done = read_release(name, data.encode() if isinstance(data, str) else data)
    assert done.draft, done.problems
    return done.draft


def columned() -> bytes:
    weasyprint = pytest.importorskip("weasyprint", exc_type=OSError)
    facts = "".join(f"<li>{one.replace('&', '&amp;')}</li>" for one in made.MEMBERS)
    source = f"""<html lang="da"><style>@page {{ size: A4; margin: 2cm }}
body {{ font: 10.5pt/1.35 "DejaVu Sans", sans-serif }} p {{ margin: 0 0 .9em; hyphens: auto }} h1 {{ font-size: 22pt }}
.columns {{ columns: 2; column-gap: 1cm; column-fill: auto; height: 8.5cm }}</style>
<p>PRESSEMEDDELELSE</p><h1>{made.HEADLINE}</h1><p><b>{made.LEAD}</b></p><div class="columns">
<p>{made.FIRST}</p><p>”{made.SAID},” siger Asta Prøvesen, formand for Havnens Robotter.</p>
<p>{made.SECOND}</p><h2>Fakta</h2><ul>{facts}</ul><h2>Kontakt</h2>
<p>Asta Prøvesen, formand, tlf. 12 34 56 78, asta@robotter.example</p></div></html>"""
    return bytes(weasyprint.HTML(string=source).write_pdf())


def test_columns_are_read_one_after_the_other():
    found = draft("columns.pdf", columned())
    assert (found.headline.text, found.lead.text) == (made.HEADLINE, made.LEAD)
    assert made.FIRST in found.body.text
    assert made.SECOND in found.body.text
    assert [(one.text, one.speaker) for one in found.quotes] == [(made.SAID, "Asta Prøvesen")]
    (box,) = found.fact_boxes
    assert box.body.count("- ") == len(made.MEMBERS) + 1
    assert [(one.name, one.email) for one in found.contacts] == [("Asta Prøvesen", "asta@robotter.example")]


def line(text: str, x0: float, top: float) -> list[Word]:
    """Words set in letters of five points' width."""
    found = []
    for word in text.split():
        found.append(Word(word, x0, x0 + 5 * len(word), top, top + 10))
        x0 += 5 * len(word) + 3
    return found


def test_a_table_is_read_row_by_row():
    words = [word for at in range(12) for word in (*line("Bo", 50, 20 * at), *line("12 34", 300, 20 * at))]
    assert [one.column for one in regions(words, 600, 800)] == [0]


def test_text_across_the_strip_is_read_before_what_is_below_it():
    column = "syv bogstaver og mange flere her"
    across = " ".join(["ord"] * 22)
    words = [
        *line(across, 50, 10),
        *(word for at in range(8) for x in (50, 300) for word in line(column, x, 40 + 15 * at)),
        *line(across, 50, 170),
    ]
    found = regions(words, 600, 800)
    assert [one.column for one in found] == [0, 1, 1, 0]
    lefts = [one.x0 for one in found if one.column]
    assert lefts == sorted(lefts)


def test_lines_that_all_stand_across_the_strip_are_no_columns():
    column = "syv bogstaver og mange flere her"
    across = " ".join(["ord"] * 22)
    words = [
        *(word for at in range(5) for word in line(across, 50, 10 + 15 * at)),
        *(word for at in range(8) for x in (50, 300) for word in line(column, x, 100 + 15 * at)),
    ]
    assert [one.column for one in regions(words, 600, 800)] == [0, 1, 1]


@pytest.mark.parametrize(
    ("ends", "goes_on", "shown"),
    [
        ("en afprøv\u00ad", "ning i havnen.", "en afprøvning i havnen"),
        ("en afprøv\u2010", "ning i havnen.", "en afprøvning i havnen"),
        ("en life science-", "klynge i havnen.", "en life science-klynge i havnen"),
        ("en afprøv-", "ning i havnen. En afprøvning til.", "en afprøvning i havnen"),
        ("både pleje-", "og sundhedsfolk er med.", "både pleje- og sundhedsfolk"),
        ("skriv til nord-", "havn@tang.example i dag.", "nord-havn@tang.example"),
        ("en medlemsdrevet og -", "betalt forening.", "en medlemsdrevet og -betalt forening"),
    ],
)
def test_a_hyphen_that_only_parts_a_word_goes(ends, goes_on, shown):
    text = f"{START}{FULL} {ends}\n{goes_on}\n\nDet varer i tre år.\n"
    assert shown in draft("x.txt", text).body.text.replace("\\", "")


def test_where_many_lines_end_in_a_hyphen_a_program_put_them_there():
    halves = (("afprø", "ver"), ("gen", "tager"), ("må", "ler"), ("for", "tæller"))
    parted = "".join(
        f"{FULL} og {one}-\n{two} det hele igen og igen i det lange løb\n" for one, two in halves
    )
    body = draft("x.txt", f"{START}{parted}\nDet varer i tre år.\n").body.text
    assert all(one in body for one in ("og afprøver", "og gentager", "og måler", "og fortæller"))


def test_what_stands_between_and_after_the_contacts_is_text_and_no_title():
    text = (
        "En overskrift\n\nEt afsnit.\n\nKontakter\nAsta Prøvesen, formand, asta@robotter.example\n\n"
        "Kontoret holder flyttedag i maj.\n\nBo Opdigtet, pressechef, bo@nordby.example\n\n"
        "Billeder kan hentes på example.org/presse\n"
    )
    found = draft("x.txt", text)
    assert [(one.name, one.title) for one in found.contacts] == [
        ("Asta Prøvesen", "formand"),
        ("Bo Opdigtet", "pressechef"),
    ]
    assert "Kontoret holder flyttedag" in found.body.text
    assert "Billeder kan hentes" in found.body.text


def test_contacts_whose_lines_are_full_stay_apart():
    asta = "Asta Prøvesen, formand, Havnens Robotter, tlf. 12 34 56 78, asta@robotter.example"
    bo = "Bo Opdigtet, pressechef, Nordby Universitet, bo@nordby.example, tlf. 87 65 43 21"
    dagny = "Dagny Prøvesen, lektor"
    found = draft("x.txt", f"{START}{FULL}\nog bagefter hjem.\n\nKontakt\n{asta}\n{bo}\n{dagny}\n")
    assert [one.name for one in found.contacts] == ["Asta Prøvesen", "Bo Opdigtet", "Dagny Prøvesen"]


def test_a_fact_box_keeps_the_whole_of_its_heading():
    body = made.paragraph("En overskrift", "Titel") + made.paragraph("Et afsnit om tang.")
    body += made.paragraph("Fakta: Sådan er det sat sammen", bold=True) + made.paragraph(
        "Det varer i tre år."
    )
    (box,) = draft("x.docx", made.docx(body)).fact_boxes
    assert (box.heading, box.body) == ("Fakta: Sådan er det sat sammen", "Det varer i tre år.")


def test_who_goes_on_is_who_spoke_before():
    text = (
        f"En overskrift\n\nEt afsnit.\n\n”{made.SAID},” siger Asta Prøvesen, formand, og fortsætter:\n\n"
        "”Det er der ikke mange andre steder, man må.”\n\nEt afsnit til.\n"
    )
    first, second = draft("x.txt", text).quotes
    assert (second.speaker, second.title) == (first.speaker, first.title) == ("Asta Prøvesen", "formand")
    assert second.evidence.reason == "same_speaker"


def test_every_way_to_reach_somebody_is_found_in_what_stood_there():
    assert ways_in("Bo OpdigtetNOU\nTlf:41 58 45 10bo@nou.exampleNordby\nmobil 87 65 43 21") == [
        "bo@nou.example",
        "41 58 45 10",
        "87 65 43 21",
    ]


@pytest.mark.parametrize("day", ["12-05-2026", "12.05.2026", "12/5/2026", "2026-05-12"])
def test_a_day_is_no_headline(day):
    found = draft("x.txt", f"Pressemeddelelse\n{day}\n\nNyt om tang\n\nEt afsnit om tang.\n")
    assert found.headline.text == "Nyt om tang"
    assert found.date_line.date == dt.date(2026, 5, 12)


def test_the_fields_of_a_form_are_told_apart():
    text = (
        "En overskrift\n\nEt afsnit.\n\nKontakt:\nNavn: Asta Prøvesen\nStilling: Formand\n"
        "Virksomhed: Værft A/S\nTelefon: 12345678\nE-mail: asta@robotter.example\n"
    )
    (asta,) = draft("x.txt", text).contacts
    assert (asta.name, asta.title, asta.organisation) == ("Asta Prøvesen", "Formand", "Værft A/S")


def test_what_a_page_marks_as_quotation_and_what_stands_above_the_headline():
    page = (
        f"<html><body><div><a>Menu</a></div><div><h1>{made.HEADLINE}</h1><div class='teaser'>{made.LEAD}</div>"
        f"<p>{made.FIRST}</p><blockquote><p>{made.SAID}.</p><footer>Asta Prøvesen, formand</footer></blockquote>"
        f"<div class='factbox'><h3>Om tang</h3><blockquote>{made.SAID}</blockquote><p>Den vokser.</p></div>"
        f"<p>{made.SECOND}</p></div></body></html>"
    )
    found = draft("x.html", page)
    assert (found.headline.text, found.lead.text) == (made.HEADLINE, made.LEAD)
    assert [(one.speaker, one.title) for one in found.quotes] == [("Asta Prøvesen", "formand")]
    (box,) = found.fact_boxes
    assert "Den vokser" in box.body


@pytest.mark.parametrize("frame", ["<table><tr><td>{}</td></tr></table>", "<aside>{}</aside>"])
def test_a_fact_box_ends_with_its_frame(frame):
    box = frame.format("<p><b>Fakta</b></p><p>Den vokser i hele fjorden.</p><p>Den er grøn.</p>")
    before = f"<h1>{made.HEADLINE}</h1><p>{made.LEAD}</p><p>{made.FIRST}</p>"
    page = f"<html><body>{before}{box}<p>{made.SECOND}</p></body></html>"
    found = draft("x.html", page)
    (facts,) = found.fact_boxes
    assert facts.body == "Den vokser i hele fjorden.\n\nDen er grøn."
    assert found.body.text == f"{made.FIRST}\n\n{made.SECOND}"


def test_a_fact_box_of_word_ends_with_its_text_box():
    inner = (
        made.paragraph("FAKTA", bold=True) + made.paragraph("Den vokser.") + made.paragraph("• Den er grøn.")
    )
    box = (
        '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>'
        f"{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    body = made.paragraph(made.HEADLINE, "Titel") + made.paragraph(made.LEAD, bold=True)
    body += made.paragraph(made.FIRST) + box + made.paragraph(made.SECOND)
    found = draft("x.docx", made.docx(body))
    (facts,) = found.fact_boxes
    assert facts.body == "Den vokser.\n\n- Den er grøn."
    assert found.body.text == f"{made.FIRST}\n\n{made.SECOND}"


def test_a_word_above_the_headline_is_not_it():
    found = draft(
        "x.txt", f"Søg\n\nNyt samarbejde om tang i Region Vestø\n\n{FULL}.\n\nDet varer.\n\nI tre år.\n"
    )
    assert (found.headline.text, found.headline.evidence.sure) == (
        "Nyt samarbejde om tang i Region Vestø",
        "unsure",
    )
    assert found.lead.text == f"{FULL}."
    assert found.body.text.startswith("Søg\n")
    assert draft("x.txt", "Tangfesten\n\nDen begynder i maj.\n").headline.text == "Tangfesten"


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("Pressemeddelelse: Onsdag d. 26. august 2026", ""),
        ("Pressemeddelelse • Aug 26, 2026 15:55 CET", ""),
        ("Pressemeddelelse • Nordby, onsdag den 26. august 2026", "Nordby"),
    ],
)
def test_the_day_of_the_week_is_no_place(line, place):
    found = draft("x.txt", f"{line}\n\nNyt om tang\n\nEt afsnit om tang.\n")
    assert (found.date_line.place, found.date_line.date) == (place, dt.date(2026, 8, 26))
    assert found.headline.text == "Nyt om tang"


def test_lines_drawn_with_characters_go():
    found = draft(
        "x.txt", f"{START}\n***\nKontakt: Bo Opdigtet, tlf. 12 34 56 78\n***\n\nBilleder kan hentes i dag.\n"
    )
    assert [one.text for one in found.contacts] == ["Bo Opdigtet, tlf. 12 34 56 78"]
    assert "*" not in found.body.text
    assert [one.evidence.reason for one in found.cut].count("rule") == 2


def test_a_title_before_the_name_and_a_desk_are_contacts_of_their_own():
    text = (
        f"{START}\nKontakter\nRektor Asta Prøvesen, Nordby Universitet, tlf. 12 34 56 78\n"
        "Kommunikationsmedarbejder Bo Opdigtet, mobil 87 65 43 21 eller på bo@nou.example\n"
        "Pressevagten\nTlf: 11 22 33 44\n"
    )
    assert [(one.name, one.title, one.organisation) for one in draft("x.txt", text).contacts] == [
        ("Asta Prøvesen", "Rektor", "Nordby Universitet"),
        ("Bo Opdigtet", "Kommunikationsmedarbejder", ""),
        ("Pressevagten", "", ""),
    ]


@pytest.mark.parametrize(
    "about", ["Om Nordby Universitet: Det er opdigtet.", "Information om NOU\nHavnegade 1\n9999 Nordby"]
)
def test_what_is_about_the_issuer_stands_in_no_contact(about):
    found = draft("x.txt", f"{START}\nKontakt\nBo Opdigtet, tlf. 12 34 56 78\n\n{about}\n")
    assert [one.text for one in found.contacts] == ["Bo Opdigtet, tlf. 12 34 56 78"]
    assert {one.evidence.reason for one in found.cut} == {"part_heading", "about_issuer"}


def test_a_question_above_a_paragraph_is_its_heading():
    assert (
        f"## Hvad sker der nu?\n\n{FULL}"
        in draft("x.txt", f"{START}\nHvad sker der nu?\n\n{FULL}.\n").body.text
    )


def test_few_words_that_somebody_is_named_for_are_a_quotation_and_tell_who_goes_on():
    said = "”Vi er glade,” fortæller lektor Asta Prøvesen. ”Det havde vi ikke turdet håbe på i går.”"
    first, second = draft("x.txt", f"{START}\n{said}\n\nDet varer i tre år.\n").quotes
    assert (first.text, first.speaker, first.title) == ("Vi er glade", "Asta Prøvesen", "lektor")
    assert (second.speaker, second.evidence.reason) == ("Asta Prøvesen", "same_speaker")


def test_she_who_goes_on_is_who_spoke_before():
    text = (
        f"{START}\n”{made.SAID},” siger Asta Prøvesen, der er lektor ved Institut for Tang.\n\n"
        "Hun peger på, at vandet er blevet renere i mange år:\n\n”Det er ikke tilfældigt, at den kommer igen nu.”\n"
    )
    first, second = draft("x.txt", text).quotes
    assert (first.speaker, first.title) == ("Asta Prøvesen", "lektor ved Institut for Tang")
    assert (second.speaker, second.title) == (first.speaker, first.title)
    assert second.evidence.reason == "same_speaker"


def test_the_day_at_the_end_of_the_line_that_says_whose_release_it_is():
    found = draft("x.txt", f"Pressemeddelelse fra Nordby Universitet        4. februar 2026\n\n{START}")
    assert found.date_line.date == dt.date(2026, 2, 4)
    assert [one.text for one in found.cut] == ["Pressemeddelelse fra Nordby Universitet"]


def test_what_stands_under_a_picture_is_no_text_but_under_a_quotation_it_is_who_says_it():
    page = (
        f"<html><body><h1>{made.HEADLINE}</h1><p>{made.LEAD}</p>"
        "<figure><img src='x.jpg'><figcaption>Tang i Nordby. Foto: Bo Opdigtet</figcaption></figure>"
        f"<p>{made.FIRST}</p><figure><blockquote>{made.SAID}</blockquote>"
        f"<figcaption>Asta Prøvesen, formand</figcaption></figure><p>{made.SECOND}</p></body></html>"
    )
    found = draft("x.html", page)
    assert [(one.text, one.evidence.reason) for one in found.cut] == [
        ("Tang i Nordby. Foto: Bo Opdigtet", "caption")
    ]
    assert "Foto" not in found.body.text
    assert [(one.text, one.speaker, one.title) for one in found.quotes] == [
        (made.SAID, "Asta Prøvesen", "formand")
    ]


@pytest.mark.parametrize(
    "button",
    [
        "Del på Facebook",
        "Del artiklen:",
        "Udskriv",
        "Følg os på LinkedIn",
        "Share this page",
        "Tilmeld dig nyhedsbrevet",
    ],
)
def test_a_button_below_the_headline_ends_no_release(button):
    found = draft(
        "x.txt", f"Nyt om tang i Nordby\n\n{button}\n\n{FULL}.\n\nDet varer i tre år.\n\nSå er det slut.\n"
    )
    assert [(one.text, one.evidence.reason) for one in found.cut] == [(button, "publisher")]
    assert (found.lead.text, found.body.text) == (f"{FULL}.", "Det varer i tre år.\n\nSå er det slut.")


@pytest.mark.parametrize(
    "prose",
    ["Del denne viden med andre, siger fiskerne i Nordby.", "Udskriv ingen valg, før tangen er talt."],
)
def test_prose_that_begins_like_a_button_is_prose(prose):
    assert prose in draft("x.txt", f"{START}\n{prose}\n\nDet varer i tre år.\n").body.text


@pytest.mark.parametrize(
    "row",
    [
        "Kontakt: Bo Opdigtet, pressechef, tlf. 12 34 56 78, og Asta Prøvesen, lektor, tlf. 87 65 43 21",
        "Kontakt: Pressechef Bo Opdigtet, tlf. 12 34 56 78 (kl. 9-15) eller lektor Asta Prøvesen på 87 65 43 21.",
        "Kontakt\nPressechef Bo Opdigtet, b@nou.example, 12 34 56 78 | Lektor Asta Prøvesen, a@nu.example, 87 65 43 21",
    ],
)
def test_two_people_in_a_row_are_two_contacts(row):
    bo, asta = draft("x.txt", f"{START}\n{row}\n").contacts
    assert (bo.name, bo.title.casefold(), bo.phone) == ("Bo Opdigtet", "pressechef", "12 34 56 78")
    assert (asta.name, asta.title.casefold(), asta.phone) == ("Asta Prøvesen", "lektor", "87 65 43 21")


def test_an_organisation_between_number_and_address_begins_nobody():
    row = "Kontakt: Bo Opdigtet, pressechef, tlf. 12 34 56 78, Nordby Havn, bo@nou.example"
    (bo,) = draft("x.txt", f"{START}\n{row}\n").contacts
    assert (bo.name, bo.organisation, bo.email, bo.phone) == (
        "Bo Opdigtet",
        "Nordby Havn",
        "bo@nou.example",
        "12 34 56 78",
    )
