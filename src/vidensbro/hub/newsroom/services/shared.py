"""What all versions of a release share: who issues it, its place, fields and licence."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import Conflict
from vidensbro.hub.common.validation import apply_changes, check_row
from vidensbro.hub.directory.services.rows import replace_fields
from vidensbro.hub.newsroom.announcements import approval_asked
from vidensbro.hub.newsroom.models import OUT, Approval, Issuer, Release, State, Version
from vidensbro.hub.newsroom.services.drafting import COLUMNS, hour_has_come, issuing
from vidensbro.hub.newsroom.services.late_changes import Change, texts_of
from vidensbro.hub.newsroom.services.material import held_release, material_changed


@transaction.atomic
def edit_release(
    actor: Actor,
    release_id: uuid.UUID | str,
    *,
    issuers: Sequence[uuid.UUID | str] | None = None,
    fields: Iterable[str] | None = None,
    **changes: Any,
) -> Release:
    """Change what all versions share. Another issuer must approve, too: versions that wait for the hour wait for it.

    Raises:
        NotFound, Invalid; Denied: a version is approved, and the actor does not decide ("coordinator_only").
        Conflict: the issuers of a release that is out stay ("version_out").
    """
    row = held_release(actor, release_id)
    before = _shared_texts(row)
    changed = apply_changes(row, changes, COLUMNS)
    check_row(row)
    row.save()
    if fields is not None and replace_fields(row.field_tags, fields):
        changed.append("fields")
    if issuers is not None and _replace_issuers(actor, row, issuers):
        changed.append("issuers")
    if changed:
        record(actor, "release.changed", "release", row.pk, {"columns": changed})
        after = _shared_texts(row)
        texts = tuple((name, before[name], after[name]) for name in changed)
        material_changed(actor, row, Change("settings", "changed", texts=texts))
    return row


def _shared_texts(row: Release) -> dict[str, str]:
    """Everything that versions share, as texts: names of the issuers in their order, notations of the fields."""
    issuers = row.issuers.values_list("organisation__name", flat=True)
    notations = row.field_tags.order_by("notation").values_list("notation", flat=True)
    return {**texts_of(row, COLUMNS), "issuers": ", ".join(issuers), "fields": ", ".join(notations)}


def _replace_issuers(actor: Actor, row: Release, ids: Sequence[uuid.UUID | str]) -> bool:
    organisations = issuing(actor, ids)
    before = list(row.issuers.values_list("organisation_id", flat=True))
    wanted = [one.pk for one in organisations]
    if before == wanted:
        return False
    versions = list(row.versions.select_for_update())
    if any(one.state in OUT or hour_has_come(one) for one in versions):
        raise Conflict("version_out")
    row.issuers.all().delete()
    Issuer.objects.bulk_create(
        Issuer(release=row, organisation=one, position=place) for place, one in enumerate(organisations)
    )
    # Whoever comes back after having gone has seen nothing of what was changed meanwhile.
    Approval.objects.filter(version__in=versions).exclude(organisation__in=wanted).delete()
    for version in versions:
        _approve_anew(version, set(wanted) - set(before))
    return True


def approve_if_all(version: Version) -> None:
    """A version in review for which all have approved who issue it now is approved: for those who have gone, nobody
    waits."""
    given = version.approvals.filter(number=version.number).values("organisation")
    missing = version.release.issuers.exclude(organisation__in=given)
    if version.state == State.IN_REVIEW and not missing.exists():
        version.state = State.APPROVED
        version.save()


def _approve_anew(version: Version, more: set[uuid.UUID]) -> None:
    """Who has come approves, too; else nobody waits for those who have gone."""
    if not more:
        approve_if_all(version)
    elif version.state in (State.IN_REVIEW, State.APPROVED, State.SCHEDULED):
        version.state, version.publish_at = State.IN_REVIEW, None
        version.save()
        approval_asked(version, more)
