"""What imports may ask about releases: see `imports.kinds`."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.actors import Actor, system_actor
from vidensbro.hub.imports.kinds import Kind
from vidensbro.hub.newsroom.importers import import_releases
from vidensbro.hub.newsroom.models import Contact, Issuer, Quote, Release, State, Version
from vidensbro.hub.newsroom.presenters.release import is_out, path_of
from vidensbro.hub.newsroom.queries.press import headlines
from vidensbro.hub.newsroom.services import taking_over
from vidensbro.kit.sources.model import ReleaseRecord


def _told(actor: Actor, ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, tuple[str, str]]:
    """Headline and page of each that the actor may read, in the reader's language if there is a version in it. Who
    looks after imports need not know what waits for its hour."""
    found = headlines(actor, ids, translation.get_language() or "")
    return {
        key: (row.headline, path_of(row) if is_out(row) else reverse("release-desk", args=[row.pk]))
        for key, row in found.items()
    }


def _withdraw(actor: Actor, ids: Collection[uuid.UUID]) -> None:
    # Who may undo an import is asked there; what becomes of each row is the import's doing.
    taking_over.take_away(system_actor("import"), ids)


def _holds(kind: str, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    shown = Release.objects.filter(versions__in=Version.objects.exclude(state=State.WITHDRAWN))
    if kind == "organisation":
        issuing = Issuer.objects.filter(organisation__in=ids, release__in=shown)
        return set(issuing.values_list("organisation", flat=True))
    if kind == "person":
        said = Quote.objects.filter(person__in=ids, version__release__in=shown)
        answering = Contact.objects.filter(person__in=ids, release__in=shown)
        return {one for rows in (said, answering) for one in rows.values_list("person", flat=True) if one}
    return set()


KIND = Kind(
    name="release",
    plural=_("Press releases"),
    record=ReleaseRecord,
    importer=import_releases,
    model=Release,
    told=_told,
    worked_on=taking_over.touched,
    withdraw=_withdraw,
    revive=taking_over.show_again,
    holds=_holds,
    pointing=frozenset(
        {(Issuer, "organisation"), (Contact, "organisation"), (Quote, "person"), (Contact, "person")}
    ),
)
