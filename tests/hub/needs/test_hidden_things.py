"""What somebody may not see changes nothing that they get: no list, count, figure, facet, search, page or score.

Hidden things are added and taken away in every mixture; each time everything that each reader gets must be the same,
byte for byte, and what the engine answers the same to the bit.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.hub.cast import SYSTEM, WOUND_TEXT
from tests.hub.matches.conftest import own_index
from tests.hub.web.conftest import World, empty_cache
from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.search import TextHits, search
from vidensbro.hub.common.targets import kinds
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.announcements import index_changed
from vidensbro.hub.directory.models import Affiliation, ContactPoint, Organisation, Person, PersonField
from vidensbro.hub.directory.queries import (
    OrganisationSearch,
    PersonSearch,
    organisation_hits,
    person_hits,
    ranked_organisations,
    ranked_people,
)
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.knowledge.models import Offer
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.matches import services as matches
from vidensbro.hub.needs import queries, services
from vidensbro.hub.outbox.services import drain
from vidensbro.hub.web.queries import numbers as figures
from vidensbro.kit.matching import Need as KitNeed

__all__ = ["empty_cache", "own_index"]

Browse = Callable[..., Client]
SECRET = "Zweizwetschgen"
"""A word that nothing else says; with others around it that much else says."""
TEXTS = (
    f"{SECRET} pressure ulcers sensor in nursing homes",
    f"{SECRET} tryksår plejehjem klinik hjælpemidler",
)
READERS = ("visitor", "outsider", "member")
PATHS = (
    "/",
    "/needs/",
    "/needs/?q=pressure",
    f"/needs/?q={SECRET}",
    "/needs/?field=wound-care",
    "/needs/?state=closed",
    "/needs/teasers/",
    f"/needs/teasers/?q={SECRET}",
    "/directory/?q=ulcers",
    "/directory/people/",
    f"/directory/people/?q={SECRET}",
    "/directory/people/?q=ulcers&field=wound-care",
    "/knowledge/?q=ulcers",
    "/knowledge/offers/",
    f"/knowledge/offers/?q={SECRET}",
    "/knowledge/offers/?q=klinik",
    "/fields/",
    "/fields/wound-care/",
    "/about/",
)
NEEDS = (KitNeed(text=WOUND_TEXT), KitNeed(text=f"{SECRET} {TEXTS[1]}", language="da"))
OF_THE_MOMENT = {"X-Request-ID", "Expires"}
UNSTEADY = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


Remove = Callable[[], object]


@dataclass(frozen=True)
class Scene:
    """The world of the page tests, and an organisation that no reader acts for."""

    world: World
    third: Organisation


@dataclass(frozen=True)
class Hidden:
    """A kind of hidden thing: `add` makes one and gives what takes it away; `unseen_by` may not see it."""

    name: str
    add: Callable[[Scene, str], Remove]
    unseen_by: frozenset[str]

    def __repr__(self) -> str:
        return self.name


@pytest.fixture
def scene(world: World) -> Scene:
    """Everything there is before anything hidden comes."""
    return Scene(
        world, directory.create_organisation(SYSTEM, name="Tredje Selskab", kind="company", country="DK")
    )


def _need(visibility: str, **columns: object) -> Callable[[Scene, str], Remove]:
    def add(scene: Scene, text: str) -> Remove:
        named = [scene.third.pk] if visibility == "organisations" else []
        row = scene.world.cast.need(
            visibility, text=text, title=text, contact=SECRET, city="Odense", audience=named, **columns
        )
        services.edit(scene.world.cast["owner"], row.pk, fields=["wound-care"])
        return row.delete

    return add


def _teaser(audience: str, *, approve: bool, withdraw: bool = False) -> Callable[[Scene, str], Remove]:
    def add(scene: Scene, text: str) -> Remove:
        owner, need = scene.world.cast["owner"], scene.world.cast.need("sealed", text=text)
        services.write_teaser(owner, need.pk, text, audience=audience)
        if approve:
            services.approve_teaser(owner, need.pk, text, warnings_seen=True)
        if withdraw:
            services.withdraw_teaser(owner, need.pk)
        return need.delete

    return add


def _person(visibility: str, *, contact: bool = False) -> Callable[[Scene, str], Remove]:
    def add(scene: Scene, text: str) -> Remove:
        clinic = scene.world.corpus.clinic
        row = directory.create_person(SYSTEM, name=f"{SECRET} Ulcers", summary_en=text, visibility=visibility)
        Affiliation.objects.create(person=row, organisation=scene.world.cast.university)
        PersonField.objects.create(person=row, notation="wound-care")
        ContactPoint.objects.create(person=row, kind="email", value="z@example.org", audience="public")
        if contact:
            knowledge.edit_offer(SYSTEM, clinic.pk, contact=row)

        def remove() -> None:
            if contact:
                knowledge.edit_offer(SYSTEM, clinic.pk, contact=None)
            _gone(row, "person")

        return remove

    return add


def _offer(scene: Scene, text: str) -> Remove:
    row = knowledge.create_offer(
        SYSTEM,
        scene.world.cast.university.pk,
        kind="test_site",
        title=text,
        body=f"{text} {text}",
        language="en",
        audience="members",
        fields=["wound-care"],
    )
    return lambda: _gone(row, row.kind)


@transaction.atomic
def _gone(row: Person | Offer, kind: str) -> None:
    index_changed(kind, [row.pk])
    row.delete()


ALL = frozenset(READERS)
VISITOR = frozenset({"visitor"})
HIDDEN = (
    Hidden("a sealed need", _need("sealed"), ALL),
    Hidden("a draft", _need("public", posted=False), ALL),
    Hidden("a need for others", _need("organisations"), ALL),
    Hidden("a teaser not approved", _teaser("public", approve=False), ALL),
    Hidden("a teaser withdrawn", _teaser("public", approve=True, withdraw=True), ALL),
    Hidden("a hidden person", _person("hidden"), ALL),
    Hidden("a hidden contact person", _person("hidden", contact=True), ALL),
    Hidden("a need for members", _need("members"), VISITOR),
    Hidden("a teaser for members", _teaser("members", approve=True), VISITOR),
    Hidden("a person for members", _person("members"), VISITOR),
    Hidden("a contact person for members", _person("members", contact=True), VISITOR),
    Hidden("an offer for members", _offer, VISITOR),
)


def everything(scene: Scene, browse: Browse, readers: Iterable[str]) -> dict[tuple[str, str], object]:
    """What each reader gets: pages, a tried need, the engine's answers, search, lists of rows."""
    drain()
    cache.clear()
    found: dict[tuple[str, str], object] = {}
    for name in sorted(readers):
        client, actor = browse(name), scene.world.cast[name]
        for path in [*PATHS, *_things(scene)]:
            found[name, path] = _plain(client.get(path))
        found[name, "tried"] = _plain(client.post("/match/", {"text": TEXTS[0]}))
        found |= {(name, what): value for what, value in _answers(actor).items()}
    return found


