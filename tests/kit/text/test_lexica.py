from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.text.glossary import Glossary
from vidensbro.kit.text.lexica import (
    LexiconError,
    import_lexicon,
    import_table,
    import_tei,
    import_wordnet,
)

TEI = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>
<entry><form><orth>gryde</orth></form><gramGrp><pos>n</pos></gramGrp>
 <sense><cit type="trans"><quote>pot</quote></cit><cit type="trans"><quote>saucepan (kitchen)</quote></cit></sense>
</entry>
<entry><form><orth>tom</orth></form></entry>
<entry><form><orth>ske</orth></form><sense><cit type="trans"><quote>spoon</quote></cit></sense></entry>
</body></text></TEI>
"""
ENGLISH_TAB = (
    "# eng\teng\thttps://example.org\tlicence\n00000001-n\tlemma\tpot\n00000001-n\tlemma\tcooking_pot\n"
)
DANISH_TAB = (
    "# dan\n00000001-n\tdan:lemma\tgryde\n00000001-n\tdan:def\t0\tnoget at koge i\n00000009-v\tlemma\tkoge\n"
)


def saved(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_freedict_dictionary_becomes_a_glossary_file(tmp_path: Path) -> None:
    report = import_tei(saved(tmp_path, "dan-eng.tei", TEI), tmp_path / "lexica", licence="GPL-3.0-or-later")
    assert report.path == tmp_path / "lexica" / "dan-eng.txt"
    assert (report.entries, report.skipped) == (2, 1)
    assert report.problems[0].line > 0
    assert "GPL-3.0-or-later" in report.path.read_text(encoding="utf-8").splitlines()[0]
    assert Glossary.load(tmp_path / "lexica").lookup("gryder") == ("pot", "saucepan")


def test_english_headwords_are_turned_round(tmp_path: Path) -> None:
    text = TEI.replace("gryde", "pot ").replace(">pot<", ">gryde<").replace("saucepan (kitchen)", "krukke")
    report = import_tei(saved(tmp_path, "eng-dan.tei", text), tmp_path / "lexica", headwords="en")
    glossary = Glossary.load(report.path)
    assert glossary.lookup("krukke") == ("pot",)
    assert glossary.lookup("pot", "en") == ("gryde", "krukke")


def test_broken_xml_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    broken = saved(tmp_path, "dan-eng.tei", TEI.replace("</entry>\n</body>", "</body>"))
    with pytest.raises(LexiconError, match="Not well-formed XML") as caught:
        import_tei(broken, tmp_path / "lexica")
    assert caught.value.line >= 7
    assert list((tmp_path / "lexica").iterdir()) == []


def test_entities_are_not_resolved(tmp_path: Path) -> None:
    secret = saved(tmp_path, "secret.txt", "hemmeligt")
    declared = f'<!DOCTYPE TEI [<!ENTITY x SYSTEM "{secret.as_uri()}">]><TEI'
    text = TEI.replace("<TEI", declared, 1).replace(">spoon<", ">&x;<")
    import_tei(saved(tmp_path, "evil.tei", text), tmp_path / "lexica")
    assert "hemmeligt" not in (tmp_path / "lexica" / "evil.txt").read_text(encoding="utf-8")


def test_wordnets_are_joined_by_synset(tmp_path: Path) -> None:
    english = saved(tmp_path, "wn-data-eng.tab", ENGLISH_TAB)
    danish = saved(tmp_path, "wn-data-dan.tab", DANISH_TAB + "rubbish\tlemma\tx\n")
    report = import_wordnet(english, danish, tmp_path / "lexica", name="wordnet")
    assert report.path.name == "wordnet.txt"
    assert Glossary.load(report.path).lookup("gryde") == ("pot", "cooking pot")
    assert (report.entries, report.skipped) == (1, 1)
    assert report.problems[0].line == 5


def test_wordnets_of_two_columns_are_understood(tmp_path: Path) -> None:
    english = saved(tmp_path, "en.tab", "00000001-n\tpot\n")
    danish = saved(tmp_path, "da.tab", "dan-10-00000001-n\tgryde\n")
    assert import_wordnet(english, danish, tmp_path / "out").entries == 1


def test_tables_of_two_to_five_columns(tmp_path: Path) -> None:
    table = "gryde\tpot\nske\tn\tspoon; scoop\t00000001-n\tsource\nalene\n!udbrud\tn\tcry\n"
    report = import_table(saved(tmp_path, "own.tsv", table), tmp_path / "lexica")
    glossary = Glossary.load(report.path)
    assert glossary.lookup("ske") == ("spoon", "scoop")
    assert (report.entries, report.skipped) == (2, 2)
    assert [problem.line for problem in report.problems] == [3, 4]


def test_gzip_is_read_and_a_cut_one_is_named(tmp_path: Path) -> None:
    packed = gzip.compress(("gryde\tpot\n" * 5000).encode())
    (tmp_path / "own.tsv.gz").write_bytes(packed)
    assert import_table(tmp_path / "own.tsv.gz", tmp_path / "lexica").entries == 5000
    (tmp_path / "cut.tsv.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(LexiconError, match="cut short"):
        import_table(tmp_path / "cut.tsv.gz", tmp_path / "lexica")


def test_what_holds_no_words_leaves_the_former_file_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "lexica"
    former = import_table(saved(tmp_path, "own.tsv", "gryde\tpot\n"), out).path.read_text(encoding="utf-8")
    with pytest.raises(LexiconError, match="No line of it is a word"):
        import_lexicon([saved(tmp_path, "own.tsv", "no table at all\n")], out)
    assert [path.name for path in out.iterdir()] == ["own.txt"]
    assert (out / "own.txt").read_text(encoding="utf-8") == former


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08\x00garbage", b"no gzip", b"\x1f\x8b"])
def test_a_file_that_is_no_gzip_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.tsv.gz").write_bytes(content)
    with pytest.raises(LexiconError, match="broken or cut short") as caught:
        import_lexicon([tmp_path / "own.tsv.gz"], tmp_path / "lexica")
    assert "line 0" not in str(caught.value)


def test_the_format_is_told_by_its_look(tmp_path: Path) -> None:
    out = tmp_path / "lexica"
    tei = saved(tmp_path, "dan-eng.tei", TEI)
    table = saved(tmp_path, "own.tsv", "gryde\tpot\n")
    wordnets = [saved(tmp_path, "en.tab", ENGLISH_TAB), saved(tmp_path, "da.tab", DANISH_TAB)]
    assert [import_lexicon(paths, out).entries for paths in ([tei], [table], wordnets)] == [2, 1, 1]
    with pytest.raises(LexiconError, match="3 files"):
        import_lexicon([tei, table, table], out)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="Cannot be opened"):
        import_table(tmp_path / "absent.tsv", tmp_path / "lexica")
    (tmp_path / "latin.tsv").write_bytes("a\tb\nsår\twound\n".encode("cp1252"))
    with pytest.raises(LexiconError, match="not UTF-8") as caught:
        import_table(tmp_path / "latin.tsv", tmp_path / "lexica")
    assert caught.value.line == 2
    with pytest.raises(ValueError, match="da or en"):
        import_table(tmp_path / "latin.tsv", tmp_path / "lexica", headwords="sv")


@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=5), max_size=8))
def test_whatever_a_table_holds_the_result_can_be_loaded(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("lexicon")
    text = "\n".join("\t".join(row) for row in rows).encode("utf-8", "ignore").decode()
    # A good line among them: a table without one is refused.
    report = import_table(saved(folder, "any.tsv", f"{text}\ngryde\tpot"), folder / "out")
    assert 0 < len(Glossary.load(report.path)) <= report.entries
