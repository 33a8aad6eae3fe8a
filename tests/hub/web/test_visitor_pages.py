"""Pages that are kept for visitors: the same page, nobody's secrets, and never older than the last change."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.hub.cast import Cast
from vidensbro.hub.accounts.actors import system_actor
from vidensbro.hub.audit.models import Event
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.caching import pages
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.web import visitor_pages

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture(autouse=True)
def kept(settings) -> None:
    settings.VIDENSBRO_VISITOR_PAGES = True
    pages.clear()


def without_token(page: str) -> str:
    return TOKEN.sub("", page)


def test_the_second_visitor_gets_the_same_page_with_a_token_of_her_own(
    cast: Cast, django_assert_num_queries
) -> None:
    one, other = Client(), Client()
    first = one.get("/directory/")
    with django_assert_num_queries(1):  # the newest audit events
        second = other.get("/directory/")
    assert without_token(first.content.decode()) == without_token(second.content.decode())
    tokens = {TOKEN.search(page.content.decode())[1] for page in (first, second)}
    assert len(tokens) == 2
    assert second["Content-Type"] == first["Content-Type"]
    name = settings.CSRF_COOKIE_NAME
    assert one.cookies[name].value != other.cookies[name].value


def test_the_token_in_a_kept_page_works(cast: Cast) -> None:
    Client().get("/match/")
    client = Client(enforce_csrf_checks=True)
    token = TOKEN.search(client.get("/match/").content.decode())[1]
    sent = {"text": "sensor til tryksår"}
    assert client.post("/match/", {**sent, "csrfmiddlewaretoken": token}).status_code == 200
    assert client.post("/match/", {**sent, "csrfmiddlewaretoken": token}).status_code == 200
    assert Client(enforce_csrf_checks=True).post("/match/", sent).status_code == 403


def test_a_change_is_seen_at_once(cast: Cast) -> None:
    Client().get("/directory/")
    record(system_actor("test"), "organisation.changed", "organisation", "1")
    with CaptureQueriesContext(connection) as made:
        Client().get("/directory/")
    assert len(made) > 1


def test_a_change_is_seen_that_another_process_began_before_and_ended_after(cast: Cast) -> None:
    earlier = new_id()
    record(system_actor("test"), "organisation.changed", "organisation", "1")
    Client().get("/directory/")
    Event.objects.create(
        id=earlier, actor="system:test", action="organisation.changed", kind="organisation", object_id="2"
    )
    with CaptureQueriesContext(connection) as made:
        Client().get("/directory/")
    assert len(made) > 1


def test_languages_and_queries_are_kept_apart(cast: Cast) -> None:
    danish = Client(headers={"accept-language": "da"}).get("/directory/").content
    english = Client(headers={"accept-language": "en"}).get("/directory/").content
    assert danish != english
    assert Client().get("/directory/?q=x").content != Client().get("/directory/").content


def test_nobody_who_is_signed_in_gets_or_leaves_a_kept_page(cast: Cast) -> None:
    member = Client()
    member.force_login(cast.users["secretariat"])
    assert "secretariat" in member.get("/directory/").content.decode()
    assert 'href="/secretariat/"' not in Client().get("/directory/").content.decode()
    Client().get("/directory/")
    assert 'href="/secretariat/"' in member.get("/directory/").content.decode()


def test_errors_are_not_kept(cast: Cast) -> None:
    assert Client().get("/organisations/00000000-0000-7000-8000-000000000000/").status_code == 404
    assert Client().post("/match/", {"text": ""}).status_code == 400
    assert Client().post("/match/", {"text": ""}).status_code == 400


def test_without_an_index_pages_are_made_anew_each_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise Unavailable("index_damaged")

    monkeypatch.setattr(visitor_pages, "index_version", broken)
    for path in ("/", "/directory/", "/knowledge/", "/privacy/"):
        assert Client().get(path).status_code == 200, path
