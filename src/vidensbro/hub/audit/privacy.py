"""What every app keeps about a person: how to hand it out, delete it, and join two records into one.

An app that keeps anything about people or organisations has a module `privacy` with a tuple `PARTS`. They are
found here; who wants an export or an erasure asks this module and no app.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.audit.models import Event
from vidensbro.hub.audit.purposes import (
    ADMINISTRATORS,
    NONE,
    SECRETARIAT,
    USERS,
    Purpose,
    days,
    privacy_modules,
)
from vidensbro.hub.audit.services import HasReference, record
from vidensbro.hub.audit.traces import cut_json, cutter, mentions, scrub, telling
from vidensbro.hub.outbox import services as outbox
from vidensbro.hub.outbox.models import Entry

ERASED = "erased"
ERASURE = "privacy.erasure"
"""Topic of what follows an erasure in the database's own files."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom it is about: an account, a person in the directory, or both; and the addresses known to be theirs.

    `proven` are those of the addresses at which the subject has been shown to read mail: what belongs to nobody but an
    address is handed out for these alone. `words` are everything that names the subject: names, addresses, telephone
    numbers. `completed` fills them in.
    """

    user_id: uuid.UUID | None = None
    person_id: uuid.UUID | None = None
    addresses: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    proven: frozenset[str] = frozenset()

    @property
    def reference(self) -> str:
        """How the record names the subject."""
        return f"user:{self.user_id}" if self.user_id else f"person:{self.person_id}"


@dataclass(frozen=True, slots=True)
class Traces:
    """What an app knows a subject by: addresses of mail, and other words (names, telephone numbers).

    `proven` are addresses as well. `claims` are addresses and words that nobody but the subject vouches for: whoever
    calls himself "of the" or by another's name must not have that cut out of what others wrote.
    """

    addresses: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    proven: frozenset[str] = frozenset()
    claims: frozenset[str] = frozenset()


class Part(Protocol):
    """What one app keeps. A part that knows addresses or names has a method `traces` as well: see `Knowing`."""

    @property
    def name(self) -> str:
        """The app's name in an export."""

    def export(self, subject: Subject) -> Mapping[str, Any]:
        """Everything kept about the subject, as values that JSON can hold."""

    def erase(self, subject: Subject) -> int:
        """Delete or make anonymous everything kept about the subject; the number of rows touched."""

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        """Let rows that point to `gone` point to `kept`; `kind` is "person" or "organisation"."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A column that names rows by their keys, without a foreign key, and that `merge` changes.

    `kind_column` says of which kind the row is, where there may be several; else it is a person. A part lists
    those that it has as `keyed`, so that a merge can be undone there too.
    """

    model: type[Model]
    column: str
    kind_column: str = ""


def keyed() -> list[Keyed]:
    """Such columns of all installed apps."""
    return [one for part in parts() for one in getattr(part, "keyed", ())]


class Knowing(Protocol):
    """A part that knows what the subject is called and how it is reached."""

    def traces(self, subject: Subject) -> Traces:
        """What the app knows the subject by. Asked before anything is deleted."""


@cache
def parts() -> tuple[Part, ...]:
    """The parts of the installed apps, the lowest app first."""
    return tuple(part for module in privacy_modules() for part in getattr(module, "PARTS", ()))


def completed(subject: Subject, *, checked: bool = False) -> Subject:
    """The subject with every address and name that any app knows it by.

    Addresses that the caller has given count as proven. With `checked` somebody has made sure who the subject is: then
    what it says of itself counts as well.
    """
    given = _addresses(subject.addresses)
    addresses, proven, words = set(given), set(given) | subject.proven, set(subject.words)
    for part in parts():
        known = getattr(part, "traces", None)
        if known is not None:
            found: Traces = known(subject)
            proven |= _addresses(found.proven)
            addresses |= _addresses(found.addresses)
            words |= found.words | (found.claims if checked else frozenset())
    addresses |= proven
    return replace(
        subject,
        addresses=frozenset(addresses),
        words=frozenset(words | addresses),
        proven=frozenset(proven),
    )


def _addresses(given: Iterable[str]) -> set[str]:
    return {one.strip().lower() for one in given if one.strip()}


def export(subject: Subject) -> dict[str, Any]:
    """Everything that the installation keeps about the subject, by app."""
    whole = completed(subject)
    return {part.name: dict(part.export(whole)) for part in parts()}


