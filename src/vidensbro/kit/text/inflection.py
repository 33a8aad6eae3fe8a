"""From a word as it stands to the dictionary forms it may belong to, by rules for Danish and English.

Rules propose, a dictionary disposes: the forms given back are candidates, best first, to be looked up. That
needs no table of inflected forms, so nothing has to be loaded and words coined yesterday are covered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from vidensbro.kit.text.normalise import fold
from vidensbro.kit.text.stop_words import STOP_WORDS

_DANISH_IRREGULAR = """
    hånd: hænder hænderne hænders hændernes; tand: tænder tænderne tændernes; fod: fødder fødderne føddernes;
    barn: børn børnene børns børnenes; mand: mænd mændene mænds mændenes; bog: bøger bøgerne bøgernes;
    tang: tænger tængerne; stang: stænger stængerne; nat: nætter nætterne; and: ænder ænderne; kraft:
    kræfter kræfterne; stad: stæder; far: fædre fædrene; mor: mødre mødrene mødres; bror: brødre brødrene;
    datter: døtre døtrene; søster: søstre søstrene; ko: køer køerne; klo: kløer kløerne; tå: tæer tæerne;
    rod: rødder rødderne; bod: bøder; gås: gæs gæssene; øje: øjne øjnene øjnes; øre: ører ørerne; bonde:
    bønder bønderne; knæ: knæene; træ: træer træerne; menneske: mennesker; hoved: hoveder; middel: midler
    midlerne midlet midlets; center: centre centret centrene centrets centrer; gammel: gamle;
    egen: egen eget egne; hjem: hjemmet hjemmets hjemmene; kursus: kurser kurserne kurset;
    førende: førende; midt: midt; skabe: skabt skabte; bruge: brugt brugte; måle: målt målte; købe: købt købte;
    lære: lært lærte; føre: ført førte; kende: kendt kendte; bygge: bygget byggede bygger; rette: rettet rettede;
    fordele: fordelt fordelte; erhverve: erhvervede; god: bedre
    bedst bedste; ung: yngre yngst yngste; lang: længere længst længste; stor: større størst største; lille:
    små; dårlig: værre værst værste; tung: tungere; sikker: sikre; datum: data; medium: medier medierne;
    serum: sera; bakterie: bakterier; antibiotikum: antibiotika antibiotikaen; narkotikum: narkotika;
    psykofarmakon: psykofarmaka; farmakon: farmaka; kriterium: kriterier; fænomen: fænomener; virus: vira
    viruser virussen virusser; leukocyt: leukocytter; case: cases casen; behov: behovet behovene; finde:
    fandt fundet finder; tage: tog taget; give: gav givet; gå: gik gået; stå: stod stået; se: ser så set;
    få: fik fået; blive: blev; skrive: skrev skrevet; drive: drev drevet; bryde: brød brudt; binde: bandt
    bundet; bære: bar båret; skære: skar skåret; falde: faldt faldet; holde: holdt; komme: kom kommet;
    ligge: lå ligget; lægge: lagde lagt; sætte: satte sat; sidde: sad siddet; vide: ved vidste vidst; gøre:
    gjorde gjort; sige: sagde sagt; spørge: spurgte spurgt; sælge: solgte solgt; følge: fulgte fulgt; vælge:
    valgte valgt; tælle: talte talt; bringe: bragte bragt; række: rakte rakt; række: rakte; hjælpe: hjalp
    hjulpet; synke: sank sunket; trække: trak trukket; træffe: traf truffet; drikke: drak drukket; stikke:
    stak stukket; springe: sprang sprunget; vinde: vandt vundet; forsvinde: forsvandt forsvundet; sove: sov
    sovet; dø: døde død; lyde: lød lydt; nyde: nød nydt; flyde: flød flydt; skyde: skød skudt; gribe: greb
    grebet; bide: bed bidt; lide: led lidt; stige: steg steget; vise: viste vist; kræve: krævede krævet;
    leve: levede levet; have: havde haft; ryge: røg røget; flyve: fløj fløjet; fryse: frøs frosset; vokse:
    voksede vokset; forstå: forstod forstået; opstå: opstod opstået; foregå: foregik foregået; indgå: indgik
    indgået; opnå: opnåede opnået; undgå: undgik; opfinde: opfandt opfundet; deltage: deltog deltaget;
    modtage: modtog modtaget; foretage: foretog foretaget; foreslå: foreslog foreslået; udføre: udførte
    udført; afprøve: afprøvede afprøvet; anvende: anvendte anvendt; voksen: voksne voksnes voksent; læge:
    lægen lægens lægerne lægernes; kulde: kulden kuldens; kurve: kurven kurvens kurver kurverne; maske:
    masken maskens masker maskerne; tunge: tungen tungens tunger tungerne; sele: selens seler selerne;
    hænge: hang hængt; gælde: gælder gjaldt gældt; byde: bød budt; betyde: betød betydet; vige: veg veget;
    træde: trådte trådt; fortryde: fortrød fortrudt; svinde: svandt svundet; tvinge: tvang tvunget; slå:
    slog slået; nå: nåede nået; bo: boede boet; fortælle: fortalte fortalt; mislykkes: mislykkedes mislykket
    mislykkede; synes: syntes synts; stjæle: stjal stjålet; knække: knækkede; gøre: gør; overse: overså;
    foreligge: forelå; føre: føres førtes; sæde: sædet sædets sæderne; meget: meste; lykkes: lykkedes
