"""A source that changes its form overnight is stopped before anything of it is handed out."""

import json

import pytest

from vidensbro.kit.sources import Problem, open_source
from vidensbro.kit.sources.schema import LEAST, SAMPLE


def company(number, **changed):
    record = {
        "cvrNummer": number,
        "reklamebeskyttet": False,
        "navne": [{"navn": f"Firma {number}", "periode": {"gyldigFra": "2001-01-01", "gyldigTil": None}}],
        "beliggenhedsadresse": [{"vejnavn": "Havnegade", "postnummer": 1000}],
    }
    return {"Vrvirksomhed": {**record, **changed}}


def read(tmp_path, companies, start=None):
    path = tmp_path / "c.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in companies))
    return open_source("cvr", path, start)


def valid(count):
    found, number = [], 10_000_000
    while len(found) < count:
        digits = [int(digit) for digit in str(number)]
        if sum(w * d for w, d in zip((2, 7, 6, 5, 4, 3, 2, 1), digits, strict=True)) % 11 == 0:
            found.append(number)
        number += 1
    return found


@pytest.mark.parametrize("count", [LEAST, SAMPLE, SAMPLE + 50])
def test_a_renamed_field_stops_the_reading_and_is_named(tmp_path, count):
    renamed = []
    for number in valid(count):
        one = company(number)
        one["Vrvirksomhed"]["reklamebeskyttelseStatus"] = one["Vrvirksomhed"].pop("reklamebeskyttet")
        renamed.append(one)
    (stopped,) = read(tmp_path, renamed)
    assert (stopped.code, stopped.field, stopped.skipped) == ("schema_changed", "reklamebeskyttet", True)
    assert stopped.value == f"{min(count, SAMPLE)} / {min(count, SAMPLE)}"
    assert "reklamebeskyttet" in stopped.message


def test_nothing_has_been_read_when_it_stops(tmp_path):
    reader = read(tmp_path, [{"Vrvirksomhed": {"cvrNummer": number}} for number in valid(30)])
    assert [item.code for item in reader] == ["schema_changed"]
    assert (reader.position().line, reader.position().offset) == (0, 0)


def test_a_field_that_half_of_the_records_have_is_no_change(tmp_path):
    numbers = valid(40)
    mixed = [
        company(number, **({"beliggenhedsadresse": []} if place % 2 else {}))
        for place, number in enumerate(numbers)
    ]
    assert len([item for item in read(tmp_path, mixed) if not isinstance(item, Problem)]) == 40


def test_a_few_records_say_nothing_about_the_source(tmp_path):
    items = list(read(tmp_path, [company(number, navne=[]) for number in valid(LEAST - 1)]))
    assert {item.code for item in items} == {"missing"}
    assert len(items) == LEAST - 1


def test_reading_goes_on_after_any_record(tmp_path):
    numbers = valid(SAMPLE + 20)
    companies = [company(number) for number in numbers]
    reader = read(tmp_path, companies)
    for place, item in enumerate(reader):
        if place in {3, SAMPLE - 1, SAMPLE, SAMPLE + 7}:
            rest = list(read(tmp_path, companies, reader.position()))
            assert [record.cvr for record in rest] == [str(number) for number in numbers[place + 1 :]]
        assert item.cvr == str(numbers[place])
