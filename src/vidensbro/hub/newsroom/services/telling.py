"""Telling those who had approved a version what was changed beside its words since."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from vidensbro.hub.accounts.models import User
from vidensbro.hub.common import clock
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.directory.models import Membership
from vidensbro.hub.mail import services as mail
from vidensbro.hub.newsroom.models import Approval, LateChange, Release, State, Version
from vidensbro.hub.newsroom.notifications import CHANGED, reader
from vidensbro.hub.newsroom.presenters.late_changes import shown_changes
from vidensbro.hub.newsroom.services.drafting import hour_has_come
from vidensbro.hub.newsroom.services.late_changes import waiting

Pairs = Sequence[tuple[LateChange, Version]]
"""What was changed, with a version that had been approved by then."""


@transaction.atomic
def tell_of_changes(release_id: uuid.UUID | str) -> int:
    """Write to those who decide for an issuer that had approved a version of the release when something beside its
    words was changed by somebody who does not decide for that issuer; how many mails.

    For jobs. What was changed before the hour is told even where that has come since: so nobody can change something
    and publish at once without the others hearing of it. Idempotent: what has been told is told to nobody again, and
    is forgotten once no version waits.
    """
    release = Release.objects.select_for_update().filter(pk=key_of(release_id)).first()
    if release is None:
        return 0
    untold = list(release.late_changes.filter(told=None).select_related("by"))
    sent = sum(_tell(user, pairs) for user, pairs in _concerned(release, untold).items())
    release.late_changes.filter(pk__in=[one.pk for one in untold]).update(told=clock.now())
    if not waiting(release).exists():
        release.late_changes.all().delete()
    return sent


def _concerned(release: Release, changes: Sequence[LateChange]) -> Mapping[User, Pairs]:
    """What each of those who decide is to be told."""
    issuers = release.issuers.values("organisation")
    approvals = Approval.objects.filter(version__release=release, organisation__in=issuers)
    given = list(approvals.select_related("version").order_by("version__language"))
    people = _deciding(one.organisation_id for one in given)
    found: dict[User, list[tuple[LateChange, Version]]] = defaultdict(list)
    for change in changes:
        for approval in given:
            decide = people.get(approval.organisation_id, [])
            if change.by in decide or not _waited(approval, change):
                continue
            for user in decide:
                if (change, approval.version) not in found[user]:
                    found[user].append((change, approval.version))
    return {user: pairs for user, pairs in found.items() if pairs}


def _waited(approval: Approval, change: LateChange) -> bool:
    """Was the change made after this approval, while the words that were approved waited?"""
    return approval.at <= change.at and change.waited.get(str(approval.version_id)) == approval.number


def _deciding(organisations: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, list[User]]:
    """Who decides for each of the organisations."""
    rows = Membership.objects.filter(
        organisation__in=set(organisations), role=Membership.Role.COORDINATOR, user__is_active=True
    )
    found: dict[uuid.UUID, list[User]] = defaultdict(list)
    for one in rows.select_related("user").order_by("user_id"):
        found[one.organisation_id].append(one.user)
    return found


def _tell(user: User, pairs: Pairs) -> bool:
    """False if the user wants no such mail, or may not see what was changed."""
    changes = list({change.pk: change for change, _ in pairs}.values())
    versions = list({version.pk: version for _, version in pairs}.values())
    first = next((one for one in versions if one.language == user.language), versions[0])
    with translation.override(user.language):
        told = shown_changes(actor_of(user), changes)
    if not told:
        return False
    out = first.state not in (State.IN_REVIEW, State.APPROVED, State.SCHEDULED) or hour_has_come(first)
    sent = mail.send(
        CHANGED.code,
        reader(user),
        "newsroom/mail/changed",
        {
            "version": first,
            "headlines": [(one.headline, one.language) for one in versions],
            "changes": told,
            "out": out,
            "path": reverse("release-desk", args=[first.pk]),
        },
        key=f"{CHANGED.code}:{changes[-1].pk}:{user.pk}",
        thread=f"newsroom.version:{first.pk}",
    )
    return sent is not None
