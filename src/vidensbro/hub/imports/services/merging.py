"""Pairs of rows that may be one: joining them, keeping them apart."""

from __future__ import annotations

import uuid

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, NotFound
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.imports.models import ImportRun, MergeProposal
from vidensbro.hub.imports.services.joining import join
from vidensbro.hub.knowledge.models import Work


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
    settle(actor, row, uuid.UUID(str(kept_id)) if kept_id else None)
    return row


def settle(
    actor: Actor,
    row: MergeProposal,
    kept: uuid.UUID | None,
    *,
    run: ImportRun | None = None,
    automatic: bool = False,
) -> None:
    """Join the two rows of an open proposal. Call inside a transaction. Raises NotFound, Conflict."""
    kept = kept or _better_known(row)
    if kept not in {row.left, row.right}:
        raise NotFound(row.kind, kept)
    _decide(actor, row, MergeProposal.State.MERGED)
    join(actor, row.kind, kept, row.other(kept), run=run, automatic=automatic)


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
    """The row with an account or an ORCID iD, then the one with more works, then the older one; of works the one
    with a DOI, then the one that says more."""
    if row.kind == MergeProposal.Kind.WORK:
        works = list(Work.objects.filter(pk__in=[row.left, row.right]))
        if len(works) < 2:
            raise Conflict("merge_gone")
        return max(works, key=lambda one: (bool(one.doi), len(one.abstract), -one.pk.int)).pk
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
