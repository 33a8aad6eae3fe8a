from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.text.compounds import Splitter, parts, split
from vidensbro.kit.text.glossary import Glossary

COMPOUNDS = """
    sundhedsteknologi: sundhed teknologi
    plejehjemsbeboer: plejehjem beboer
    plejehjemsbeboerne: plejehjem beboer
    kvantesensor: kvante sensor
    nyresvigt: nyre svigt
    vindmøllefundamenter: vindmølle fundament
    tryksårsforebyggelse: tryksår forebyggelse
    lungekræft: lunge kræft
    patientsikkerhed: patient sikkerhed
    blodtryksmåler: blodtryk måler
    hjerteklapprotese: hjerteklap protese
    arbejdsmarkedsuddannelse: arbejdsmarked uddannelse
    høreapparat: høre apparat
    børneafdeling: barn afdeling
    øjenlæge: øje læge
    udviklingsafdelingen: udvikling afdeling
    kørestolsbrugere: kørestol bruger
    genoptræningsforløb: genoptræning forløb
    proteinanalyse: protein analyse
    kræftpatienters: kræft patient
    renrumsfaciliteter: renrum facilitet
    laboratorieudstyr: laboratorium udstyr
    lægemiddelforskning: lægemiddel forskning
    demenssygdomme: demens sygdom
    biosensor: bio sensor
    arbejdspladser: arbejde plads
    forskningsprojekt: forskning projekt
"""
SIMPLE = """
    hospital behandling sikkerhed forskning kommune medicin virksomhed teknologi platform transport patient protein
    materiale undersøgelse kvalitet organisation innovation september program partner generator afdeling udvikling
    erfaring finansiering vejledning information kommunikation medicinsk kunstig konsortium ansøgning symptom
    virksomheden behandlingen hospitalerne kommunerne
"""


@pytest.mark.parametrize("line", COMPOUNDS.strip().splitlines())
def test_compounds_are_taken_apart(line: str) -> None:
    word, _, expected = line.strip().partition(": ")
    assert split(word) == tuple(expected.split())


@pytest.mark.parametrize("word", SIMPLE.split())
def test_simple_words_stay_whole(word: str) -> None:
    assert split(word) == ()
    assert parts(word) == ()


def test_parts_hold_the_parts_of_parts() -> None:
    assert parts("plejehjemsbeboer") == ("plejehjem", "pleje", "hjem", "beboer")
    assert set(parts("tryksårsforebyggelse")) >= {"tryksår", "tryk", "sår", "forebyggelse"}


def test_hyphens_part_words() -> None:
    assert split("AIDS-forebyggelse") == ("aids", "forebyggelse")
    assert split("covid-19") == ("covid", "19")


@pytest.mark.parametrize("word", ["", "å", "el", "1234567", "bbbbbbbbbbbb", "x" * 1000, "--", "-"])
def test_what_is_no_word_has_no_parts(word: str) -> None:
    assert split(word) == ()


def test_an_operators_words_can_be_parts(tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    path.write_text("zorblax = zorblax device\nmåler = meter\n", encoding="utf-8")
    splitter = Splitter(Glossary.load(path), dictionary_too=False)
    assert splitter.split("zorblaxmåler") == ("zorblax", "måler")
    assert splitter.split("zorblaxsmålere") == ("zorblax", "måler")
    assert split("zorblaxmåler") == ()


@given(st.text(alphabet="abdefghijklmnoprstuvyæøå", min_size=0, max_size=40))
def test_there_are_never_fewer_than_two_parts_and_each_is_shorter(word: str) -> None:
    found = split(word)
    assert len(found) != 1
    assert all(len(part) < len(word) + 2 for part in found)
    assert set(found) <= set(parts(word)) or not found
