import gzip
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.sources import streams
from vidensbro.kit.sources.jsonrows import JsonLines, JsonValues, Row
from vidensbro.kit.sources.problems import Problem
from vidensbro.kit.sources.streams import ByteStream, Position


def codes(items):
    return [(item.line, item.code) for item in items if isinstance(item, Problem)]


def data(items):
    return [item.data for item in items if isinstance(item, Row)]


def read(path, reader=JsonLines, start=None):
    return list(reader(ByteStream(path), start or Position()))


def test_what_is_wrong_with_a_line_does_not_stop_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "MAX_LINE", 100)
    path = tmp_path / "x.jsonl"
    lines = [
        b'{"id": 1}\r',
        b"",
        b'{"id": }',
        b'{"id": "\xe5"}',
        b'{"id": "\x00"}',
        b"[1]",
        b"x" * 101,
        b'{"id": 2}',
    ]
    path.write_bytes(streams.UTF8_BOM + b"\n".join(lines))
    found = read(path)
    assert data(found) == [{"id": 1}, {"id": 2}]
    assert codes(found) == [
        (3, "json"),
        (4, "encoding"),
        (5, "nul_bytes"),
        (6, "not_a_record"),
        (7, "oversize"),
    ]


def test_utf_16_is_understood(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes('{"name": "sår"}\n'.encode("utf-16"))
    assert data(read(path)) == [{"name": "sår"}]


def test_a_truncated_gzip_file_gives_what_it_holds(tmp_path):
    path = tmp_path / "x.jsonl.gz"
    lines = [json.dumps({"id": number, "text": str(number) * 50}) for number in range(5000)]
    whole = gzip.compress("\n".join(lines).encode())
    path.write_bytes(whole[: len(whole) // 2])
    found = read(path)
    records = data(found)
    assert 1000 < len(records) < 5000
    assert [record["id"] for record in records] == list(range(len(records)))
    assert codes(found) == [(len(records) + 1, "truncated")]


def test_a_damaged_gzip_file_is_reported(tmp_path):
    path = tmp_path / "x.jsonl.gz"
    whole = bytearray(gzip.compress(b'{"id": 1}\n' * 100_000))
    whole[-6] ^= 1  # the checksum
    path.write_bytes(whole)
    found = read(path)
    assert len(data(found)) > 70_000
    assert codes(found)[-1][1] == "corrupt"
    path.write_bytes(b"this is no gzip")
    assert [code for _, code in codes(read(path))] == ["corrupt"]


def test_gzip_members_one_after_the_other_are_one_file(tmp_path):
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"id": 1}\n{"i') + gzip.compress(b'd": 2}\n') + b"\x00" * 20)
    assert data(read(path)) == [{"id": 1}, {"id": 2}]


def test_zip(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", "")
        archive.writestr("folder/x.json", '[{"id": 1}]')
    assert data(read(path, JsonValues)) == [{"id": 1}]
    path.write_bytes(path.read_bytes()[:40])
    assert codes(read(path, JsonValues))[0][1] == "corrupt"


def test_an_empty_file_holds_nothing(tmp_path):
    for name in ("x.jsonl", "x.jsonl.gz"):
        path = tmp_path / name
        path.write_bytes(b"")
        assert read(path) == []
        assert read(path, JsonValues) == []


RECORDS = [{"id": number, "text": 'å{["\\' * 3, "sub": {"a": [1, {"b": number}]}} for number in range(6)]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_an_array_is_read_whatever_the_chunks(tmp_path, monkeypatch, indent, chunk):
    monkeypatch.setattr(streams, "CHUNK", chunk)
    path = tmp_path / "x.json"
    path.write_text(json.dumps(RECORDS, indent=indent, ensure_ascii=False), encoding="utf-8")
    found = read(path, JsonValues)
    assert data(found) == RECORDS
    if indent:
        assert [row.line for row in found] == [
            number for number, line in enumerate(path.read_text("utf-8").splitlines(), 1) if line == "  {"
        ]


@pytest.mark.parametrize("chunk", [5, 1000])
@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ('[{"id": 1}, {"id": 2,, "x": {"y": "}"}}, {"id": 3}]', [1, 3]),
        ('[\n  {"id": 1},\n  {"id": "2},\n  {"id": 3}\n]', [1, 3]),
        ('[\n  {"id": 1},\n  {"id": {2},\n  {"id": 3}\n]', [1, 3]),
        ('{"id": 1}{"id": 2}\n{"id": 3}', [1, 2, 3]),
        ('[{"id": 1} oops {"id": 3}]', [1, 3]),
        ('[{"id": 1}, 7, "x", {"id": 3}]', [1, 3]),
    ],
)
def test_a_broken_object_does_not_stop_the_others(tmp_path, monkeypatch, broken, expected, chunk):
    monkeypatch.setattr(streams, "CHUNK", chunk)
    path = tmp_path / "x.json"
    path.write_text(broken)
    assert [record["id"] for record in data(read(path, JsonValues))] == expected


@pytest.mark.parametrize("cut", ['[{"id": 1}', '[{"id": 1}, {"id":', '[{"id": 1},', "[[[[["])
def test_an_array_that_ends_early_is_truncated(tmp_path, cut):
    path = tmp_path / "x.json"
    path.write_text(cut)
    assert codes(read(path, JsonValues))[-1][1] == "truncated"


def test_nesting_without_end_is_a_problem_and_no_crash(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('{"a":' * 200_000)
    assert codes(read(path, JsonValues)) != []
    assert codes(read(path, JsonLines)) != []


@given(
    values=st.lists(st.dictionaries(st.text(), st.integers() | st.text(), max_size=4), max_size=8),
    indent=st.none() | st.integers(0, 3),
    chunk=st.integers(1, 64),
)
def test_every_array_is_read_as_it_was_written(tmp_path_factory, values, indent, chunk):
    path = tmp_path_factory.mktemp("array") / "x.json"
    path.write_text(
        json.dumps(values, indent=indent, ensure_ascii=False), encoding="utf-8", errors="surrogatepass"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "CHUNK", chunk)
        assert data(read(path, JsonValues)) == values


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.json"])
def test_reading_goes_on_where_it_stopped(tmp_path, name):
    path = tmp_path / name
    text = json.dumps(RECORDS) if name == "x.json" else "\n".join(json.dumps(record) for record in RECORDS)
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    reader_type = JsonValues if name == "x.json" else JsonLines
    for done in range(len(RECORDS) + 1):
        first = reader_type(ByteStream(path), Position())
        rows = iter(first)
        before = [next(rows).data for _ in range(done)]
        after = data(read(path, reader_type, first.position()))
        assert before + after == RECORDS


@given(st.binary(max_size=300))
def test_no_bytes_make_a_reader_fail(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("bytes")
    for name in ("x.jsonl", "x.json.gz", "x.zip"):
        (folder / name).write_bytes(content)
        for reader in (JsonLines, JsonValues):
            for item in read(folder / name, reader):
                assert isinstance(item, Row) or item.message
