"""The bundled glossary as data: its form, its extent, and the translations that matter most."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from vidensbro.kit.text.bridge import Bridge
from vidensbro.kit.text.glossary import Glossary
from vidensbro.kit.text.glossary_files import Entry, bundled_files, entries
from vidensbro.kit.text.normalise import fold

_DOMAINS = {
    "anatomy",
    "assistive",
    "biotech",
    "business",
    "care",
    "clinical",
    "construction",
    "digital",
    "engineering",
    "food",
    "funding",
    "general_adjectives",
    "general_function",
    "general_nouns",
    "general_verbs",
    "home_and_leisure",
    "industry",
    "laboratory",
    "law",
    "medtech",
    "pharma",
    "public_sector",
    "quantum",
    "transport",
}

# Danish in any inflection and the English that must come first; after Den Danske Ordbog and the usage of
# the Danish health authorities' English pages.
_FIRST = {
    "tryksår": "pressure ulcer",
    "nyresvigt": "kidney failure",
    "apopleksi": "stroke",
    "hjertesvigt": "heart failure",
    "KOL": "COPD",
    "ALS": "ALS",
    "MR-skanninger": "MRI scan",
    "anfald": "seizure",
    "genoptræning": "rehabilitation",
    "plejehjem": "nursing home",
    "pårørende": "relatives",
    "lejring": "positioning",
    "hjælpemidler": "assistive device",
    "velfærdsteknologi": "welfare technology",
    "synkebesvær": "dysphagia",
    "renrum": "cleanroom",
    "fager": "bacteriophage",
    "sonden": "feeding tube",
    "sporstof": "tracer",
    "lægemiddel": "drug",
    "bivirkninger": "side effect",
    "forsøget": "trial",
    "egen": "own",
    "eget": "own",
    "fokus": "focus",
    "partnerskaber": "partnership",
    "samspillet": "interaction",
    "barrierer": "barrier",
    "potentialet": "potential",
    "overordnede": "overall",
    "roller": "role",
    "centre": "centre",
    "ambitioner": "ambition",
    "markante": "marked",
    "målrettede": "targeted",
    "mellemstore virksomheder": "medium-sized enterprises",
    "videregående": "higher",
    "såvel": "both",
    "afsæt": "starting point",
    "forankringen": "anchoring",
    "styrkelse": "strengthening",
    "organisering": "organisation",
    "realisering": "realisation",
    "skabelse": "creation",
    "kombinationer": "combination",
    "temaer": "theme",
    "overblikket": "overview",
    "synergi": "synergy",
    "SMV": "SME",
    "ca": "approximately",
    "mio": "million",
    "barnets": "child",
    "voksne": "adult",
    "lægen": "doctor",
    "ske": "happen",
    "sker": "happen",
    "kort": "short",
    "korte": "short",
    "stiger": "rise",
    "steg": "rise",
    "såre": "wound",
    "leje": "rent",
    "dreje": "turn",
    "male": "paint",
    "bore": "drill",
    "bor": "live",
    "tale": "speech",
    "måle": "measure",
    "måler": "measure",
    "råd": "advice",
    "faste": "fixed",
    "hele": "whole",
    "lade": "let",
    "have": "have",
    "slette": "delete",
    "løfte": "lift",
    "stik": "connector",
    "kontakt": "contact",
    "aktive": "active",
    "fulgte": "follow",
    "lykkedes": "succeed",
    "fjernet": "removed",
    "født": "born",
    "gjaldt": "apply",
    "dyrere": "more expensive",
    "sort": "black",
    "pung": "purse",
    "ovn": "oven",
    "brand": "fire",
    "podning": "swab",
    "kurven": "curve",
    "kulden": "cold",
    "sædet": "seat",
}

_INFLECTED = {
    "beskrev": "describe",
    "beskrevne": "describe",
    "foretrak": "prefer",
    "offentliggjort": "publish",
    "planlagte": "plan",
    "udgør": "constitute",
    "ramte": "hit",
    "glemt": "forgotten",
    "bedømt": "assess",
    "øgede": "increase",
    "uændrede": "unchanged",
    "vigtigst": "important",
    "stærkeste": "strong",
    "mødtes": "meet",
}


@pytest.fixture(scope="module")
def lines() -> dict[str, list[Entry]]:
    return {name.removesuffix(".txt"): list(entries(name, text)) for name, text in bundled_files()}


def test_every_domain_is_there_and_the_whole_is_large(lines: dict[str, list[Entry]]) -> None:
    assert set(lines) >= _DOMAINS
    assert len(Glossary.bundled()) >= 5000
    assert all(len(found) >= 200 for name, found in lines.items() if name in _DOMAINS)


def test_no_headword_stands_twice_in_one_file(lines: dict[str, list[Entry]]) -> None:
    twice = {
        name: [word for word, count in Counter(fold(entry.headword) for entry in found).items() if count > 1]
        for name, found in lines.items()
    }
    assert {name: words for name, words in twice.items() if words} == {}


def test_lines_are_plain_terms_without_remarks(lines: dict[str, list[Entry]]) -> None:
    for name, text in bundled_files():
        for line in text.splitlines():
            assert line == line.strip(), f"{name}: {line!r} has blanks around it"
            if line and not line.startswith("#"):
                assert re.fullmatch(r"[^=;#!()\[\]]+ = [^=#()\[\]]+", line), f"{name}: {line}"
                terms = line.partition(" = ")[2].split(";")
                assert all(term.strip() for term in terms), f"{name}: {line} has an empty term"
                assert all(len(term.split()) <= 7 for term in terms), f"{name}: {line} explains"


def test_english_holds_no_danish_letters(lines: dict[str, list[Entry]]) -> None:
    names = {"Rigshospitalet", "Bagsværd", "Østerbro"}
    for name, found in lines.items():
        for entry in found:
            if entry.headword not in names and entry.headword[0].islower():
                assert not any(set("æøå") & set(term) for term in entry.terms), f"{name}: {entry}"


@pytest.mark.parametrize(("danish", "english"), _FIRST.items())
def test_the_sense_meant_in_a_need_comes_first(danish: str, english: str) -> None:
    glossary = Glossary.bundled()
    found = glossary.lookup(danish, "da")
    assert found, f"{danish} is not in the glossary"
    alternatives = {"doctor": {"physician"}, "fixed": {"permanent"}}
    assert found[0] in {english} | alternatives.get(english, set())


@pytest.mark.parametrize(("danish", "english"), _INFLECTED.items())
def test_irregular_and_shortened_forms_find_their_headword(danish: str, english: str) -> None:
    found = Bridge().translate(danish, "da", "en")[0]
    assert (found.method, found.target) == ("glossary", english)
