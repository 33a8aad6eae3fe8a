"""Beginning a release with the people whom the press may call about it, all or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.services import contacts
from vidensbro.hub.newsroom.services.drafting import create_release
from vidensbro.hub.newsroom.services.wording import Wording


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody to call; without an `organisation_id` for the first issuer.

    `title` and `hours`, when the telephone is answered, are in the language of the version.
    """

    name: str
    title: str = ""
    email: str = ""
    phone: str = ""
    hours: str = ""
    organisation_id: str = ""


@transaction.atomic
def begin(
    actor: Actor,
    issuers: Sequence[uuid.UUID | str],
    language: str,
    words: Wording,
    *,
    people: Iterable[Reachable] = (),
    fields: Iterable[str] = (),
    **columns: Any,
) -> Version:
    """Begin a release with its contacts.

    Raises:
        Denied, Invalid: see `drafting.create_release`; Invalid: of the contact that was given as number n, the problem
            is under "contacts-n".
    """
    row = create_release(actor, issuers, language, words, fields=fields, **columns)
    for number, one in enumerate(people):
        given = asdict(one)
        organisation = given.pop("organisation_id") or issuers[0]
        given |= {f"{name}_{language}": given.pop(name) for name in ("title", "hours")}
        try:
            contacts.add(actor, row.release_id, organisation, **given)
        except Invalid as error:
            codes = tuple(code for found in error.problems.values() for code in found)
            raise Invalid({f"contacts-{number}": codes}) from error
    return row
