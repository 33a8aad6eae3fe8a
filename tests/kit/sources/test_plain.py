import csv
import io
import unicodedata
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.sources import Position, Problem, open_source, template
from vidensbro.kit.sources.model import KINDS, AffiliationRecord, Translation
from vidensbro.kit.sources.plain import FIELDS, kind_of_name
from vidensbro.kit.sources.plain.values import a_date, a_last_date, a_number, an_amount


def read(path):
    return list(open_source("plain", path))


def records(path):
    found = read(path)
    assert [item for item in found if isinstance(item, Problem)] == []
    return found


def problems(path):
    return [(item.line, item.field, item.code) for item in read(path) if isinstance(item, Problem)]


def test_organisations_in_csv_as_danish_excel_writes_it(tmp_path):
    path = tmp_path / "organisations.csv"
    text = (
        "Id;name;kind;roles;lat;lon;fields;summary_da;invented\r\n"
        'nk;Nørreklinik;hospital;"member;host";57,05;9,92;medtech;"Vi hjælper,\r\nnår det gør ondt";ja\r\n'
    )
    path.write_bytes(text.encode("cp1252"))
    problem, record = read(path)
    assert (problem.line, problem.code, problem.skipped) == (0, "encoding_guessed", False)
    assert (record.name, record.kind, record.roles, record.invented) == (
        "Nørreklinik",
        "hospital",
        ("member", "host"),
        True,
    )
    assert (record.latitude, record.longitude, record.country) == (57.05, 9.92, "DK")
    assert record.summary_da == "Vi hjælper,\nnår det gør ondt"
    assert (record.provenance.source, record.provenance.source_id, record.provenance.line) == (
        "plain",
        "nk",
        2,
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_separators_and_encodings(tmp_path, delimiter, encoding):
    path = tmp_path / "people.csv"
    path.write_text(
        delimiter.join(["id", "given_name", "family_name"]) + "\n" + delimiter.join(["p", "Åse", "Øm"]),
        encoding,
    )
    (record,) = records(path)
    assert (record.given_name, record.family_name) == ("Åse", "Øm")


def test_people_with_several_places(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(
        "id,family_name,organisation,role,from,affiliations.organisation,affiliations.role,affiliations.from,affiliations.to\n"
        "p1,Eksempelsen,a,head,2021,,,,\n"
        "p2,Prøve,,,,a;b,nurse;doctor,2010;2015-02,2014;\n"
    )
    first, second = records(path)
    assert first.affiliations == (AffiliationRecord("a", "head", date(2021, 1, 1)),)
    assert second.affiliations == (
        AffiliationRecord("a", "nurse", date(2010, 1, 1), date(2014, 12, 31)),
        AffiliationRecord("b", "doctor", date(2015, 2, 1)),
    )


YAML = """\
# invented
people:
  - id: p1
    family_name: Eksempelsen
    affiliations:
      - {organisation: a, role: head, from: 2021}
works:
- id: 007
  kind: project
  title: "Sår: tidligt fundet"
  abstract: |
    Første linje.

    - ikke et nyt punkt
  authors: [p1, p2]
  organisations:
    - {organisation: a, role: Coordinator}
  date: 2024
  until: 2025-06
  language: da
offers:
  - id: o1
    kind: test_site
    title: Testlejlighed
    language: da
    title_en: Test flat
    body_en: Two rooms
    country: NO
    trl_from: TRL 4
    amount: 1.250.000
    invented: true
needs: []
"""


def test_yaml_with_several_kinds(tmp_path):
    path = tmp_path / "world.yaml"
    path.write_text(YAML, encoding="utf-8")
    person, work, offer = records(path)
    assert person.affiliations == (AffiliationRecord("a", "head", date(2021, 1, 1)),)
    assert work.provenance.source_id == "007"
    assert work.provenance.line == 8
    assert (work.kind, work.title) == ("project", "Sår: tidligt fundet")
    assert work.abstract == "Første linje.\n\n- ikke et nyt punkt"
    assert [(author.person, author.role) for author in work.authorships] == [("p1", "first"), ("p2", "last")]
    assert work.organisations == (("a", "coordinator"),)
    assert (work.date, work.until) == (date(2024, 1, 1), date(2025, 6, 30))
    assert (offer.country, offer.trl_from, offer.amount) == ("NO", 4, 1_250_000)
    assert offer.translations == (Translation("en", "Test flat", "Two rooms"),)


def test_a_broken_yaml_item_does_not_stop_the_others(tmp_path):
    path = tmp_path / "needs.yml"
    path.write_text(
        "- {id: n1, title: One, text: First}\n"
        "- id: n2\n  title: 'never closed\n  text: x\n"
        "stray text\n"
        "- id: n3\n  title: &a Three\n  text: *a\n"
        "- !!python/object/apply:os.system ['true']\n"
        "- id: n4\n  title: Four\n  title: Fourth\n  text: x\n"
        "- just text\n"
        "- id: n5\n  title: Five\n  text: Fifth\n  sought: [research, magic]\n"
    )
    found = read(path)
    assert [item.title for item in found if not isinstance(item, Problem)] == ["One", "Five"]
    assert problems(path) == [
        (5, "", "layout"),
        (2, "", "yaml"),
        (7, "", "yaml_alias"),
        (9, "", "yaml_alias"),
        (12, "", "yaml"),
        (14, "", "not_a_record"),
        (15, "sought", "choice"),
    ] or problems(path) == sorted(problems(path))


def test_an_alias_bomb_is_refused_at_once(tmp_path):
    path = tmp_path / "organisations.yaml"
    levels = ["  a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    path.write_text("- id: bomb\n" + "\n".join(levels))
    assert problems(path) == [(2, "", "yaml_alias")]


def test_excel(tmp_path):
    path = tmp_path / "data.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "organisations"
    sheet.append(["id", "name", "cvr", "lat"])
    sheet.append(["a", "Fjordlab", 24256790, 56.2])
    sheet.append([])
    sheet.append(["b", "=1+1", "12345678", None])
    people = book.create_sheet("people")
    people.append(["id", "family_name", "from", "organisation"])
    people.append(["p", "Prøve", date(2020, 5, 1), "a"])
    book.create_sheet("notes").append(["hello"])
    book.save(path)
    found = read(path)
    kept = [item for item in found if not isinstance(item, Problem)]
    assert [(item.provenance.source_id, item.provenance.line) for item in kept] == [("a", 2), ("p", 2)]
    assert kept[0].cvr == "24256790"
    assert kept[1].affiliations == (AffiliationRecord("a", "", date(2020, 5, 1)),)
    # A formula that no program has calculated has no value, so the name is missing.
    assert problems(path) == [(4, "cvr", "identifier"), (4, "name", "missing"), (0, "", "unknown_kind")]


def test_a_file_that_is_no_workbook(tmp_path):
    path = tmp_path / "people.xlsx"
    path.write_bytes(b"PK nonsense")
    assert problems(path) == [(0, "", "corrupt")]


def test_what_is_wrong_with_rows_is_said_with_line_and_field(tmp_path):
    path = tmp_path / "organisations.csv"
    path.write_text(
        "id,name,kind,ror,website,lat,colour\n"
        ",Nameless,company,,,,\n"
        "a,A,bakery,035b05818,javascript:alert(1),91,red\n"
        "b,B,company,035b05819,b.example,-33,\n"
        "b,B again,,,,,\n"
        "c,C,,,,,,,extra\n"
    )
    assert problems(path) == [
        (2, "id", "missing"),
        (3, "kind", "choice"),
        (3, "ror", "identifier"),
        (3, "website", "invalid"),
        (3, "lat", "invalid"),
        (3, "colour", "unknown_field"),
        (5, "id", "duplicate"),
        (6, "", "columns"),
    ]
    kept = {item.provenance.source_id: item for item in read(path) if not isinstance(item, Problem)}
    assert sorted(kept) == ["a", "b"]
    assert (kept["a"].kind, kept["a"].website) == ("other", "")
    assert (kept["b"].ror, kept["b"].website, kept["b"].latitude) == ("035b05819", "https://b.example", -33)


def test_formulas_and_markup_in_cells_stay_text(tmp_path):
    path = tmp_path / "organisations.csv"
    path.write_text('id,name,summary_en\na,"=cmd|\' /C calc\'!A0","<script>alert(1)</script>"\n')
    (record,) = records(path)
    assert (record.name, record.summary_en) == ("=cmd|' /C calc'!A0", "<script>alert(1)</script>")


def test_a_quote_that_is_never_closed_ends_somewhere(tmp_path, monkeypatch):
    monkeypatch.setattr("vidensbro.kit.sources.tables.MAX_CELL", 200)
    path = tmp_path / "organisations.csv"
    path.write_text('id,name\na,A\nb,"B\n' + "\n".join(f"x{number},X" for number in range(100)))
    found = read(path)
    assert found[0].name == "A"
    assert [item.code for item in found if isinstance(item, Problem)] == ["csv"]
    assert found[-1].provenance.source_id == "x99"


@pytest.mark.parametrize("name", ["organisations.pdf", "organisations", "things.csv"])
def test_files_of_unknown_format_or_kind(tmp_path, name):
    path = tmp_path / name
    path.write_text("id,name\na,A\n")
    assert [code for _, _, code in problems(path)] == [
        "unknown_kind" if name == "things.csv" else "unknown_format"
    ]


def test_a_file_that_is_not_there(tmp_path):
    assert problems(tmp_path / "organisations.csv") == [(0, "", "not_found")]
    with pytest.raises(ValueError, match="unheard-of"):
        open_source("unheard-of", tmp_path / "x.csv")


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_can_be_imported_as_it_is(tmp_path, kind):
    path = tmp_path / f"{kind}.csv"
    path.write_bytes(template(kind).encode())
    assert len(records(path)) == 1
    header = next(csv.reader(io.StringIO(template(kind).removeprefix("\ufeff"))))
    assert {name.partition(".")[0] for name in header} == {field.name for field in FIELDS[kind]}


def test_the_kind_is_told_by_the_name_of_the_file():
    assert kind_of_name("2026-organisations.csv") == "organisations"
    assert kind_of_name("People (final).xlsx") == "people"
    assert kind_of_name("peoples.csv") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("31.03.2026", date(2026, 3, 31)),
        ("2024", date(2024, 1, 1)),
    ],
)
def test_dates(text, expected):
    assert a_date(text) == expected


def test_a_month_or_year_can_stand_for_its_last_day():
    assert [a_last_date(text) for text in ("2024", "2024-02", "2024-12", "2024-02-03")] == [
        date(2024, 12, 31),
        date(2024, 2, 29),
        date(2024, 12, 31),
        date(2024, 2, 3),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("15.414.794", 15_414_794), ("1.500,50", 1500.5), ("55,67", 55.67), ("12.5", 12.5), ("1 000", 1000)],
)
def test_numbers_as_danes_write_them(text, expected):
    assert a_number(text) == expected


