"""What imports remember about people and organisations that are joined or forgotten."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.audit.privacy import ERASED, Keyed, Part, Subject
from vidensbro.hub.audit.purposes import (
    ADMINISTRATORS,
    LISTED,
    NONE,
    PUBLIC_SOURCES,
    SECRETARIAT,
    Purpose,
    days,
)
from vidensbro.hub.audit.traces import scrub
from vidensbro.hub.common import clock
from vidensbro.hub.directory.models import Person
from vidensbro.hub.imports.models import (
    ImportChange,
    ImportProblem,
    ImportRun,
    Merge,
    MergeProposal,
    SourceRecord,
)
from vidensbro.hub.outbox import services as outbox

FORGET_DOWNLOADS = "imports.forget"
"""Topic with the one key "all": remove what was fetched from sources."""


class ImportsPart:
    """Identifiers in sources, and proposals to join rows."""

    name = "imports"
    keyed = (
        Keyed(SourceRecord, "row", "kind"),
        Keyed(MergeProposal, "left", "kind"),
        Keyed(MergeProposal, "right", "kind"),
    )

    def export(self, subject: Subject) -> Mapping[str, Any]:
        rows = SourceRecord.objects.filter(kind="person", row__in=_people(subject)).order_by(
            "source", "source_id"
        )
        return {"source_records": list(rows.values("source", "source_id"))}

    def erase(self, subject: Subject) -> int:
        """Proposals go, and so does what was fetched. The identifiers stay: the next import knows whom to leave out."""
        outbox.put(FORGET_DOWNLOADS, "all")
        people = _people(subject)
        about = MergeProposal.objects.filter(Q(left__in=people) | Q(right__in=people), kind="person")
        gone = about.delete()[0] + scrub(ImportProblem.objects.all(), subject.words, ("value",))
        gone += scrub(ImportRun.objects.all(), subject.words, ("error",))
        gone += _forget_changes(people, subject) + _forget_merges(people, subject)
        if subject.user_id:
            own = ImportRun.objects.filter(actor=subject.reference)
            gone += own.update(actor=f"user:{ERASED}")
            decided = MergeProposal.objects.filter(decided_by=subject.reference)
            gone += decided.update(decided_by=f"user:{ERASED}")
        return int(gone)

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        """What a source calls the row that goes now means the one that stays, for good."""
        if kind == "person":
            key = Person.objects.filter(pk=gone).values_list("openalex", flat=True).first()
            if key:
                SourceRecord.objects.get_or_create(
                    source="openalex", kind=kind, source_id=key, defaults={"row": gone}
                )
        moved = SourceRecord.objects.filter(kind=kind, row=gone).update(row=kept)
        return moved + _move_proposals(kind, kept, gone)


def _forget_changes(people: list[uuid.UUID], subject: Subject) -> int:
    """What rows said before an import may name the person: such an import cannot be undone there any more."""
    named = {str(one) for one in people} | {word for word in subject.words if word}
    gone = ImportChange.objects.filter(kind="person", row__in=people, made=False).delete()[0]
    told = []
    for one in ImportChange.objects.filter(made=False).only("before", "after").iterator():
        text = json.dumps([one.before, one.after], ensure_ascii=False).lower()
        if any(word.lower() in text for word in named):
            told.append(one.pk)
    return int(gone + ImportChange.objects.filter(pk__in=told).delete()[0])


def _forget_merges(people: list[uuid.UUID], subject: Subject) -> int:
    """What was said before rows were joined may name the person: such a merge cannot be undone any more."""
    named = {str(one) for one in people} | {word for word in subject.words if word}
    gone = Merge.objects.filter(Q(kept__in=people) | Q(gone__in=people), kind="person").delete()[0]
    told = []
    for one in Merge.objects.exclude(journal={}).only("journal").iterator(chunk_size=20):
        text = json.dumps(one.journal, ensure_ascii=False).lower()
        if any(word.lower() in text for word in named):
            told.append(one.pk)
    gone += Merge.objects.filter(pk__in=told).update(journal={})
    if subject.user_id:
        ours = f"user:{ERASED}"
        gone += Merge.objects.filter(actor=subject.reference).update(actor=ours)
        gone += Merge.objects.filter(undone_by=subject.reference).update(undone_by=ours)
    return int(gone)


def _people(subject: Subject) -> list[uuid.UUID]:
    named = Q(pk=subject.person_id) if subject.person_id else Q(pk__in=[])
    if subject.user_id:
        named |= Q(user_id=subject.user_id)
    return list(Person.objects.filter(named).values_list("pk", flat=True))


def _move_proposals(kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
    """Open proposals about the row that goes are now about the one that stays; the one about both is settled."""
    moved = 0
    for row in MergeProposal.objects.filter(
        Q(left=gone) | Q(right=gone), kind=kind, state=MergeProposal.State.OPEN
    ):
        other = row.other(gone)
        if other == kept:
            row.state, row.decided, row.decided_by = MergeProposal.State.MERGED, clock.now(), "system:merge"
            row.save(update_fields=["state", "decided", "decided_by"])
            continue
        left, right = sorted((other, kept))
        if MergeProposal.objects.filter(kind=kind, left=left, right=right).exists():
            row.delete()
            continue
        row.left, row.right = left, right
        row.save(update_fields=["left", "right"])
        moved += 1
    return moved


def _expire(before: datetime) -> int:
    """What could not be read, and what rows said before it, also of imports that never came to their end: both may
    name people."""
    over = Q(run__finished__lt=before) | Q(run__finished__isnull=True, run__heartbeat__lt=before)
    problems = ImportProblem.objects.filter(over).delete()[0]
    merges = Merge.objects.filter(at__lt=before).exclude(journal={}).update(journal={})
    return int(problems + ImportChange.objects.filter(over).delete()[0] + merges)


PARTS: tuple[Part, ...] = (ImportsPart(),)
PURPOSES = (
    Purpose(
        code="imports",
        label=_("Importing from public sources, and joining rows that are one"),
        legal_basis=("6(1)(f)",),
        why=_("The directory must be right and up to date, and who has been erased must stay away."),
        subjects=(LISTED,),
        data=(
            _("identifiers in the sources, lines that could not be read, which rows may be the same person"),
        ),
        sources=(PUBLIC_SOURCES,),
        recipients=(SECRETARIAT, ADMINISTRATORS),
        kept=_(
            "identifiers as long as the source tells of them; lines that could not be read from the import on"
        ),
        retention=days(settings.VIDENSBRO_RETENTION_TEXT_DAYS),
        expire=_expire,
    ),
)
MODELS = {
    "imports.SourceRecord": "imports",
    "imports.ImportProblem": "imports",
    "imports.Merge": "imports",
    "imports.WorkKey": "imports",
    "imports.MergeProposal": "imports",
    "imports.ImportRun": "imports",
    "imports.ImportChange": "imports",
    "imports.ImportSchedule": "imports",
    "imports.OpenLink": f"{NONE}: identifiers of rows that are to be linked when they come",
}
