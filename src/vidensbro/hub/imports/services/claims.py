"""Who else holds on to rows that an import made: people who have worked on them, other sources, later imports."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db.models import Model, Q

from vidensbro.hub.directory.models import Affiliation, Organisation, Person
from vidensbro.hub.imports.kinds import KINDS
from vidensbro.hub.imports.models import ImportChange, ImportRun, SourceRecord
from vidensbro.hub.imports.services.journal import DETAILS, MODELS
from vidensbro.hub.knowledge.models import Authorship, Offer
from vidensbro.hub.needs.models import Need, State

_OWN: Final = frozenset(detail.model for lists in DETAILS.values() for detail in lists.values())
_LOOKED_AT: Final = frozenset(
    {(Offer, "organisation"), (Offer, "contact"), (Organisation, "parent"), (Need, "organisation")}
)
"""What imports write themselves, and `said_elsewhere` looks at."""


def worked_on(kind: str, rows: Mapping[Any, Model]) -> set[uuid.UUID]:
    """The rows that somebody has corrected, taken over or referred to: in whatever table it is kept."""
    found = {key for key, row in rows.items() if getattr(row, "edited", None)}
    if kind == "person":
        found |= {key for key, row in rows.items() if isinstance(row, Person) and row.user_id}
    if kind == "need":
        found |= {key for key, row in rows.items() if isinstance(row, Need) and row.state != State.POSTED}
    if kind in {"person", "organisation"}:
        found |= {key for key, row in rows.items() if getattr(row, "successor_id", None)}
    looked_at = _LOOKED_AT.union(*(one.pointing for one in KINDS.values()))
    for relation in MODELS[kind]._meta.related_objects:
        model, field = relation.related_model, relation.field
        if isinstance(model, str) or model in _OWN or (model, field.name) in looked_at:
            continue
        if kind == "need" and model._meta.app_label == "matches":
            continue  # matches are made by themselves
        pointing = model._default_manager.filter(**{f"{field.name}__in": list(rows)})
        found |= set(pointing.values_list(field.attname, flat=True))
    return found


def said_elsewhere(run: ImportRun, kind: str, rows: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """The rows that another source or another run says too, or that what stays refers to."""
    ids = list(rows)
    records = SourceRecord.objects.filter(kind=kind, row__in=ids)
    later = Q(source=run.source, run__started__gt=run.started, run__undone__isnull=True)
    found = set(records.filter(~Q(source=run.source) | later).values_list("row", flat=True))
    others = ImportChange.objects.filter(kind=kind, row__in=ids, undone="").exclude(run=run)
    found |= set(others.filter(run__started__gt=run.started).values_list("row", flat=True))
    if kind == "person":
        found |= _ids(Authorship.objects.filter(person__in=ids, work__withdrawn=False), "person_id")
        found |= _ids(Offer.objects.filter(contact__in=ids, withdrawn=False), "contact_id")
    if kind == "organisation":
        found |= _referred_to(run, ids)
    for one in KINDS.values():
        found |= one.holds(kind, ids)
    return found


def _referred_to(run: ImportRun, ids: list[uuid.UUID]) -> set[uuid.UUID]:
    """Organisations behind a work or an offer that stays, of somebody who stays, or above one that stays."""
    found = _ids(Authorship.objects.filter(organisation__in=ids, work__withdrawn=False), "organisation_id")
    found |= _ids(Offer.objects.filter(organisation__in=ids, withdrawn=False), "organisation_id")
    people = Affiliation.objects.filter(organisation__in=ids).exclude(
        person__visibility=Person.Visibility.HIDDEN
    )
    found |= _ids(people, "organisation_id")
    closed = ImportChange.objects.filter(run=run, kind="need", undone=ImportChange.Undone.WITHDRAWN)
    needs = Need.objects.filter(organisation__in=ids).exclude(pk__in=closed.values("row"))
    found |= _ids(needs, "organisation_id")
    made = ImportChange.objects.filter(run=run, kind="organisation", made=True)
    parts = Organisation.objects.current().filter(parent__in=ids)
    # One that the run made is dealt with in its own turn, which may come after that of the whole.
    return found | _ids(parts.exclude(pk__in=made.values("row")), "parent_id")


def _ids(rows: Any, column: str) -> set[uuid.UUID]:
    return set(rows.values_list(column, flat=True))