@pytest.mark.parametrize("text", ["nan", "inf", "-5", "ten", "9" * 30])
def test_what_is_no_amount(text):
    with pytest.raises((ValueError, OverflowError)):
        an_amount(text)


@pytest.mark.parametrize("name", ["organisations.csv", "organisations.yaml", "organisations.jsonl"])
def test_reading_goes_on_where_it_stopped(tmp_path, name):
    path = tmp_path / name
    rows = {
        "csv": ["id,name", *(f'o{n},"O\n{n}"' for n in range(5))],
        "yaml": [f"- id: o{n}\n  name: O {n}" for n in range(5)],
        "jsonl": [f'{{"id": "o{n}", "name": "O {n}"}}' for n in range(5)],
    }
    path.write_text("\n".join(rows[name.rpartition(".")[2]]) + "\n")
    whole = [item.provenance.source_id for item in records(path)]
    assert whole == ["o0", "o1", "o2", "o3", "o4"]
    for done in range(6):
        reader = open_source("plain", path)
        items = iter(reader)
        before = [next(items).provenance.source_id for _ in range(done)]
        position = reader.position() if done else Position()
        after = [item.provenance.source_id for item in open_source("plain", path, position)]
        assert before + after == whole


@given(st.binary(max_size=400), st.sampled_from(["csv", "yaml", "json", "jsonl", "xlsx", "csv.gz"]))
def test_no_bytes_make_a_reader_fail(tmp_path_factory, content, suffix):
    path = tmp_path_factory.mktemp("bytes") / f"organisations.{suffix}"
    path.write_bytes(b"id,name\n" + content if suffix == "csv" else content)
    for item in read(path):
        assert isinstance(item, Problem) or item.name


@given(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=60))
def test_any_text_survives_as_text(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("text") / "organisations.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["id", "name", "summary_en"], ["a", "A", text]])
    (record,) = records(path)
    assert record.summary_en == unicodedata.normalize("NFC", text)


def test_what_is_said_about_broken_text_can_be_stored_and_shown(tmp_path):
    path = tmp_path / "organisations.yaml"
    path.write_bytes(b"stray \xff\x00 text\n- id: a\n  name: A\n  f\xc3\xb8lt: x\n  " + b"y" * 300 + b": z\n")
    found = [item for item in read(path) if isinstance(item, Problem)]
    assert [(item.line, item.code) for item in found] == [
        (1, "layout"),
        (2, "unknown_field"),
        (2, "unknown_field"),
    ]
    for item in found:
        assert len(item.value) <= 200
        assert len(item.field) <= 200
        assert "\x00" not in item.message
        item.message.encode("utf-8")
