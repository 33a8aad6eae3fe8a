"""Who gets a version by mail, found in portions, in the order of addresses."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from vidensbro.hub.directory.fields import with_broader
from vidensbro.hub.newsroom.models import (
    Dispatch,
    Issuer,
    Language,
    ListEntry,
    ReleaseField,
    Subscriber,
    SubscriberField,
    SubscriberOrganisation,
    Version,
)

Row = Subscriber | ListEntry


@dataclass(frozen=True, slots=True)
class Portion:
    """Those who get a version, one row for each address, and the last address that was looked at ("": no more)."""

    rows: Sequence[Row]
    until: str


def portion(dispatch: Dispatch, size: int) -> Portion:
    """The next `size` addresses after those that the dispatch has come to.

    The order is the database's own, which compares the addresses here as well.
    """
    subscribers = _after(subscribers_of(dispatch.version), dispatch.after)
    listed = _after(listed_of(dispatch), dispatch.after)
    both = subscribers.values_list("address").union(listed.values_list("address")).order_by("address")
    addresses = [one for (one,) in both[:size]]
    # Who subscribes and is on a list as well gets it as a subscriber: that is the link by which she leaves.
    rows: dict[str, Row] = {}
    for entry in listed.filter(address__in=addresses).order_by("pk"):
        rows.setdefault(entry.address, entry)
    for subscriber in subscribers.filter(address__in=addresses):
        rows[subscriber.address] = subscriber
    found = [rows[one] for one in addresses if one in rows]
    return Portion(found, addresses[-1] if len(addresses) == size else "")


def subscribers_of(version: Version) -> QuerySet[Subscriber]:
    """Those who asked to hear at once of what a version is."""
    active = Subscriber.objects.filter(
        state=Subscriber.State.ACTIVE, pace=Subscriber.Pace.AT_ONCE, language=version.language
    )
    return active.filter(wants(fields_of([version.release_id]), issuers_of([version.release_id])))


def listed_of(dispatch: Dispatch) -> QuerySet[ListEntry]:
    """Those on the lists that the writer named, in the language of the version; and those for whose language the
    release has no version."""
    version = dispatch.version
    there = set(version.release.versions.values_list("language", flat=True))
    languages = {version.language, *(set(Language.values) - there)}
    return ListEntry.objects.filter(list__in=dispatch.lists.all(), left=None, language__in=languages)


def fields_of(releases: Sequence[uuid.UUID]) -> tuple[str, ...]:
    """What releases are about: their fields and those above them, since who wants one wants those below it."""
    tags = ReleaseField.objects.filter(release__in=releases).values_list("notation", flat=True)
    return with_broader(set(tags))


def issuers_of(releases: Sequence[uuid.UUID]) -> tuple[uuid.UUID, ...]:
    """Organisations that issue releases."""
    rows = Issuer.objects.filter(release__in=releases)
    return tuple(rows.values_list("organisation", flat=True).distinct())


def wants(fields: Sequence[str], issuers: Sequence[uuid.UUID]) -> Q:
    """Subscribers who want something of these fields from these issuers: who chose none of either wants all."""
    of_fields = SubscriberField.objects.filter(subscriber=OuterRef("pk"))
    of_issuers = SubscriberOrganisation.objects.filter(subscriber=OuterRef("pk"))
    about = ~Exists(of_fields) | Exists(of_fields.filter(notation__in=fields))
    return about & (~Exists(of_issuers) | Exists(of_issuers.filter(organisation__in=issuers)))


def _after(rows: QuerySet[Row], address: str) -> QuerySet[Row]:
    return rows.filter(address__gt=address) if address else rows
