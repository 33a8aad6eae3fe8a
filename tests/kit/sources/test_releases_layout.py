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


@pytest.mark.parametrize(
    ("ends", "goes_on", "shown"),
    [
        ("en afprøv\u00ad", "ning i havnen.", "en afprøvning i havnen"),
        ("en afprøv\u2010", "ning i havnen.", "en afprøvning i havnen"),
        ("en life science-", "klynge i havnen.", "en life science-klynge i havnen"),
        ("en afprøv-", "ning i havnen. En afprøvning til.", "en afprøvning i havnen"),
        ("både pleje-", "og sundhedsfolk er med.", "både pleje- og sundhedsfolk"),
        ("skriv til nord-", "havn@tang.example i dag.", "nord-havn@tang.example"),
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
        "Telefonen er åben kl. 9-15\n\nBo Opdigtet, pressechef, bo@nordby.example\n\n"
        "Billeder kan hentes på example.org/presse\n"
    )
    found = draft("x.txt", text)
    assert [(one.name, one.title) for one in found.contacts] == [
        ("Asta Prøvesen", "formand"),
        ("Bo Opdigtet", "pressechef"),
    ]
    assert "Telefonen er åben" in found.body.text
    assert "Billeder kan hentes" in found.body.text


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
