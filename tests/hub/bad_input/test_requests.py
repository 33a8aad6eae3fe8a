"""Requests that no form makes: bad queries, bad keys, bad hosts, bodies without end. A clear page, never a crash."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.hub.bad_input.reading_pages import Page
from tests.hub.web.conftest import World
from vidensbro.hub.matches.models import MatchRun
from vidensbro.hub.needs.models import Need

Browse = Callable[..., Client]
LISTS = {
    "/directory/": ("q", "kind", "field", "city", "role", "page"),
    "/directory/people/": ("q", "field", "organisation", "page"),
    "/knowledge/": ("q", "kind", "field", "language", "year", "page"),
    "/knowledge/offers/": ("q", "kind", "field", "city", "page"),
    "/needs/": ("q", "field", "state", "page"),
    "/needs/mine/": ("page",),
    "/secretariat/": ("page",),
}
VALUES = (
    *(
        "abc",
        "-1",
        "1e3",
        "9" * 5000,
        "1000000000",
        "0000",
        "10000",
        "\u0660\u0660\u0660\u0660",
        "\u00b2\u00b2\u00b2\u00b2",
    ),
    *(
        "<script>alert(1)</script>",
        "\x00",
        "' OR 1=1 --",
        "%",
        "\\",
        "{{7*7}}",
        "a " * 300,
        "member\x00",
        "[]",
    ),
)
RAW = ("%", "%ff%fe", "%ED%A0%80", "%zz", "=", "&&&", "%26kind%3D", "+")
ODD_KEYS = (
    *(str(uuid.UUID(int=number)) for number in (0, 2**128 - 1)),
    *(
        "not-a-uuid",
        "018f0000",
        "%00",
        "..%2f..",
        "%ff%fe",
        "a" * 3000,
        "<script>alert(1)<%2fscript>",
        "{}",
        "1",
    ),
)


def clear(response, *statuses: int) -> bool:
    """Is the answer one of these, and a whole page that says what it is?"""
    if response.status_code not in statuses:
        return False
    if response.status_code == 302:
        return True
    page = Page(response.content)
    return not page.faults and "Vidensbro" in page.text


@pytest.mark.parametrize("path", LISTS)
def test_lists_take_any_query(world: World, browse: Browse, path: str) -> None:
    client = browse("secretariat")
    client.raise_request_exception = False
    queries = [f"{name}={quote(value)}" for name in LISTS[path] for value in VALUES]
    queries += [f"{name}={raw}" for name in LISTS[path] for raw in RAW]
    queries.append("&".join(f"x{number}=1" for number in range(900)))
    answers = {query: client.get(f"{path}?{query}") for query in queries}
    assert [query[:80] for query, answer in answers.items() if not clear(answer, 200)] == []


def test_unknown_facets_find_nothing_and_can_be_let_go(world: World, browse: Browse) -> None:
    for path, name in (("/directory/", "kind"), ("/knowledge/", "language"), ("/knowledge/offers/", "city")):
        response = browse().get(path, {name: "no-such-thing"})
        page = Page(response.content)
        assert "no-such-thing" in page.text
        assert f'href="{path}?' in response.content.decode() or f'href="{path}"' in response.content.decode()


KEYED = (
    *(f"/{thing}/{{}}/" for thing in ("needs", "people", "works", "offers", "organisations", "fields")),
    *("/needs/{}/edit/", "/needs/{}/post/", "/secretariat/imports/{}/", "/match/feedback/{}/take-back/"),
    "/secretariat/proposals/{}/merge/",
)


def test_bad_keys_are_not_found(world: World, browse: Browse) -> None:
    client = browse("secretariat")
    client.raise_request_exception = False
    for path in KEYED:
        for key in ODD_KEYS:
            for method in (client.get, client.post):
                response = method(path.format(key))
                assert clear(response, 404) or response.status_code == 405, (path, key, response.status_code)


def test_keys_within_forms(world: World, browse: Browse) -> None:
    client = browse("owner")
    for key in ("", "not-a-uuid", str(uuid.UUID(int=0)), "\x00", str(world.public.pk) + "0"):
        said = {"kind": "publication", "target": key, "need": str(world.public.pk), "verdict": "relevant"}
        assert clear(client.post("/match/feedback/", said), 400, 404)
        on_behalf = {"text": "We look for a clinic.", "visibility": "public", "organisation": key or "x"}
        assert clear(client.post("/needs/new/", on_behalf), 400)
        assert clear(
            browse("secretariat").post(f"/secretariat/proposals/{uuid.uuid4()}/merge/", {"kept": key}), 404
        )


def test_methods_that_pages_do_not_have(world: World, browse: Browse) -> None:
    client = browse("secretariat")
    for path in [*LISTS, "/", "/match/", f"/needs/{world.public.pk}/", f"/works/{world.corpus.paper.pk}/"]:
        whole, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head["Content-Type"] == whole["Content-Type"]
        for method in ("OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW"):
            response = client.generic(method, path)
            assert response.status_code == 405, (method, path)
            assert "GET" in response["Allow"]
    assert Need.objects.count() == 3


def test_another_host_is_refused(world: World) -> None:
    for host in (
        "evil.example",
        "localhost.evil.example",
        "a" * 300,
        "",
        "local host",
        "[::1",
        "testserver:x",
    ):
        response = Client(headers={"accept-language": "en"}).get("/", headers={"host": host})
        if host:
            assert clear(response, 400), host
            assert "evil" not in Page(response.content).text


def test_headers_that_make_no_sense(world: World) -> None:
    nonsense = (
        {"accept-language": "\x00;;q=abc,,," + "x" * 2000},
        {"cookie": 'vidensbro_language=<script>; vidensbro_session=../../x; vidensbro_csrf="<'},
        {"x-request-id": "<script>"},
        {"x-forwarded-for": "<x>, 999.999.999.999"},
        {"hx-request": "true", "hx-current-url": "%%%"},
        {"range": "bytes=9-1", "if-none-match": '"<', "if-modified-since": "yesterday"},
        {"referer": "javascript:1", "origin": "null"},
    )
    for headers in nonsense:
        for path in ("/", "/directory/", "/sign-in/"):
            assert clear(Client(headers=headers).get(path), 200), headers


def test_a_body_without_end_is_refused_with_the_reason(world: World, browse: Browse) -> None:
    before = MatchRun.objects.count()
    response = browse().post("/match/", {"text": "x" * 5_000_000})
    page = Page(response.content)
    assert response.status_code in {400, 413}
    assert "too large" in page.text
    assert MatchRun.objects.count() == before


def test_too_many_fields_are_refused(world: World, browse: Browse) -> None:
    assert clear(browse().post("/match/", {f"field{number}": "x" for number in range(2000)}), 400, 413)


NO_BODIES = (
    (b"\xff\xfe{not json", "application/json"),
    (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
    (b"broken", "multipart/form-data"),
    (b"broken", "multipart/form-data; boundary=" + "x" * 300),
    (b"text=pressure+ulcers", "application/x-www-form-urlencoded; charset=utf-16"),
    (b"text=\xe5", "application/x-www-form-urlencoded; charset=latin-1"),
    (b"", "application/x-www-form-urlencoded"),
    (b"text=", "nonsense"),
)


def test_bodies_that_are_none(world: World, browse: Browse) -> None:
    client = browse()
    client.raise_request_exception = False
    for body, kind in NO_BODIES:
        assert clear(client.generic("POST", "/match/", body, kind), 400), kind


def test_bytes_that_are_no_text_are_read_as_far_as_they_go(world: World, browse: Browse) -> None:
    body = b"text=pressure+ulcers+%ff%fe+%ED%A0%80+%00+in+nursing+homes"
    for kind in ("", "; charset=klingon"):
        response = browse().generic("POST", "/match/", body, f"application/x-www-form-urlencoded{kind}")
        assert clear(response, 200)
        assert "Early detection of pressure ulcers" in response.content.decode()


def test_a_file_where_a_text_belongs_is_no_text(world: World, browse: Browse) -> None:
    response = browse().post("/match/", {"text": SimpleUploadedFile("need.txt", b"pressure ulcers" * 100)})
    assert clear(response, 400)
    assert "Write what you need, in your own words." in response.content.decode()
