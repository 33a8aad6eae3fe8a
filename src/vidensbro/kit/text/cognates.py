"""Danish and English words that are one word spelt twice: hæmatologi - haematology, kvantificere - quantify.

Rules propose spellings; a vocabulary, such as that of an index, keeps the ones that are really used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import Final, Protocol

from vidensbro.kit.text.inflection import dictionary_forms
from vidensbro.kit.text.normalise import fold
from vidensbro.kit.text.stop_words import listed


class Vocabulary(Protocol):
    """Words that are in use somewhere, such as in an index."""

    def contains(self, word: str, language: str) -> bool:
        """Whether the word, in any inflection, is used in texts of that language (ISO 639-1)."""


# Danish ending, English endings; the longest that fits is used, and of several the likeliest stands first.
_ENDINGS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("ologisk", ("ological", "ologic")),
    ("ificering", ("ification", "ifying")),
    ("ificere", ("ify",)),
    ("ektomi", ("ectomy",)),
    ("plastik", ("plasty", "plastics")),
    ("grafisk", ("graphic", "graphical")),
    ("grafi", ("graphy",)),
    ("skopisk", ("scopic",)),
    ("skopi", ("scopy",)),
    ("skop", ("scope",)),
    ("terapi", ("therapy",)),
    ("terapeut", ("therapist",)),
    ("ologi", ("ology",)),
    ("olog", ("ologist", "ologue")),
    ("metri", ("metry",)),
    ("patisk", ("pathic",)),
    ("pati", ("pathy",)),
    ("trofi", ("trophy",)),
    ("trof", ("troph", "trophic")),
    ("ænik", ("enics",)),
    ("ledning", ("line",)),
    ("isering", ("isation", "ization", "ising")),
    ("isere", ("ise", "ize")),
    ("yserer", ("yser",)),
    ("ysere", ("yse", "yze")),
    ("ikere", ("icate", "ic")),
    ("ulere", ("ulate", "ule")),
    ("ering", ("ation", "ering", "ing")),
    ("erer", ("ates", "es")),
    ("ere", ("ate", "e", "")),
    ("itet", ("ity",)),
    ("alisme", ("alism",)),
    ("isme", ("ism",)),
    ("istisk", ("istic",)),
    ("atisk", ("atic",)),
    ("itisk", ("itic", "itical")),
    ("ogisk", ("ogical",)),
    ("isk", ("ic", "ical", "ian")),
    ("tik", ("tics", "tic")),
    ("nik", ("nics", "nic", "nique")),
    ("sik", ("sics", "sic")),
    ("rik", ("ric", "rics")),
    ("mik", ("mics", "mic")),
    ("dik", ("dics", "dic")),
    ("fik", ("fic", "phic")),
    ("ik", ("ic", "ics", "ique")),
    ("ationel", ("ational",)),
    ("ionel", ("ional",)),
    ("iel", ("ial",)),
    ("uel", ("ual",)),
    ("el", ("al", "el", "le")),
    ("ibel", ("ible",)),
    ("abel", ("able",)),
    ("bel", ("ble",)),
    ("tiv", ("tive",)),
    ("siv", ("sive",)),
    ("iv", ("ive",)),
    ("ær", ("ary", "ar", "aire", "er")),
    ("øs", ("ous", "ose")),
    ("ør", ("or", "er", "eur")),
    ("ens", ("ence", "ens")),
    ("ans", ("ance", "ans")),
    ("ancer", ("ances",)),
    ("tese", ("thesis", "these")),
    ("lyse", ("lysis",)),
    ("ose", ("osis", "ose")),
    ("fobi", ("phobia",)),
    ("filik", ("philic",)),
    ("fil", ("phile", "phil", "file")),
    ("form", ("form",)),
    ("morf", ("morphic", "morph")),
    ("fyt", ("phyte",)),
    ("cyt", ("cyte",)),
    ("lyt", ("lyte",)),
    ("rium", ("rium",)),
    ("arie", ("ary",)),
    ("orie", ("ory",)),
    ("nomi", ("nomy",)),
    ("tomi", ("tomy",)),
    ("stomi", ("stomy",)),
    ("æmi", ("aemia", "emia")),
    ("uri", ("uria",)),
    ("plegi", ("plegia",)),
    ("algi", ("algia",)),
    ("demi", ("demic", "demia", "demy")),
    ("ergi", ("ergy",)),
    ("urgi", ("urgy", "urgery")),
    ("æstesi", ("aesthesia", "esthesia")),
    ("lepsi", ("lepsy",)),
    ("fasi", ("phasia",)),
    ("ksi", ("xy", "xia")),
    ("psi", ("psy", "psis")),
    ("si", ("sy", "sia")),
    ("gi", ("gy", "gia")),
    ("fi", ("phy",)),
    ("ni", ("ny", "nia")),
    ("ri", ("ry", "ria")),
    ("ti", ("ty", "cy", "tia")),
    ("li", ("ly", "lia")),
    ("mi", ("my", "mia")),
    ("ci", ("cy",)),
    ("sulfat", ("sulphate", "sulfate")),
    ("fosfat", ("phosphate",)),
    ("at", ("ate", "at")),
    ("it", ("ite", "it")),
    ("id", ("ide", "id")),
    ("oxid", ("oxide",)),
    ("an", ("ane", "an")),
    ("en", ("ene", "en")),
    ("in", ("in", "ine")),
    ("yl", ("yl",)),
    ("ym", ("yme",)),
    ("om", ("oma", "ome")),
    ("ur", ("ure",)),
    ("yr", ("yre",)),
    ("al", ("al",)),
    ("oid", ("oid",)),
    ("tur", ("ture",)),
    ("graf", ("graph", "grapher")),
    ("fon", ("phone",)),
    ("fag", ("phage",)),
    ("zym", ("zyme",)),
    ("ase", ("ase",)),
    ("ode", ("ode", "od")),
    ("ole", ("ole", "ol")),
    ("e", ("e", "", "a")),
    ("", ("", "e")),
)

# Spelling inside a word, Danish to English, applied in order; those of _MAYBE may or may not apply.
_ALWAYS: Final[tuple[tuple[str, str], ...]] = (
    (r"kv", "qu"),
    (r"ks", "x"),
    (r"k(?=[aouælrt]|s?$)", "c"),
    (r"sk(?=[aoulr])", "sc"),
    (r"ør$", "or"),
)
_MAYBE: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"æ", ("ae", "e")),
    (r"ø", ("oe", "e", "o")),
    (r"k(?=[iey])", ("c", "ch")),
    (r"c(?=[hr])", ("ch",)),
    (r"f(?=y|o[bnrst]|a[grst]|e[nr]|il|r|os|t)|(?<=[aior])f|(?<=s)f", ("ph",)),
    (r"t(?=er[am]|es|io|y|o[nrs]|e[ro]|rom|alas)|(?<=[aeor])t(?=[hi]|o|y)", ("th",)),
    (r"r(?=eu|i[nz]|yt|od)|(?<=r)r(?=ag|oi)", ("rh",)),
    (r"s(?=[iy][eoz]|[eæ])", ("c", "z", "sc")),
    (r"j", ("y", "j")),
    (r"å", ("a", "aa")),
    (r"y", ("u",)),
)
_PLAIN: Final = re.compile(r"[a-zæøåéüöä]+(?:-[a-zæøåéüöä]+)*")
_SHORTEST: Final = 5
_MOST: Final = 48


def proposals(word: str, source: str, target: str) -> tuple[str, ...]:
    """How the word may be spelt in the other language, likeliest first, at most 48 other spellings.

    Danish and English only (either direction); () for other pairs, for short words and for what is no plain
    word. Inflected words are taken back to their possible dictionary forms.
    """
    folded = fold(word)
    if len(folded) < _SHORTEST or _PLAIN.fullmatch(folded) is None:
        return ()
    if (source, target) == ("da", "en"):
        return _bounded(folded, _english_spellings)
    if (source, target) == ("en", "da"):
        return _bounded(folded, _danish_spellings)
    return ()


def grounded(word: str, source: str, target: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The proposals, and the word itself, that the vocabulary of the target language has, in their order."""
    folded = fold(word)
    tried = chain((folded,), proposals(word, source, target))
    return tuple(dict.fromkeys(spelling for spelling in tried if vocabulary.contains(spelling, target)))


