"""What people say: quotations with Danish and English marks, and who is named as saying it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from vidensbro.kit.sources.releases.blocks import Block
from vidensbro.kit.sources.releases.contacts import TITLE, is_name
from vidensbro.kit.sources.releases.model import Evidence, Quote

_FAMILIES: Final = ('”“„‟"', "»«", "‘’‚")
_VERBS: Final = (
    r"(?:siger|sagde|fortæller|fortalte|udtaler|udtalte|forklarer|forklarede|understreger|tilføjer|mener|lyder det|"
    r"vurderer|slutter|fortsætter|påpeger|konstaterer|opfordrer|supplerer|uddyber|pointerer|fremhæver|"
    r"says?|said|explains?|explained|adds?|added|tells?|told us|comments?|commented|notes|noted|stated?|states|"
    r"continues|concludes|emphasi[sz]es)"
)
_AFTER: Final = re.compile(
    rf"^\s*[,.–—-]?\s*(?:(?:also|også|så)\s+)?{_VERBS}\s+(?:fra\s+|også\s+)?(?P<who>.+)", re.DOTALL
)
_AFTER_NAMED: Final = re.compile(rf"^\s*[,–—-]?\s*(?P<who>[A-ZÆØÅ][^.!?:\n]{{2,160}}?),?\s+{_VERBS}\b")
_BEFORE: Final = re.compile(rf"(?P<who>[^.!?»«”“\"]{{2,200}}?),?\s+{_VERBS}[^.!?:]{{0,60}}:\s*$")
_PRONOUN: Final = re.compile(
    rf"^\s*[,.–—-]?\s*(?:{_VERBS}\s+(?:han|hun|he|she|vedkommende)|(?:he|she)\s+{_VERBS})\b"
)
_CONTINUES: Final = re.compile(
    r"\b(?:(?:og|and) (?:fortsætter|tilføjer|uddyber|slutter|continues|adds|concludes)|(?:han|hun|he|she) [^\W\d_]+)"
    r"(?: [^\W\d_]+){0,2}:\s*$|(?:^|[.!?]\s)(?:Han|Hun|He|She)\s[^.!?»«”“\"]{1,150}:\s*$"
)
_DASH: Final = re.compile(
    rf"^(?:[–—-]\s+)?(?P<text>[^»«”“„\"]{{25,}}?),\s+(?:{_VERBS})\s+(?P<who>(?:[^\W\d_]+\.?\s+){{0,8}}?[A-ZÆØÅ].+)",
    re.DOTALL,
)
_DASH_PRONOUN: Final = re.compile(
    rf"^[–—-]\s+(?P<text>[^»«”“„\"]{{25,}}?),\s+{_VERBS}\s+(?:han|hun|he|she|vedkommende)\b", re.DOTALL
)
_WHO_ENDS: Final = re.compile(
    r"(?<!\badm)(?<!\bdr)(?<!\bDr)(?<!\bprof)(?<!\bProf)(?<!\bph)(?<!\bd)(?<!\bcand)(?<!\blic)(?<!\b[A-ZÆØÅ])"
    r"[.!?:;](?=\s|$|[»«”“\"])|[»«”“„\"]|\s[–—-]\s|,\s(?:og|som|der|mens|men|and|who|which|while|but|når|da)\b|\n"
)
_WHO_IS: Final = re.compile(r",\s(?:der|som|who)\s(?:er|is)\s(?P<title>[^.,;:!?»«”“„\"\n]{3,100})")
_FROM: Final = re.compile(r"(?:fra|ved|på|i|hos|for|from|at|of|with|in)\s")
_WORD: Final = re.compile(r"[^\s,]+")
_PARTICLES: Final = frozenset({"af", "von", "van", "de", "der", "la", "el", "bin", "da"})
SHORTEST: Final = 25
FEWEST_WORDS: Final = 4
_FEWEST_SHORT: Final = 3


@dataclass(frozen=True, slots=True)
class _Found:
    begin: int
    end: int
    text: str
    closed: bool
    long: bool


def quotes(blocks: Sequence[Block], titles: Mapping[str, str] | None = None) -> list[Quote]:
    """The quotations in running text. `titles` tell the title of those whom the release names elsewhere."""
    done: list[Quote] = []
    before = ""
    for index, block in enumerate(blocks):
        if block.kind != "heading":
            inside = [*_in_block(block, before, done[-1] if done else None)]
            inside = inside or _set_off(block, blocks[index + 1] if index + 1 < len(blocks) else None)
            done += [_titled(one, titles or {}) for one in inside]
        before = block.text
    return done


def _in_block(block: Block, before: str, last: Quote | None) -> Iterator[Quote]:
    found = list(_marked(block.text))
    if not found and (dashed := _dashed(block) or _dashed_on(block, last)):
        yield dashed
        return
    for index, one in enumerate(found):
        following = found[index + 1].begin if index + 1 < len(found) else len(block.text)
        quote = _attributed(block, one, before, block.text[one.end : following], last, index > 0)
        if (one.long and (quote.speaker or one.closed)) or quote.evidence.reason == "named_after":
            yield quote
            last = quote


def _set_off(block: Block, following: Block | None) -> list[Quote]:
    """A paragraph that the file marks as a quotation, if what follows in it is a name."""
    if block.hint != "quote" or following is None or following.hint != "quote":
        return []
    name, _, title = following.text.strip(" –—-").replace("\n", ", ").partition(",")
    if len(block.text) < SHORTEST or not is_name(name.strip()):
        return []
    return [Quote(block.text, name.strip(), title.strip(" ,."), Evidence("marked", "likely", block.place))]


def _marked(text: str) -> Iterator[_Found]:
    """Quotations in a text; those that are not `long` may be names or words that are spoken of."""
    at = 0
    while at < len(text):
        family = next((marks for marks in _FAMILIES if text[at] in marks), "")
        opens = family and (at == 0 or text[at - 1] in " \n(–—-:,") and not text[at + 1 : at + 2].isspace()
        if not opens:
            at += 1
            continue
        end = _closing(text, at + 1, family)
        inner = text[at + 1 : end].strip(" ,")
        if inner.count(" ") + 1 >= _FEWEST_SHORT:
            long = len(inner) >= SHORTEST and inner.count(" ") + 1 >= FEWEST_WORDS
            yield _Found(at, min(end + 1, len(text)), inner, end < len(text), long)
        at = end + 1


def _closing(text: str, start: int, family: str) -> int:
    """Where a quotation ends: its length if it is never closed."""
    for at in range(start, len(text)):
        if text[at] in family and not text[at + 1 : at + 2].isalnum() and not text[at - 1].isspace():
            return at
    return len(text)


def _attributed(
    block: Block, one: _Found, before: str, after: str, last: Quote | None, same_block: bool
) -> Quote:
    ahead = block.text[: one.begin] or (before if before.endswith(":") else "")
    bare = Quote(one.text, "", "", Evidence("no_speaker", "unsure", block.place))
    if _PRONOUN.match(after):
        return _as_before(bare, last)
    goes_on = last is not None and _CONTINUES.search(ahead)
    for match, reason in (
        (_AFTER.match(after), "named_after"),
        (_AFTER_NAMED.match(after), "named_after"),
        (None if goes_on else _BEFORE.search(ahead), "named_before"),
    ):
        if match:
            speaker, title = who(match["who"])
            if speaker:
                sure = Evidence(reason, "likely" if one.closed else "unsure", block.place)
                return Quote(one.text, speaker, title, sure)
    if last is not None and (same_block or goes_on):
        return _as_before(bare, last)
    if ahead.rstrip().endswith(":") and (named := _somebody(ahead)):
        return Quote(one.text, named, "", Evidence("named_before", "unsure", block.place))
    return bare


def _as_before(bare: Quote, last: Quote | None) -> Quote:
    if last is None or not last.speaker:
        return bare
    evidence = Evidence("same_speaker", "unsure", bare.evidence.place)
    return replace(bare, speaker=last.speaker, title=last.title, evidence=evidence)


def _dashed(block: Block) -> Quote | None:
    """A paragraph that is a quotation after a dash, or one whose marks were lost on the way."""
    match = _DASH.match(block.text)
    if match is None:
        return None
    speaker, title = who(match["who"])
    if not speaker:
        return None
    dash = block.kind == "item" or block.text[0] in "–—-"
    if not dash:
        return None
    return Quote(match["text"].strip(), speaker, title, Evidence("named_after", "unsure", block.place))


def _dashed_on(block: Block, last: Quote | None) -> Quote | None:
    """The same where only "han" or "she" tells who says it: whoever spoke before."""
    match = _DASH_PRONOUN.match(block.text)
    if match is None or last is None or not last.speaker:
        return None
    return _as_before(
        Quote(match["text"].strip(), "", "", Evidence("no_speaker", "unsure", block.place)), last
    )


def is_dashed(text: str) -> bool:
    """Is a text what somebody says, after a dash ("– Vi er glade, siger …")?"""
    match = _DASH.match(text)
    named = bool(match and text[:1] in "–—-" and who(match["who"])[0])
    return named or bool(_DASH_PRONOUN.match(text))


def who(text: str) -> tuple[str, str]:
    """Name and title out of "Bo Prøve, direktør i X", "direktør Bo Prøve fra X" and the like; "" if none."""
    end = _WHO_ENDS.search(text)
    is_also = _WHO_IS.match(text, end.start()) if end else None
    text = text[: end.start()] if end else text[:200]
    head, _, tail = text.strip(" ,.").partition(",")
    words = [match.group() for match in _WORD.finditer(head)]
    begin, stop = _name_within(words)
    if stop - begin < 2:
        return "", ""
    while stop - begin > 2 and TITLE.search(words[begin]):
        begin += 1
    speaker = " ".join(words[begin:stop])
    before, after = " ".join(words[:begin]), " ".join(words[stop:])
    apart = ", " if before and after and not _FROM.match(after) else " "
    pieces = [f"{before}{apart}{after}".strip(), tail.strip(" ,.")]
    title = ", ".join(piece for piece in pieces if piece)
    if not title and is_also and TITLE.search(is_also["title"]):
        title = is_also["title"].strip()
    return speaker, title


def _name_within(words: Sequence[str]) -> tuple[int, int]:
    """Where the last run of capitalised words stands; acronyms before it ("rektor på DTU …") are no name."""
    best = (0, 0)
    index = 0
    while index < len(words):
        end = index
        while end < len(words) and (_capital(words[end]) or (end > index and _particle(words, end))):
            end += 1
        begin = index
        while begin < end and words[begin].isupper() and len(words[begin].rstrip(".")) > 1:
            begin += 1
        if end - begin >= 2 and best == (0, 0):
            best = (begin, end)
        index = max(end, index) + 1
    return best


def _capital(word: str) -> bool:
    return word[:1].isupper() and not any(sign in word for sign in "@:/()")


def _particle(words: Sequence[str], at: int) -> bool:
    return words[at] in _PARTICLES and at + 1 < len(words) and _capital(words[at + 1])


def _somebody(text: str) -> str:
    """The last name in a sentence that leads up to a quotation."""
    words = text.rstrip(": ").rsplit(". ", 1)[-1].split()
    begin, stop = _name_within([word.rstrip(",") for word in words])
    name = " ".join(words[begin:stop]).rstrip(",")
    return name if is_name(name) else ""


def _titled(quote: Quote, titles: Mapping[str, str]) -> Quote:
    if quote.title or not quote.speaker:
        return quote
    return replace(quote, title=titles.get(quote.speaker.casefold(), ""))
