"""What writers see of releases: their own, in every state, with all that belongs to them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_member, require
from vidensbro.hub.audit.models import Event
from vidensbro.hub.collaborations import queries as collaborations
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Denied, NotFound
from vidensbro.hub.common.rows import as_uuid, key_of
from vidensbro.hub.common.text import name_key
from vidensbro.hub.directory import queries as directory
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.directory.rules import see_organisation
from vidensbro.hub.knowledge import queries as knowledge
from vidensbro.hub.needs import queries as needs
from vidensbro.hub.newsroom.models import (
    Contact,
    Document,
    Language,
    LateChange,
    Picture,
    Release,
    Revision,
    State,
    Subject,
    Version,
)
from vidensbro.hub.newsroom.queries import versions
from vidensbro.hub.newsroom.rules import publish_release, write_release
from vidensbro.hub.newsroom.services.drafting import hour_has_come

FOUND = 20
"""So many organisations or subjects of a name are shown to choose from."""
MOST_NAMES = 200
"""So many names of a list are looked for in the directory."""


@dataclass(frozen=True, slots=True)
class ReleaseSearch:
    """What a list of one's own releases is narrowed to; empty means any. `text` is part of a headline."""

    text: str = ""
    state: str = ""
    language: str = ""


def mine(actor: Actor, search: ReleaseSearch | None = None) -> QuerySet[Version]:
    """Versions of releases that the actor writes, the last changed first, with issuers."""
    search = search or ReleaseSearch()
    releases = write_release.visible(actor, Release.objects.all())
    rows = versions.visible(actor).filter(release__in=releases)
    for word in search.text.split()[:8]:
        rows = rows.filter(headline__icontains=word)
    if search.language:
        rows = rows.filter(language=search.language)
    if search.state:
        rows = rows.filter(_in_state(search.state))
    return rows.prefetch_related("release__issuers__organisation").order_by("-changed", "-pk")


def own(actor: Actor, version_id: uuid.UUID | str) -> Version:
    """A version that the actor writes.

    Raises:
        NotFound: there is none, or the actor may not see it; Denied: the actor only reads it ("not_yours").
    """
    row = versions.version(actor, version_id)
    write_release.require(actor, row.release)
    return row


def require_writer(actor: Actor) -> None:
    """Do nothing if the actor may begin a release for anybody. Raises Denied: "members_only", "not_yours"."""
    require(actor, is_member, "members_only")
    if not (actor.organisations or actor.is_secretariat):
        raise Denied("not_yours")


def decides(actor: Actor, row: Version) -> bool:
    """May the actor set the hour, correct and withdraw?"""
    return bool(publish_release.allows(actor, row.release))


def is_out(row: Version) -> bool:
    """Has the world been told?"""
    return row.state in (State.PUBLISHED, State.CORRECTED, State.WITHDRAWN) or hour_has_come(row)


def missing_languages(row: Version) -> list[Language]:
    """Languages in which the release says nothing yet."""
    there = set(row.release.versions.values_list("language", flat=True))
    return [one for one in Language if one.value not in there]


def revisions(row: Version) -> QuerySet[Revision]:
    """Every wording that was saved, the latest first, without what it says."""
    return row.revisions.select_related("by").defer("content").order_by("-number")


def revision(row: Version, number: int) -> Revision:
    """One wording. Raises NotFound."""
    found = row.revisions.select_related("by").filter(number=number).first()
    if found is None:
        raise NotFound("revision", number)
    return found


def was_removed(version_id: uuid.UUID | str) -> bool:
    """Was there a version of this key that somebody has removed?"""
    gone = Event.objects.filter(kind="release_version", object_id=str(version_id), action="release.removed")
    return gone.exists()


def contact_was_removed(row: Version, contact_id: uuid.UUID | str) -> bool:
    """Had the version's release a contact of this key that somebody has removed?"""
    gone = Event.objects.filter(
        kind="release", object_id=str(row.release_id), action="release.contact_removed"
    )
    return gone.filter(details__contact=str(contact_id)).exists()


def changes_since(row: Version, moment: datetime) -> QuerySet[LateChange]:
    """What was changed beside the words of the version's release since, the first first."""
    return row.release.late_changes.filter(at__gte=moment).select_related("by")