def plausible(word: str, source: str, target: str) -> str:
    """The likeliest spelling if the word ends as only loan words do; "" if it looks home-grown."""
    folded = fold(word)
    bases = dictionary_forms(folded, source)
    marked = _LOAN_ENDINGS.get(source, ())
    if not any(base.endswith(ending) for base in bases for ending in marked):
        return ""
    return next(iter(proposals(word, source, target)), "")


_LOAN_ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "da": listed("""
        ologi ologisk grafi skopi terapi ificere isere isering itet isme metri ektomi patisk tiv ionel tion
        sion
        æmi ose itis omi lyse tese ikere ulere kel stik mik atisk itisk skop cyt"""),
    "en": listed("""
        ology ological graphy scopy therapy ify ise ize isation ization ity ism metry ectomy pathic tive
        ional tion
        sion aemia emia osis itis omics lysis thesis icate ulate atic"""),
}


def _bounded(folded: str, spell: Speller) -> tuple[str, ...]:
    found: dict[str, None] = {}
    source = "da" if spell is _english_spellings else "en"
    for base in dictionary_forms(folded, source):
        if len(base) < _SHORTEST - 1:
            continue
        for spelling in spell(base):
            if spelling != folded and len(spelling) > 2:
                found[spelling] = None
        if len(found) >= _MOST:
            break
    return tuple(found)[:_MOST]


