"""What stored files say about those who uploaded them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.audit.purposes import THEMSELVES, USERS, Purpose, days
from vidensbro.hub.audit.traces import scrub
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.files import services
from vidensbro.hub.files.models import StoredFile


class FilesPart:
    """Uploads: the file belongs to what it was attached to and stays; who uploaded it is forgotten.

    What is attached to nothing goes. The highest app is erased first, so what hung on the subject alone is among it.
    """

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
        own = StoredFile.objects.filter(uploaded_by=subject.user_id or NO_ID)
        gone = sum(services.remove_orphan(row.pk) for row in own if not services.is_used(row))
        gone += StoredFile.objects.filter(uploaded_by=subject.user_id or NO_ID).update(uploaded_by=None)
        return gone + scrub(StoredFile.objects.all(), subject.words, ("name",))

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        return 0


def _expire(before: datetime) -> int:
    """Files to which nothing points any more: what they were attached to has been deleted."""
    rows = StoredFile.objects.filter(created__lt=before)
    for relation in StoredFile._meta.related_objects:
        name = relation.field.name
        used = relation.related_model._default_manager.filter(**{f"{name}__isnull": False})
        rows = rows.exclude(pk__in=used.values(name))
    return sum(services.remove_orphan(one) for one in list(rows.values_list("pk", flat=True)))


PARTS: tuple[Part, ...] = (FilesPart(),)
PURPOSES = (
    Purpose(
        code="files",
        label=_("Uploaded files"),
        legal_basis=("6(1)(b)", "6(1)(f)"),
        why=_(
            "Parties document their collaboration, and owners of needs show documents to those who agreed."
        ),
        subjects=(USERS, _("those who are named in a file")),
        data=(_("the file, its name and size, who uploaded it and when"),),
        sources=(THEMSELVES,),
        recipients=(_("whoever may see what it is attached to"),),
        kept=_("as long as what it is attached to; a file that is attached to nothing, from then on"),
        retention=days(1),
        expire=_expire,
    ),
)
MODELS = {"files.StoredFile": "files"}
