"""Nothing is lost: the real command killed at awkward moments, and given again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.hub.bad_input.killing import Commands, Moment, documents, matches, release, rows, waiting

WARDS = ("nursing home", "home care", "day hospital", "rehabilitation centre", "intensive care unit")


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """Where processes come from."""
    made = Commands(tmp_path_factory.mktemp("commands"))
    yield made
    made.close()


def district(folder: Path) -> Path:
    """Some organisations below one another, people, works, an offer, needs, and one record that is wrong."""
    folder.mkdir(parents=True)
    organisations = [
        {"id": f"o{n}", "name": f"Institute {n}", "kind": "hospital", "parent": f"o{n + 1}" if n < 9 else ""}
        for n in range(10)
    ]
    people = [
        {"id": f"p{n}", "given_name": "Asta", "family_name": f"Eksempel {n}", "organisation": f"o{n % 10}"}
        for n in range(12)
    ]
    works = [
        {
            "id": f"w{n}",
            "title": f"Pressure ulcers in the {WARDS[n % 5]}, part {n}",
            "abstract": "A sensor mattress found pressure ulcers before the nurses did.",
            "language": "en",
            "authors": [f"p{n % 12}", f"p{(n + 5) % 12}"],
            "fields": ["wound-care"],
        }
        for n in range(40)
    ]
    offers = [{"id": "f1", "kind": "test_site", "title": "Testafdeling for tryksår", "language": "da"}]
    needs = [
        {"id": f"n{n}", "title": "Tryksår", "language": "da", "owner": "o1", "visibility": "public"}
        | {"text": f"Vi udvikler en sensor mod tryksår og søger viden, udgave {n}."}
        for n in range(3)
    ]
    offers[0]["organisation"] = "o3"
    for name, records in (
        ("organisations", [*organisations, {"id": "bad"}]),
        ("people", people),
        ("works", works),
        ("offers", offers),
        ("needs", needs),
    ):
        lines = "\n".join(json.dumps(record) for record in records)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return folder


DURING_AN_IMPORT = (
    Moment('sql INSERT INTO "django_migrations"', nth=9),
    Moment('sql INSERT INTO "directory_affiliation"'),
    Moment('sql UPDATE "imports_importrun" SET "counts"', nth=4),
    Moment('sql DELETE FROM "imports_openlink"'),
    Moment('sql UPDATE "imports_importrun" SET "state" = .*"finished"', after=True),
    Moment("os.rename .*manifest"),
    Moment('sql DELETE FROM "outbox_entry"', after=True),
)


def test_an_import_killed_again_and_again_ends_like_an_undisturbed_one(tmp_path: Path, commands: Commands) -> None:
    files, whole, broken = district(tmp_path / "files"), tmp_path / "whole", tmp_path / "broken"
    undisturbed = commands.run(whole, "import", "plain", files)
    assert undisturbed.code == 0, undisturbed.err
    for moment in DURING_AN_IMPORT:
        commands.kill(broken, moment, "import", "plain", files)
    last = commands.run(broken, "import", "plain", files)
    assert last.code == 0, last.err
    assert rows(broken) == rows(whole)
    assert documents(broken) == documents(whole)
    assert waiting(broken) == waiting(whole)


DURING_WORK = (
    Moment("os.rename .*manifest"),
    Moment('sql DELETE FROM "outbox_entry"'),
    Moment('sql INSERT INTO "matches_matchrow"'),
    Moment('sql INSERT INTO "matches_matchrow"', nth=2, after=True),
    Moment('sql DELETE FROM "outbox_entry"', nth=2),
)


def test_a_worker_killed_again_and_again_does_all_there_is_to_do(tmp_path: Path, commands: Commands) -> None:
    files, whole, broken = district(tmp_path / "files"), tmp_path / "whole", tmp_path / "broken"
    assert commands.run(whole, "import", "plain", files, "--no-index").code == 0
    shutil.copytree(whole, broken)
    undisturbed = commands.run(whole, "worker", "--once", "--json")
    assert undisturbed.code == 0, undisturbed.err
    assert waiting(whole) == set()
    for moment in DURING_WORK:
        commands.kill(broken, moment, "worker", "--once")
        assert waiting(broken)
        release(broken)
    last = commands.run(broken, "worker", "--once", "--json")
    assert (last.code, last.json["failed"], last.json["died"]) == (0, 0, 0), last.err
    assert waiting(broken) == set()
    assert documents(broken) == documents(whole)
    assert matches(broken) == matches(whole)
    assert set(matches(whole)) == {"n0", "n1", "n2"}
