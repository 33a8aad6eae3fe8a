"""`vidensbro match` and `vidensbro import` with what nobody should give them: clear words, the right exit code."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tests.hub.bad_input.naughty import NAUGHTY, all_in_one
from tests.hub.cast import Cast
from tests.hub.cli.command import COMMAND, Done, environment
from tests.hub.imports.conftest import organisation, work
from tests.hub.matches.conftest import Corpus
from vidensbro.hub.cli import console, language
from vidensbro.hub.cli.app import execute
from vidensbro.hub.cli.options import Global
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.imports.models import ImportProblem
from vidensbro.hub.knowledge.models import Work

pytestmark = pytest.mark.django_db
NEED = "Vi søger klinisk viden om tryksår hos plejehjemsbeboere and a place to test a sensor"
Give = Callable[..., Done]


@pytest.fixture
def give(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Give]:
    """Gives a command in this process, with bytes on standard input."""
    before = language.code()
    language.choose("en")

    def command(*line: str | Path, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = execute([*map(str, line)], Global())
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Done(code, said.out, " ".join(said.err.split()))

    with translation.override("en"):
        yield command
    language.choose(before)


def scores(done: Done) -> dict[str, float]:
    assert done.code == 0, done.err
    return {one["title"]: one["score"] for one in done.json}


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252")


def test_a_need_in_any_encoding_is_read_as_it_was_meant(
    cast: Cast, corpus: Corpus, give: Give, tmp_path: Path
) -> None:
    expected = scores(give("match", NEED, "--json"))
    assert "Early detection of pressure ulcers in nursing home residents" in expected
    for encoding in ENCODINGS:
        raw = NEED.encode(encoding)
        (tmp_path / "need.txt").write_bytes(raw)
        from_file = give("match", "--file", tmp_path / "need.txt", "--json")
        assert scores(from_file) == scores(give("match", "--file", "-", "--json", stdin=raw)) == expected, (
            encoding
        )
        guessed = "The text is not UTF-8 and was read as Windows-1252." in from_file.err
        assert guessed == (encoding in {"latin-1", "cp1252", "utf-16-le", "utf-16-be"}), encoding


def test_bytes_that_are_no_text_at_all_get_an_answer(cast: Cast, corpus: Corpus, give: Give) -> None:
    for raw in (
        bytes(range(256)) * 20,
        b"\x00" * 1000 + NEED.encode(),
        NEED.encode() + b"\xff\xfe\xed\xa0\x80",
    ):
        done = give("match", "--file", "-", "--json", stdin=raw)
        assert isinstance(done.json, list)
    assert "Early detection of pressure ulcers in nursing home residents" in scores(done)


@pytest.mark.parametrize("raw", [b"", b" \n\t", b"\xef\xbb\xbf", b"\x00\x00"])
def test_an_empty_need_says_what_to_write(cast: Cast, give: Give, raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "need.txt").write_bytes(raw)
    for done in (
        give("match", "--file", "-", stdin=raw),
        give("match", "--file", tmp_path / "need.txt", "--json"),
    ):
        assert (done.code, done.out) == (2, "")
        assert "The text of the need is empty. Write what you need, in your own words." in done.err


@pytest.mark.parametrize("letter", ["x", "å", "\U0001f9ea"])
def test_the_longest_need_is_read_and_one_more_letter_is_too_much(
    cast: Cast, corpus: Corpus, give: Give, tmp_path: Path, letter: str
) -> None:
    path = tmp_path / "need.txt"
    path.write_text(NEED + " " + letter * (99_999 - len(NEED)), encoding="utf-8")
    done = give("match", "--file", path, "--json")
    assert "Early detection of pressure ulcers in nursing home residents" in scores(done)
    assert "only the beginning was read" in done.err
    path.write_text(NEED + " " + letter * (100_000 - len(NEED)), encoding="utf-8")
    for done in (give("match", "--file", path), give("match", path.read_text(encoding="utf-8"))):
        assert (done.code, done.out) == (2, "")
        assert "longer than the 100 000 characters that can be read at once. Shorten it" in done.err


def test_a_file_without_end_is_not_read_to_its_end(cast: Cast, give: Give) -> None:
    done = give("match", "--file", "/dev/zero")
    assert (done.code, done.out) == (2, "")
    assert "longer than the 100 000 characters" in done.err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("match", NEED, "--language", "klingon"), "“klingon” is none of da, en, no, sv, de."),
        (
            ("match", NEED, "--field", "alchemy"),
            "There is no field “alchemy”. The widest fields are: biotech,",
        ),
        (("match", NEED, "--as", "root"), "“root” is none of secretariat, member, visitor."),
    ],
)
def test_values_that_are_none_are_told_with_those_that_are(
    cast: Cast, give: Give, line: tuple[str, ...], told: str
) -> None:
    done = give(*line)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


def test_naughty_needs_and_rows_are_text_in_a_terminal(
    cast: Cast, corpus: Corpus, give: Give, tmp_path: Path
) -> None:
    record = {
        "id": "it",
        "title": all_in_one("pressure ulcer"),
        "abstract": all_in_one("ulcers"),
        "language": "en",
    }
    (tmp_path / "works.jsonl").write_text(json.dumps(record), encoding="utf-8")
    assert give("import", "plain", tmp_path / "works.jsonl").code == 0
    for text in NAUGHTY.values():
        done = give("match", "--json", "--", f"pressure ulcer {text}")
        assert Work.objects.get(source_id="it").title in scores(done)
    whole = give("match", "--full", f"pressure ulcers {all_in_one('need')}")
    assert whole.code == 0
    unread = give("match", "--file", tmp_path / "\x1b[31m\x07.txt")
    assert (unread.code, "␛[31m␇.txt" in unread.err) == (1, True)
    for said in (whole.out, whole.err, unread.err):
        assert not {"\x1b", "\x07", "\x9b", "\x00"} & set(said)
    assert "{{ 7|add:42 }}" in whole.out


FIRST, SECOND = (json.dumps(organisation(number)).encode() for number in (0, 1))
WORKS = [
    json.dumps(work(number, title=f"Work {number} {number * 7919}")).encode() for number in range(1, 400)
]
BROKEN: dict[str, tuple[str, str, bytes, str, tuple[str, ...], int]] = {
    "json": (
        "ror",
        "r.jsonl",
        b"\n".join(
            [
                json.dumps(organisation(0)).encode(),
                b'{"id": "https://ror.org',
                json.dumps(organisation(1)).encode(),
            ]
        ),
        "This is not valid JSON.",
        ("r.jsonl:2", "Correct the record at this line; the others were read."),
        2,
    ),
    "encoding": (
        "ror",
        "r.jsonl",
        b"\n".join(
            [
                json.dumps(organisation(0)).encode(),
                '{"id": "Ærø"}'.encode("latin-1"),
                json.dumps(organisation(1)).encode(),
            ]
        ),
        "The text is not valid UTF-8.",
        ("r.jsonl:2", "Save the file as UTF-8."),
        2,
    ),
    "truncated": (
        "openalex",
        "w.jsonl.gz",
        gzip.compress(
            b"\n".join(json.dumps(work(n, title=f"Work {n} {n * 7919}")).encode() for n in range(1, 400))
        )[:-400],
        "The file ends in the middle.",
        ("w.jsonl.gz", "Fetch the file again; everything before this place has been read."),
        1,
    ),
    "duplicate": (
        "plain",
        "organisations.csv",
        b"id,name\na,A\na,B\nc,C\n",
        "The identifier was used earlier in the file; this record was left out.",
        ("organisations.csv:3 id “a”", "Give every record an identifier of its own."),
        2,
    ),
    "cycle": (
        "plain",
        "organisations.csv",
        b"id,name,parent\na,A,b\nb,B,c\nc,C,a\n",
        "An organisation cannot stand above itself; the link was left out.",
        ("organisations.csv", "parent", "Correct the parents so that they do not go in a circle."),
        3,
    ),
    "shortened": (
        "plain",
        "organisations.csv",
        b"id,name\na,A\nb," + b"B" * 301 + b"\n",
        "The text is longer than the field can hold; only its beginning was kept.",
        ("organisations.csv:3 name “BBB", "Shorten it in the file, if what was left out matters."),
        2,
    ),
    "control": (
        "plain",
        "organisations.csv",
        b"id,name,website\na,A,\x1b[31mcastle <\x07\nb,B,\n",
        "The value does not fit the field and was left out.",
        ("organisations.csv:2 website “␛[31mcastle <␇”", "Correct the value after the template."),
        2,
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_with_place_and_cure_and_the_rest_goes_in(
    cast: Cast, give: Give, tmp_path: Path, name: str
) -> None:
    source, file, content, what, told, kept = BROKEN[name]
    (tmp_path / file).write_bytes(content)
    model: Any = Work if source == "openalex" else Organisation
    done = give("import", source, tmp_path / file)
    assert done.code == 0
    assert what in done.err
    for part in told:
        assert part in done.err
    assert not {"\x1b", "\x07"} & set(
        done.err + "".join(ImportProblem.objects.values_list("value", flat=True))
    )
    assert model.objects.filter(source=source).count() >= kept
    again = give("import", source, tmp_path / file, "--json")
    assert (again.json["counts"]["new"], again.json["counts"]["changed"]) == (0, 0)


def test_a_row_of_commas_costs_nothing(cast: Cast, give: Give, tmp_path: Path) -> None:
    path = tmp_path / "organisations.csv"
    path.write_bytes(b"id,name\n" + b"," * 100_000 + b"\na,A\n")
    assert give("import", "plain", path).code == 0
    assert Organisation.objects.filter(source="plain").get().name == "A"
    assert ImportProblem.objects.count() < 10


def test_a_file_name_that_is_no_utf_8_is_refused_by_name(cast: Cast, give: Give, tmp_path: Path) -> None:
    path = tmp_path / "organisations-\udce5.csv"
    path.write_text("id,name\na,A\n", encoding="utf-8")
    done = give("import", "plain", path)
    assert (done.code, done.out) == (2, "")
    assert "organisations-\\udce5.csv" in done.err
    assert "The name of this file is not UTF-8. Rename it, and import it again." in done.err


def test_json_is_whole_where_the_terminal_lacks_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    for encoding in ("ascii", "latin-1", "utf-8"):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
        console.write_json({"name": "Sårklinik \U0001f9ea"})
        sys.stdout.flush()
        assert json.loads(raw.getvalue().decode(encoding)) == {"name": "Sårklinik \U0001f9ea"}


def test_arguments_that_are_no_utf_8_on_a_terminal_that_knows_no_letters(tmp_path: Path) -> None:
    """In processes of their own, as only there an argument is bytes; and on a terminal that knows no å."""
    names = tmp_path / "organisations.csv"
    names.write_text("id,name\na,Sårklinikken på Fanø\n,Ærø\n", encoding="utf-8")
    settings = environment(tmp_path / "data", PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    def told(*line: bytes) -> tuple[int, bytes, bytes]:
        command = [*(part.encode() for part in COMMAND), *line]
        done = subprocess.run(command, env=settings, capture_output=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    code, _, err = told(b"import", b"plain", str(names).encode())
    assert (code, b"organisations.csv:3 id" in err) == (0, True), err
    code, out, err = told(b"match", "sårklinik".encode("latin-1"))
    assert (code, b"Windows-1252" in err) == (0, True), err
    assert b"S\\xe5rklinikken" in out
