"""Rows of the newsroom when two entries of the directory become one, and links to people in earlier wordings."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Model

from vidensbro.hub.audit.traces import mentions
from vidensbro.hub.common import clock
from vidensbro.hub.newsroom import models as rows
from vidensbro.hub.newsroom.services.shared import approve_if_all


def relink(gone: uuid.UUID, kept: str) -> int:
    """Let quotes in earlier wordings be somebody else's in the directory, or nobody's: they may be brought back."""
    touched = 0
    all_rows = rows.Revision.objects.all()
    for row in all_rows.filter(mentions(all_rows, {str(gone)}, ("content",))):
        quotes = [
            {**one, "person_id": kept} if one["person_id"] == str(gone) else one
            for one in row.content["quotes"]
        ]
        if quotes != row.content["quotes"]:
            touched += all_rows.filter(pk=row.pk).update(content={**row.content, "quotes": quotes})
    return touched


def merge_organisation(kept: uuid.UUID, gone: uuid.UUID) -> int:
    """Let everything of one organisation in the newsroom be another's; how many rows changed."""
    column = "organisation_id"
    touched = sum(
        move(model, column, kept, gone, beside)
        for model, beside in (
            (rows.Issuer, "release_id"),
            (rows.Approval, "version_id"),
            (rows.SubscriberOrganisation, "subscriber_id"),
            (rows.Contact, ""),
            (rows.Picture, ""),
            (rows.Inquiry, ""),
        )
    )
    for version in rows.Version.objects.filter(
        state=rows.State.IN_REVIEW, release__issuers__organisation=kept
    ).select_related("release"):
        approve_if_all(version)
    if rows.PressKit.objects.filter(organisation_id=kept).exists():
        touched += rows.PressKit.objects.filter(organisation_id=gone).delete()[0]
    touched += rows.PressKit.objects.filter(organisation_id=gone).update(organisation_id=kept)
    for one in rows.MailingList.objects.filter(organisation_id=gone):
        touched += _merge_list(one, kept)
    return touched


def _merge_list(one: rows.MailingList, kept: uuid.UUID) -> int:
    """A list of the same name takes in the readers of the other; who has left either has left both."""
    there = rows.MailingList.objects.filter(organisation_id=kept, name=one.name).first()
    if there is None:
        return rows.MailingList.objects.filter(pk=one.pk).update(organisation_id=kept)
    left = one.entries.filter(left__isnull=False).values("address")
    there.entries.filter(left=None, address__in=list(left.values_list("address", flat=True))).update(
        left=clock.now()
    )
    moved = move(rows.ListEntry, "list_id", there.pk, one.pk, "address")
    for dispatch in one.dispatches.all():
        dispatch.lists.add(there)
    one.delete()
    return moved + 1


def move(model: type[Model], column: str, kept: Any, gone: Any, beside: str = "") -> int:
    """Let rows point to `kept`; where it has one beside the same thing already, the other goes."""
    moving = model._default_manager.filter(**{column: gone})
    if beside:
        there = model._default_manager.filter(**{column: kept}).values_list(beside, flat=True)
        moving.filter(**{f"{beside}__in": list(there)}).delete()
    return moving.update(**{column: kept})
