"""Pairs of rows that may be one: proposing them, joining them, keeping them apart."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, NotFound
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.importers import Proposal
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.imports.models import MergeProposal

_JOINERS: dict[str, Callable[[Actor, uuid.UUID, uuid.UUID], Any]] = {
    MergeProposal.Kind.PERSON: directory.merge_people,
    MergeProposal.Kind.ORGANISATION: directory.merge_organisations,
}


def propose(proposal: Proposal) -> bool:
    """Put a pair into the queue; True if it is new there. One that was decided before is not asked again."""
    left, right = sorted((proposal.left, proposal.right))
    known = MergeProposal.objects.filter(kind=proposal.kind, left=left, right=right).exists()
    if not known:
        propose_all([proposal])
    return not known and left != right


def propose_all(proposals: Iterable[Proposal]) -> None:
    """Put pairs into the queue; those that are there or were decided before stay as they are."""
    best: dict[tuple[str, uuid.UUID, uuid.UUID], Proposal] = {}
    for one in proposals:
        left, right = sorted((one.left, one.right))
        held = best.get((one.kind, left, right))
        if left != right and (held is None or held.score < one.score):
            best[(one.kind, left, right)] = one
    rows = [
        MergeProposal(
            kind=kind,
            left=left,
            right=right,
            score=one.score,
            reasons=[list(reason) for reason in one.reasons],
        )
        for (kind, left, right), one in best.items()
    ]
    MergeProposal.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def merge(
    actor: Actor, proposal_id: uuid.UUID | str, kept_id: uuid.UUID | str | None = None
) -> MergeProposal:
    """Join the two rows of a proposal; `kept_id` says which stays (by default the better known one). For staff.

    Raises:
        NotFound: there is no such proposal, or `kept_id` is neither of the two.
        Denied; Conflict: it has been decided already ("merge_decided").
    """
    row = _open_proposal(actor, proposal_id)
    kept = uuid.UUID(str(kept_id)) if kept_id else _better_known(row)
    if kept not in {row.left, row.right}:
        raise NotFound(row.kind, kept)
    _decide(actor, row, MergeProposal.State.MERGED)
    _JOINERS[row.kind](actor, kept, row.other(kept))
    return row


@transaction.atomic
def keep_apart(actor: Actor, proposal_id: uuid.UUID | str) -> MergeProposal:
    """Settle that the two rows of a proposal are not one; they are not proposed again. For staff.

    Raises:
        NotFound, Denied; Conflict: it has been decided already ("merge_decided").
    """
    row = _open_proposal(actor, proposal_id)
    _decide(actor, row, MergeProposal.State.KEPT_APART)
    return row


def _open_proposal(actor: Actor, proposal_id: uuid.UUID | str) -> MergeProposal:
    require(actor, is_staff, "staff_only")
    row = MergeProposal.objects.select_for_update().filter(pk=proposal_id).first()
    if row is None:
        raise NotFound("merge_proposal", proposal_id)
    if row.state != MergeProposal.State.OPEN:
        raise Conflict("merge_decided")
    return row


def _decide(actor: Actor, row: MergeProposal, state: MergeProposal.State) -> None:
    row.state, row.decided, row.decided_by = state, clock.now(), actor.reference
    row.save(update_fields=["state", "decided", "decided_by"])
    record(
        actor, f"merge_proposal.{state}", row.kind, row.pk, {"left": str(row.left), "right": str(row.right)}
    )


def _better_known(row: MergeProposal) -> uuid.UUID:
    """The row with an account or an ORCID iD, then the one with more works, then the older one."""
    if row.kind == MergeProposal.Kind.PERSON:
        people = list(Person.objects.filter(pk__in=[row.left, row.right]))
        if len(people) < 2:
            raise Conflict("merge_gone")
        best = max(
            people,
            key=lambda one: (one.user_id is not None, bool(one.orcid), one.authorships.count(), -one.pk.int),
        )
        return best.pk
    rows = list(Organisation.objects.filter(pk__in=[row.left, row.right]))
    if len(rows) < 2:
        raise Conflict("merge_gone")
    return max(rows, key=lambda one: (one.source in {"", "plain"}, one.identifiers.count(), -one.pk.int)).pk