"""

_ENGLISH_IRREGULAR = """
    child: children children's; man: men; woman: women; foot: feet; tooth: teeth; mouse: mice; person: people;
    datum: data; criterion: criteria; phenomenon: phenomena; bacterium: bacteria; medium: media; serum: sera;
    analysis: analyses; diagnosis: diagnoses; hypothesis: hypotheses; prosthesis: prostheses; synthesis:
    syntheses; crisis: crises; basis: bases; thesis: theses; metastasis: metastases; prognosis: prognoses;
    stenosis: stenoses; index: indices; matrix: matrices; appendix: appendices; vertebra: vertebrae; larva:
    larvae; alga: algae; fungus: fungi; nucleus: nuclei; stimulus: stimuli; radius: radii; thrombus:
    thrombi; embryo: embryos; life: lives; wife: wives; knife: knives; leaf: leaves; shelf: shelves; half:
    halves; calf: calves; loaf: loaves; mitochondrion: mitochondria; genus: genera; cortex: cortices; goose:
    geese; ox: oxen; find: found; take: took taken; give: gave given; go: went gone; see: saw seen; write:
    wrote written; drive: drove driven; break: broke broken; bind: bound; bear: bore borne; fall: fell
    fallen; hold: held; come: came; lay: laid; know: knew known; make: made; say: said; sell: sold; choose:
    chose chosen; tell: told; bring: brought; seek: sought; think: thought; teach: taught; buy: bought;
    build: built; send: sent; spend: spent; keep: kept; sleep: slept; feel: felt; meet: met; lead: led;
    lose: lost; grow: grew grown; show: shown; draw: drew drawn; begin: began begun; run: ran; swim: swam
    swum; drink: drank drunk; speak: spoke spoken; good: better best; bad: worse worst; far: further
    furthest
"""


def _irregular(block: str) -> Mapping[str, str]:
    forms: dict[str, str] = {}
    for entry in block.replace("\n", " ").split(";"):
        lemma, _, inflected = entry.strip().partition(":")
        for form in inflected.split():
            forms.setdefault(form, lemma)
    return MappingProxyType(forms)


def _with_plural_participles(forms: Mapping[str, str]) -> Mapping[str, str]:
    """The forms and the participles' plural, as it stands before a noun (skrevet -> skrevne)."""
    plurals = {
        f"{form[:-2]}ne": lemma
        for form, lemma in forms.items()
        if form.endswith("et") and len(form) > 5 and lemma.endswith("e")
    }
    return MappingProxyType({**plurals, **forms})


IRREGULAR: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"da": _with_plural_participles(_irregular(_DANISH_IRREGULAR)), "en": _irregular(_ENGLISH_IRREGULAR)}
)
"""Inflected forms that no rule gives, with their dictionary form, by language."""

