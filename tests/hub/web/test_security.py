"""Nothing inline, nothing from elsewhere, nothing that a text can break out of; GET never writes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.hub.cast import SYSTEM
from tests.hub.web.conftest import World
from tests.hub.web.test_pages import PUBLIC, things
from vidensbro.hub.audit.models import Event
from vidensbro.hub.directory import services as directory
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.outbox.services import drain

Browse = Callable[..., Client]
NAUGHTY = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{1337*1337}}{% now 'Y' %}"
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/ld\+json)|\son\w+=|\sstyle=|javascript:", re.I
)
ELSEWHERE = re.compile(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=\"(?:https?:)?//", re.I)


def test_nothing_is_inline_or_from_elsewhere(world: World, browse: Browse) -> None:
    for path in [*PUBLIC, *things(world)]:
        page = browse().get(path).content.decode()
        assert not INLINE.search(page), path
        assert not ELSEWHERE.search(page), path


def test_the_policy_is_strict(browse: Browse) -> None:
    policy = browse().get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_texts_stay_texts(world: World, browse: Browse) -> None:
    person = directory.create_person(SYSTEM, name=f"P {NAUGHTY}", summary_en=NAUGHTY)
    work = knowledge.create_work(
        SYSTEM,
        title=f"Pressure ulcers {NAUGHTY}",
        abstract=NAUGHTY,
        language="en",
        authorships=[{"person": person}],
    )
    need = world.cast.need("public", title=NAUGHTY, text=f"pressure ulcers {NAUGHTY}")
    drain()
    client = browse("owner")
    pages = [
        f"/people/{person.pk}/",
        f"/works/{work.pk}/",
        f"/needs/{need.pk}/",
        "/needs/",
        "/knowledge/",
        "/",
    ]
    bodies = [client.get(path).content.decode() for path in pages]
    bodies.append(client.post("/match/", {"text": f"pressure ulcers {NAUGHTY}"}).content.decode())
    bodies.append(client.get("/directory/", {"q": NAUGHTY}).content.decode())
    for body in bodies:
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert "1787569" not in body


def test_linked_data_is_json_whatever_the_text(world: World, browse: Browse) -> None:
    person = directory.create_person(SYSTEM, name=f"Ada {NAUGHTY}")
    page = browse().get(f"/people/{person.pk}/").content.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert block
    data = json.loads(block.group(1))
    assert (data["@context"], data["@type"], data["name"]) == (
        "https://schema.org",
        "Person",
        f"Ada {NAUGHTY}",
    )


@pytest.mark.parametrize("name", ["visitor", "owner", "secretariat"])
def test_get_never_writes(world: World, browse: Browse, name: str, django_assert_max_num_queries) -> None:
    client = browse(name)
    before = Event.objects.count()
    with django_assert_max_num_queries(400) as captured:
        for path in [*PUBLIC, *things(world)]:
            client.get(path)
    written = [
        query["sql"]
        for query in captured.captured_queries
        if query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) and "session" not in query["sql"]
    ]
    assert written == []
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    "path",
    ["/sign-out/", "/needs/keep/", "/match/feedback/", "/language/", "/secretariat/proposals/{}/merge/"],
)
def test_changes_are_posts(browse: Browse, path: str) -> None:
    response = browse("secretariat").get(path.format("018f0000-0000-7000-8000-000000000000"))
    assert response.status_code == 405


def test_a_form_without_a_token_is_refused_in_words(world: World) -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    response = client.post("/match/", {"text": "pressure ulcers"})
    assert response.status_code == 403
    assert "The form could not be accepted" in response.content.decode()


def test_the_language_switch_leads_nowhere_else(browse: Browse) -> None:
    response = browse().post("/language/", {"language": "da", "next": "https://evil.example/"})
    assert response.status_code == 302
    assert "evil" not in response["Location"]
