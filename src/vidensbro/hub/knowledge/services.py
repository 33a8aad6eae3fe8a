"""Changing works and offers: one function per change."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import Invalid, NotFound
from vidensbro.hub.common.validation import check_row
from vidensbro.hub.directory.announcements import index_changed
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.directory.services.rows import change_columns, replace_fields
from vidensbro.hub.knowledge.models import Grant, Offer, Work
from vidensbro.hub.knowledge.rules import edit_offer as may_edit_offer
from vidensbro.hub.knowledge.rules import see_offer
from vidensbro.kit.sources.identifiers import doi as normal_doi

WORK_COLUMNS = frozenset(
    {
        "kind",
        "title",
        "abstract",
        "language",
        "date",
        "start",
        "end",
        "type",
        "venue",
        "doi",
        "url",
        "cited_by",
        "open_access",
        "retracted",
        "withdrawn",
    }
)
OFFER_COLUMNS = frozenset(
    {
        "kind",
        "title",
        "body",
        "language",
        "title_other",
        "body_other",
        "contact",
        "city",
        "country",
        "latitude",
        "longitude",
        "available_from",
        "available_to",
        "deadline",
        "amount",
        "currency",
        "capacity",
        "readiness_from",
        "readiness_to",
        "url",
        "audience",
    }
)
PROVENANCE = frozenset({"source", "source_id", "source_url", "licence", "retrieved", "example"})


@transaction.atomic
def create_work(
    actor: Actor, *, authorships: Iterable[dict[str, Any]] = (), fields: Iterable[str] = (), **columns: Any
) -> Work:
    """Add a work with those who stand behind it, in their order. For staff. Raises Denied, Invalid."""
    require(actor, is_staff, "staff_only")
    _refuse_unknown(columns, WORK_COLUMNS | PROVENANCE)
    row = Work(**{**columns, "doi": _doi(columns.get("doi", ""))})
    check_row(row)
    row.save()
    for position, authorship in enumerate(authorships, start=1):
        row.authorships.create(**{"position": position, **authorship})
    replace_fields(row.field_tags, fields)
    record(actor, "work.created", row.kind, row.pk)
    index_changed(row.kind, [row.pk])
    return row


@transaction.atomic
def edit_work(actor: Actor, work_id: uuid.UUID | str, **changes: Any) -> Work:
    """Change columns of a work. For staff. Raises NotFound, Denied, Invalid."""
    require(actor, is_staff, "staff_only")
    row = Work.objects.select_for_update().filter(pk=work_id).first()
    if row is None:
        raise NotFound("work", work_id)
    kind = row.kind
    if "doi" in changes:
        changes["doi"] = _doi(changes["doi"])
    changed = change_columns(row, changes, WORK_COLUMNS)
    if changed:
        record(actor, "work.edited", row.kind, row.pk, {"columns": changed})
        for one in sorted({kind, row.kind}):
            index_changed(one, [row.pk])
    return row


@transaction.atomic
def create_offer(
    actor: Actor, organisation_id: uuid.UUID | str, *, fields: Iterable[str] = (), **columns: Any
) -> Offer:
    """Add an offer of an organisation. For its coordinators and staff. Raises NotFound, Denied, Invalid."""
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFound("organisation", organisation_id)
    _refuse_unknown(columns, OFFER_COLUMNS | PROVENANCE)
    row = Offer(organisation=organisation, **columns)
    may_edit_offer.require(actor, row)
    check_row(row)
    row.save()
    replace_fields(row.field_tags, fields)
    record(actor, "offer.created", row.kind, row.pk, {"organisation": str(organisation.pk)})
    index_changed(row.kind, [row.pk])
    return row


@transaction.atomic
def edit_offer(
    actor: Actor, offer_id: uuid.UUID | str, *, fields: Iterable[str] | None = None, **changes: Any
) -> Offer:
    """Change an offer. For its organisation's coordinators and staff. Raises NotFound, Denied, Invalid."""
    row = _locked_offer(actor, offer_id)
    kind = row.kind
    changed = change_columns(row, changes, OFFER_COLUMNS)
    retagged = fields is not None and replace_fields(row.field_tags, fields)
    if changed or retagged:
        columns = [*changed, "fields"] if retagged else changed
        record(actor, "offer.edited", row.kind, row.pk, {"columns": columns})
        for one in sorted({kind, row.kind}):
            index_changed(one, [row.pk])
    return row


