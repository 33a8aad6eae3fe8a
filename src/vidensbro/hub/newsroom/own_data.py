"""Rows of the newsroom as their subject is handed them, in values that JSON can hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from vidensbro.hub.newsroom import models as rows
from vidensbro.hub.newsroom.addresses import digest_of, keyed_digest

CONTACT = ("name", "title_da", "title_en", "email", "phone", "hours_da", "hours_en")
"""What is said of somebody who can be called."""


def entry(row: rows.ListEntry) -> dict[str, Any]:
    """Somebody on a list of the press desk."""
    return {
        "name": row.list.name,
        "address": row.address,
        "person": row.name,
        "outlet": row.outlet,
        "language": row.language,
        "added": row.added.isoformat(),
        "withdrawn": _moment(row.left),
    }


def inquiry(row: rows.Inquiry) -> dict[str, Any]:
    """A question to a press desk."""
    return {
        "organisation": row.organisation.name,
        "name": row.name,
        "outlet": row.outlet,
        "email": row.email,
        "phone": row.phone,
        "language": row.language,
        "text": row.text,
        "deadline": _moment(row.deadline),
        "at": row.at.isoformat(),
        "confirmed": _moment(row.proven),
        "state": row.state,
        "answered": _moment(row.handled),
    }


def journalist(row: rows.Journalist) -> dict[str, Any]:
    """That somebody is, or was, trusted with what has not been published."""
    return {"organisation": row.outlet, "since": row.trusted_at.isoformat(), "until": _moment(row.ended)}


def acceptance(row: rows.EmbargoAcceptance) -> dict[str, Any]:
    """The terms of an embargo that somebody accepted."""
    return {
        "id": str(row.release_id),
        "name": row.name,
        "terms": row.terms,
        "at": row.at.isoformat(),
        "until": _moment(row.lapsed),
    }


def contact(row: rows.Contact) -> dict[str, Any]:
    """Whom to call about a release."""
    return {"id": str(row.release_id), **{name: getattr(row, name) for name in CONTACT}}


def quotes(found: QuerySet[rows.Quote], out: QuerySet[rows.Version]) -> list[dict[str, Any]]:
    """Quotations, with the headline of those of `out`: whoever is quoted need not know of the rest before the hour."""
    told = set(out.filter(quotes__in=found).values_list("pk", flat=True))
    return [
        {
            "title": row.version.headline if row.version_id in told else "",
            "text": row.text,
            "name": row.speaker,
        }
        for row in found.select_related("version").order_by("pk")
    ]


def unwanted(addresses: Iterable[str]) -> list[dict[str, Any]]:
    """That nothing is mailed to these canonical addresses, or that nobody may put them on a list."""
    digests = {make(one): one for one in addresses for make in (digest_of, keyed_digest)}
    found = rows.Suppression.objects.filter(digest__in=digests).order_by("at")
    return [{"address": digests[row.digest], "reason": row.why, "at": row.at.isoformat()} for row in found]


def returned(addresses: Iterable[str]) -> list[dict[str, Any]]:
    """Mails to these canonical addresses that came back."""
    digests = {digest_of(one): one for one in addresses}
    found = rows.Returned.objects.filter(digest__in=digests).order_by("at")
    return [{"address": digests[row.digest], "kind": row.what, "at": row.at.isoformat()} for row in found]


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