_VOWELS = frozenset("aeiouyæøåéöäü")
# Ending, then what may stand in its place. The shorter cut goes first (brugerne is bruger before brug), but a noun
# goes before a verb in -e (sårene is sår, not såre; vejen is vej, not veje).
_DANISH_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("s", ("",)),
    ("en", ("",)),
    ("et", ("", "um")),
    ("ens", ("",)),
    ("ets", ("", "um")),
    ("ene", ("", "e")),
    ("enes", ("", "e")),
    ("ne", ("",)),
    ("nes", ("",)),
    ("e", ("",)),
    ("r", ("",)),
    ("n", ("",)),
    ("t", ("", "e")),
    ("er", ("", "um", "e")),
    ("es", ("", "e")),
    ("te", ("e", "")),
    ("rs", ("",)),
    ("ns", ("",)),
    ("ts", ("",)),
    ("rne", ("", "e")),
    ("rnes", ("", "e")),
    ("ers", ("", "e")),
    ("ede", ("e", "", "et")),
    ("edes", ("e", "")),
    ("ende", ("e", "")),
    ("erne", ("", "um", "e")),
    ("ernes", ("", "um", "e")),
    ("ere", ("", "e")),
    ("est", ("",)),
    ("ste", ("",)),
    ("este", ("",)),
    ("st", ("",)),
    ("tes", ("e", "")),
)
# Endings that are too likely to be part of a short word (teste is no form of te).
_DANISH_LONG = frozenset(
    {"ende", "ere", "est", "ste", "este", "st", "te", "tes", "ne", "nes", "rs", "ts", "ns"}
)
_SHORTEST_IRREGULAR = 3


def _danish(word: str) -> Iterator[str]:
    for ending, replacements in _DANISH_ENDINGS:
        if not word.endswith(ending):
            continue
        base = word[: -len(ending)]
        if len(base) < (3 if ending in _DANISH_LONG else 2):
            continue
        for replacement in replacements:
            if replacement != "um" or base[-1] in "ie":
                yield base + replacement
        if ending[0] == "e":
            yield from _danish_stem_changes(base)
        elif ending in ("t", "te", "tes") and base[-1] == "m":
            yield f"{base}me"
    yield from _danish_prefixed(word)


def _danish_prefixed(word: str) -> Iterator[str]:
    """An irregular form behind a prefix (beskrev -> beskrive, offentliggjort -> offentliggøre)."""
    forms = IRREGULAR["da"]
    for start in range(2, len(word) - _SHORTEST_IRREGULAR + 1):
        tail = word[start:]
        lemma = forms.get(tail) or (forms.get(tail[:-1]) if tail[-1] in "es" else None)
        if lemma is not None and lemma.endswith(("e", "å")):
            yield word[:start] + lemma


def _danish_stem_changes(base: str) -> Iterator[str]:
    """A doubled consonant made single (hjemm-et) and a dropped e put back (muskl-er, midl-er, sikr-e)."""
    last, before = base[-1], base[-2]
    if last in _VOWELS:
        return
    if last == before:
        yield base[:-1]
    if last in "lrn" and before not in _VOWELS and len(base) > 2:
        yield f"{base[:-1]}e{last}"
        yield f"{base[:-1]}{before}e{last}"


def _english(word: str) -> Iterator[str]:
    if word.endswith(("'s", "s'")):
        word = word[:-2] if word.endswith("'s") else word[:-1]
        yield word
    if word.endswith("ies") and len(word) > 4:
        yield word[:-3] + "y"
    if word.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
        yield word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        yield word[:-1]
    if word.endswith("ied"):
        yield word[:-3] + "y"
    for ending in ("ed", "ing"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            base = word[: -len(ending)]
            yield base
            yield base + "e"
            if base[-1] == base[-2]:
                yield base[:-1]


_RULES: Mapping[str, Callable[[str], Iterator[str]]] = {"da": _danish, "en": _english}


@lru_cache(maxsize=65536)
def dictionary_forms(word: str, language: str) -> tuple[str, ...]:
    """What `word` may look like in a dictionary, likeliest first, the word itself included; folded.

    Only Danish and English have rules; for other languages the answer is the folded word alone. The forms are
    proposals: look each up and take the first that exists.
    """
    folded = fold(word)
    found = {folded: None}
    irregular = IRREGULAR.get(language, {}).get(folded)
    if irregular is not None:
        return tuple(dict.fromkeys((folded, irregular)))
    rules = _RULES.get(language)
    if rules is not None:
        stops = STOP_WORDS[language]
        found.update(dict.fromkeys(form for form in rules(folded) if len(form) > 1 and form not in stops))
    return tuple(found)
