"""Works that two sources tell of without the same DOI: by title, first author and year."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.directory.importers import Proposal, split_name
from vidensbro.hub.imports.models import ImportRun, MergeProposal, WorkKey
from vidensbro.hub.imports.privacy import ImportsPart
from vidensbro.hub.imports.services.names import fold
from vidensbro.hub.imports.services.queue import propose_all, some_at_a_time
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.knowledge.models import Authorship, Work

_LEAST_WORDS: Final = 4
_LEAST_LETTERS: Final = 20
_CROWD: Final = 20
"""Titles that more works than this share ("Annual report for the year ...") tell nothing."""
_SOME: Final = 500

_SAME_YEAR: Final = 0.95
_NEXT_YEAR: Final = 0.75
_TWO_DOIS: Final = 0.3
_SEVERAL: Final = 0.15
_WORTH_ASKING: Final = 0.6
_WORDS: Final = re.compile(r"\w+")


def title_key(title: str, first_author: str) -> str:
    """A digest that is equal for spellings of one title by one first author; empty if the title says too little.

    Case, accents, punctuation, Danish letters and given names make no difference.
    """
    words = _WORDS.findall(fold(title))
    family = fold(split_name(first_author)[1])
    if len(words) < _LEAST_WORDS or len("".join(words)) < _LEAST_LETTERS or not family:
        return ""
    text = f"{' '.join(words)}|{family}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def note_keys(works: Collection[uuid.UUID]) -> None:
    """Keep the keys of works that are new or have changed."""
    if not works:
        return
    names = Authorship.objects.filter(work__in=works).order_by("-position", "-pk")
    first = {
        work: raw or name or ""
        for work, raw, name in names.values_list("work_id", "raw_name", "person__name")
    }
    titles = Work.objects.filter(pk__in=works).values_list("pk", "title")
    found = {work: title_key(title, first.get(work, "")) for work, title in titles}
    WorkKey.objects.bulk_create(
        [WorkKey(work_id=work, key=key) for work, key in found.items()],
        update_conflicts=True,
        unique_fields=["work"],
        update_fields=["key"],
        batch_size=_SOME,
    )


@dataclass(frozen=True, slots=True)
class _One:
    row: uuid.UUID
    source: str
    kind: str
    doi: str
    year: int
    title: str
    new: bool


def propose_works(run: ImportRun) -> None:
    """Compare the works that the run made with those of other sources, some at a time."""
    _note_missing()
    fresh = WorkKey.objects.filter(work__created__gte=run.started, work__source=run.source).exclude(key="")
    for some in some_at_a_time(
        fresh.order_by("key").values_list("key", flat=True).distinct().iterator(), _SOME
    ):
        with transaction.atomic():
            propose_all(_pairs(run, some))


def _note_missing() -> None:
    """Works that did not come by an import, or came before keys were kept."""
    missing = Work.objects.filter(~Exists(WorkKey.objects.filter(work=OuterRef("pk")))).order_by("pk")
    last = uuid.UUID(int=0)
    # From where the last ones were found, not from the start again: there may be millions.
    while some := list(missing.filter(pk__gt=last).values_list("pk", flat=True)[:_SOME]):
        note_keys(some)
        last = some[-1]


def _pairs(run: ImportRun, keys: Sequence[str]) -> Iterator[Proposal]:
    groups: dict[str, list[_One]] = defaultdict(list)
    rows = WorkKey.objects.filter(key__in=keys, work__withdrawn=False).select_related("work").order_by("work")
    for held in rows:
        work = held.work
        day = work.date or work.start
        one = _One(
            work.pk,
            work.source,
            work.kind,
            work.doi,
            day.year if day else 0,
            work.title,
            work.created >= run.started,
        )
        groups[held.key].append(one)
    for group in groups.values():
        # A source that has two works of that title: which of them is meant cannot be told by it.
        doubtful = len({one.source for one in group}) < len(group)
        if len(group) <= _CROWD:
            pairs = combinations(group, 2)
            yield from filter(None, (_proposal(one, other, doubtful=doubtful) for one, other in pairs))


def _proposal(one: _One, other: _One, *, doubtful: bool) -> Proposal | None:
    """Within one source, works are as many as the source says."""
    if one.source == other.source or one.kind != other.kind or not (one.new or other.new):
        return None
    if not one.year or not other.year or abs(one.year - other.year) > 1:
        return None
    same = one.year == other.year
    score = _SAME_YEAR if same else _NEXT_YEAR
    reasons = [
        ("same_title_and_author", one.title[:120]),
        ("same_year" if same else "next_year", str(one.year)),
    ]
    if one.doi and other.doi and one.doi != other.doi:
        score -= _TWO_DOIS
        reasons.append(("two_dois", f"{one.doi} {other.doi}"))
    if doubtful:
        score -= _SEVERAL
        reasons.append(("several_of_the_title", one.title[:120]))
    if score < _WORTH_ASKING:
        return None
    return Proposal("work", one.row, other.row, round(score, 3), tuple(reasons))


def merge_works(actor: Actor, kept: uuid.UUID, gone: uuid.UUID) -> None:
    """Let the work `gone` become `kept`, also for the sources that tell of it. For staff."""
    knowledge.merge_works(actor, kept, gone)
    ImportsPart().merge(MergeProposal.Kind.WORK, kept, gone)