def picture(row: Version, picture_id: uuid.UUID | str) -> Picture:
    """A picture of the version's release. Raises NotFound."""
    found = row.release.pictures.prefetch_related("sizes__file").filter(pk=key_of(picture_id)).first()
    if found is None:
        raise NotFound("picture", picture_id)
    return found


def document(row: Version, document_id: uuid.UUID | str) -> Document:
    """A document of the version's release. Raises NotFound."""
    found = row.release.documents.select_related("file").filter(pk=key_of(document_id)).first()
    if found is None:
        raise NotFound("document", document_id)
    return found


def subject(row: Version, subject_id: int) -> Subject:
    """A link of the version's release to what it is about. Raises NotFound."""
    found = row.release.subjects.filter(pk=subject_id).first()
    if found is None:
        raise NotFound("subject", subject_id)
    return found


def contact(row: Version, contact_id: uuid.UUID | str) -> Contact:
    """A contact of the version's release. Raises NotFound."""
    found = row.release.contacts.filter(pk=key_of(contact_id)).first()
    if found is None:
        raise NotFound("contact", contact_id)
    return found


def issuer_candidates(actor: Actor, chosen: Sequence[str], name: str) -> list[Organisation]:
    """Organisations to choose issuers from: those chosen, in that order, the actor's own, those that a name finds."""
    keys = [key for one in chosen if (key := as_uuid(one)) is not None]
    wanted = [*dict.fromkeys([*keys, *sorted(actor.organisations)])]
    there = {row.pk: row for row in needs.organisations_by_id(actor, wanted)}
    rows = [there[key] for key in wanted if key in there]
    if name.strip():
        rows += [row for row in _organisations_like(actor, name)[:FOUND] if row.pk not in there]
    return rows


def finds_issuer(actor: Actor, name: str) -> bool:
    """Does the name, or the part of one, find any organisation?"""
    return bool(name.strip()) and _organisations_like(actor, name).exists()


def _organisations_like(actor: Actor, name: str) -> QuerySet[Organisation]:
    search = directory.OrganisationSearch(text=name.replace("\x00", "")[:200])
    return directory.organisations(actor, search)


def organisations_called(actor: Actor, names: Iterable[str]) -> dict[str, Organisation]:
    """For each of the names the one organisation that is called so, if there is just one."""
    found: dict[str, Organisation] = {}
    for name in [*names][:MOST_NAMES]:
        key = name_key(name)
        called = (
            Q(name_key=key) | Q(aliases__name_key=key) | Q(name_da__iexact=name) | Q(name_en__iexact=name)
        )
        rows = see_organisation.visible(actor, Organisation.objects.current().filter(called)).distinct()[:2]
        if len(rows) == 1:
            found[name] = rows[0]
    return found


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a release could be about."""

    kind: str
    key: str
    title: str
    language: str


def subject_candidates(actor: Actor, text: str) -> list[Candidate]:
    """Needs, collaborations, works and people that the actor may see and whose title or name has these words."""
    if not text.strip():
        return []
    posted = needs.needs(actor, needs.NeedSearch(text=text))[:FOUND]
    joint = collaborations.collaborations(actor, collaborations.CollaborationSearch(text=text))[:FOUND]
    works = knowledge.works(actor, knowledge.WorkSearch(text=text))[:FOUND]
    people = directory.people(actor, directory.PersonSearch(text=text))[:FOUND]
    return [
        *(Candidate("need", str(one.pk), one.title or one.text[:100], one.language) for one in posted),
        *(Candidate("collaboration", str(one.pk), one.title, one.language) for one in joint),
        *(Candidate("work", str(one.pk), one.title, one.language) for one in works),
        *(Candidate("person", str(one.pk), one.name, "") for one in people),
    ]


def _in_state(state: str) -> Q:
    """A version whose hour has come is published, whether or not a worker has noted that."""
    come = Q(state=State.SCHEDULED, publish_at__lte=clock.now())
    if state == State.SCHEDULED:
        return Q(state=state) & ~come
    return Q(state=state) | come if state == State.PUBLISHED else Q(state=state)
