"""What is kept about a person's judgements of matches."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.matches.models import Feedback


class MatchesPart:
    """Feedback that somebody gave, and feedback about somebody that is merged."""

    name = "matches"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        rows = Feedback.objects.filter(user_id=subject.user_id or NO_ID).order_by("at")
        return {
            "feedback": [
                {
                    "match": f"{row.kind}:{row.target_id}",
                    "verdict": row.verdict,
                    "reason": row.reason,
                    "note": row.note,
                    "at": row.at.isoformat(),
                }
                for row in rows
            ]
        }

    def erase(self, subject: Subject) -> int:
        gone, _ = Feedback.objects.filter(user_id=subject.user_id or NO_ID).delete()
        if subject.person_id:
            gone += Feedback.objects.filter(kind="person", target_id=str(subject.person_id)).delete()[0]
        return gone

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        """Feedback about the one that goes becomes feedback about the one that stays, unless it has its own."""
        about = Feedback.objects.filter(kind=kind)
        columns = ("user_id", "introduction", "need_id", "text_digest")
        there = set(about.filter(target_id=str(kept)).values_list(*columns))
        moved = 0
        for row in about.filter(target_id=str(gone)):
            if tuple(getattr(row, column) for column in columns) in there:
                row.delete()
                continue
            row.target_id = str(kept)
            row.save(update_fields=["target_id"])
            moved += 1
        return moved


PARTS: tuple[Part, ...] = (MatchesPart(),)
