"""Lists of members without bullets: found where a line says so, and prose stays prose."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit.sources import releases_made_up as made
from vidensbro.kit.sources.releases import ReleaseDraft, read_release

LONG = "Værkstedet ligger på kajen, og det er åbent for alle, der vil måle noget i saltvand uden at eje udstyret."
SHORT = ["Nordby", "Vestø Sejl", "Tang"]
SETTINGS = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def text(middle: str) -> str:
    """A release with these lines in its middle."""
    return f"Nyt om tang\n\nTangen er her, og det er de glade for i Nordby.\n\n{LONG}\n\n{middle}\n\n{LONG}\n"


def draft(data: str | bytes, name: str = "x.txt") -> ReleaseDraft:
    done = read_release(name, data.encode() if isinstance(data, str) else data)
    assert done.draft, done.problems
    return done.draft


def items(body: str) -> list[str]:
    return [line[2:] for line in body.splitlines() if line.startswith("- ")]


@pytest.mark.parametrize("between", ["\n", "\n\n", "\n \n\n"])
@pytest.mark.parametrize(
    "opener",
    [
        "Partnerne er:",
        "Følgende medlemmer deltager i projektet:",
        "Foreningens medlemmer:",
        "De stiftende medlemmer er:",
        "Bag projektet står:",
        "Konsortiet består af:",
        "Deltagende virksomheder:",
        "Members:",
        "The following partners take part:",
        "Deltagere",
    ],
)
def test_members_below_a_line_that_says_so_are_a_list_and_told_as_a_guess(opener, between):
    found = draft(text(opener + between + between.join(made.MEMBERS)))
    (members,) = found.members
    assert (members.role, members.heading, members.names) == (
        "members",
        opener.rstrip(":"),
        tuple(made.MEMBERS),
    )
    assert (members.evidence.reason, members.evidence.sure) == ("short_lines", "unsure")
    assert items(found.body.text) == made.MEMBERS
    assert found.body.text.startswith(LONG)
    assert found.body.text.endswith(LONG)


def test_names_that_say_nothing_of_organisations_need_a_word_for_members():
    (members,) = draft(text("Medlemmer:\n" + "\n".join(SHORT))).members
    assert members.names == tuple(SHORT)
    assert draft(text("Det handler om:\n" + "\n".join(SHORT))).members == ()
    assert draft(text("Deltagere\n\n" + "\n\n".join(SHORT))).members == ()


def test_organisations_below_any_colon_are_members():
    (members,) = draft(text("Med i arbejdet er også:\n" + "\n".join(made.MEMBERS))).members
    assert members.names == tuple(made.MEMBERS)


@pytest.mark.parametrize(
    "prose",
    [
        "Sådan siger medlemmerne:\n\nVi er glade\n\nDet er vi også\n\nNu går det løs",
        f"Partnerne er:\n\n{LONG}\n\n{LONG}",
        "Deltagere\n\nProjektet begyndte i maj, og det slutter i juni.\n\nSå er der fest.",
        "Deltagere\n\nForskere og studerende\n\nProgram\n\nFælles frokost\n\nTilmelding inden fredag",
        "Vi tilbyder:\n\nNye broer\n\nGamle både\n\nFrisk luft til alle",
        "Medlemmerne i Nordby har længe ønsket sig tal.\n\nDe kommer nu.\n\nDet er godt.",
        "Partnere:\n\nLæs mere om projektet\n\nSe alle billeder",
    ],
)
def test_prose_is_no_list(prose):
    found = draft(text(prose))
    assert found.members == ()
    assert items(found.body.text) == []


def test_the_heading_of_what_follows_is_no_member():
    found = draft(text("Partnere:\n\n" + "\n\n".join(made.MEMBERS) + "\n\nÅbent for alle"))
    assert found.members[0].names == tuple(made.MEMBERS)
    assert f"## Åbent for alle\n\n{LONG}" in found.body.text


def test_a_line_that_bids_to_read_on_is_no_member():
    found = draft(
        text("FAKTA\nMedlemmer af foreningen\n" + "\n".join(made.MEMBERS) + "\nLæs mere om foreningen")
    )
    assert found.members[0].names == tuple(made.MEMBERS)
    assert "Læs mere om foreningen" in found.fact_boxes[0].body


def test_those_on_whose_behalf_it_is_may_stand_in_lines():
    found = draft(text("PRESSEMEDDELELSE PÅ VEGNE AF:\n" + "\n".join(made.MEMBERS)))
    (issuers,) = found.members
    assert (issuers.role, issuers.names) == ("issuers", tuple(made.MEMBERS))
    assert made.MEMBERS[0] not in found.body.text


def test_members_below_the_contacts_are_no_titles():
    contact = "Kontakt\nBo Opdigtet, tlf. 12 34 56 78\n\nMedlemmer:\n" + "\n".join(made.MEMBERS)
    found = draft(text("Det varer i tre år.") + f"\n{contact}\n")
    assert [(one.name, one.title, one.organisation) for one in found.contacts] == [("Bo Opdigtet", "", "")]
    assert found.members[0].names == tuple(made.MEMBERS)


BREAKS = "<p><b>Medlemmer:</b><br>" + "<br>".join(map(html.escape, made.MEMBERS)) + "</p>"
PARAGRAPHS = "<p>Medlemmer:</p>" + "".join(f"<p>{html.escape(one)}</p>" for one in made.MEMBERS)
HEADED = "<h3>Medlemmer</h3><div>" + "<br>".join(map(html.escape, made.MEMBERS)) + "</div>"


@pytest.mark.parametrize("inner", [BREAKS, PARAGRAPHS, HEADED])
def test_the_same_in_a_page(inner):
    page = f"<html><body><h1>Nyt om tang</h1><p>{LONG}</p><p>{LONG}</p>{inner}<h2>Mere</h2><p>{LONG}</p></body></html>"
    found = draft(page, "x.html")
    assert found.members[0].names == tuple(made.MEMBERS)
    assert items(found.body.text) == made.MEMBERS


def test_lines_of_a_pdf_whose_last_page_is_a_list():
    weasyprint = pytest.importorskip("weasyprint", exc_type=OSError)
    names = [f"Foreningen for tang nummer {at}" for at in range(12)]
    paragraphs = f"{f'<p>{LONG} {LONG}</p>' * 4}<p>Det varer i tre år.</p>"
    inner = "".join(f"<p>{one}</p>" for one in ["Medlemmer af foreningen af venner af tang:", *names])
    source = (
        "<html lang='da'><style>@page { size: A5 } body { font: 11pt/1.4 'DejaVu Sans' } p { margin: 0 0 8pt }"
        f"</style><h1>Nyt om tang</h1>{paragraphs}<div style='break-before: page'>{inner}</div></html>"
    )
    found = draft(bytes(weasyprint.HTML(string=source).write_pdf()), "x.pdf")
    assert found.members[0].names == tuple(names)


@pytest.mark.parametrize(
    "line", ["Medlemmer", "Nordby:\nTang", "Tang", "Medlemmer:\nTang\nNordby\nTang og tang", "Nordby Fond"]
)
def test_many_short_lines_are_read_in_good_time(line):
    begun = time.process_time()
    assert draft(text(f"Partnerne er:\n{line}\n" + f"{line}\n" * 4_000)).headline.text == "Nyt om tang"
    assert time.process_time() - begun < 20


WORDS = st.sampled_from(
    ["Nordby", "Universitet", "tang", "og", "A/S", "er", "Fonden", "(NU)", "Vestø", "vi", "Region"]
)
LINE = st.one_of(
    st.lists(WORDS, min_size=1, max_size=5).map(" ".join),
    st.sampled_from(
        ["Partnerne er:", "Medlemmer", "Members:", "Bag det står:", "- Nordby", "FAKTA", "Kontakt", LONG]
    ),
)


@SETTINGS
@given(st.lists(LINE, max_size=14), st.sampled_from(["\n", "\n\n", "\n \n\n"]))
def test_no_word_is_lost_or_said_twice(lines, between):
    source = text(between.join(lines))
    found = draft(source)
    parts = [
        found.headline.text,
        found.lead.text,
        found.body.text,
        *(f"{one.heading}\n{one.body}" for one in found.fact_boxes),
        *(f"{one.heading}\n{one.text}" for one in found.members if one.role == "issuers"),
        *(one.text for one in found.contacts),
        *(one.text for one in found.cut),
    ]
    assert sorted(re.findall(r"\w+", " ".join(parts))) == sorted(re.findall(r"\w+", source))
