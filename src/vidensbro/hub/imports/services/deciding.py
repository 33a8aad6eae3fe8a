"""Joining by themselves the pairs of which it has been measured that nearly all are one."""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count

from vidensbro.hub.accounts.actors import system_actor
from vidensbro.hub.directory.models import Person
from vidensbro.hub.imports.models import ImportRun, MergeProposal, SourceRecord
from vidensbro.hub.imports.services.merging import settle
from vidensbro.hub.knowledge.models import Authorship, Work

_MEASURED: Final = (MergeProposal.Kind.PERSON, MergeProposal.Kind.WORK)
"""Kinds for which there is a measurement. Organisations are always for a person to decide."""

_BY_IDENTIFIER: Final = frozenset({"same_orcid", "same_author_id"})


def join_certain(run: ImportRun) -> int:
    """Join the open pairs from `VIDENSBRO_MERGE_FROM` on that nothing speaks against; how many were joined.

    Each is a transaction of its own, in the record under the import, and can be undone.
    """
    if not settings.VIDENSBRO_MERGE_FROM:
        return 0
    likely = MergeProposal.objects.filter(
        state=MergeProposal.State.OPEN, kind__in=_MEASURED, score__gte=settings.VIDENSBRO_MERGE_FROM / 100
    )
    return sum(_join(run, one) for one in list(likely.order_by("-score", "pk").values_list("pk", flat=True)))


@transaction.atomic
def _join(run: ImportRun, proposal: uuid.UUID) -> bool:
    # An earlier merge may have moved it to another row, or settled it.
    row = (
        MergeProposal.objects.select_for_update().filter(pk=proposal, state=MergeProposal.State.OPEN).first()
    )
    if row is None or not _nothing_against(row):
        return False
    settle(system_actor("import"), row, None, run=run, automatic=True)
    return True


def _nothing_against(row: MergeProposal) -> bool:
    if row.kind == MergeProposal.Kind.WORK:
        works = list(Work.objects.filter(pk__in=[row.left, row.right], withdrawn=False))
        return len(works) == 2 and len({one.doi for one in works if one.doi}) < 2
    people = list(Person.objects.current().filter(pk__in=[row.left, row.right]))
    if len(people) < 2 or any(one.user_id for one in people):
        return False  # somebody with an account is asked, not joined
    if len({one.orcid for one in people if one.orcid}) > 1 or _wrote_together(row):
        return False
    return {str(code) for code, _ in row.reasons} >= _BY_IDENTIFIER or not _told_apart(row)


def _wrote_together(row: MergeProposal) -> bool:
    """Whether one work names both: two of its authors are two people."""
    both = Authorship.objects.filter(person__in=[row.left, row.right]).values("work")
    return both.annotate(people=Count("person", distinct=True)).filter(people=2).exists()


def _told_apart(row: MergeProposal) -> bool:
    """Whether a source has a record of its own for each: it has not been measured how often it is wrong there."""
    named = [
        {*Person.objects.filter(pk=one).values_list("source", flat=True)}
        | {*SourceRecord.objects.filter(kind="person", row=one).values_list("source", flat=True)}
        for one in (row.left, row.right)
    ]
    return bool((named[0] & named[1]) - {""})
