"""What an organisation keeps ready for journalists. Its pictures are `pictures.add_to_press_kit`."""

from __future__ import annotations

import uuid

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, NotFound, Problems
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.common.text import storable
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.newsroom.models import PressKit
from vidensbro.hub.newsroom.services.pictures import keep_press_kit

LONGEST = 10_000
"""Signs of what an organisation says about itself in one language."""


@transaction.atomic
def write(
    actor: Actor, organisation_id: uuid.UUID | str, about_da: str, about_en: str, *, read: str = ""
) -> PressKit:
    """Let an organisation's press kit say this, in Markdown; everybody sees it at once.

    `read` is `edition` of the kit that was read, "" for none, so that of two editors the second is told.

    Raises:
        NotFound; Denied: "coordinator_only". Invalid: a text is too long ("about_da", "about_en").
        Conflict: somebody has changed it meanwhile ("kit_changed").
    """
    organisation = Organisation.objects.current().filter(pk=key_of(organisation_id)).first()
    if organisation is None:
        raise NotFound("organisation", organisation_id)
    keep_press_kit.require(actor, organisation)
    given = {name: _text(text) for name, text in (("about_da", about_da), ("about_en", about_en))}
    problems = Problems()
    for name, text in given.items():
        problems.check(len(text) <= LONGEST, name, "max_length")
    problems.raise_if_any()
    row, made = PressKit.objects.select_for_update().get_or_create(organisation=organisation)
    if not made and edition(row) != read:
        raise Conflict("kit_changed")
    changed = sorted(name for name, text in given.items() if getattr(row, name) != text)
    if changed:
        row.about_da, row.about_en, row.changed = given["about_da"], given["about_en"], clock.now()
        row.save()
        record(actor, "press_kit.changed", "organisation", organisation.pk, {"columns": changed})
    return row


def edition(row: PressKit | None) -> str:
    """What tells one state of a kit from another; "" for one that was never written."""
    return row.changed.isoformat() if row is not None else ""


def _text(text: str) -> str:
    return storable(text).replace("\r\n", "\n").strip()