@transaction.atomic
def withdraw_offer(actor: Actor, offer_id: uuid.UUID | str, withdrawn: bool = True) -> Offer:
    """Take an offer out of sight, or put it back."""
    row = _locked_offer(actor, offer_id)
    if row.withdrawn != withdrawn:
        change_columns(row, {"withdrawn": withdrawn}, {"withdrawn"})
        record(actor, "offer.withdrawn" if withdrawn else "offer.restored", row.kind, row.pk)
        index_changed(row.kind, [row.pk])
    return row


def _locked_offer(actor: Actor, offer_id: uuid.UUID | str) -> Offer:
    row = Offer.objects.select_for_update().filter(pk=offer_id).first()
    if row is None:
        raise NotFound("offer", offer_id)
    may_edit_offer.require(actor, row, see=see_offer)
    return row


def _refuse_unknown(columns: dict[str, Any], allowed: frozenset[str]) -> None:
    unknown = set(columns) - allowed
    if unknown:
        raise Invalid(dict.fromkeys(sorted(unknown), ("unknown",)))


def _doi(value: str) -> str:
    if not value.strip():
        return ""
    found = normal_doi(value)
    if not found:
        raise Invalid({"doi": ("doi_invalid",)})
    return found


def _move_grants(kept: Work, gone: Work) -> None:
    """Let `kept` have the grants that only `gone` tells of."""
    same = ("source", "funder_key", "number", "organisation_id")
    there = set(kept.grants.values_list(*same))
    moved = [row.pk for row in gone.grants.all() if tuple(getattr(row, name) for name in same) not in there]
    Grant.objects.filter(pk__in=moved).update(work=kept)


_WORK_GAPS = ("abstract", "language", "date", "start", "end", "type", "venue", "doi", "url", "open_access")


@transaction.atomic
def merge_works(actor: Actor, kept_id: uuid.UUID | str, gone_id: uuid.UUID | str) -> Work:
    """Let the work `gone` become `kept`: its fields move, gaps are filled, and it is withdrawn. For staff.

    The byline of the one that is kept stands; it gets that of the other only if it has none.

    Raises:
        Denied, NotFound; Invalid: the two are one row.
    """
    require(actor, is_staff, "staff_only")
    rows = Work.objects.select_for_update(of=("self",)).in_bulk(
        [uuid.UUID(str(kept_id)), uuid.UUID(str(gone_id))]
    )
    if str(kept_id) == str(gone_id):
        raise Invalid({"": ("same",)})
    found = [rows.get(uuid.UUID(str(one))) for one in (kept_id, gone_id)]
    kept, gone = found
    if kept is None or gone is None:
        raise NotFound("work", kept_id if kept is None else gone_id)
    there = kept.field_tags.values_list("notation", flat=True)
    gone.field_tags.exclude(notation__in=list(there)).update(work=kept)
    _move_grants(kept, gone)
    if not kept.authorships.exists():
        gone.authorships.update(work=kept)
    for column in _WORK_GAPS:
        if getattr(kept, column) in ("", None):
            setattr(kept, column, getattr(gone, column))
    if kept.start and kept.end and kept.end < kept.start:
        kept.end = None
    kept.cited_by = max(kept.cited_by, gone.cited_by)
    gone.withdrawn = True
    kept.save()
    gone.save()
    record(actor, "work.merged", "work", kept.pk, {"gone": str(gone.pk)})
    for row in (kept, gone):
        index_changed(row.kind, [row.pk])
    return kept
