"""What mail says about people: their address, their name and what was written to them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.mail.content import address_key
from vidensbro.hub.mail.models import Mail, MailChoice


class MailPart:
    """Mails to the subject, and the kinds that the subject does not want. Erasing deletes both.

    A mail that waits is not sent after that: the step before the last word finds no row.
    """

    name = "mail"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        choices = MailChoice.objects.filter(address__in=_addresses(subject)).order_by("address", "kind")
        return {
            "mails": [
                {
                    "to": row.address,
                    "name": row.name,
                    "kind": row.kind,
                    "subject": row.subject,
                    "text": row.text,
                    "state": row.state,
                    "created": row.created.isoformat(),
                    "sent": row.sent_at.isoformat() if row.sent_at else None,
                }
                for row in _mails(subject).order_by("created")
            ],
            "choices": [{"address": row.address, "kind": row.kind, "off": row.off} for row in choices],
        }

    def erase(self, subject: Subject) -> int:
        choices = MailChoice.objects.filter(address__in=_addresses(subject))
        return choices.delete()[0] + _mails(subject).delete()[0]

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        if kind != "person":
            return 0
        return Mail.objects.filter(person_id=gone).update(person_id=kept)


def _by_id(subject: Subject) -> QuerySet[Mail]:
    query = Q(pk__in=[])
    if subject.user_id is not None:
        query |= Q(user_id=subject.user_id)
    if subject.person_id is not None:
        query |= Q(person_id=subject.person_id)
    return Mail.objects.filter(query)


def _addresses(subject: Subject) -> set[str]:
    """Where the subject is known to be reached. Evaluated before anything is deleted."""
    return {address_key(one) for one in _by_id(subject).values_list("address", flat=True)} | {
        address_key(one) for one in subject.addresses
    }


def _mails(subject: Subject) -> QuerySet[Mail]:
    """The subject's mails: by id, and those to the same addresses that belong to nobody else."""
    nobodys = Q(user_id__isnull=True, person_id__isnull=True, address__in=_addresses(subject))
    return Mail.objects.filter(Q(pk__in=_by_id(subject).values("pk")) | nobodys)


PARTS: tuple[Part, ...] = (MailPart(),)
