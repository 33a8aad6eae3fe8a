"""Asking again: a feed that has not changed is not sent again, and no cache keeps one beyond a minute."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.newsroom import samples
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.feeding import KINDS, NAMES, ask, feed_path, put_on, texts, tree, write
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.directory.services.organisations import edit_organisation
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.services import contacts, documents, pictures
from vidensbro.hub.newsroom.services.sizes import make_sizes

pytestmark = pytest.mark.django_db
AFTER = HOUR + timedelta(hours=1)
PUBLISHED = "Tue, 03 Mar 2026 11:00:00 GMT"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> None:
    """Where uploads lie."""
    options = {**settings.STORAGES["files"]["OPTIONS"], "location": str(tmp_path / "files")}
    settings.STORAGES = {**settings.STORAGES, "files": {**settings.STORAGES["files"], "OPTIONS": options}}


@pytest.fixture
def released(scheduled: Callable[[], Version]) -> Version:
    with clock_at(NOON):
        return scheduled()


@pytest.mark.parametrize("kind", KINDS)
def test_who_has_it_is_told_so(released: Version, kind: str) -> None:
    with clock_at(AFTER):
        first = ask(kind)
        assert first["Last-Modified"] == PUBLISHED
        for headers in (
            {"if-none-match": first["ETag"]},
            {"if-none-match": f'"other", W/{first["ETag"]}'},
            {"if-none-match": "*"},
            {"if-modified-since": first["Last-Modified"]},
            {"if-modified-since": "Tue, 03 Mar 2026 11:30:00 GMT"},
        ):
            again = ask(kind, headers=headers)
            assert (again.status_code, again.content) == (304, b""), headers
            for name in ("ETag", "Cache-Control", "Content-Length"):
                assert again[name] == first[name]


@pytest.mark.parametrize("kind", KINDS)
def test_the_tag_counts_before_the_date(released: Version, kind: str) -> None:
    with clock_at(AFTER):
        first = ask(kind)
        for headers in (
            {"if-none-match": '"other"', "if-modified-since": first["Last-Modified"]},
            {"if-none-match": "other", "if-modified-since": first["Last-Modified"]},
            {"if-modified-since": "Tue, 03 Mar 2026 10:59:59 GMT"},
            {"if-modified-since": "yesterday"},
        ):
            again = ask(kind, headers=headers)
            assert (again.status_code, again.content) == (200, first.content), headers
        old = {"if-none-match": first["ETag"], "if-modified-since": "Mon, 02 Mar 2026 00:00:00 GMT"}
        assert ask(kind, headers=old).status_code == 304
        assert ask(kind, headers={"if-match": '"other"'}).status_code == 412


@pytest.mark.parametrize("kind", KINDS)
def test_a_head_is_a_get_without_the_content(released: Version, kind: str) -> None:
    with clock_at(AFTER):
        whole, head = ask(kind), Client().head(feed_path(kind))
        assert (head.status_code, head.content) == (200, b"")
        for name in ("ETag", "Last-Modified", "Content-Type", "Cache-Control", "Link", "Content-Length"):
            assert head[name] == whole[name]
        known = Client().head(feed_path(kind), headers={"if-none-match": whole["ETag"]})
        assert known.status_code == 304


def test_every_change_gives_another_tag_and_a_later_date(cast: Cast, released: Version) -> None:
    seen: list[tuple[str, str]] = []

    def look(minutes: int) -> None:
        with clock_at(AFTER + timedelta(minutes=minutes)):
            answer = ask("atom")
            seen.append((answer["ETag"], answer["Last-Modified"]))

    look(0)
    with clock_at(AFTER + timedelta(minutes=1)):
        fixed = services.correct(
            SYSTEM, released.pk, released.number, replace(WORDS, lead="Rettet."), "En fejl"
        )
    look(1)
    with clock_at(AFTER + timedelta(minutes=2)):
        services.edit_release(SYSTEM, released.release_id, place_da="Aalborg")
    look(2)
    with clock_at(AFTER + timedelta(minutes=3)):
        services.withdraw(SYSTEM, fixed.pk, "Alt var forkert")
    look(3)
    look(30)
    assert [date for _tag, date in seen] == [
        PUBLISHED,
        "Tue, 03 Mar 2026 12:01:00 GMT",
        "Tue, 03 Mar 2026 12:02:00 GMT",
        "Tue, 03 Mar 2026 12:03:00 GMT",
        "Tue, 03 Mar 2026 12:03:00 GMT",
    ]
    assert len({tag for tag, _date in seen}) == 4


def test_another_name_of_an_issuer_shows_at_once(cast: Cast, released: Version) -> None:
    with clock_at(AFTER):
        before = ask("atom")
        edit_organisation(SYSTEM, cast.company.pk, name="Nordsensor International")
        after = ask("atom", headers={"if-none-match": before["ETag"]})
        assert "Nordsensor International" in texts(after, "//a:entry/a:author/a:name")


def _add_picture(cast: Cast, row: Version) -> None:
    content = samples.saved(samples.quarters(400, 300))
    picture = pictures.add_to_release(
        SYSTEM, row.release_id, samples.upload("a.jpg", content), **samples.WORDS
    )
    make_sizes(str(picture.pk))


def _add_document(cast: Cast, row: Version) -> None:
    documents.add(SYSTEM, row.release_id, samples.upload("tal.csv", b"a;b\n1;2\n"), title="Tallene")


def _add_contact(cast: Cast, row: Version) -> None:
    contacts.add(
        SYSTEM,
        row.release_id,
        organisation_id=cast.company.pk,
        name="Eva Eksempelsen",
        email="eva@example.org",
    )


def _rename(cast: Cast, row: Version) -> None:
    edit_organisation(SYSTEM, cast.company.pk, name="Nordsensor International")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("change", "shows"),
    [
        (_add_picture, "En seng"),
        (_add_document, "Tallene"),
        (_add_contact, "eva@example.org"),
        (_rename, "Nordsensor International"),
    ],
)
def test_what_comes_after_the_hour_reaches_those_who_read_already(
    cast: Cast, released: Version, kind: str, change: Callable[[Cast, Version], None], shows: str
) -> None:
    """By the tag, by the date, and for a reader that looks only at when an entry was updated."""
    with clock_at(NOON):
        other = put_on(write(replace(WORDS, headline="En anden"), [cast.university.pk]), HOUR)
    with clock_at(AFTER):
        before = ask(kind)
    with clock_at(AFTER + timedelta(minutes=5)):
        change(cast, released)
    with clock_at(AFTER + timedelta(minutes=9)):
        for headers in (
            {"if-none-match": before["ETag"]},
            {"if-modified-since": before["Last-Modified"]},
            {"if-modified-since": "Tue, 03 Mar 2026 12:04:59 GMT"},
        ):
            after = ask(kind, headers=headers)
            assert after.status_code == 200, headers
            assert shows in after.content.decode()
        assert after["Last-Modified"] == "Tue, 03 Mar 2026 12:05:00 GMT"
    assert updated(kind, after) == {
        released.pk.urn: "2026-03-03T12:05:00Z",
        other.pk.urn: "2026-03-03T11:00:00Z",
    }


def test_a_picture_shows_from_when_its_sizes_are_there(cast: Cast, released: Version) -> None:
    """A worker makes them, and the log says nothing of it."""
    with clock_at(NOON):
        content = samples.saved(samples.quarters(400, 300))
        picture = pictures.add_to_release(
            SYSTEM, released.release_id, samples.upload("a.jpg", content), **samples.WORDS
        )
    with clock_at(AFTER):
        assert updated("atom", ask("atom")) == {released.pk.urn: "2026-03-03T11:00:00Z"}
    with clock_at(AFTER + timedelta(minutes=5)):
        make_sizes(str(picture.pk))
    with clock_at(AFTER + timedelta(minutes=6)):
        assert updated("atom", ask("atom")) == {released.pk.urn: "2026-03-03T12:05:00Z"}
        assert texts(Client().get("/newsroom/sitemap.xml"), "//s:lastmod") == ["2026-03-03T12:05:00Z"]


@pytest.mark.parametrize("change", [_add_picture, _add_document, _add_contact, _rename])
def test_pages_feeds_and_the_sitemap_agree_on_when_it_was_changed(
    cast: Cast, released: Version, change: Callable[[Cast, Version], None]
) -> None:
    address = f"/newsroom/da/{released.slug}/"
    for minutes in (0, 5):
        with clock_at(AFTER + timedelta(minutes=minutes)):
            if minutes:
                change(cast, released)
        with clock_at(AFTER + timedelta(minutes=minutes + 2)):
            page = Client().get(address).content.decode()
            dates = {
                *updated("atom", ask("atom")).values(),
                *texts(Client().get("/newsroom/sitemap.xml"), "//s:lastmod"),
                *map(_utc, re.findall(r'"dateModified": "([^"]+)"', page)),
                *map(_utc, re.findall(r'article:modified_time" content="([^"]+)"', page)),
            }
            assert dates == {"2026-03-03T12:05:00Z" if minutes else "2026-03-03T11:00:00Z"}


def _utc(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def updated(kind: str, response: HttpResponse) -> dict[str, str]:
    """When each entry was updated, by its id; when it was published, if it says nothing of that."""
    if kind == "json":
        return {one["id"]: one["date_modified"] for one in response.json()["items"]}
    if kind == "atom":
        ids, dates = (texts(response, f"//a:entry/a:{name}") for name in ("id", "updated"))
        return dict(zip(ids, dates, strict=True))
    found = {}
    for item in tree(response).iter("item"):
        given = item.find("a:updated", NAMES)
        published = parsedate_to_datetime(item.findtext("pubDate"))
        found[item.findtext("guid")] = (
            given.text if given is not None else f"{published.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        )
    return found


def test_a_document_of_a_language_that_waits_changes_nothing(cast: Cast, released: Version) -> None:
    with clock_at(AFTER):
        before = ask("atom")
        english = services.add_version(SYSTEM, released.release_id, "en", replace(WORDS, headline="Hidden"))
    with clock_at(AFTER + timedelta(minutes=5)):
        content = samples.upload("figures.csv", b"a;b\n1;2\n")
        row = documents.add(SYSTEM, released.release_id, content, title="Figures", language="en")
        documents.edit(SYSTEM, row.pk, title="The figures")
        services.edit_release(SYSTEM, released.release_id, embargo_for_press=True)
        assert english.state == "draft"
        after = ask("atom")
        assert (after.content, after["Last-Modified"]) == (before.content, before["Last-Modified"])
    with clock_at(AFTER + timedelta(minutes=6)):
        documents.edit(SYSTEM, row.pk, language="")
        assert "The figures" in ask("atom").content.decode()
    with clock_at(AFTER + timedelta(minutes=7)):
        documents.edit(SYSTEM, row.pk, language="en")
        assert ask("atom")["Last-Modified"] == "Tue, 03 Mar 2026 12:07:00 GMT"


def test_what_is_done_in_hiding_changes_nothing(cast: Cast, released: Version) -> None:
    """Drafts, reviews, hours that are set, pictures of what is not out: neither tag nor date tells of them."""
    with clock_at(AFTER):
        before = {kind: ask(kind) for kind in KINDS}
    with clock_at(AFTER + timedelta(minutes=5)):
        hidden = write(replace(WORDS, headline="Skjult"), [cast.company.pk])
        picture = samples.saved(samples.quarters(400, 300))
        pictures.add_to_release(SYSTEM, hidden.release_id, samples.upload("a.jpg", picture), **samples.WORDS)
        put_on(hidden, AFTER + timedelta(days=1))
        english = services.add_version(SYSTEM, released.release_id, "en", replace(WORDS, headline="Hidden"))
        put_on(english, AFTER + timedelta(days=2))
    with clock_at(AFTER + timedelta(minutes=60)):
        for kind in KINDS:
            after = ask(kind)
            assert after.content == before[kind].content
            for name in ("ETag", "Last-Modified", "Cache-Control", "Link"):
                assert after[name] == before[kind][name]
            assert ask(kind, headers={"if-none-match": before[kind]["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("second", "microsecond", "expected"), [(0, 0, 60), (0, 1, 59), (1, 0, 59), (59, 0, 1), (59, 999_999, 0)]
)
def test_no_cache_keeps_it_beyond_the_minute(db: None, second: int, microsecond: int, expected: int) -> None:
    with clock_at(NOON.replace(second=second, microsecond=microsecond)):
        for address in (*map(feed_path, KINDS), "/newsroom/sitemap.xml"):
            told = Client().get(address)["Cache-Control"]
            assert told == f"public, max-age={expected}, must-revalidate"


def test_one_answer_serves_everybody(cast: Cast, released: Version) -> None:
    """Whoever asks, signed in or not, in whatever language: no cookie is read or set, and caches keep one for all."""
    with clock_at(AFTER):
        plain = ask("atom")
        for name in cast.names:
            client = Client()
            if name != "visitor":
                client.force_login(cast.users[name])
            answer = ask("atom", client=client, headers={"accept-language": "en"})
            assert (answer.content, answer["ETag"]) == (plain.content, plain["ETag"])
            assert not answer.cookies
            assert "Vary" not in answer


def test_the_hub_is_named_where_there_is_one(settings, cast: Cast) -> None:
    base = "http://localhost:8000/newsroom/feeds/da/atom"
    assert ask("atom")["Link"] == f'<{base}>; rel="self"'
    settings.VIDENSBRO_WEBSUB_HUB = "https://hub.example.org/"
    answer = ask("atom")
    assert answer["Link"] == f'<{base}>; rel="self", <https://hub.example.org/>; rel="hub"'
    for kind, path in (("atom", "/a:feed/a:link[@rel='hub']/@href"), ("rss", "//a:link[@rel='hub']/@href")):
        assert texts(ask(kind), path) == ["https://hub.example.org/"]
    assert ask("json").json()["hubs"] == [{"type": "WebSub", "url": "https://hub.example.org/"}]
    narrow = ask("atom", field="medtech")
    assert "hub" not in narrow["Link"]
    assert texts(narrow, "/a:feed/a:link[@rel='hub']") == []
