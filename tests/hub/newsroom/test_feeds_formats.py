"""What feeds say: whole texts, in three formats that others' programs read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.files.samples import PDF
from tests.hub.newsroom import samples
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.feeding import (
    KINDS,
    NAMES,
    SCHEMA,
    ask,
    assert_valid,
    put_on,
    read,
    texts,
    titles,
    tree,
    undone,
    write,
)
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.services import documents, pictures, sizes
from vidensbro.hub.outbox.services import drain

pytestmark = pytest.mark.django_db
AFTER = HOUR + timedelta(hours=1)
BASE = "http://localhost:8000"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> None:
    """Where uploads lie."""
    options = {**settings.STORAGES["files"]["OPTIONS"], "location": str(tmp_path / "files")}
    settings.STORAGES = {**settings.STORAGES, "files": {**settings.STORAGES["files"], "OPTIONS": options}}


@pytest.fixture
def released(scheduled: Callable[[], Version]) -> Version:
    with clock_at(NOON):
        return scheduled()


def enclose(row: Version) -> None:
    for name in ("seng.jpg", "anden.jpg"):
        picture = samples.saved(samples.quarters(600, 400))
        pictures.add_to_release(SYSTEM, row.release_id, samples.upload(name, picture), **samples.WORDS)
    documents.add(SYSTEM, row.release_id, samples.upload("rapport.pdf", PDF), title="Rapport")
    drain([sizes.SIZES])


def html_of(kind: str, response: Any) -> str:
    if kind == "json":
        return str(json.loads(response.content)["items"][0]["content_html"])
    return str(read(response).entries[0].content[0].value)


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_has_the_whole_text(released: Version, kind: str) -> None:
    with clock_at(AFTER):
        html = html_of(kind, ask(kind))
    for part in (
        WORDS.lead,
        "Sensoren er prøvet på <strong>to</strong> plejehjem.",
        "<p>Den næste prøve begynder til foråret.</p>",
        "<h2>Fakta</h2>",
        "<li>120 beboere</li>",
        "Vi ser det to dage før.",
        "Asta Eksempelsen, lektor",
        "3. marts 2026",
        "Nordsensor, Østuniversitetet",
        "https://creativecommons.org/licenses/by/4.0/",
    ):
        assert part in html, part


def test_atom_follows_the_schema(released: Version) -> None:
    with clock_at(NOON):
        enclose(released)
    with clock_at(AFTER):
        answer = ask("atom")
        root = tree(answer)
        assert_valid(root)
        assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
        assert texts(answer, "/a:feed/@xml:lang") == ["da"]
        assert texts(answer, "//a:entry/a:id") == [f"urn:uuid:{released.pk}"]
        assert texts(answer, "//a:entry/a:published") == ["2026-03-03T11:00:00Z"]
        assert texts(answer, "//a:entry/a:updated") == ["2026-03-03T11:00:00Z"]
        assert texts(answer, "/a:feed/a:link[@rel='self']/@href") == [f"{BASE}/newsroom/feeds/da/atom"]
        assert texts(answer, "//a:entry/a:link[@rel='alternate']/@href") == [
            f"{BASE}/newsroom/da/{released.slug}/"
        ]
        assert texts(answer, "//a:entry/a:author/a:name") == ["Nordsensor", "Østuniversitetet"]
        assert texts(answer, "//a:entry/a:link[@rel='license']/@href") == [
            "https://creativecommons.org/licenses/by/4.0/"
        ]


@pytest.mark.parametrize("spoil", ["id", "updated", "title"])
def test_the_schema_finds_what_is_missing(released: Version, spoil: str) -> None:
    with clock_at(AFTER):
        root = tree(ask("atom"))
    entry = root.find("a:entry", NAMES)
    assert entry is not None
    entry.remove(entry.find(f"a:{spoil}", NAMES))
    assert not SCHEMA.validate(root)


@pytest.mark.parametrize("language", ["da", "en"])
def test_feeds_without_any_entry_are_valid_and_stay_as_they_are(db: None, language: str) -> None:
    for kind in KINDS:
        with clock_at(NOON):
            first = ask(kind, language)
        with clock_at(AFTER):
            second = ask(kind, language)
        assert first.content == second.content
        assert "Last-Modified" not in first
        assert titles(kind, first) == []
    assert_valid(tree(ask("atom", language)))


def test_pictures_go_along_with_their_credit(released: Version) -> None:
    enclose(released)
    with clock_at(AFTER):
        atom, rss, fed = ask("atom"), ask("rss"), json.loads(ask("json").content)
        found = read(atom).entries[0]
        assert [one.type for one in found.enclosures] == ["image/jpeg", "image/jpeg", "application/pdf"]
        assert found.enclosures[0].title == "En seng · Foto: Asta Eksempelsen"
        assert texts(atom, "//media:credit") == ["Foto: Asta Eksempelsen"] * 2
        assert "Foto: Asta Eksempelsen" in found.content[0].value
        (enclosure,) = read(rss).entries[0].enclosures
        assert texts(rss, "//media:credit") == ["Foto: Asta Eksempelsen"] * 2
        item = fed["items"][0]
        assert item["image"] == enclosure.href == found.enclosures[0].href
        assert item["attachments"][0]["_rights"]["credit"] == "Foto: Asta Eksempelsen"
        assert [one["mime_type"] for one in item["attachments"]] == [
            "image/jpeg",
            "image/jpeg",
            "application/pdf",
        ]
        fetched = Client().get(enclosure.href.removeprefix(BASE))
        content = b"".join(fetched.streaming_content)
        assert (len(content), fetched["Content-Type"]) == (int(enclosure.length), enclosure.type)


def test_rss_is_read_by_a_reader(released: Version) -> None:
    with clock_at(AFTER):
        answer = ask("rss")
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    found = read(answer)
    assert found.version == "rss20"
    entry = found.entries[0]
    assert (entry.title, entry.id, entry.guidislink) == (WORDS.headline, f"urn:uuid:{released.pk}", False)
    assert entry.summary == WORDS.lead
    assert entry.published == "Tue, 03 Mar 2026 11:00:00 GMT"
    assert entry.link == f"{BASE}/newsroom/da/{released.slug}/"
    assert found.feed.language == "da"


def test_json_feed_holds_what_its_specification_asks_for(released: Version) -> None:
    enclose(released)
    with clock_at(AFTER):
        answer = ask("json", organisation=str(released.release.issuers.all()[0].organisation_id))
    assert answer["Content-Type"] == "application/feed+json; charset=utf-8"
    found = json.loads(answer.content)
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert {type(found[name]) for name in ("title", "home_page_url", "feed_url", "language")} == {str}
    known = {"version", "title", "home_page_url", "feed_url", "language", "authors", "hubs", "items"}
    assert set(found) <= known
    (item,) = found["items"]
    assert item["id"] == f"urn:uuid:{released.pk}"
    assert item["content_html"]
    for name in ("date_published", "date_modified"):
        assert datetime.fromisoformat(item[name]).tzinfo is not None
    assert all(set(one) <= {"name", "url", "avatar"} and one for one in item["authors"])
    for one in item["attachments"]:
        assert {"url", "mime_type"} <= set(one)
        assert isinstance(one["size_in_bytes"], int)
    standard = {
        *("id url external_url title content_html content_text summary image banner_image".split()),
        *("date_published date_modified authors tags language attachments".split()),
    }
    assert all(name in standard or name.startswith("_") for name in item)


def test_a_correction_is_told_under_the_same_id(released: Version) -> None:
    with clock_at(AFTER):
        before = read(ask("atom")).entries[0]
        words = replace(WORDS, lead="Afprøvet af Østuniversitetet og Nordsensor.")
        services.correct(SYSTEM, released.pk, released.number, words, "Forkert rækkefølge")
    with clock_at(AFTER + timedelta(hours=1)):
        after = read(ask("atom")).entries[0]
        assert (after.id, after.published) == (before.id, before.published)
        assert (before.updated, after.updated) == ("2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z")
        assert "Forkert rækkefølge" in after.content[0].value
        assert json.loads(ask("json").content)["items"][0]["date_modified"] == "2026-03-03T12:00:00Z"
        assert texts(ask("rss"), "//item/a:updated") == ["2026-03-03T12:00:00Z"]


def test_of_what_was_withdrawn_no_word_is_left(released: Version) -> None:
    enclose(released)
    with clock_at(AFTER):
        assert all(WORDS.headline in titles(kind, ask(kind)) for kind in KINDS)
        services.withdraw(SYSTEM, released.pk, "Tallene holdt ikke")
        for kind in KINDS:
            answer = ask(kind)
            told = answer.content.decode()
            assert titles(kind, answer) == []
            for word in ("tryksår", "plejehjem", "120 beboere", "Asta", "lektor", released.slug, "seng"):
                assert word not in told
        atom = ask("atom")
        assert_valid(tree(atom))
        assert texts(atom, "/a:feed/at:deleted-entry/@ref") == [f"urn:uuid:{released.pk}"]
        assert texts(atom, "/a:feed/at:deleted-entry/@when") == ["2026-03-03T12:00:00Z"]
        assert texts(atom, "/a:feed/at:deleted-entry/at:comment") == ["Tallene holdt ikke"]
        assert texts(atom, "/a:feed/a:updated") == ["2026-03-03T12:00:00Z"]


def test_feeds_are_narrowed_by_language_field_and_organisation(cast: Cast) -> None:
    both, company, university = (
        [cast.company.pk, cast.university.pk],
        [cast.company.pk],
        [cast.university.pk],
    )
    with clock_at(NOON):
        told = {
            "begge": put_on(write(replace(WORDS, headline="begge"), both, fields=["wound-care"]), HOUR),
            "firmaet": put_on(write(replace(WORDS, headline="firmaet"), company), HOUR),
            "universitetet": put_on(
                write(replace(WORDS, headline="universitetet"), university, fields=["medtech"]), HOUR
            ),
        }
        english = replace(WORDS, headline="both")
        put_on(services.add_version(SYSTEM, told["begge"].release_id, "en", english), HOUR)
    with clock_at(AFTER):
        for kind in KINDS:
            found = {
                name: set(titles(kind, ask(kind, **query)))
                for name, query in {
                    "all": {},
                    "english": {"language": "en"},
                    "field above": {"field": "medtech"},
                    "field": {"field": "wound-care"},
                    "company": {"organisation": str(cast.company.pk)},
                    "two": {"organisation": str(cast.university.pk), "field": "wound-care"},
                    "none": {"organisation": str(cast.company.pk), "field": "pharma"},
                }.items()
            }
            assert found == {
                "all": set(told),
                "english": {"both"},
                "field above": {"begge", "universitetet"},
                "field": {"begge"},
                "company": {"begge", "firmaet"},
                "two": {"begge"},
                "none": set(),
            }
        narrow = ask("atom", organisation=str(cast.company.pk).upper(), field="medtech", more="nothing")
        assert texts(narrow, "/a:feed/a:link[@rel='self']/@href") == [
            f"{BASE}/newsroom/feeds/da/atom?field=medtech&organisation={cast.company.pk}"
        ]
        assert "Nordsensor" in texts(narrow, "/a:feed/a:title")[0]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("da/atom?field=alchemy", 404),
        ("da/atom?organisation=0198c0de-0000-7000-8000-000000000000", 404),
        ("da/atom?organisation=nordsensor", 400),
        ("da/atom?field=medtech&field=pharma", 400),
        ("da/atom?field=medtech%00", 404),
        ("de/atom", 404),
        ("da/gopher", 404),
    ],
)
def test_what_no_feed_knows_is_refused(cast: Cast, path: str, status: int) -> None:
    assert Client().get(f"/newsroom/feeds/{path}").status_code == status


@pytest.mark.parametrize("kind", KINDS)
def test_feeds_only_answer_questions(db: None, kind: str) -> None:
    for method in ("post", "put", "delete", "patch"):
        assert getattr(Client(), method)(f"/newsroom/feeds/da/{kind}").status_code == 405


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_words_break_no_feed(cast: Cast, kind: str) -> None:
    bad = "]]> <script>alert(1)</script> &copy; \x0b\x1f\ufffe 👩‍🔬 <![CDATA["
    words = replace(WORDS, headline=f"Overskrift {bad}", lead=bad, body=f"{bad}\n\n[x](javascript:alert(1))")
    with clock_at(NOON):
        row = put_on(write(words, [cast.company.pk]), HOUR)
    with clock_at(AFTER):
        services.correct(SYSTEM, row.pk, row.number, replace(words, lead="ny"), bad)
        answer = ask(kind)
        (title,) = titles(kind, answer)
        assert title.startswith("Overskrift ]]>")
        html = html_of(kind, answer)
        assert "<script" not in html
        assert '="javascript:' not in html
        with undone():
            services.withdraw(SYSTEM, row.pk, bad)
            assert titles(kind, ask(kind)) == []
        if kind == "atom":
            assert_valid(tree(answer))


def test_the_newest_come_first_and_a_feed_has_an_end(cast: Cast) -> None:
    with clock_at(NOON):
        for number in range(33):
            row = write(replace(WORDS, headline=f"nr. {number}"), [cast.company.pk])
            put_on(row, HOUR + timedelta(minutes=number))
    with clock_at(AFTER):
        for kind in KINDS:
            assert titles(kind, ask(kind)) == [f"nr. {number}" for number in range(32, 2, -1)]


def test_the_sitemap_tells_of_the_last_two_days(cast: Cast, released: Version) -> None:
    with clock_at(NOON):
        words = replace(WORDS, headline="A sensor")
        other = put_on(services.add_version(SYSTEM, released.release_id, "en", words), HOUR)
        put_on(write(replace(WORDS, headline="Senere"), [cast.company.pk]), HOUR + timedelta(days=9))
    with clock_at(HOUR + timedelta(days=2)):
        answer = Client().get("/newsroom/sitemap.xml")
        assert answer["Content-Type"] == "application/xml; charset=utf-8"
        danish, english = f"{BASE}/newsroom/da/{released.slug}/", f"{BASE}/newsroom/en/{other.slug}/"
        assert set(texts(answer, "//s:url/s:loc")) == {danish, english}
        assert texts(answer, f"//s:url[s:loc='{danish}']/x:link/@href") == [danish, english]
        assert texts(answer, f"//s:url[s:loc='{danish}']/x:link/@hreflang") == ["da", "en"]
        news = f"//s:url[s:loc='{danish}']/news:news"
        assert texts(answer, f"{news}/news:title") == [WORDS.headline]
        assert texts(answer, f"{news}/news:publication_date") == ["2026-03-03T11:00:00Z"]
        assert texts(answer, f"{news}/news:publication/news:language") == ["da"]
        assert texts(answer, f"{news}/news:publication/news:name") == ["Vidensbro"]
        only = Client().get("/newsroom/sitemap.xml", {"language": "en"})
        assert texts(only, "//s:loc") == [english]
        assert Client().get("/newsroom/sitemap.xml", {"language": "de"}).status_code == 404
        services.withdraw(SYSTEM, other.pk, "Forkert")
        assert texts(Client().get("/newsroom/sitemap.xml"), "//s:loc") == [danish]
    with clock_at(HOUR + timedelta(days=2, minutes=1)):
        assert texts(Client().get("/newsroom/sitemap.xml"), "//s:loc") == []


def test_the_language_of_a_feed_is_that_of_its_address(released: Version) -> None:
    with clock_at(AFTER):
        answer = ask("atom", headers={"accept-language": "en"})
    assert answer["Content-Language"] == "da"
    assert etree.tostring(tree(answer)) == etree.tostring(tree(answer))
