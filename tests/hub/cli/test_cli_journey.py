"""From files to explained matches, in the terminal."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.hub.cli.command import run, write_district

pytestmark = pytest.mark.xdist_group("cli_journey")

NEED = "Vi søger klinisk viden om tryksår hos plejehjemsbeboere og et sted at teste en sensor"


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """An installation that was filled by `import` alone."""
    base = tmp_path_factory.mktemp("journey")
    done = run(base / "data", "import", "plain", write_district(base / "district"), "--json")
    assert done.code == 0, done.err
    assert done.json["counts"]["new"] == 7
    return base / "data"


def test_match_as_json_is_a_ranked_list_with_evidence(data: Path) -> None:
    done = run(data, "match", NEED, "--json")
    assert done.code == 0, done.err
    found = done.json
    assert {"kind", "id", "title", "score", "evidence", "language", "source_ids"} <= set(found[0])
    assert [one["score"] for one in found] == sorted((one["score"] for one in found), reverse=True)
    assert all(one["evidence"] and one["evidence"]["contributions"] for one in found)
    titles = {one["title"]: one for one in found}
    paper = titles["Early detection of pressure ulcers in nursing home residents"]
    assert paper["kind"] == "publication"
    assert paper["source_ids"] == {"plain": "ulcers"}
    carried = {(pair["need"], pair["found"].lower()) for pair in paper["evidence"]["terms"]}
    assert carried & {("tryksår", "pressure ulcer"), ("tryksår", "pressure ulcers")}
    assert {"test_site", "person", "publication"} <= {one["kind"] for one in found}
    assert titles["Liv Vestergaard"]["score"] > titles.get("Ngozi Okafor", {"score": 0})["score"]


def test_the_same_question_gets_the_same_answer(data: Path) -> None:
    assert run(data, "match", NEED, "--json").out == run(data, "match", NEED, "--json").out


def test_match_for_people_quotes_and_translates(data: Path) -> None:
    done = run(data, "match", NEED, "--full")
    assert done.code == 0
    assert "pressure ulcers" in done.out
    assert "tryksår → pressure ulcer" in done.out
    assert "\x1b" not in done.out


def test_kind_limit_and_country_narrow(data: Path) -> None:
    only = run(data, "match", NEED, "--kind", "person", "--limit", "1", "--json").json
    assert [one["kind"] for one in only] == ["person"]
    none = run(data, "match", NEED, "--country", "se", "--json")
    assert none.json == []
    assert none.err.strip()


def test_a_need_from_a_file_and_from_standard_input(data: Path, tmp_path: Path) -> None:
    (tmp_path / "need.txt").write_text(NEED, encoding="utf-8")
    given = run(data, "match", NEED, "--json").out
    assert run(data, "match", "--file", tmp_path / "need.txt", "--json").out == given
    assert run(data, "match", "--file", "-", "--json", stdin=NEED).out == given


@pytest.mark.parametrize("text", [" ", "x" * 100_001])
def test_an_impossible_need_is_refused(data: Path, text: str, tmp_path: Path) -> None:
    (tmp_path / "need.txt").write_text(text, encoding="utf-8")
    done = run(data, "match", "--file", tmp_path / "need.txt", "--json")
    assert (done.code, done.out) == (2, "")
    assert "text" in done.err


def test_a_visitor_finds_only_what_is_public(data: Path, tmp_path: Path) -> None:
    hidden = "- {id: secret-lab, kind: equipment, title: Lukket laboratorium for tryksår, language: da, "
    hidden += "organisation: wound-centre, audience: members, invented: true}\n"
    (tmp_path / "offers.yaml").write_text(hidden, encoding="utf-8")
    assert run(data, "import", "plain", tmp_path / "offers.yaml").code == 0
    for viewer, expected in (("visitor", False), ("member", True), ("secretariat", True)):
        titles = [one["title"] for one in run(data, "match", NEED, "--as", viewer, "--json").json]
        assert ("Lukket laboratorium for tryksår" in titles) is expected


def test_the_index_is_in_step_and_agrees(data: Path) -> None:
    status = run(data, "index", "status", "--json")
    assert status.code == 0, status.err
    assert status.json["in_step"] is True
    assert status.json["kinds"]["person"] == {"indexed": 2, "expected": 2}
    verified = run(data, "index", "verify", "--json")
    assert (verified.code, verified.json["agrees"]) == (0, True)
    assert run(data, "index", "build", "--json").json["version"]


def test_importing_twice_changes_nothing(data: Path, tmp_path: Path) -> None:
    again = run(data, "import", "plain", write_district(tmp_path / "district"), "--json").json
    assert {name: again["counts"][name] for name in ("new", "changed", "bad")} == {
        "new": 0,
        "changed": 0,
        "bad": 0,
    }


def test_bad_records_are_told_with_their_place_and_the_rest_goes_in(tmp_path: Path) -> None:
    lines = [
        "id,name,kind",
        "good,Godt Firma,company",
        ",Uden nummer,company",
        "odd,Sært Firma,castle",
    ]
    (tmp_path / "organisations.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = run(tmp_path / "data", "import", "plain", tmp_path / "organisations.csv", "--json")
    assert done.code == 0
    assert done.json["counts"]["new"] == 2
    assert "organisations.csv:3 id" in done.err
    assert "organisations.csv:4 kind “castle”" in done.err
    listed = run(tmp_path / "data", "import", "status", done.json["id"], "--json").json
    assert listed["problems"] == {"choice": 1, "missing": 1}
    assert run(tmp_path / "data", "import", "status", "--json").json[0]["id"] == done.json["id"]


def test_a_file_that_says_nothing_ends_with_3(tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_bytes(b"{not json\n\xff\xfe\n")
    assert run(tmp_path / "data", "import", "ror", tmp_path / "broken.jsonl").code == 3
    missing = run(tmp_path / "data", "import", "ror", tmp_path / "nowhere.jsonl")
    assert missing.code == 3
    assert "nowhere.jsonl" in missing.err.replace("\n", "")


def test_an_import_into_a_new_folder_and_a_match_are_all_it_takes(tmp_path: Path) -> None:
    record = {
        "id": "https://ror.org/035b05819",
        "names": [{"value": "University of Copenhagen", "types": ["ror_display", "label"], "lang": "en"}],
        "status": "active",
        "types": ["education"],
        "locations": [
            {"geonames_details": {"country_code": "DK", "name": "Copenhagen"}, "geonames_id": 2618425}
        ],
    }
    path = tmp_path / "dk.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(record).encode()))
    imported = run(tmp_path / "data", "import", "ror", path)
    assert imported.code == 0, imported.err
    done = run(tmp_path / "data", "match", "University of Copenhagen", "--json")
    assert done.code == 0, done.err
    assert [one["title"] for one in done.json] == ["University of Copenhagen"]
    assert done.json[0]["source_ids"]["ror"] == "035b05819"


def test_a_lexicon_carries_words_over(tmp_path: Path) -> None:
    (tmp_path / "words.tsv").write_text("glimmerfisk\tsparkling herring\n", encoding="utf-8")
    works = "- {id: w, kind: publication, title: The sparkling herring of the Belt Sea, language: en, invented: true}\n"
    (tmp_path / "works.yaml").write_text(works, encoding="utf-8")
    data = tmp_path / "data"
    assert run(data, "import", "plain", tmp_path / "works.yaml").code == 0
    assert run(data, "match", "glimmerfisk", "--language", "da", "--json").json == []
    done = run(data, "import", "lexicon", tmp_path / "words.tsv", "--licence", "CC0-1.0", "--json")
    assert (done.code, done.json["entries"]) == (0, 1)
    found = run(data, "match", "glimmerfisk", "--language", "da", "--json").json
    assert [one["title"] for one in found] == ["The sparkling herring of the Belt Sea"]


def test_an_empty_installation_says_that_there_is_nothing_to_find(tmp_path: Path) -> None:
    done = run(tmp_path / "data", "match", NEED, "--json")
    assert (done.code, done.json) == (0, [])
    assert "There is nothing to find here yet." in done.err
    assert "vidensbro import" in done.err
    assert "Nothing here uses" not in done.err


def test_a_folder_without_files_is_named(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    done = run(tmp_path / "data", "import", "plain", tmp_path / "nothing")
    assert (done.code, done.out) == (3, "")
    assert "There are no files in" in done.err


def test_a_lexicon_without_words_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("this is no dictionary\n", encoding="utf-8")
    done = run(tmp_path / "data", "import", "lexicon", tmp_path / "notes.txt")
    assert (done.code, done.out) == (3, "")
    assert "No line of it is a word" in done.err
    assert list((tmp_path / "data" / "lexica").iterdir()) == []


@pytest.mark.parametrize("kind", ["organisations", "people", "works", "offers", "needs", "releases"])
def test_every_template_can_be_read_back(tmp_path: Path, kind: str) -> None:
    done = run(tmp_path / "none", "import", "template", kind, fresh=True)
    assert done.code == 0
    assert done.out.startswith("\ufeff")
    assert len(done.out.splitlines()) == 2
    assert not (tmp_path / "none").exists()
