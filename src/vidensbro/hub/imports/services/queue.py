"""Pairs of rows that may be one, waiting to be decided."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from vidensbro.hub.directory.importers import Proposal
from vidensbro.hub.imports.models import MergeProposal

One = TypeVar("One")


def some_at_a_time(items: Iterable[One], most: int) -> Iterator[list[One]]:
    """Lists of as many as a query may name."""
    left = iter(items)
    while some := list(islice(left, most)):
        yield some


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
