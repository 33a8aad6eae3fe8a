"""When a contact's telephone is answered: found in every wording, and never mixed up with its number."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vidensbro.kit.sources.releases import Contact, read_release
from vidensbro.kit.sources.releases.hours import hours_in

BEFORE = "Nyt om tang\n\nTangen er her, og det er de glade for.\n\nDet varer i tre år.\n\n"
SETTINGS = settings(max_examples=150, deadline=None, derandomize=True)


def contacts(section: str) -> tuple[Contact, ...]:
    """Whom a release with these lines at its end names."""
    done = read_release("x.txt", f"{BEFORE}{section}\n".encode())
    assert done.draft, done.problems
    return done.draft.contacts


def hours(section: str) -> list[tuple[str, str, str]]:
    """Name, hours and how sure they are, of each contact."""
    return [(one.name, one.hours.text, one.hours.evidence.sure) for one in contacts(section)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("kan træffes hverdage kl. 9-15", "hverdage kl. 9-15"),
        ("Kan bedst kontaktes mandag til fredag fra kl. 9 til kl. 15", "mandag til fredag fra kl. 9 til kl. 15"),
        ("Telefontid: mandag-torsdag 9.00–15.00", "mandag-torsdag 9.00–15.00"),
        ("Træffetid: 10.00-12.00", "10.00-12.00"),
        ("(mellem kl. 10 og 12)", "mellem kl. 10 og 12"),
        ("Telefonen er åben kl. 9-15", "kl. 9-15"),
        ("Man.-tors. 9-15, fre. 9-13", "Man.-tors. 9-15, fre. 9-13"),
        ("Hverdage kl. 8.30–16, fredag dog kl. 8.30–14", "Hverdage kl. 8.30–16, fredag dog kl. 8.30–14"),
        ("Træffes alle dage 8-20 undtagen søndag", "alle dage 8-20 undtagen søndag"),
        ("Pressevagten er bemandet døgnet rundt", "døgnet rundt"),
        ("Kan kontaktes efter kl. 12", "efter kl. 12"),
        ("Kan træffes på hverdage", "på hverdage"),
        ("Hverdage kl. 0900-1500", "Hverdage kl. 0900-1500"),
        ("hverdage kl. 16-8", "hverdage kl. 16-8"),
        ("can be reached weekdays 9 am–3 pm", "weekdays 9 am–3 pm"),
        ("Telephone hours: Monday to Thursday 9.00–15.00", "Monday to Thursday 9.00–15.00"),
        ("(between 10 and 12)", "between 10 and 12"),
        ("The phone is answered Monday-Friday from 9 am to 5 pm CET", "Monday-Friday from 9 am to 5 pm CET"),
        ("Available 24/7", "24/7"),
        ("weekdays after 4 p.m.", "weekdays after 4 p.m."),
    ],
)  # fmt: skip
def test_the_wordings_of_hours(line, said):
    section = f"Kontakt\nBo Opdigtet, pressechef, tlf. 12 34 56 78\n{line}"
    (bo,) = contacts(section)
    assert (bo.name, bo.title, bo.phone, bo.hours.text) == ("Bo Opdigtet", "pressechef", "12 34 56 78", said)
    assert bo.hours.evidence.sure == "likely"
    assert bo.hours.evidence.place.last == 9
    assert line in bo.text


@pytest.mark.parametrize(
    "line",
    [
        "tlf. 0900-1500",
        "10-12-14-16",
        "10.12.14.16",
        "hverdage 10-12 14 16",
        "mandag 9-15. maj",
        "den 9.-15. maj",
        "hverdage 20-8",
        "mellem 5 og 10 år",
        "9-15",
    ],
)
def test_what_is_no_hour(line):
    assert hours_in(line).said == ()


NUMBERS = st.tuples(st.integers(0, 99_999_999), st.sampled_from([(8,), (4, 4), (2, 2, 2, 2), (2, 3, 3)])).flatmap(
    lambda drawn: st.sampled_from([" ", "-", "."] if drawn[1] == (2, 2, 2, 2) else [" "]).map(
        lambda between: between.join(
            f"{drawn[0]:08}"[sum(drawn[1][:at]) : sum(drawn[1][: at + 1])] for at in range(len(drawn[1]))
        )
    )
)  # fmt: skip
SAID = st.sampled_from(
    [
        "hverdage kl. 9-15",
        "mandag-torsdag 9.00–15.00",
        "mellem kl. 10 og 12",
        "weekdays 9 am–3 pm",
        "kl. 10-12",
    ]
)


@SETTINGS
@given(NUMBERS, st.sampled_from(["", "tlf. ", "Telefon: ", "mobil ", "+45 ", "hverdage ", "mandag ", "kl. "]))
def test_a_number_is_never_taken_for_hours(number, before):
    assert hours_in(f"{before}{number}").said == ()


@SETTINGS
@given(
    NUMBERS.filter(lambda one: len(one) != 10),
    SAID,
    st.sampled_from(["{n} ({h})", "{h}, tlf. {n}", "{n}, {h}"]),
)
def test_hours_and_number_beside_each_other_are_told_apart(number, said, form):
    line = form.format(n=number, h=said)
    (bo,) = contacts(f"Kontakt\nBo Opdigtet, pressechef, {line}")
    assert (bo.phone, bo.hours.text, bo.title) == (number, said, "pressechef")


@pytest.mark.parametrize(
    "heading",
    [
        "Kontakt (hverdage kl. 9-15):",
        "Pressekontakt (hverdage kl. 9-15)",
        "For flere oplysninger kan kontaktes (hverdage kl. 9-15):",
        "Kontakt\nTelefontid: hverdage kl. 9-15",
    ],
)
def test_hours_before_the_contacts_are_a_guess_for_each(heading):
    section = f"{heading}\nBo Opdigtet, tlf. 12 34 56 78\nAsta Prøvesen, tlf. 87 65 43 21 (kl. 10-12)"
    assert hours(section) == [
        ("Bo Opdigtet", "hverdage kl. 9-15", "unsure"),
        ("Asta Prøvesen", "kl. 10-12", "likely"),
    ]


def test_hours_before_a_single_contact_are_its_own():
    section = "Kontakt hverdage kl. 9.00-15.00: Bo Opdigtet, tlf. 12 34 56 78"
    assert hours(section) == [("Bo Opdigtet", "hverdage kl. 9.00-15.00", "likely")]


def test_hours_below_the_last_of_several_may_be_meant_for_all():
    section = "Kontakt\n\nBo Opdigtet, tlf. 12 34 56 78\n\nAsta Prøvesen, tlf. 87 65 43 21\n\nTelefontid: hverdage 9-15"
    assert hours(section) == [("Bo Opdigtet", "", "certain"), ("Asta Prøvesen", "hverdage 9-15", "unsure")]


def test_hours_between_the_lines_of_a_contact_are_its_own():
    section = "Kontakt\nBo Opdigtet\nTlf. 12 34 56 78\nTræffes kl. 10-12\nbo@nou.example\nAsta Prøvesen, 87 65 43 21"
    assert hours(section) == [("Bo Opdigtet", "kl. 10-12", "likely"), ("Asta Prøvesen", "", "certain")]


def test_hours_in_a_sentence_with_the_number():
    section = "Kontakt\n\nBo Opdigtet kan træffes hverdage kl. 9-15 på tlf. 12 34 56 78."
    (bo,) = contacts(section)
    assert (bo.name, bo.title, bo.phone, bo.hours.text) == (
        "Bo Opdigtet",
        "",
        "12 34 56 78",
        "hverdage kl. 9-15",
    )


def test_hours_below_a_contact_at_the_end_of_the_text():
    section = "Bo Opdigtet, pressechef, tlf. 12 34 56 78, bo@nou.example\n\nTelefontid: hverdage 9-15"
    assert hours(section) == [("Bo Opdigtet", "hverdage 9-15", "likely")]


@pytest.mark.parametrize(
    "meeting", ["Pressemøde torsdag kl. 9-11", "Pressemødet holdes torsdag kl. 9.00-11.00 i Nordby"]
)
def test_the_hours_of_a_meeting_are_nobodys(meeting):
    done = read_release("x.txt", f"{BEFORE}Kontakt\n\nBo Opdigtet, tlf. 12 34 56 78\n\n{meeting}\n".encode())
    assert done.draft is not None
    (bo,) = done.draft.contacts
    assert (bo.hours.text, bo.title, bo.phone) == ("", "", "12 34 56 78")
    assert meeting in done.draft.body.text


@pytest.mark.parametrize(
    "piece",
    ["mandag ", "mandag 9-15 ", "9-", "kl. ", "fra kl. 9 ", "man-", "mandag, 9-15 og ", "telefontid "],
)
def test_repetition_does_not_stall(piece):
    assert hours_in(piece * (600 // len(piece))).rest is not None
    assert read_release("x.txt", f"{BEFORE}Kontakt\n{piece * 4000}\n".encode()).draft is not None
