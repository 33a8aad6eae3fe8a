"""What stored files say about those who uploaded them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.files.models import StoredFile


class FilesPart:
    """Uploads: the file belongs to what it was attached to and stays; who uploaded it is forgotten."""

    name = "files"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        rows = StoredFile.objects.filter(uploaded_by=subject.user_id or NO_ID).order_by("created")
        return {
            "files": [
                {
                    "name": row.name,
                    "type": row.content_type,
                    "size": row.size,
                    "sha256": row.sha256,
                    "uploaded": row.created.isoformat(),
                }
                for row in rows
            ]
        }

    def erase(self, subject: Subject) -> int:
        return StoredFile.objects.filter(uploaded_by=subject.user_id or NO_ID).update(uploaded_by=None)

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        return 0


PARTS: tuple[Part, ...] = (FilesPart(),)
