"""What releases are about, as far as the reader may see it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from vidensbro.hub.accounts.actors import VISITOR, Actor
from vidensbro.hub.collaborations import presenters as collaborations
from vidensbro.hub.collaborations.models import Collaboration
from vidensbro.hub.collaborations.rules import see_collaboration
from vidensbro.hub.directory.models import Person
from vidensbro.hub.directory.presenters import person_href
from vidensbro.hub.directory.rules import see_person
from vidensbro.hub.knowledge.models import Work
from vidensbro.hub.knowledge.presenters import work_href
from vidensbro.hub.knowledge.rules import see_work
from vidensbro.hub.needs.models import Need
from vidensbro.hub.needs.presenters import need_href, need_title
from vidensbro.hub.needs.rules import see_need
from vidensbro.hub.newsroom.models import Subject
from vidensbro.hub.newsroom.presenters.parts import ShownSubject

KINDS = ("need", "collaboration", "work", "person")


def subjects_of(actor: Actor, releases: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, tuple[ShownSubject, ...]]:
    """What each release is about, in its order, without what the actor may not see. One query, and one for each kind
    that there is."""
    rows = list(Subject.objects.filter(release__in=[*releases]))
    wanted = {
        kind: {key for row in rows if (key := getattr(row, f"{kind}_id")) is not None} for kind in KINDS
    }
    there: dict[tuple[str, uuid.UUID], ShownSubject] = {}
    for kind, keys in wanted.items():
        if keys:
            there |= {(kind, key): one for key, one in seen(kind, actor, keys).items()}
    found: dict[uuid.UUID, list[ShownSubject]] = defaultdict(list)
    for row in rows:
        kind, key = next((kind, key) for kind in KINDS if (key := getattr(row, f"{kind}_id")) is not None)
        if (kind, key) in there:
            found[row.release_id].append(there[kind, key])
    return {key: tuple(shown) for key, shown in found.items()}


def seen(kind: str, actor: Actor, keys: Collection[Any]) -> Mapping[uuid.UUID, ShownSubject]:
    """Those of the needs, collaborations, works or people that the actor may see, by key."""
    match kind:
        case "need":
            needs = see_need.visible(actor, Need.objects.filter(pk__in=keys)).prefetch_related("audiences")
            return {one.pk: _need(one) for one in needs}
        case "collaboration":
            joint = see_collaboration.visible(actor, Collaboration.objects.filter(pk__in=keys))
            return {one.pk: _collaboration(one) for one in joint}
        case "work":
            return {one.pk: _work(one) for one in see_work.visible(actor, Work.objects.filter(pk__in=keys))}
        case _:
            people = see_person.visible(actor, Person.objects.current().filter(pk__in=keys))
            return {one.pk: _person(one) for one in people}


def _need(row: Need) -> ShownSubject:
    return ShownSubject(
        "need", need_title(row), row.language, need_href(row), bool(see_need.allows(VISITOR, row))
    )


def _collaboration(row: Collaboration) -> ShownSubject:
    return ShownSubject("collaboration", row.title, row.language, collaborations.href(row), public=False)


def _work(row: Work) -> ShownSubject:
    return ShownSubject("work", row.title, row.language, work_href(row), public=True)


def _person(row: Person) -> ShownSubject:
    return ShownSubject("person", row.name, "", person_href(row), bool(see_person.allows(VISITOR, row)))
