"""Releases whose lines somebody broke by hand: what belongs together, and what only looks as if it did."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit.sources import releases_made_up as made
from vidensbro.kit.sources.releases import ReleaseDraft, read_release

LEAD = "Tangen er her, og det er de glade for i hele Nordby."
BODY = "Værkstedet åbner i maj, og alle må komme.\n\nDet varer i tre år, og så er det slut.\n"
MEMBERS = "\n".join(made.MEMBERS)
LISTED = "\n".join(f"- {one}" for one in made.MEMBERS)


def draft(data: str | bytes, name: str = "x.txt") -> ReleaseDraft:
    done = read_release(name, data.encode() if isinstance(data, str) else data)
    assert done.draft, done.problems
    return done.draft


def paragraphs(middle: str) -> list[str]:
    """The body's paragraphs of a release with these lines in its middle."""
    return draft(f"Nyt om tang\n\n{LEAD}\n\n{BODY}\n{middle}\n\nSå gik de hjem.\n").body.text.split("\n\n")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ny robot hjælper fiskerne", "hjem til tiden"),
        ("Ny robot hjælper Nordby og", "Vestø"),
        ("NY ROBOT HJÆLPER NORDBY OG", "VESTØ"),
        ("Ny robot er klar til", "Nordby Havn"),
        ("Millioner til robotter for", "Vestøs havne"),
        ("New robots for the", "Northby harbour"),
        ("Kan en robot hjælpe fiskerne", "hjem til tiden?"),
        ("Ny robot hjælper fiskerne", "hjem til\ntiden"),
    ],
)
def test_a_headline_of_two_lines_is_one(first, second):
    whole = f"{first} {second}".replace("\n", " ")
    for below in ("\n\n", "\n"):
        found = draft(f"{first}\n{second}{below}{LEAD}\n\n{BODY}")
        assert (found.headline.text, found.lead.text) == (whole, LEAD)
        assert found.headline.evidence.place.first == 1
        assert found.headline.evidence.place.last == 2 + second.count("\n")
        assert found.body.text == BODY.strip()


def test_a_headline_that_ends_in_a_conjunction_goes_on_below_a_blank_line():
    found = draft(f"Ny robot hjælper Nordby og\n\nVestø\n\n{LEAD}\n\n{BODY}")
    assert (found.headline.text, found.lead.text) == ("Ny robot hjælper Nordby og Vestø", LEAD)


@pytest.mark.parametrize(
    ("headline", "lead"),
    [
        ("Ny robot hjælper fiskerne", LEAD),
        ("Her er den havn, alle længes efter og betaler for", LEAD),
        ("Nu er robotten kommet til", "Er den god nok?"),
        ("Ny robot hjælper fiskerne", "iTang er navnet på den nye robot, og den er allerede i vandet."),
        ("Så er robotten her!", "og fiskerne er glade"),
        ("Ny robot hjælper fiskerne", "Sejlere og fiskere får hjælp"),
    ],
)
def test_a_lead_below_a_headline_stays_the_lead(headline, lead):
    found = draft(f"{headline}\n{lead}\n\n{BODY}")
    assert (found.headline.text, found.lead.text) == (headline, lead)


def test_a_short_line_apart_from_a_headline_that_can_be_whole_is_no_part_of_it():
    found = draft(f"Den robot, alle længes efter\n\nNordby får den nu\n\n{BODY}")
    assert found.headline.text == "Den robot, alle længes efter"


def test_what_a_date_line_was_taken_off_is_no_headline():
    found = draft(f"Ny robot hjælper fiskerne\nNordby, 6. maj 2026 – den kan svømme\n\n{BODY}")
    assert found.headline.text == "Ny robot hjælper fiskerne"
    assert found.lead.text == "den kan svømme"


def test_two_titles_of_word_are_one_headline_where_the_first_cannot_be_whole():
    body = made.paragraph("Ny robot er klar til", "Titel") + made.paragraph("Nordby Havn", "Titel")
    body += made.paragraph(LEAD, bold=True) + made.paragraph(made.FIRST)
    found = draft(made.docx(body), "x.docx")
    assert (found.headline.text, found.lead.text) == ("Ny robot er klar til Nordby Havn", LEAD)