def _answers(actor: Actor) -> Mapping[str, object]:
    """What the engine and the searches say, to the bit; only the version of the index is another."""
    found: dict[str, object] = {}
    for number, need in enumerate(NEEDS):
        found[f"match {number}"] = replace(matches.match(actor, need), index_version="")
    for text in (SECRET, "pressure ulcers", "klinik"):
        found[f"search {text}"] = dict(search(text, kinds(), actor.tokens).places)
        found[f"people {text}"] = _known_for(actor, text)
    found["needs"] = list(queries.needs(actor).values_list("pk", flat=True))
    found["teasers"] = list(queries.teasers(actor).values_list("pk", flat=True))
    return found


def _known_for(actor: Actor, text: str) -> list[list[uuid.UUID]]:
    """Who is known for a text, in order, as the directory lists them."""
    about_people, about_places = PersonSearch(text=text), OrganisationSearch(text=text)
    people = ranked_people(actor, about_people, person_hits(actor, about_people) or TextHits({}))
    places = ranked_organisations(actor, about_places, organisation_hits(actor, about_places) or TextHits({}))
    return [[row.pk for row in people], [row.pk for row in places]]


def _things(scene: Scene) -> list[str]:
    cast, corpus = scene.world.cast, scene.world.corpus
    return [
        f"/organisations/{cast.university.pk}/",
        f"/organisations/{cast.company.pk}/",
        f"/organisations/{scene.third.pk}/",
        f"/people/{corpus.researcher.pk}/",
        f"/works/{corpus.paper.pk}/",
        f"/offers/{corpus.clinic.pk}/",
        f"/needs/{scene.world.public.pk}/",
    ]