@transaction.atomic
def erase(actor: HasReference, subject: Subject, *, checked: bool = False) -> dict[str, int]:
    """Delete everything about the subject that need not be kept; rows touched, by app.

    The highest app goes first, since its rows point to those below. The caller has checked the permission, and with
    `checked` who the subject is (see `completed`). What lies in files and in the index follows through the outbox.
    """
    whole = completed(subject, checked=checked)
    touched = {part.name: part.erase(whole) for part in reversed(parts())}
    # Somebody who erases himself is not the one to be named.
    own = actor.reference == subject.reference
    record(_Erased() if own else actor, "privacy.erased", "subject", ERASED, {"rows": touched})
    outbox.put(ERASURE, "all")
    return touched


def merge(kind: str, kept: uuid.UUID, gone: uuid.UUID) -> dict[str, int]:
    """Let every row of every app that points to `gone` point to `kept`. Call inside a transaction."""
    return {part.name: part.merge(kind, kept, gone) for part in reversed(parts())}


@dataclass(frozen=True, slots=True)
class _Erased:
    reference: str = f"user:{ERASED}"


class AuditPart:
    """The record itself: what the subject did is kept, but no longer says who; nor do notes of failed work."""

    name = "audit"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        own = Event.objects.filter(actor=subject.reference).order_by("at", "pk")
        about = Event.objects.filter(_about(subject)).exclude(actor=subject.reference).order_by("at", "pk")
        return {
            "events": [_exported(row) for row in own],
            "events_about": [_exported(row) for row in about],
        }

    def erase(self, subject: Subject) -> int:
        """Events about the account lose its number; those about the person keep it, as the emptied row does."""
        touched = Event.objects.filter(actor=subject.reference).update(actor=f"user:{ERASED}")
        touched += self._details(subject)
        if subject.user_id:
            touched += Event.objects.filter(kind="user", object_id=str(subject.user_id)).update(
                object_id=ERASED
            )
        touched += scrub(Entry.objects.all(), subject.words, ("last_error", "payload"))
        return touched

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        return 0

    def _details(self, subject: Subject) -> int:
        """Take names, addresses and the account's number out of the details of every event."""
        rows = Event.objects.filter(_told(subject)).only("pk", "details")
        cut, user = cutter(subject.words), str(subject.user_id or "")
        touched = 0
        for row in rows.iterator():
            details = cut_json(row.details, cut)
            if user:
                details = cut_json(details, lambda text: text.replace(user, ERASED))
            if details != row.details:
                touched += Event.objects.filter(pk=row.pk).update(details=details)
        return touched


def _about(subject: Subject) -> Q:
    found = Q(pk__in=[])
    if subject.user_id:
        found |= Q(kind="user", object_id=str(subject.user_id))
    if subject.person_id:
        found |= Q(kind="person", object_id=str(subject.person_id))
    return found


def _told(subject: Subject) -> Q:
    """Events whose details may name the subject."""
    found = Q(pk__in=[])
    if subject.user_id:
        found |= Q(details__icontains=str(subject.user_id))
    if telling(subject.words):
        found |= mentions(Event.objects.all(), subject.words, ("details",))
    return found


def _exported(row: Event) -> dict[str, Any]:
    return {"at": row.at.isoformat(), "action": row.action, "kind": row.kind, "object": row.object_id}


def _expire(before: Any) -> int:
    return int(Event.objects.filter(at__lt=before).delete()[0])


PARTS: tuple[Part, ...] = (AuditPart(),)
PURPOSES = (
    Purpose(
        code="log",
        label=_("The log of who did what"),
        legal_basis=("6(1)(f)",),
        why=_("Mistakes and misuse must be found and made good; who may see what must be shown to be kept."),
        subjects=(USERS,),
        data=(
            _(
                "the number of the account, what was done to which row, when; no content but the secretariat's "
                "reason for setting a conflict of interest aside"
            ),
        ),
        sources=(_("what they do here"),),
        recipients=(ADMINISTRATORS, SECRETARIAT),
        kept=_("from the event on"),
        retention=days(365 * settings.VIDENSBRO_RETENTION_LOG_YEARS),
        expire=_expire,
    ),
)
MODELS = {
    "audit.Event": "log",
    "outbox.Entry": f"{NONE}: identifiers of work to be done, deleted when it is done",
    "outbox.PeriodicJob": NONE,
}