@pytest.mark.parametrize(
    ("ends", "goes_on"),
    [
        ("Fonden har givet 12 mio. kr.", "til nye broer i havnen."),
        ("Fonden har givet 12 mio.", "kr. til nye broer."),
        ("Broen koster ca.", "12 mio. kroner at bygge."),
        ("Mange er med, bl.a.", "fiskere og sejlere."),
        ("Det hjælper mange, f.eks.", "fiskere."),
        ("De bygger tre broer, dvs.", "3 gange så mange som før."),
        ("Det er lavet af Dr.", "Asta Prøvesen."),
        ("Der kommer både, garn m.m.", "med færgen."),
        ("Vi mødes på kajen den 7.", "maj."),
    ],
)
def test_a_full_stop_that_shortens_a_word_ends_no_paragraph(ends, goes_on):
    assert f"{ends} {goes_on}" in paragraphs(f"{ends}\n{goes_on}")


def test_nor_does_it_below_a_stray_blank_line():
    ends = "Fonden har i alt givet den lille havn 12 mio. kr."
    assert f"{ends} til nye broer i havnen." in paragraphs(f"{ends}\n\ntil nye broer i havnen.")


@pytest.mark.parametrize(
    ("ends", "begins"),
    [
        ("Fonden har givet 12 mio. kr.", "Havnen får nye broer."),
        ("Fonden har givet 12 mio. kr.", "12 både sejler ud i morgen."),
        ("Nu er der en bro.", "12 både sejler ud i morgen."),
        ("Mange er med, bl.a.", "- fiskere og sejlere"),
        ("Skriv til dr.", "asta@tang.example"),
    ],
)
def test_a_paragraph_may_end_in_a_shortened_word(ends, begins):
    found = [line for one in paragraphs(f"{ends}\n{begins}") for line in one.split("\n")]
    assert ends in found
    assert begins in found


@pytest.mark.parametrize("opener", ["Medlemmer af konsortiet:", "Konsortiets partnere er:", "Members:"])
@pytest.mark.parametrize("listed", [MEMBERS, LISTED, ", ".join(made.MEMBERS)])
@pytest.mark.parametrize(
    "facts", ["FAKTA\n- 12 både\n- 3 år", "FAKTA\n\n- 12 både\n- 3 år", "FAKTA: 12 både"]
)
def test_members_that_are_set_apart_below_a_fact_box_are_no_part_of_it(facts, opener, listed):
    found = draft(f"Nyt om tang\n\n{LEAD}\n\n{BODY}\n{facts}\n\n{opener}\n{listed}\n")
    (box,) = found.fact_boxes
    assert "både" in box.body
    assert made.MEMBERS[0] not in box.body
    assert found.body.text.count(made.MEMBERS[0]) == 1
    (members,) = found.members
    assert (members.heading, members.names) == (opener.rstrip(":"), tuple(made.MEMBERS))


@pytest.mark.parametrize(
    "facts",
    [
        f"FAKTA\nMedlemmer af konsortiet:\n{MEMBERS}",
        f"FAKTA\n\nMedlemmer af konsortiet:\n{MEMBERS}",
        f"FAKTA\n- 12 både\n- 3 år\nMedlemmer af konsortiet:\n{MEMBERS}",
        f"FAKTA\n\nDet varer 3 år.\n\nDer er 12 både.\n\nMedlemmer af konsortiet:\n{MEMBERS}",
        f"FAKTA: 12 både\nMedlemmer af konsortiet:\n{MEMBERS}",
    ],
)
def test_members_among_the_facts_stay_with_them_and_are_told(facts):
    found = draft(f"Nyt om tang\n\n{LEAD}\n\n{BODY}\n{facts}\n")
    (box,) = found.fact_boxes
    assert made.MEMBERS[-1] in box.body
    assert [one.names for one in found.members] == [tuple(made.MEMBERS)]


def test_how_many_take_part_is_a_fact():
    found = draft(f"Nyt om tang\n\n{LEAD}\n\n{BODY}\nFAKTA\nBegyndt\n2020\n\nDeltagere\n120 fiskere.\n")
    (box,) = found.fact_boxes
    assert "120 fiskere" in box.body


