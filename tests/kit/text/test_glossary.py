from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.text.glossary import Glossary, GlossaryError
from vidensbro.kit.text.glossary_files import bundled_files, entries


@pytest.fixture(scope="module")
def bundled() -> Glossary:
    return Glossary.bundled()


def small(*lines: str, folder: Path) -> Glossary:
    path = folder / "small.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return Glossary.load(path)


def test_the_bundled_glossary_is_large_and_every_line_is_well_formed(bundled: Glossary) -> None:
    assert len(bundled) >= 5000
    for name, text in bundled_files():
        found = list(entries(name, text))
        assert found, f"{name} is empty"
        assert text.startswith("#"), f"{name} does not say what it holds"
        for entry in found:
            assert not entry.override, f"{name}: {entry.headword} must not override"
            assert len(entry.terms) == len(set(entry.terms)), f"{name}: {entry.headword} repeats a term"
            assert not set('()[]{}"<>\t|') & set(entry.headword + "".join(entry.terms)), (name, entry)


@pytest.mark.parametrize(
    ("danish", "english"),
    [
        ("tryksår", "pressure ulcer"),
        ("tryksårene", "pressure ulcer"),
        ("Plejehjemsbeboernes", "nursing home resident"),
        ("nyresvigt", "kidney failure"),
        ("musklerne", "muscle"),
        ("kroniske sygdomme", "chronic disease"),
        ("virksomheder", "company"),
    ],
)
def test_danish_words_are_found_in_any_inflection(bundled: Glossary, danish: str, english: str) -> None:
    assert english in bundled.lookup(danish, "da")


@pytest.mark.parametrize(
    ("english", "danish"),
    [
        ("pressure ulcers", "tryksår"),
        ("chronic diseases", "kronisk sygdom"),
        ("companies", "virksomhed"),
        ("Wounds", "sår"),
    ],
)
def test_english_words_are_found_in_any_inflection(bundled: Glossary, english: str, danish: str) -> None:
    assert danish in bundled.lookup(english, "en")


def test_unknown_words_and_languages(bundled: Glossary) -> None:
    assert bundled.lookup("xyzzyord") == ()
    assert bundled.lookup("") == ()
    with pytest.raises(ValueError, match="da and en"):
        bundled.lookup("wort", "de")


def test_the_longest_headword_is_found_in_running_text(tmp_path: Path) -> None:
    glossary = small(
        "sygdom = disease", "kronisk sygdom = chronic disease", "kronisk = chronic", folder=tmp_path
    )
    text = "Kroniske sygdomme og en kronisk, alvorlig sygdom"
    hits = glossary.find(text)
    assert [(hit.text, hit.terms[0]) for hit in hits] == [
        ("Kroniske sygdomme", "chronic disease"),
        ("kronisk", "chronic"),
        ("sygdom", "disease"),
    ]
    assert all(text[hit.start : hit.end] == hit.text for hit in hits)


def test_a_phrase_does_not_reach_over_a_comma(tmp_path: Path) -> None:
    glossary = small("kronisk sygdom = chronic disease", folder=tmp_path)
    assert glossary.find("kronisk, sygdom") == []


def test_duplicates_are_merged_in_file_order(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("sår = sore; wound\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("# care\nsår = wound\n\n", encoding="utf-8")
    assert Glossary.load(tmp_path).lookup("sår") == ("wound", "sore")


def test_an_operators_file_extends_and_overrides(tmp_path: Path) -> None:
    base = small("sår = wound", "leje = rent", folder=tmp_path)
    own = small("sår = ulcer", "!leje = positioning", "prik = dot", folder=tmp_path)
    both = base.merged(own)
    assert both.lookup("sår") == ("wound", "ulcer")
    assert both.lookup("leje") == ("positioning",)
    assert both.lookup("rent", "en") == ()
    assert both.lookup("dot", "en") == ("prik",)
    assert base.lookup("leje") == ("rent",), "a merge must leave its parts alone"


def test_infinitives_and_articles_do_not_hide_an_english_word(tmp_path: Path) -> None:
    glossary = small("måle = to measure", folder=tmp_path)
    assert glossary.lookup("measured", "en") == ("måle",)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("sår wound", "no '='"),
        ("sår =", "no English term"),
        ("sår = ; ;", "no English term"),
        ("= wound", "headword is missing"),
        ("sår = wound = ulcer", "more than one '='"),
        ("! = wound", "headword is missing"),
    ],
)
def test_a_wrong_line_is_named_with_what_to_do(tmp_path: Path, line: str, problem: str) -> None:
    path = tmp_path / "own.txt"
    path.write_text(f"# mine\n\n{line}\n", encoding="utf-8")
    with pytest.raises(GlossaryError, match=problem) as caught:
        Glossary.load(path)
    assert caught.value.file == str(path)
    assert caught.value.line == 3
    assert caught.value.remedy


def test_a_wrong_encoding_and_a_missing_file_are_named(tmp_path: Path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes("hund = dog\nsår = wound".encode("cp1252"))
    with pytest.raises(GlossaryError, match="not UTF-8") as caught:
        Glossary.load(path)
    assert caught.value.line == 2
    with pytest.raises(GlossaryError, match="no such file"):
        Glossary.load(tmp_path / "absent")


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "win.txt"
    path.write_bytes("\ufeffsår = wound\r\nhud = skin\r\n".encode())
    assert Glossary.load(path).lookup("hud") == ("skin",)
    assert Glossary.load(path).lookup("sår") == ("wound",)


@given(st.text())
def test_looking_up_anything_never_fails(text: str) -> None:
    glossary = Glossary.bundled()
    for source in ("da", "en"):
        assert isinstance(glossary.lookup(text, source), tuple)
        glossary.find(text, source)
