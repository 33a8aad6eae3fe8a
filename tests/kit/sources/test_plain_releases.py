"""Press releases in the plain format."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.sources import Problem, open_source
from vidensbro.kit.sources.cleaning import clean_markdown
from vidensbro.kit.sources.model import FactsRecord, QuoteRecord, ReleaseContact, ReleaseText, digest
from vidensbro.kit.sources.plain.values import a_moment

YAML = """
- id: r1
  issuers: [clinic, nord]
  published: 2026-03-31T08:30
  embargo: 2026-04-01T06:00:00Z
  headline_da: Ny  stue
  lead_da: Klinikken åbner.
  body_da: |
    Stuen har *seks* senge.

    - en
      - to
  place_da: Aalborg
  facts_da: [{heading: Om stuen, body: "- 6 senge\\n  - rum"}]
  quotes_da:
    - {text: Den er god., speaker: Asta E, title: læge, person: asta}
    - {text: Ja.}
  headline_en: New ward
  contacts: [{name: Asta E, organisation: clinic, email: a@clinic.example, hours_da: hverdage}]
  fields: [wound-care]
  invented: true
  licence: CC0-1.0
"""


def read(path):
    return list(open_source("plain", path))


def test_a_release_in_two_languages(tmp_path):
    path = tmp_path / "releases.yaml"
    path.write_text(YAML, encoding="utf-8")
    (one,) = read(path)
    assert one.issuers == ("clinic", "nord")
    assert one.published == datetime(2026, 3, 31, 8, 30)
    assert one.embargo == datetime(2026, 4, 1, 6, 0, tzinfo=UTC)
    assert one.texts == (
        ReleaseText(
            language="da",
            headline="Ny stue",
            lead="Klinikken åbner.",
            body="Stuen har *seks* senge.\n\n- en\n  - to",
            place="Aalborg",
            facts=(FactsRecord("Om stuen", "- 6 senge\n  - rum"),),
            quotes=(QuoteRecord("Den er god.", "Asta E", "læge", "asta"), QuoteRecord("Ja.", "")),
        ),
        ReleaseText(language="en", headline="New ward"),
    )
    assert one.contacts == (
        ReleaseContact("Asta E", "clinic", email="a@clinic.example", hours_da="hverdage"),
    )
    assert (one.fields, one.invented, one.provenance.licence) == (("wound-care",), True, "CC0-1.0")


def test_the_same_in_csv_with_numbered_columns(tmp_path):
    path = tmp_path / "releases.csv"
    path.write_text(
        "id,issuers,published,headline_da,quotes_da.1.text,quotes_da.1.speaker,contacts.1.name,contacts.1.phone\n"
        'r1,clinic;nord,31.03.2026 08.30,Ny stue,"Her; og der.",Asta E,Asta E,12 34 56 78\n',
        encoding="utf-8",
    )
    (one,) = read(path)
    assert (one.issuers, one.published) == (("clinic", "nord"), datetime(2026, 3, 31, 8, 30))
    assert one.texts[0].quotes == (QuoteRecord("Her; og der.", "Asta E"),)
    assert one.contacts == (ReleaseContact("Asta E", phone="12 34 56 78"),)


def test_a_place_alone_is_no_text(tmp_path):
    path = tmp_path / "releases.yaml"
    path.write_text("- {id: r1, issuers: [a], published: 2026-01-01, headline_da: A, place_en: B}\n")
    assert [text.language for text in read(path)[0].texts] == ["da"]


def test_what_says_when_it_is_out_must_be_read_or_nothing_goes_in(tmp_path):
    path = tmp_path / "releases.yaml"
    path.write_text(
        "- {id: r1, issuers: [a], published: 2026-01-01, embargo: til sommer, headline_da: A}\n"
        "- {id: r2, issuers: [a], published: en dag, headline_da: A}\n"
        "- {id: r3, issuers: [], published: 2026-01-01, headline_da: A}\n"
        "- {id: r4, issuers: [a], published: 2026-01-01, embargo: '', headline_da: A}\n"
    )
    found = read(path)
    assert [(one.line, one.field, one.code) for one in found if isinstance(one, Problem)] == [
        (1, "embargo", "date"),
        (1, "embargo", "missing"),
        (2, "published", "date"),
        (2, "published", "missing"),
        (3, "issuers", "missing"),
    ]
    assert [one.provenance.source_id for one in found if not isinstance(one, Problem)] == ["r4"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-31", datetime(2026, 3, 31)),
        ("31.03.2026", datetime(2026, 3, 31)),
        ("2026-03-31 8.05", datetime(2026, 3, 31, 8, 5)),
        ("2026-03-31T08:05:59.5", datetime(2026, 3, 31, 8, 5)),
        ("2026-03-31T08:05Z", datetime(2026, 3, 31, 8, 5, tzinfo=UTC)),
        ("2026-03-31T08:05+02:00", datetime(2026, 3, 31, 8, 5, tzinfo=timezone(timedelta(hours=2)))),
    ],
)
def test_moments(text, expected):
    found = a_moment(text)
    assert (found, found.tzinfo is None) == (expected, expected.tzinfo is None)


@pytest.mark.parametrize(
    "text", ["2026", "2026-03", "2026-02-30", "2026-03-31T24:00", "2026-03-31T8", "0001-01-01", "2026-03-31X"]
)
def test_what_is_no_moment(text):
    with pytest.raises(ValueError, match=r"."):
        a_moment(text)


@given(st.text())
def test_cleaned_markdown_stays_as_it_is(text):
    once = clean_markdown(text)
    assert clean_markdown(once) == once
    assert "\t" not in once
    assert "\r" not in once


def test_every_part_counts_in_what_a_record_says(tmp_path):
    path = tmp_path / "releases.yaml"
    said = set()
    for old, new in (
        ("", ""),
        ("seks", "syv"),
        ("6 senge", "7"),
        ("Den er", "Er"),
        ("hverdage", "x"),
        ("06:00", "07:00"),
    ):
        path.write_text(YAML.replace(old, new, 1) if old else YAML, encoding="utf-8")
        said.add(digest(read(path)[0]))
    assert len(said) == 6
