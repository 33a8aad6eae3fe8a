"""Matches as pages show them: sentences, quotations, words carried over, and how the score adds up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vidensbro.hub.common.targets import Described
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.directory.presenters import (
    affiliation_line,
    organisation_href,
    organisation_name,
    person_href,
    place_line,
)
from vidensbro.hub.knowledge.models import Offer, Work
from vidensbro.hub.knowledge.presenters import offer_href, work_href, work_period
from vidensbro.hub.matches import wording
from vidensbro.hub.matches.models import Feedback
from vidensbro.hub.matches.queries import LeftOut, ShownMatch
from vidensbro.hub.ui.words import quoted_list
from vidensbro.kit.matching.model import Contribution, Evidence, Passage, TermPair
from vidensbro.kit.text import detect

WEAK = wording.STRENGTHS[-2][0]
MOST_WORDS = 4
MOST_PAIRS = 5
BY_TRUST = tuple(wording.METHODS)
AT_ONCE = 3

Rows = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Card:
    """What a document is, in few words. `language` is that of the title, "" when it is a name."""

    key: str
    title: str
    language: str
    href: str
    facts: tuple[str, ...]
    example: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage and, where it is from another document than the match itself, that document."""

    text: str
    marks: tuple[tuple[int, int], ...]
    language: str
    source: Card | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A word of the need and the word that was found for it, and how."""

    need: str
    found: str
    method: str


@dataclass(frozen=True, slots=True)
class Sum:
    """A part of a score, in hundredths; `share` is its part of the whole score in percent."""

    label: str
    points: str
    share: int


@dataclass(frozen=True, slots=True)
class MatchView:
    """Everything that is shown of one match. `heading` is its title, with the words marked that answer the need."""

    kind: str
    id: str
    card: Card
    heading: Quote
    percent: int
    points: str
    of_hundred: str
    strength: str
    weak: bool
    reasons: tuple[str, ...]
    quotes: tuple[Quote, ...]
    pairs: tuple[Pair, ...]
    against: tuple[str, ...]
    sums: tuple[Sum, ...]
    supporting: tuple[Card, ...]
    feedback: Feedback | None

    @property
    def key(self) -> str:
        """The key of the document, "kind:id"."""
        return self.card.key


@dataclass(frozen=True, slots=True)
class Group:
    """The matches of one kind, best first: those that are shown at once, and those folded away.

    `passed` are those that a page sets aside after the others, with a reason of its own.
    """

    kind: str
    label: str
    first: tuple[MatchView, ...]
    further: tuple[MatchView, ...]
    passed: tuple[MatchView, ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.first) + len(self.further) + len(self.passed)


@dataclass(frozen=True, slots=True)
class Refused:
    """What somebody does not want to see, and what he or she said of it."""

    card: Card
    feedback: Feedback


def refused(rows: Iterable[LeftOut]) -> list[Refused]:
    """What was left out, as pages show it."""
    return [Refused(card(one.key, one.target), one.feedback) for one in rows]


def groups(matches: Iterable[ShownMatch], rows: Rows) -> list[Group]:
    """Matches by kind; the kind with the best match first."""
    found: dict[str, list[MatchView]] = defaultdict(list)
    for match in matches:
        found[match.kind].append(view(match, rows))
    return [_group(kind, views, AT_ONCE if len(found) > 1 else len(views)) for kind, views in found.items()]


def _group(kind: str, views: Sequence[MatchView], most: int) -> Group:
    """Weak matches are folded away."""
    shown = min(most, len([one for one in views if not one.weak]))
    return Group(kind, wording.kind_plural(kind), tuple(views[:shown]), tuple(views[shown:]))


def view(match: ShownMatch, rows: Rows) -> MatchView:
    """One match. `rows` holds the rows of every document that it names."""
    key, evidence = f"{match.kind}:{match.id}", match.evidence
    shown = card(key, match.target, match.title)
    return MatchView(
        kind=match.kind,
        id=match.id,
        card=shown,
        heading=_heading(shown, match),
        percent=round(match.score * 100),
        points=_points(match.score),
        of_hundred=_(", %(points)s of 100") % {"points": _points(match.score)},
        strength=wording.strength(match.score),
        weak=match.score < WEAK,
        reasons=tuple(_reasons(key, evidence, rows)),
        quotes=tuple(_quote(one, key, match, rows) for one in evidence.passages),
        pairs=_pairs(evidence.terms),
        against=tuple(wording.reservation(one) for one in evidence.reservations),
        sums=_sums(evidence.contributions, match.score, rows),
        supporting=tuple(card(one, rows[one]) for one in evidence.supporting if one in rows),
        feedback=match.feedback,
    )


def card(key: str, row: object, title: str = "") -> Card:
    """What a row is, in few words."""
    if isinstance(row, Work):
        facts: tuple[str, ...] = (str(row.get_kind_display()), work_period(row), row.venue)
        return Card(key, row.title, row.language, work_href(row), _present(facts), row.example)
    if isinstance(row, Offer):
        facts = (str(row.get_kind_display()), organisation_name(row.organisation), row.city)
        return Card(key, row.title, row.language, offer_href(row), _present(facts), row.example)
    if isinstance(row, Person):
        facts = (affiliation_line(row.affiliations.all()) or row.title,)
        return Card(key, row.name, "", person_href(row), _present(facts), row.example)
    if isinstance(row, Organisation):
        facts = (str(row.get_kind_display()), place_line(row))
        return Card(key, organisation_name(row), "", organisation_href(row), _present(facts), row.example)
    if isinstance(row, Described):
        return Card(key, row.title, row.language, row.href, _present(row.facts), row.example)
    return Card(key, title, "", "", (), False)


def _reasons(key: str, evidence: Evidence, rows: Rows) -> Iterable[str]:
    documents = [one for one in evidence.contributions if one.code == "document"]
    if documents:
        yield from _expert_reasons(key, evidence, documents, rows)
        return
    words = _strongest_words(evidence.contributions)
    if words:
        yield _("Answers %(words)s in your need.") % {"words": quoted_list(words)}
    elif any(one.code == "meaning" for one in evidence.contributions):
        yield _("Is close to your need in meaning, in other words than yours.")


def _expert_reasons(
    key: str, evidence: Evidence, documents: Sequence[Contribution], rows: Rows
) -> Iterable[str]:
    own = any(one.detail == key for one in documents)
    further = sum(int(one.detail) for one in evidence.contributions if one.code == "further_documents")
    count = len([one for one in documents if one.detail != key]) + further
    if count:
        yield ngettext(
            "Found through %(count)d work, quoted here.",
            "Found through %(count)d works; the strongest are quoted here.",
            count,
        ) % {"count": count}
    if own and not count:
        yield _("Found through the description itself.")


def _pairs(terms: Iterable[TermPair]) -> tuple[Pair, ...]:
    """The best way in which each word was carried over: from language to language before parts of words."""
    carried = [one for one in terms if one.method != "same" and one.need.casefold() != one.found.casefold()]
    carried.sort(key=lambda one: BY_TRUST.index(one.method))
    best: dict[str, TermPair] = {}
    for one in carried:
        best.setdefault(one.need.casefold(), one)
    shown = list(best.values())[:MOST_PAIRS]
    return tuple(Pair(one.need, one.found, wording.method(one.method)) for one in shown)


def _strongest_words(contributions: Iterable[Contribution]) -> list[str]:
    terms = sorted((one for one in contributions if one.code == "term"), key=lambda one: -one.value)
    return list(dict.fromkeys(one.detail for one in terms if one.value > 0))[:MOST_WORDS]


def _quote(passage: Passage, key: str, match: ShownMatch, rows: Rows) -> Quote:
    source = rows.get(passage.key, match.target)
    # What is said of people and organisations does not carry its language.
    language = source.language if isinstance(source, Work | Offer | Described) else detect(passage.text)
    return Quote(
        passage.text, passage.marks, language, card(passage.key, source) if passage.key != key else None
    )


def _heading(shown: Card, match: ShownMatch) -> Quote:
    """A title that was changed since, or is shown otherwise than it was read, has no marks."""
    marks = match.evidence.title_marks if shown.title == match.title else ()
    return Quote(shown.title, marks, shown.language, None)


def _sums(contributions: Iterable[Contribution], score: float, rows: Rows) -> tuple[Sum, ...]:
    """Parts of a score, the largest first; those too small to show are summed up in one."""
    shown: list[Sum] = []
    small = 0.0
    for one in sorted(contributions, key=lambda part: -part.value):
        if one.value < 0.005:
            small += one.value
            continue
        title = card(one.detail, rows[one.detail]).title if one.detail in rows else ""
        shown.append(Sum(wording.contribution(one, title), _points(one.value), _share(one.value, score)))
    if small >= 0.005:
        shown.append(Sum(_("Small parts together"), _points(small), _share(small, score)))
    return tuple(shown)


def _share(value: float, score: float) -> int:
    return round(100 * value / score) if score else 0


def _points(value: float) -> str:
    return formats.number_format(value * 100, 1)


def _present(facts: Iterable[str]) -> tuple[str, ...]:
    return tuple(fact for fact in facts if fact)
