"""What an answer says about the match that it was requested from."""

from __future__ import annotations

from vidensbro.hub.introductions.models import DeclineReason, Introduction, Outcome, State
from vidensbro.hub.matches import services as matches
from vidensbro.hub.matches.models import Feedback

SAYS_NOT_RELEVANT = {
    DeclineReason.TOO_EARLY: Feedback.Reason.TOO_EARLY,
    DeclineReason.NOT_MY_FIELD: Feedback.Reason.NOT_MY_FIELD,
}
"""Only these say that the match was wrong: one who has no time, or finds the need unclear, is still the right one."""


def tell_matches(row: Introduction) -> None:
    """Hand on what an answer or an outcome says about the match. Call inside its transaction."""
    verdict, reason = "", ""
    if row.state == State.DECLINED and row.reason in SAYS_NOT_RELEVANT:
        verdict, reason = Feedback.Verdict.NOT_RELEVANT, SAYS_NOT_RELEVANT[DeclineReason(row.reason)]
    elif row.state == State.INTRODUCED or (row.state == State.CLOSED and row.outcome == Outcome.MET):
        verdict = Feedback.Verdict.RELEVANT
    if not verdict:
        return
    for kind, target_id in keys_of(row):
        matches.note_answer(row.pk, row.need, kind, target_id, verdict, reason=reason)


def keys_of(row: Introduction) -> list[tuple[str, str]]:
    """What was matched, and whom it led to: (kind, id) of each, once."""
    kind, _, target_id = row.match_key.partition(":")
    found = [(kind, target_id)] if target_id else []
    if row.person_id:
        found.append(("person", str(row.person_id)))
    if row.organisation_id:
        found.append(("organisation", str(row.organisation_id)))
    return list(dict.fromkeys(found))
