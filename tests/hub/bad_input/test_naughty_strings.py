"""Texts that break programs stay texts: in every field, on every page, in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.hub.bad_input.naughty import NAUGHTY, UNSTORABLE, all_in_one
from tests.hub.bad_input.reading_pages import Page
from tests.hub.cast import SYSTEM, WOUND_TEXT, Cast
from tests.hub.imports.conftest import author, organisation, work
from tests.hub.web.conftest import World
from vidensbro.hub.accounts import services as accounts
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.imports.models import ImportProblem, ImportRun, MergeProposal
from vidensbro.hub.imports.services import run_import
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.knowledge.models import Offer, Work
from vidensbro.hub.matches import services as matches
from vidensbro.hub.matches.models import Feedback
from vidensbro.hub.needs import services as needs
from vidensbro.hub.needs.models import Need
from vidensbro.hub.outbox.queries import status
from vidensbro.hub.outbox.services import drain
from vidensbro.kit.matching import Need as KitNeed

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]
LISTS = ("/directory/", "/directory/people/", "/knowledge/", "/knowledge/offers/", "/needs/")


def read(client: Client, path: str, **query: str) -> Page:
    """A page that must be there and whole."""
    response = client.get(path, query)
    assert response.status_code == 200, path
    page = Page(response.content)
    assert not page.faults, (path, page.faults)
    return page


PLAIN: Mapping[str, dict[str, Any]] = {
    "organisations": {
        "name": all_in_one("pressure ulcer name"),
        "name_en": all_in_one("name_en"),
        "short_name": all_in_one("short_name"),
        "summary_da": all_in_one("summary_da"),
        "summary_en": all_in_one("summary_en"),
        "website": "javascript:alert(1)",
        "licence": all_in_one("licence"),
        "street": all_in_one("street"),
        "postcode": all_in_one("postcode"),
        "city": all_in_one("city"),
        "kind": all_in_one("kind"),
        "fields": ["wound-care"],
        "roles": ["member"],
    },
    "people": {
        "given_name": all_in_one("pressure ulcer given"),
        "family_name": all_in_one("family"),
        "title": all_in_one("title"),
        "organisation": "it",
        "role": all_in_one("role"),
        "summary_da": all_in_one("summary_da"),
        "summary_en": all_in_one("summary_en"),
        "fields": ["wound-care"],
    },
    "works": {
        "title": all_in_one("pressure ulcer title"),
        "abstract": all_in_one("abstract"),
        "venue": all_in_one("venue"),
        "licence": all_in_one("licence"),
        "language": "en",
        "authors": ["it", "it2"],
        "url": "javascript:alert(1)",
        "doi": all_in_one("doi"),
        "fields": ["wound-care", all_in_one("field")],
    },
    "offers": {
        "kind": "test_site",
        "title": all_in_one("pressure ulcer title"),
        "body": all_in_one("body"),
        "title_da": all_in_one("title_da"),
        "body_da": all_in_one("body_da"),
        "language": "en",
        "organisation": "it",
        "contact": "it",
        "city": all_in_one("city"),
        "capacity": all_in_one("capacity"),
        "currency": "<b>",
        "amount": "1e999",
        "fields": ["wound-care"],
    },
    "needs": {
        "title": all_in_one("pressure ulcer title"),
        "text": all_in_one("text"),
        "owner": "it",
        "city": all_in_one("city"),
        "visibility": "public",
        "fields": ["wound-care"],
    },
}
"""A record of every kind with naughty texts wherever a text can stand."""


def bring(tmp_path: Path) -> dict[str, Any]:
    """Import the records, the people twice, and one work and organisation from the other sources; the rows."""
    for kind, values in PLAIN.items():
        records = [{"id": "it", **values}, *([{"id": "it2", **values}] if kind == "people" else [])]
        path = tmp_path / f"{kind}.jsonl"
        path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    assert run_import(SYSTEM, "plain", [tmp_path / f"{kind}.jsonl" for kind in PLAIN]).counts["new"] == 6
    name = all_in_one("pressure ulcer source")
    signed = [author(key, name) for key in (1, 2)]
    for one in signed:
        one["raw_affiliation_strings"] = [name]
        one["institutions"][0]["display_name"] = name
    # Two of one name at one place, with a co-author in common: they may be one.
    given = [
        work(key, one, author(9, "Carla Tredje"), title=name, abstract_inverted_index={name: [0]})
        for key, one in enumerate(signed)
    ]
    (tmp_path / "w.jsonl").write_text("\n".join(map(json.dumps, given)), encoding="utf-8")
    assert run_import(SYSTEM, "openalex", [tmp_path / "w.jsonl"]).counts["new"] == 2
    named = [{"lang": "en", "types": ["label", "ror_display"], "value": name}]
    (tmp_path / "r.jsonl").write_text(json.dumps(organisation(1, names=named)), encoding="utf-8")
    assert run_import(SYSTEM, "ror", [tmp_path / "r.jsonl"]).counts["new"] == 1
    rows: dict[str, Any] = {}
    for model, folder in (
        (Organisation, "organisations"),
        (Person, "people"),
        (Work, "works"),
        (Offer, "offers"),
    ):
        for row in model.objects.exclude(source=""):
            rows[f"/{folder}/{row.pk}/"] = row
    rows |= {f"/needs/{row.pk}/": row for row in Need.objects.exclude(source="")}
    return rows


def squeezed(text: str) -> str:
    """The text without what may differ between a row and a page: spaces."""
    return "".join(text.split())


def test_imported_texts_stay_texts_on_every_page(tmp_path: Path, cast: Cast, browse: Browse) -> None:
    rows = bring(tmp_path)
    drain()
    assert [topic for topic in status() if topic.failing or topic.dead] == []
    paths = [*rows, *LISTS, "/", "/fields/wound-care/", "/secretariat/", "/secretariat/proposals/"]
    paths += [f"/secretariat/imports/{run.pk}/" for run in ImportRun.objects.all()]
    assert MergeProposal.objects.exists()
    assert ImportProblem.objects.exclude(value="").count() > 3
    for language in ("da", "en"):
        client = browse("secretariat", language)
        for path in paths:
            page = read(client, path)
            if path in rows:
                name = getattr(rows[path], "title", "") or getattr(rows[path], "name", "")
                shown = squeezed(page.text)
                # Offers and organisations have a name in each language.
                assert squeezed(name) in shown or "/offers/" in path or "/organisations/" in path, path
    page = Page(browse("secretariat").post("/match/", {"text": "pressure ulcer"}).content)
    assert not page.faults
    assert "pressure ulcer title" in page.text


def test_linked_data_of_imported_texts_is_what_was_imported(
    tmp_path: Path, cast: Cast, browse: Browse
) -> None:
    for path, row in bring(tmp_path).items():
        (data,) = read(browse(), path).linked_data
        names = {getattr(row, column, None) for column in ("title", "title_other", "name")}
        assert data["name"] in names, path
        assert data["@id"].endswith(path)
        assert "javascript:alert" not in json.dumps([data.get("url"), data.get("sameAs")])


def test_every_search_box_takes_everything(world: World, browse: Browse) -> None:
    client = browse()
    for number, text in enumerate(NAUGHTY.values()):
        for path in LISTS if number % 3 == 0 else LISTS[1:3]:
            page = read(client, path, q=text)
            kept = text.strip()[:200]
            assert any(squeezed(kept) == squeezed(value) for value in page.values), (path, text)


def test_a_need_with_naughty_texts_is_tried_and_answered(world: World, browse: Browse) -> None:
    client = browse("member")
    for text in NAUGHTY.values():
        response = client.post("/match/", {"text": f"{WOUND_TEXT} {text}"})
        page = Page(response.content)
        assert (response.status_code, page.faults) == (200, []), text
        assert "Early detection of pressure ulcers" in page.text
        assert squeezed(text) in squeezed(page.text), text


def test_a_saved_need_keeps_every_text_and_shows_it(world: World, browse: Browse) -> None:
    client = browse("owner")
    for text in NAUGHTY.values():
        given = {
            "text": f"pressure ulcer {text}",
            "title": text[:200],
            "contact": text[:300],
            "city": text[:100],
        }
        before = set(Need.objects.values_list("pk", flat=True))
        response = client.post("/needs/new/", {**given, "visibility": "public", "post": "1"})
        assert response.status_code == 302, text
        row = Need.objects.exclude(pk__in=before).get()
        assert {name: getattr(row, name) for name in given} == {
            name: value.strip() for name, value in given.items()
        }
        page = read(client, f"/needs/{row.pk}/")
        for value in given.values():
            assert squeezed(value) in squeezed(page.text), text
        form = read(client, f"/needs/{row.pk}/edit/")
        assert squeezed(given["title"]) in {squeezed(value) for value in form.values}
        assert squeezed(given["text"]) in squeezed(form.text)
        assert client.post(f"/needs/{row.pk}/close/", {"outcome": text}).status_code == 302
        assert squeezed(text) in squeezed(read(client, f"/needs/{row.pk}/").text)
    drain()
    assert [topic for topic in status() if topic.failing or topic.dead] == []
    read(client, "/needs/mine/")
    read(browse(), "/needs/?state=closed")


def test_feedback_keeps_every_text(world: World, browse: Browse) -> None:
    client = browse("owner")
    given = {"kind": "publication", "target": str(world.corpus.paper.pk), "need": str(world.public.pk)}
    for text in NAUGHTY.values():
        said = {**given, "verdict": "not_relevant", "reason": "other", "note": text}
        assert client.post("/match/feedback/", said).status_code == 302
        assert Feedback.objects.get().note == text.strip()
    read(client, f"/needs/{world.public.pk}/")
    for text in list(NAUGHTY.values())[::6]:
        for name in ("kind", "target", "digest", "verdict", "reason", "need"):
            wrong = client.post(
                "/match/feedback/", {**given, "verdict": "not_relevant", "reason": "other", name: text}
            )
            assert wrong.status_code in {400, 404}, (name, text)
            assert Page(wrong.content).faults == []


def test_names_and_passwords_of_accounts(world: World, browse: Browse) -> None:
    client = browse("member")
    for text in NAUGHTY.values():
        saved = client.post("/account/", {"name": text[:200], "language": "en"})
        assert saved.status_code == 302, text
        page = read(client, "/account/")
        assert squeezed(text[:200]) in {squeezed(value) for value in page.values}
    visitor = browse()
    for text in list(NAUGHTY.values())[::5]:
        tried = visitor.post("/sign-in/", {"username": text[:200], "password": text, "next": text})
        assert tried.status_code in {400, 429}
        assert Page(tried.content).faults == []


def test_what_no_database_can_hold_is_left_out_of_needs_and_refused_elsewhere(cast: Cast) -> None:
    for text in UNSTORABLE.values():
        row = needs.create_draft(cast["owner"], text=f"{WOUND_TEXT} {text}", title=text, contact=text)
        row.refresh_from_db()
        left = "".join(letter for letter in text if letter in "ab")
        assert (row.title, row.contact, row.text) == (left, left, f"{WOUND_TEXT} {left}".strip())
        refused: list[Callable[[], object]] = [
            lambda text=text: directory.create_person(SYSTEM, name=f"Asta {text}"),
            lambda text=text: directory.create_organisation(SYSTEM, name=f"Nord {text}", kind="company"),
            lambda text=text: knowledge.create_work(SYSTEM, title=f"Work {text}", language="en"),
            lambda text=text: accounts.create_user(SYSTEM, "new@example.org", name=f"Bo {text}"),
        ]
        for refuse in refused:
            with pytest.raises(Invalid) as caught:
                refuse()
            assert ("unstorable",) in caught.value.problems.values()


def test_what_no_database_can_hold_can_be_looked_for(world: World) -> None:
    for text in UNSTORABLE.values():
        found = matches.match(world.cast["visitor"], KitNeed(text=f"{WOUND_TEXT} {text}"))
        assert found.matches