def test_a_heading_as_bold_as_that_of_the_fact_box_ends_it_in_word_and_a_frame_does_not():
    bold = made.paragraph("FAKTA", bold=True) + made.paragraph("Der er 12 både.")
    bold += made.paragraph("Medlemmer af konsortiet:", bold=True) + "".join(
        made.paragraph(f"• {one}") for one in made.MEMBERS
    )
    start = made.paragraph("Nyt om tang", "Titel") + made.paragraph(LEAD) + made.paragraph(made.FIRST)
    found = draft(made.docx(start + bold), "x.docx")
    assert [one.body for one in found.fact_boxes] == ["Der er 12 både."]
    assert found.members[0].names == tuple(made.MEMBERS)
    framed = "<aside><p><b>Fakta</b></p><p>Der er 12 både.</p><p><b>Medlemmer:</b></p><ul><li>A/S Tang</li>"
    page = f"<html><body><h1>Nyt om tang</h1><p>{LEAD}</p>{framed}<li>Nordby Fond</li></ul></aside></body></html>"
    (box,) = draft(page, "x.html").fact_boxes
    assert "Nordby Fond" in box.body


SAID = "Vi har ventet i mange år på et sted, hvor man må fejle"


@pytest.mark.parametrize("dash", ["-", "–"])
@pytest.mark.parametrize("line", ["{}, siger Asta Prøvesen, formand.", "{},\nsiger Asta Prøvesen, formand."])
def test_speech_after_a_dash_has_an_en_dash_and_no_backslash(dash, line):
    said = line.format(f"{dash} {SAID}")
    assert f"– {SAID}, siger Asta Prøvesen, formand." in paragraphs(said)
    for page in (f"<p>{said}</p>", f"<p>{said.replace('Asta Prøvesen', '<b>Asta Prøvesen</b>')}</p>"):
        source = (
            f"<html><body><h1>Nyt om tang</h1><p>{LEAD}</p><p>Den er her.</p>{page}<p>Ja.</p></body></html>"
        )
        found = draft(source, "x.html")
        assert f"\n\n– {SAID}, siger " in found.body.text
        assert "\\" not in found.body.text
        assert [(one.text, one.speaker, one.title) for one in found.quotes] == [
            (SAID, "Asta Prøvesen", "formand")
        ]
    assert "**Asta Prøvesen**" in found.body.text


def test_who_goes_on_after_a_dash_is_who_spoke_before():
    more = "Nu får vi det midt i byen, og det er vi glade for"
    text = (
        f"Nyt om tang\n\n{LEAD}\n\n- {SAID}, siger Asta Prøvesen, formand.\n\n- {more}, siger hun.\n\n{BODY}"
    )
    found = draft(text)
    assert f"\n\n– {more}, siger hun." in f"\n\n{found.body.text}"
    assert [(one.text, one.speaker) for one in found.quotes] == [
        (SAID, "Asta Prøvesen"),
        (more, "Asta Prøvesen"),
    ]
    assert found.quotes[1].evidence.reason == "same_speaker"


def test_a_list_stays_a_list():
    rows = "- Nordby Universitet prøver den nye robot i havnen\n- Åben dag, siger Bo Opdigtet\n- Tang"
    assert rows in paragraphs(rows)


def test_very_many_headings_of_members_below_facts_are_read_in_good_time():
    begun = time.process_time()
    assert draft(
        f"Nyt om tang\n\n{LEAD}\n\n{BODY}\nFAKTA\nTang\n" + "\nMedlemmer:\nTang.\n" * 8_000
    ).headline.text
    assert time.process_time() - begun < 20


LINES = st.sampled_from(
    [
        "Ny robot hjælper Nordby og",
        "hjem til tiden",
        "Fonden har i alt givet den lille havn 12 mio. kr.",
        "til broer ca.",
        "12 både",
        "FAKTA",
        "FAKTA: 12 både",
        "Medlemmer af konsortiet:",
        "Medlemmer: Nordby Universitet og Region Vestø",
        "- Nordby Universitet",
        "Region Vestø",
        f"- {SAID}, siger Asta Prøvesen.",
        f"- {SAID}, siger hun.",
        f"{LEAD} {LEAD}",
        "Kontakt",
        "",
    ]
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.lists(LINES, min_size=1, max_size=16))
def test_no_word_is_lost_or_said_twice(lines):
    source = "\n".join(["Nyt om", *lines])
    found = draft(source)
    parts = [
        found.headline.text,
        found.lead.text,
        found.body.text,
        *(f"{one.heading}\n{one.body}" for one in found.fact_boxes),
        *(one.text for one in [*found.contacts, *found.cut]),
    ]
    assert sorted(re.findall(r"\w+", " ".join(parts))) == sorted(re.findall(r"\w+", source))