class Speller(Protocol):
    """Gives the spellings of one dictionary form, likeliest first."""

    def __call__(self, word: str) -> Iterable[str]:
        """Spellings in the other language."""


@lru_cache(maxsize=8192)
def _english_spellings(word: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for body, ending in _with_endings(word, _DANISH_FIRST):
        for spelling in _respelt(body, ending):
            found[spelling] = None
    return tuple(found)


def _with_endings(word: str, table: Mapping[str, tuple[str, ...]]) -> Iterable[tuple[str, str]]:
    """(body, new ending) by the longest ending in the table, then by the next shorter one."""
    used = 0
    for size in range(min(len(word) - 2, 9), -1, -1):
        endings = table.get(word[len(word) - size :] if size else "")
        if endings is None:
            continue
        for ending in endings:
            yield word[: len(word) - size], ending
        used += 1
        if used == 2:
            return


def _respelt(body: str, ending: str) -> Iterable[str]:
    """The readings of a Danish word body with an English ending."""
    for pattern, replacement in _ALWAYS:
        body = re.sub(pattern, replacement, body)
    if body.endswith("k"):
        body = body[:-1] + "c"
    readings = [body]
    for pattern, replacements in _MAYBE:
        if re.search(pattern, body) is None:
            continue
        must = pattern in ("æ", "ø", "å")
        changed = [re.sub(pattern, new, reading) for new in replacements for reading in readings]
        readings = (changed if must else [*readings, *changed])[:24]
    return [reading + ending for reading in readings]


@lru_cache(maxsize=8192)
def _danish_spellings(word: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for body, ending in _with_endings(word, _ENGLISH_FIRST):
        for reading in _danish_readings(body):
            found[reading + ending] = None
    return tuple(found)


_TO_DANISH: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"qu", ("kv",)),
    (r"x", ("ks", "x")),
    (r"ph", ("f",)),
    (r"th", ("t",)),
    (r"rh", ("r",)),
    (r"ae", ("æ",)),
    (r"oe", ("ø",)),
    (r"ch", ("k", "ch")),
    (r"c(?=[aoulrtk]|$)", ("k",)),
    (r"c(?=[ieyæ])", ("c", "k")),
    (r"(?<=[hnpdl])e(?=[mdstr])", ("e", "æ")),
)


def _danish_readings(body: str) -> list[str]:
    readings = [body]
    for pattern, replacements in _TO_DANISH:
        readings = list(
            dict.fromkeys(re.sub(pattern, new, reading) for new in replacements for reading in readings)
        )[:24]
    return readings


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    table: dict[str, dict[str, None]] = {}
    for first, second in pairs:
        table.setdefault(first, {})[second] = None
    return {first: tuple(seconds) for first, seconds in table.items()}


_DANISH_FIRST: Final = _grouped((danish, english) for danish, forms in _ENDINGS for english in forms)
_ENGLISH_FIRST: Final = _grouped((english, danish) for danish, forms in _ENDINGS for english in forms)

_COMBINING_FORMS: Final = {
    "makro": "macro",
    "mikro": "micro",
    "elektro": "electro",
    "foto": "photo",
    "termo": "thermo",
    "psyko": "psycho",
    "kardio": "cardio",
    "farmako": "pharmaco",
    "radio": "radio",
    "øko": "eco",
    "hæmo": "haemo",
    "onko": "onco",
    "pato": "patho",
    "spektro": "spectro",
    "kemo": "chemo",
    "ekstra": "extra",
    "agro": "agri",
    "nær": "near ",
}


def combining_form(part: str, source: str) -> str:
    """The English spelling of a Danish combining form (mikro -> micro); other parts as they are."""
    return _COMBINING_FORMS.get(part, part) if source == "da" else part
