"""From an introduction to a collaboration, and what is carried over."""

from __future__ import annotations

import pytest

from tests.hub.cast import Cast
from tests.hub.introductions.conftest import Scene, make_scene
from vidensbro.hub.collaborations import queries, services
from vidensbro.hub.collaborations.models import Collaboration
from vidensbro.hub.common.errors import Conflict, NotFound
from vidensbro.hub.introductions import services as introductions
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.introductions.services import Answerer

SECRET = "A sealed matter of nobody else"


@pytest.fixture
def scene(cast: Cast) -> Scene:
    """The cast and the other side."""
    return make_scene(cast)


def introduced(scene: Scene, visibility: str) -> Introduction:
    need = scene.need(visibility, title=SECRET, readiness=4, fields=["wound-care"])
    row = scene.asked(need)
    introductions.accept(Answerer(scene["researcher"]), row.pk)
    row.refresh_from_db()
    assert row.state == "introduced"
    return row


def test_both_sides_become_parties_and_an_open_need_is_carried_over(scene: Scene) -> None:
    found = services.begin_from(scene["researcher"], introduced(scene, "members").pk)
    assert found.title == "Nordsensor – Østuniversitetet"
    assert [(str(party), party.role, party.shared) for party in found.parties.all()] == [
        ("Nordsensor", "company", True),
        ("Østuniversitetet", "research", False),
    ]
    assert (found.readiness_start, [tag.notation for tag in found.field_tags.all()]) == (4, ["wound-care"])


def test_of_a_sealed_need_nothing_is_carried_over_and_nobody_else_sees_it(scene: Scene) -> None:
    found = services.begin_from(scene["owner"], introduced(scene, "sealed").pk)
    seen = {name for name in scene.names if found in queries.collaborations(scene[name])}
    assert seen == {"owner", "researcher", "secretariat"}
    assert (found.readiness_start, list(found.field_tags.all())) == (None, [])
    assert SECRET not in found.title + found.purpose + "".join(step.note for step in queries.timeline(found))


def test_once_only_and_not_before_they_were_introduced(scene: Scene) -> None:
    row = introduced(scene, "members")
    services.begin_from(scene["secretariat"], row.pk)
    with pytest.raises(Conflict, match="collaboration_begun"):
        services.begin_from(scene["owner"], row.pk)
    asked = scene.asked(scene.need("members", title="Another"))
    with pytest.raises(Conflict, match="introduction_not_made"):
        services.begin_from(scene["owner"], asked.pk)
    assert Collaboration.objects.count() == 1


@pytest.mark.parametrize("who", ["visitor", "outsider", "administrator", "dean", "colleague"])
def test_a_stranger_begins_nothing(scene: Scene, who: str) -> None:
    row = introduced(scene, "sealed")
    with pytest.raises(NotFound):
        services.begin_from(scene[who], row.pk)


def test_through_the_page(scene: Scene, browse) -> None:
    row = introduced(scene, "members")
    client = browse("owner")
    path = f"/collaborations/from/{row.pk}/"
    assert client.get(path).status_code == 200
    assert not Collaboration.objects.exists()
    answer = client.post(path)
    found = Collaboration.objects.get(introduction=row)
    assert answer["Location"] == f"/collaborations/{found.pk}/edit/"
    assert client.get(path)["Location"] == client.post(path)["Location"] == f"/collaborations/{found.pk}/"
    assert path in client.get(f"/introductions/{row.pk}/").content.decode()
    assert browse("outsider").get(path).status_code == 404