def _plain(response: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    headers = {name: value for name, value in response.headers.items() if name not in OF_THE_MOMENT}
    return response.status_code, UNSTEADY.sub(b"", response.content), headers


@pytest.mark.parametrize("readers", [ALL, VISITOR], ids=["everybody", "visitor"])
def test_all_hidden_things_at_once_change_nothing(
    scene: Scene, browse: Browse, readers: frozenset[str]
) -> None:
    _compare(scene, browse, readers, [one for one in HIDDEN if one.unseen_by == readers], TEXTS[0])


@given(st.data())
@settings(max_examples=3, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
def test_hidden_things_change_nothing(scene: Scene, browse: Browse, data: st.DataObject) -> None:
    """A few examples of many pages each; they are not shrunk, since each takes seconds."""
    readers = data.draw(st.sampled_from([ALL, VISITOR]), label="readers")
    fitting = [one for one in HIDDEN if readers <= one.unseen_by]
    chosen = data.draw(st.lists(st.sampled_from(fitting), min_size=1, max_size=4), label="hidden")
    text = data.draw(st.sampled_from(TEXTS), label="text")
    _compare(scene, browse, readers, chosen, text)


def _compare(scene: Scene, browse: Browse, readers: frozenset[str], chosen: list[Hidden], text: str) -> None:
    before = everything(scene, browse, readers)
    removals = [one.add(scene, text) for one in chosen]
    during = everything(scene, browse, readers)
    for remove in reversed(removals):
        remove()
    after = everything(scene, browse, readers)
    for key, value in before.items():
        assert during[key] == value, (key, chosen)
        assert after[key] == value, (key, chosen)


def test_the_comparison_would_notice(scene: Scene, browse: Browse) -> None:
    """What may be seen does show in the comparison: an open need, a member's view of what is for members."""
    before = everything(scene, browse, ALL)
    for add in (_need("public"), _person("members"), _offer, _teaser("public", approve=True)):
        add(scene, TEXTS[0])
    after = everything(scene, browse, ALL)
    changed = {key for key in before if before[key] != after[key]}
    assert {
        ("visitor", path) for path in ("/", "/needs/", "/needs/teasers/", "/fields/wound-care/")
    } <= changed
    assert {("member", path) for path in ("/directory/people/", "/knowledge/offers/", "match 0")} <= changed
    assert ("visitor", "match 0") not in changed


ABSENT = uuid.UUID("018f0000-0000-7000-8000-000000000000")
GETS = {
    "need": ("/needs/{}/", "/needs/{}/edit/", "/needs/{}/teaser/"),
    "teaser": ("/needs/teasers/{}/",),
    "person": ("/people/{}/",),
    "offer": ("/offers/{}/",),
}
POSTS = {
    "need": (
        "/needs/{}/edit/",
        "/needs/{}/post/",
        "/needs/{}/answer/",
        "/needs/{}/close/",
        "/needs/{}/reopen/",
        "/needs/{}/delete/",
        "/needs/{}/teaser/",
        "/needs/{}/teaser/approve/",
        "/needs/{}/teaser/withdraw/",
    ),
    "teaser": ("/needs/teasers/{}/help/",),
    "person": (),
    "offer": (),
}
FORM = {"text": TEXTS[0], "title": "x", "visibility": "public", "message": "x", "outcome": "x"}


@pytest.mark.parametrize("name", READERS)
def test_what_is_hidden_answers_like_what_never_was(scene: Scene, browse: Browse, name: str) -> None:
    client = browse(name)
    for kind, key in _hidden_keys(scene, name):
        for method, addresses in (("get", GETS[kind]), ("post", POSTS[kind])):
            for address in addresses:
                there, absent = (_answer(client, method, address, one) for one in (key, ABSENT))
                assert there == absent, (method, address, kind)
                assert there[0] == 404 or (name == "visitor" and there[0] == 302)


def _hidden_keys(scene: Scene, name: str) -> list[tuple[str, uuid.UUID]]:
    cast, owner = scene.world.cast, scene.world.cast["owner"]
    kept = services.write_teaser(owner, scene.world.sealed.pk, TEXTS[0], audience="public")
    person = directory.create_person(SYSTEM, name=SECRET, visibility="hidden")
    found = [
        ("need", scene.world.sealed.pk),
        ("need", scene.world.draft.pk),
        ("need", cast.need("organisations", audience=[scene.third.pk]).pk),
        ("teaser", kept.pk),
        ("person", person.pk),
    ]
    if name == "visitor":
        found += [
            ("need", cast.need("members").pk),
            ("offer", scene.world.corpus.secret.pk),
            ("person", directory.create_person(SYSTEM, name=SECRET, visibility="members").pk),
        ]
    return found


def _answer(client: Client, method: str, address: str, key: uuid.UUID) -> tuple[int, bytes, dict[str, str]]:
    status, body, headers = _plain(
        getattr(client, method)(address.format(key), FORM if method == "post" else None)
    )
    same = {header: value.replace(str(key), "ID") for header, value in headers.items()}
    return status, body.replace(str(key).encode(), b"ID"), same


def test_services_tell_no_difference_either(scene: Scene) -> None:
    for key in (scene.world.sealed.pk, ABSENT):
        for act in (services.close, services.withdraw_teaser, queries.need):
            with pytest.raises(NotFound) as caught:
                act(scene.world.cast["outsider"], key)
            assert str(caught.value) == f"need {key}"


def test_no_mail_goes_to_those_who_may_not_see(scene: Scene) -> None:
    for hidden in HIDDEN[:5]:
        hidden.add(scene, TEXTS[0])
    drain()
    unseen = {f"{name}@example.org" for name in READERS}
    assert not Mail.objects.filter(address__in=unseen).exists()


def test_the_figures_count_what_everybody_may_see(scene: Scene) -> None:
    cache.clear()
    before = figures()
    for add in (_person("members"), _person("hidden"), _offer, _need("members"), _need("sealed")):
        add(scene, TEXTS[0])
    cache.clear()
    assert figures() == before
