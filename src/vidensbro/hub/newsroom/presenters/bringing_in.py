"""What was uncertain when a release was read, in sentences for whoever confirms it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from vidensbro.hub.newsroom.forms.beginning import MOST_CONTACTS
from vidensbro.hub.newsroom.presenters.writing import part_label
from vidensbro.hub.newsroom.recognition_words import PROBLEMS, REASONS
from vidensbro.hub.newsroom.services.bringing_in import Proposal
from vidensbro.hub.ui.words import quoted
from vidensbro.kit.sources.releases import (
    Contact,
    Evidence,
    ReleaseDraft,
    ReleaseProblem,
    ways_in,
)

LONGEST = 120
MOST_QUOTED = 3
_FURNITURE = frozenset({"page_furniture", "hidden", "part_heading", "rule", "end_mark", "release_mark"})


def notes(found: Proposal, problems: Sequence[ReleaseProblem]) -> list[str]:
    """Everything to look at: what was wrong with the file, what is a guess, what was left out."""
    return [
        *(problem_words(one) for one in problems),
        *_guesses(found.draft),
        *_issuers(found),
        *_hour(found.draft),
        *_people(found.draft),
        *_hours(found.draft),
        *_left_out(found.draft),
    ]


def problem_words(problem: ReleaseProblem) -> str:
    """What was wrong with a file, and what to do."""
    what, advice = PROBLEMS[problem.code]
    place = _("Page %(page)d: ") % {"page": problem.page} if problem.page else ""
    return f"{place}{what} {advice}"


def _guesses(draft: ReleaseDraft) -> Iterator[str]:
    parts = (("headline", draft.headline), ("lead", draft.lead), ("body", draft.body))
    for part, piece in parts:
        # What remains between the other parts is the text: that alone is no reason to doubt.
        if not piece.text or (piece.evidence.sure != "certain" and piece.evidence.reason != "rest"):
            yield f"{part_label(part)}: {_reason(piece.evidence)}"
    for box in draft.fact_boxes:
        if box.evidence.sure != "certain":
            yield f"{_('Fact box')} {quoted(_short(box.heading))}: {_reason(box.evidence)}"
    if draft.quotes:
        yield _("What is quoted stands in the text, too: take it out of one of the two to say it once.")
    for quote in draft.quotes:
        if not quote.speaker:
            yield _("Nobody is named for the quotation %(text)s: say who it is, or take it out.") % {
                "text": quoted(_short(quote.text))
            }
        elif quote.evidence.sure == "unsure":
            yield f"{_('Quotation')} {quoted(_short(quote.text))}: {_reason(quote.evidence)}"


def _issuers(found: Proposal) -> Iterator[str]:
    if found.unknown:
        yield _("Not in the directory by just this name, so not ticked as issuers: %(names)s.") % {
            "names": ", ".join(found.unknown)
        }
    for one in found.draft.members:
        if one.role == "members":
            yield _("A list of %(count)d members was recognised under %(heading)s. It stays in the text.") % {
                "count": len(one.names),
                "heading": quoted(_short(one.heading)),
            }
        if one.evidence.sure == "unsure":
            yield f"{quoted(_short(one.heading))}: {_reason(one.evidence)}"


def _hour(draft: ReleaseDraft) -> Iterator[str]:
    line = draft.date_line
    if line.date is not None:
        yield _("The text is dated %(day)s. The date line here is that of the hour at which it appears.") % {
            "day": formats.date_format(line.date, "DATE_FORMAT")
        }
    embargo = draft.embargo
    if embargo is not None and embargo.until is not None:
        there = timezone.localtime(embargo.until, timezone.get_default_timezone())
        yield _(
            "The text may be used from %(hour)s on. Set that hour when the release has been approved."
        ) % {"hour": formats.date_format(there, "DATETIME_FORMAT")}
    elif embargo is not None and embargo.evidence.reason != "immediate":
        yield f"{quoted(_short(embargo.text))}: {_reason(embargo.evidence)}"


def _people(draft: ReleaseDraft) -> Iterator[str]:
    if len(draft.contacts) > MOST_CONTACTS:
        yield _("Only the first %(count)d contacts are shown below.") % {"count": MOST_CONTACTS}
    for one in draft.contacts:
        if more := _more_ways(one):
            yield _("Of %(name)s there stands more than one address or number: %(more)s, too.") % {
                "name": quoted(_short(one.name or one.text)),
                "more": ", ".join(more),
            }
        if one.evidence.sure == "unsure":
            yield f"{_('Contact')} {quoted(_short(one.name or one.text))}: {_reason(one.evidence)}"


def _hours(draft: ReleaseDraft) -> Iterator[str]:
    """Whose telephone hours are a guess: those of many for one reason in one sentence."""
    guessed = [one for one in draft.contacts if one.hours.evidence.sure == "unsure"]
    for reason in dict.fromkeys(one.hours.evidence.reason for one in guessed):
        those = [one for one in guessed if one.hours.evidence.reason == reason]
        yield _("Telephone hours of %(names)s: %(reason)s") % {
            "names": _first(one.name or one.text for one in those),
            "reason": _reason(those[0].hours.evidence),
        }


def _first(texts: Iterable[str]) -> str:
    """The first of some texts, and dots if there are more."""
    given = [*texts]
    shown = ", ".join(quoted(_short(one)) for one in given[:MOST_QUOTED])
    return f"{shown} …" if len(given) > MOST_QUOTED else shown


def _more_ways(one: Contact) -> list[str]:
    """Addresses and numbers that stand with a contact and are not those that were taken."""
    return [found for found in ways_in(one.text) if found not in (one.email, one.phone)]


def _left_out(draft: ReleaseDraft) -> Iterator[str]:
    for reason in dict.fromkeys(one.evidence.reason for one in draft.cut):
        pieces = [one for one in draft.cut if one.evidence.reason == reason]
        # What stands around every page of a site is not worth a note each.
        if reason not in _FURNITURE:
            yield _("Left out: %(text)s %(reason)s") % {
                "text": _first(one.text for one in pieces),
                "reason": _reason(pieces[0].evidence),
            }


def _reason(evidence: Evidence) -> Promise:
    return REASONS[evidence.reason]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[:LONGEST].rstrip() + " …"
