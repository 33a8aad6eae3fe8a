"""Which of a few languages a text is written in; made for needs of a handful of words.

py3langid (a naive Bayes model over byte n-grams; Lui and Baldwin, ACL 2012) knows long texts. Short ones are
decided by what people look at: function words, letters, and the words in which Danish and Norwegian differ.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from vidensbro.kit.text.glossary import Glossary
from vidensbro.kit.text.normalise import WORD, normalise
from vidensbro.kit.text.stop_words import STOP_WORDS

SERVED: Final = ("da", "en", "no", "sv", "de")
"""The languages that are told apart, Danish first: it wins a tie."""

_MODEL_NAMES: Final[Mapping[str, tuple[str, ...]]] = {"no": ("no", "nn")}
_LONGEST: Final = 1500
_READ: Final = 600
_READ_WORDS: Final = 100
_MODEL_WEIGHT: Final = 3.0
_SHORT: Final = 8
_KNOWN_WORD: Final = {"da": 0.5, "en": 0.5}

# Words and word parts that separate neighbours, beyond the function words.
_DISTINCTIVE: Final[Mapping[str, str]] = {
    "da": """
        hvad noget nogen nogle mig dig sig af udvikler udvikle udvikling virksomhed virksomheder forskning
        forsker forskere sundhed sygehus kommune plejehjem borger borgere ønsker søger hjælp ældre blev
        efter igennem mellem gennem måde uge penge bruge bruger brugere arbejde arbejder viden løsning
        løsninger opdager måler afprøve afprøvning patienter læge læger sygeplejerske syge kræft lokaler
        tilskud hvordan hvem mange nye ny billig hurtig leder behov har brug uden samarbejde samarbejder og
        ikke at teste test sted tryksår sår
        genoptræning hjemmepleje velfærdsteknologi medicin""",
    "no": """
        hva noe noen meg deg seg av utvikler utvikle utvikling virksomhet bedrift bedrifter forskning forsker
        forskere helse sykehus kommune sykehjem bruker brukere ønsker søker hjelp eldre etter gjennom måte
        uke penger bruke jobber kunnskap løsning løsninger oppdager måler pasienter pasient lege leger
        sykepleier syke kreft lokaler tilskudd hvordan hvem nye ny rask leter behov uten samarbeid
        samarbeider og ikke å teste trykksår
        sår rehabilitering hjemmesykepleie velferdsteknologi medisin nettverk språk trenger""",
    "sv": """
        vad något någon mig dig sig av utvecklar utveckla utveckling företag forskning forskare hälsa sjukhus
        kommun äldreboende användare önskar söker hjälp äldre efter genom sätt vecka pengar använda arbetar
        kunskap lösning lösningar upptäcker mäter patienter läkare sjuksköterska sjuka cancer lokaler bidrag
        hur vem nya ny snabb letar behov behöver utan samarbete samarbetar och inte att testa ställe
        trycksår sår rehabilitering
        hemsjukvård välfärdsteknik läkemedel""",
    "en": """
        develop developing developer company companies looking need needs search seeking find help test
        testing patients patient nurse nurses doctor doctors hospital research researcher researchers
        knowledge elderly care wound treatment health device devices new cheap fast clinical funding partner
        partners early disease medicine people home nursing access laboratory lab space trial trials
        solution solutions software
        measure measuring measures detect detects detection data study studies expert experts""",
    "de": """
        entwickeln entwickelt entwicklung unternehmen firma forschung forscher gesundheit krankenhaus klinik
        gemeinde pflegeheim nutzer suchen sucht gesucht brauchen hilfe ältere alte früh wissen lösung lösungen
        messen misst erkennen patienten arzt ärzte pflege pflegekraft kranke krebs räume förderung wir neue
        neuer
        schnell bedarf zusammenarbeit testen ort wunde wunden rehabilitation medikament arzneimittel gerät
        geräte""",
}

_SPELLINGS: Final[tuple[tuple[str, str, float], ...]] = (
    ("da", r"\w+hed(?:en|s|er)?\b", 1.0),
    ("da", r"\w+(?:else|elser|elsen|ninger|ningen|ering)\b", 0.4),
    ("da", r"\b\w*(?:ægge|øge|uge|age|ige|øde|ide|ade)r?\b", 0.3),
    ("da", r"\b(?:ud|af|op|til|hjem|syg|kræft|læge|hjælp|samfund|sundhed|pleje)\w{3,}", 0.5),
    ("da", r"æ", 0.5),
    ("da", r"ø", 0.5),
    ("da", r"å", 0.3),
    ("no", r"\w+(?:het|heten|heter)\b", 1.0),
    ("no", r"\w+(?:else|elser|elsen|inger|ingen|ering)\b", 0.3),
    ("no", r"\b(?:ut|av|opp|syk|lege|kreft|hjelp|helse|omsorg|nett)\w{3,}", 0.5),
    ("no", r"\w*(?:kk|ei|øy|jø|kj|skj)\w*", 0.3),
    ("no", r"\w+sjon(?:en|er|s)?\b", 1.2),
    ("no", r"ø", 0.4),
    ("no", r"å", 0.3),
    ("no", r"æ", 0.15),
    ("sv", r"ä", 1.2),
    ("sv", r"ö", 1.2),
    ("sv", r"å", 0.3),
    ("sv", r"\w+(?:het|heten|heter|ning|ningen|ningar|tion|skap|orna|arna|erna)\b", 0.4),
    ("sv", r"\b\w*(?:ck|sj|skä|kv|äl|ör)\w*\b", 0.3),
    ("de", r"ß", 2.0),
    ("de", r"ü", 1.2),
    ("de", r"ä", 0.6),
    ("de", r"ö", 0.6),
    ("de", r"\w+(?:ung|ungen|keit|heit|schaft|lich|liche|ische|isch|ischen)\b", 1.0),
    ("de", r"\b\w*(?:sch|cht|pf|tz|ei|ie)\w*\b", 0.25),
    ("en", r"\w+(?:tion|tions|ing|ment|ness|ity|ies|ical|ology|ous|ly)\b", 0.5),
    ("en", r"\b\w*(?:th|wh|gh|oo|ea|ough|w)\w*\b", 0.35),
    ("en", r"\b\w+y\b", 0.3),
)
_COMPILED: Final = tuple((code, re.compile(pattern), weight) for code, pattern, weight in _SPELLINGS)
_NORDIC: Final = frozenset("æøå")


def detect(text: str, fallback: str = "en", among: Sequence[str] = SERVED) -> str:
    """The ISO 639-1 code of the language of `text`, one of `among`.

    `fallback` is given back for a text without evidence (no letters, or one or two words that could be
    anything), so pass the language that the page is read in. Ties go to the earlier one in `among`, so put
    Danish before Norwegian. ValueError if `among` is empty or holds a language that is not served.
    """
    unknown = [code for code in among if code not in SERVED]
    if unknown or not among:
        raise ValueError(f"languages must be some of {', '.join(SERVED)}; got {', '.join(among) or 'none'}")
    return _detect(normalise(text[:_LONGEST]), fallback, tuple(among))


@lru_cache(maxsize=4096)
def _detect(text: str, fallback: str, among: tuple[str, ...]) -> str:
    folded = text.lower()
    tokens = WORD.findall(folded)
    letters = [token for token in tokens if any(map(str.isalpha, token))]
    if not letters:
        return fallback
    seen = _evidence(folded[:_READ], letters[:_READ_WORDS])
    if len(letters) <= _SHORT:
        _add_glossary_evidence(seen, letters)
    scores = {code: seen[code] for code in among}
    if len(letters) <= 2 and max(scores.values()) < 0.5:
        return fallback
    weight = _MODEL_WEIGHT * min(1.0, len(letters) / 6)
    for code, share in _model_shares(text, among).items():
        scores[code] += weight * share
    if len(letters) <= 2 and fallback in scores:
        scores[fallback] += 0.35
    return max(among, key=lambda code: round(scores[code], 6))


def _evidence(folded: str, tokens: list[str]) -> dict[str, float]:
    """Points for each language, per text: function words, distinctive words, spellings."""
    points = dict.fromkeys(SERVED, 0.0)
    weights = _word_weights()
    for token in tokens:
        for code, weight in weights.get(token, ()):
            points[code] += weight
    for code, pattern, weight in _COMPILED:
        hits = len(pattern.findall(folded))
        if hits:
            points[code] += weight * min(hits, 4)
    if not _NORDIC.isdisjoint(folded):
        points["en"] -= 1.0
        points["de"] -= 1.0
    return points


def _add_glossary_evidence(points: dict[str, float], tokens: list[str]) -> None:
    """Points for words that the glossary has on one side only; it settles needs of a word or two."""
    glossary = Glossary.bundled()
    for token in tokens:
        danish = bool(glossary.headword(token, "da"))
        english = bool(glossary.headword(token, "en"))
        if danish and not english:
            points["da"] += _KNOWN_WORD["da"]
        elif english and not danish:
            points["en"] += _KNOWN_WORD["en"]


@lru_cache(maxsize=1)
def _word_weights() -> dict[str, tuple[tuple[str, float], ...]]:
    """For each known word the languages that have it, shared words counting less."""
    holders: dict[str, dict[str, float]] = {}
    for code in SERVED:
        for word in STOP_WORDS[code]:
            holders.setdefault(word, {})[code] = 1.0
        for word in _DISTINCTIVE[code].split():
            holders.setdefault(word, {})[code] = 1.2
    return {
        word: tuple((code, weight / math.sqrt(len(found))) for code, weight in found.items())
        for word, found in holders.items()
    }


@lru_cache(maxsize=8)
def _model(among: tuple[str, ...]) -> Any:
    """py3langid restricted to some languages; its weights (about 100 MB) are shared by all restrictions."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    if among != SERVED:
        full = _model(SERVED)
        parts = (*full._full_model, full.tk_nextmove, full.tk_output)
        identifier = LanguageIdentifier(*parts, norm_probs=True, tk_row=full.tk_row)
    else:
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([name for code in among for name in _MODEL_NAMES.get(code, (code,))])
    return identifier


def _model_shares(text: str, among: tuple[str, ...]) -> dict[str, float]:
    """How the model shares one point among the languages."""
    shares = dict.fromkeys(among, 0.0)
    own = {name: code for code in among for name in _MODEL_NAMES.get(code, (code,))}
    for name, share in _model(among).rank(text):
        shares[own[name]] += float(share)
    return shares
