"""Every page as everybody: who may see it, in both languages, and what nobody may see."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client

from tests.hub.web.conftest import SEALED_TITLE, World

Browse = Callable[..., Client]

PUBLIC = (
    "/",
    "/match/",
    "/needs/",
    "/needs/?state=closed",
    "/directory/",
    "/directory/?q=nord&kind=company&field=medtech&city=Aalborg&role=member",
    "/directory/people/",
    "/directory/people/?q=ida&field=wound-care",
    "/knowledge/",
    "/knowledge/?q=ulcers&kind=publication&language=en&year=2024&field=wound-care",
    "/knowledge/offers/",
    "/knowledge/offers/?q=klinik&kind=test_site",
    "/fields/",
    "/fields/wound-care/",
    "/about/",
    "/privacy/",
    "/accessibility/",
    "/sign-in/",
    "/sign-up/",
    "/reset-password/",
)
SIGNED_IN = (
    "/needs/mine/",
    "/needs/new/",
    "/account/",
    "/account/password/",
    "/account/sessions/",
    "/account/second-factor/",
)
STAFF = (
    "/secretariat/",
    "/secretariat/proposals/",
    "/secretariat/imports/schedules/",
    "/secretariat/imports/schedules/new/?source=openalex",
)


def things(world: World) -> list[str]:
    return [
        f"/organisations/{world.cast.company.pk}/",
        f"/people/{world.corpus.researcher.pk}/",
        f"/works/{world.corpus.paper.pk}/",
        f"/offers/{world.corpus.clinic.pk}/",
        f"/needs/{world.public.pk}/",
    ]


@pytest.mark.parametrize("name", ["visitor", "member", "owner", "secretariat", "administrator"])
def test_public_pages_are_open_to_everybody(world: World, browse: Browse, name: str) -> None:
    client = browse(name)
    for path in [*PUBLIC, *things(world)]:
        if path in {"/sign-in/", "/sign-up/"} and name != "visitor":
            continue
        response = client.get(path)
        assert response.status_code == 200, path
        if name not in {"owner", "secretariat"}:
            assert SEALED_TITLE not in response.content.decode(), path


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_page_speaks_the_language_asked_for(world: World, browse: Browse, language: str) -> None:
    client = browse(language=language)
    words = {"da": "Spring til indholdet", "en": "Skip to the content"}
    for path in [*PUBLIC, *things(world)]:
        page = client.get(path).content.decode()
        assert f'<html lang="{language}">' in page
        assert words[language] in page


def test_what_needs_an_account_leads_to_signing_in_and_back(browse: Browse) -> None:
    for path in (*SIGNED_IN, *STAFF):
        response = browse().get(path)
        assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next={quote(path)}")


def test_members_see_their_own_pages_and_not_the_secretariats(browse: Browse) -> None:
    client = browse("member")
    assert [client.get(path).status_code for path in SIGNED_IN] == [200] * len(SIGNED_IN)
    assert client.get("/secretariat/").status_code == 403
    assert client.get("/secretariat/proposals/").status_code == 403


def test_the_secretariat_sees_what_waits(browse: Browse) -> None:
    page = browse("secretariat").get("/secretariat/").content.decode()
    assert "A public need" in page
    assert SEALED_TITLE in page
    assert "A draft of the owner" not in page


@pytest.mark.parametrize(
    ("name", "public", "sealed", "draft"),
    [
        ("visitor", 200, 404, 404),
        ("outsider", 200, 404, 404),
        ("colleague", 200, 404, 404),
        ("administrator", 200, 404, 404),
        ("secretariat", 200, 200, 404),
        ("owner", 200, 200, 200),
    ],
)
def test_a_stranger_gets_404(
    world: World, browse: Browse, name: str, public: int, sealed: int, draft: int
) -> None:
    client = browse(name)
    statuses = [
        client.get(f"/needs/{one.pk}/").status_code for one in (world.public, world.sealed, world.draft)
    ]
    assert statuses == [public, sealed, draft]


def test_matches_of_a_public_need_are_for_its_owner_and_the_secretariat(world: World, browse: Browse) -> None:
    shown = {
        name: b'id="matches"' in browse(name).get(f"/needs/{world.public.pk}/").content
        for name in ("visitor", "outsider", "colleague", "owner", "secretariat")
    }
    assert shown == {
        "visitor": False,
        "outsider": False,
        "colleague": False,
        "owner": True,
        "secretariat": True,
    }


def test_a_members_offer_is_not_shown_to_visitors(world: World, browse: Browse) -> None:
    path = f"/offers/{world.corpus.secret.pk}/"
    assert browse().get(path).status_code == 404
    assert browse("member").get(path).status_code == 200
    assert "Grant for pressure ulcer" not in browse().get("/knowledge/offers/").content.decode()


def test_merged_rows_lead_on(world: World, browse: Browse) -> None:
    from tests.hub.cast import SYSTEM
    from vidensbro.hub.directory import services as directory

    other = directory.create_person(SYSTEM, name="I. Testsen")
    directory.merge_people(SYSTEM, world.corpus.researcher.pk, other.pk)
    response = browse().get(f"/people/{other.pk}/")
    assert (response.status_code, response["Location"]) == (301, f"/people/{world.corpus.researcher.pk}/")


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere/",
        "/fields/no-such-field/",
        "/people/018f0000-0000-7000-8000-000000000000/",
        "/works/018f0000-0000-7000-8000-000000000000/",
        "/needs/018f0000-0000-7000-8000-000000000000/",
        "/organisations/not-a-uuid/",
    ],
)
def test_missing_pages_are_404_in_style(browse: Browse, path: str) -> None:
    response = browse().get(path)
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


@pytest.mark.parametrize(
    "query", ["?page=99999", "?page=x", "?page=-1", "?q=%00", "?year=abcd", "?q=" + "a" * 5000]
)
def test_odd_queries_do_no_harm(browse: Browse, query: str) -> None:
    for path in ("/directory/", "/directory/people/", "/knowledge/", "/knowledge/offers/", "/needs/"):
        assert browse().get(path + query).status_code == 200


def test_a_failure_is_told_without_the_database(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    from vidensbro.hub.web import pages

    def fail() -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(pages, "numbers", fail)
    client = browse()
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode()
    assert "broken on purpose" not in response.content.decode()


def test_a_broken_index_is_said(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    from vidensbro.hub.common.errors import Unavailable
    from vidensbro.hub.web import health

    def broken() -> None:
        raise Unavailable("index_damaged", "")

    monkeypatch.setattr(health, "snapshot", broken)
    response = browse().get("/readyz")
    assert (response.status_code, response.json()["reason"]) == (503, "index_damaged")
    assert browse().get("/healthz").json() == {"status": "ok"}


def test_ready_counts_documents(browse: Browse) -> None:
    assert browse().get("/readyz").json() == {"status": "ok", "documents": 7}


def test_public_things_carry_linked_data(world: World, browse: Browse) -> None:
    import json
    import re

    types = []
    for path in things(world):
        page = browse().get(path).content.decode()
        block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
        assert block, path
        types.append(json.loads(block.group(1))["@type"])
    assert types == ["Corporation", "Person", "ScholarlyArticle", "Offer", "Demand"]


def test_what_is_not_public_carries_none(world: World, browse: Browse) -> None:
    client = browse("owner")
    for path in (f"/needs/{world.sealed.pk}/", f"/offers/{world.corpus.secret.pk}/"):
        assert "application/ld+json" not in client.get(path).content.decode()
