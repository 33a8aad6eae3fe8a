"""Reading: a release, the front, the archive, the tombstone; and the hour at each of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.files.samples import PDF
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.samples import WORDS as PICTURE
from tests.hub.newsroom.samples import quarters, saved, upload
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import (
    Contact,
    EmbargoAcceptance,
    Journalist,
    ReleaseField,
    Subject,
    Version,
)
from vidensbro.hub.newsroom.services import documents, pictures, sizes
from vidensbro.hub.newsroom.terms import TERMS
from vidensbro.hub.outbox.services import drain

pytestmark = pytest.mark.django_db
BEFORE = HOUR - timedelta(seconds=1)
LATER = HOUR + timedelta(hours=2)
WRITERS = {"member", "colleague", "coordinator", "owner", "outsider", "secretariat"}
SAID = ["Ny sensor opdager", "mærker begyndende rødme", "to</strong> plejehjem", "120 beboere", "to dage før"]
SITE = "http://localhost:8000"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> None:
    """Uploads lie in a folder of the test's own, and no page is kept from another test."""
    options = {**settings.STORAGES["files"]["OPTIONS"], "location": str(tmp_path / "files")}
    settings.STORAGES = {**settings.STORAGES, "files": {**settings.STORAGES["files"], "OPTIONS": options}}
    settings.VIDENSBRO_VISITOR_PAGES = False


@pytest.fixture
def furnished(cast: Cast, draft: Version) -> Version:
    """The draft with all that a release may have."""
    release = draft.release
    pictures.add_to_release(
        SYSTEM, release.pk, upload("seng.jpg", saved(quarters(1600, 900))), caption_da="En seng", **PICTURE
    )
    pictures.add_to_release(SYSTEM, release.pk, upload("stol.jpg", saved(quarters(600, 400))), **PICTURE)
    documents.add(SYSTEM, release.pk, upload("rapport.pdf", PDF), title="Rapport")
    documents.add(SYSTEM, release.pk, upload("report.pdf", PDF), title="Report", language="en")
    ReleaseField.objects.create(release=release, notation="wound-care")
    Contact.objects.create(
        release=release,
        organisation=cast.company,
        name="Bo Eksempelsen",
        title_da="pressechef",
        title_en="head of press",
        phone="+45 70 10 00 00",
        email="presse@example.org",
        hours_da="hverdage 9-15",
        hours_en="weekdays 9-15",
    )
    release.place_da, release.place_en = "Aalborg", "Aalborg"
    release.save()
    drain([sizes.SIZES])
    return draft


@pytest.fixture
def planned(furnished: Version, approved: Version, scheduled: Callable[[], Version]) -> Version:
    """The furnished release, put on for the hour."""
    with clock_at(NOON):
        return scheduled()


def browser(cast: Cast, name: str = "visitor", language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    if name != "visitor":
        client.force_login(cast.users[name])
    return client


def path(row: Version) -> str:
    return reverse("release", args=[row.language, row.slug])


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def without_token(page: str) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
    return re.sub(r'name="next" value="[^"]*"', "", page)


def publish(cast: Cast, headline: str, at: datetime, language: str = "da", **columns: object) -> Version:
    """Another release of the company's, out at a moment."""
    row = services.create_release(
        cast["member"], [cast.company.pk], language, replace(WORDS, headline=headline)
    )
    services.hand_in(SYSTEM, row.pk, 1)
    services.approve(SYSTEM, row.pk, cast.company.pk, 1)
    with clock_at(at):
        services.schedule(SYSTEM, row.pk, at)
    Version.objects.filter(pk=row.pk).update(**columns)
    row.refresh_from_db()
    return row


def test_before_the_hour_it_is_as_if_there_were_nothing_and_writers_are_warned(
    cast: Cast, planned: Version
) -> None:
    doors = [path(planned), reverse("release-pdf", args=[planned.language, planned.slug])]
    with clock_at(BEFORE):
        absent = {one.replace(planned.slug, "der-er-intet-her") for one in doors}
        nothing = {without_token(text(browser(cast).get(one))) for one in absent}
        for name in cast.names:
            client = browser(cast, name)
            response = client.get(doors[0])
            if name in WRITERS:
                assert response.status_code == 200
                assert response["Cache-Control"] == "private, no-store"
                assert "noindex" in response["X-Robots-Tag"]
                assert "Under embargo until 3 March 2026, 12:00 (CET)" in text(response)
                assert "og:title" not in text(response)
                assert "ld+json" not in text(response)
            else:
                assert response.status_code == 404
                missing = client.get(next(iter(absent)))
                assert without_token(text(response)) == without_token(text(missing))
        visitor = browser(cast)
        for one in doors:
            assert without_token(text(visitor.get(one))) in nothing
        for name in cast.names:
            for one in (reverse("newsroom"), reverse("newsroom-archive"), "/newsroom/archive/?q=sensor"):
                assert planned.headline not in text(browser(cast, name).get(one))
    with clock_at(HOUR):
        for name in cast.names:
            response = browser(cast, name).get(doors[0])
            assert response.status_code == 200
            assert "no-store" not in response.get("Cache-Control", "")
            assert "X-Robots-Tag" not in response
            assert planned.headline in text(browser(cast, name).get(reverse("newsroom")))


def test_a_journalist_who_accepted_reads_it_with_the_hour_on_top(cast: Cast, planned: Version) -> None:
    user = cast.users["administrator"]
    Journalist.objects.create(user=user, outlet="Eksempelavisen")
    release = planned.release
    release.embargo_for_press = True
    release.save()
    with clock_at(BEFORE):
        assert browser(cast, "administrator").get(path(planned)).status_code == 404
        EmbargoAcceptance.objects.create(release=release, user=user, name="Eva Eksempelsen", terms=TERMS)
        response = browser(cast, "administrator").get(path(planned))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert "Under embargo until" in text(response)


def test_a_release_shows_all_that_it_has(cast: Cast, planned: Version) -> None:
    with clock_at(LATER):
        page = text(browser(cast).get(path(planned)))
        danish = text(browser(cast, language="da").get(path(planned)))
    for said in SAID:
        assert said in page
    assert '<h1 class="long" lang="da">' in page
    assert '<h1 class="long">' in danish
    assert "Aalborg, 3. marts 2026" in page
    assert 'alt="En seng"' in page
    assert "Foto: Asta Eksempelsen" in page
    assert "free for editorial use, with credit" in page
    assert "Download (1600 × 900)" in page
    assert "https://creativecommons.org/licenses/by/4.0/" in page
    assert "pressechef" in page
    assert 'href="tel:+4570100000"' in page
    assert "hverdage 9-15" in page
    assert "Rapport</a>" in page
    assert "Report</a>" not in page
    assert f'<link rel="canonical" href="{SITE}{path(planned)}">' in page
    assert "hreflang" not in page
    assert "Nordsensor" in page
    assert "Østuniversitetet" in page


def test_structured_data_says_what_the_page_says(cast: Cast, planned: Version) -> None:
    with clock_at(LATER):
        page = text(browser(cast).get(path(planned)))
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found is not None
    data = json.loads(found[1])
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == WORDS.headline
    assert data["datePublished"] == "2026-03-03T12:00:00+01:00"
    assert data["inLanguage"] == "da"
    assert [one["name"] for one in data["author"]] == ["Nordsensor", "Østuniversitetet"]
    assert data["image"][0]["creditText"] == "Foto: Asta Eksempelsen"
    # A picture for the press has no licence with an address: its terms stand in words.
    assert data["image"][0]["copyrightNotice"] == "free for editorial use, with credit"
    assert "license" not in data["image"][0]
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert {one["@type"] for one in data["about"]} == {"DefinedTerm"}
    metas = dict(re.findall(r'<meta property="(og:[^"]+)" content="([^"]*)">', page))
    assert metas["og:type"] == "article"
    assert metas["og:url"] == SITE + path(planned)
    assert metas["og:locale"] == "da_DK"
    assert metas["og:image"].startswith(f"{SITE}/newsroom/pictures/")
    assert '<meta name="twitter:card" content="summary_large_image">' in page


def test_what_it_is_about_is_linked_as_far_as_the_reader_may_see_it(cast: Cast, planned: Version) -> None:
    for place, visibility in enumerate(("public", "members", "sealed")):
        need = cast.need(visibility, title=f"Behov {visibility}")
        Subject.objects.create(release=planned.release, need=need, position=place)
    with clock_at(LATER):
        seen = {
            name: set(re.findall(r"Behov (\w+)", text(browser(cast, name).get(path(planned)))))
            for name in ("visitor", "outsider", "owner")
        }
    assert seen == {
        "visitor": {"public"},
        "outsider": {"public", "members"},
        "owner": {"public", "members", "sealed"},
    }


def test_corrections_are_told_with_what_and_when(cast: Cast, planned: Version) -> None:
    with clock_at(LATER):
        words = replace(WORDS, body="Sensoren er prøvet på **tre** plejehjem.")
        row = services.correct(SYSTEM, planned.pk, planned.number, words, "Der var tre plejehjem, ikke to.")
        page = text(browser(cast).get(path(row)))
    assert "Corrected on 3 March 2026, 14:00." in page
    assert "Der var tre plejehjem, ikke to." in page
    assert "tre</strong> plejehjem" in page
    assert '"dateModified": "2026-03-03T14:00:00+01:00"' in page


def test_a_withdrawn_release_says_when_and_why_and_nothing_else(cast: Cast, planned: Version) -> None:
    with clock_at(LATER):
        services.withdraw(SYSTEM, planned.pk, "Tallene holdt ikke.")
        for name in cast.names:
            response = browser(cast, name).get(path(planned))
            page = text(response)
            assert response.status_code == 410
            assert "noindex" in response["X-Robots-Tag"]
            assert "This press release was withdrawn on 3 March 2026, 14:00." in page
            assert "Tallene holdt ikke." in page
            for said in [*SAID, "pressechef", "/newsroom/pictures/", "Rapport", "ld+json", "og:title"]:
                assert said not in page
            pdf = browser(cast, name).get(reverse("release-pdf", args=["da", planned.slug]))
            assert pdf.status_code == 302
            assert planned.headline not in text(browser(cast, name).get("/newsroom/"))
            assert planned.headline not in text(browser(cast, name).get("/newsroom/archive/"))


def test_the_other_language_is_linked_as_soon_as_it_is_out_and_not_before(
    cast: Cast, planned: Version
) -> None:
    words = replace(WORDS, headline="A sensor finds pressure ulcers", lead="In English.")
    english = services.add_version(cast["member"], planned.release_id, "en", words)
    with clock_at(LATER):
        assert "A sensor finds" not in text(browser(cast).get(path(planned)))
        assert english.slug not in text(browser(cast).get(path(planned)))
        services.hand_in(SYSTEM, english.pk, 1)
        for one in planned.release.issuers.all():
            services.approve(SYSTEM, english.pk, one.organisation_id, 1)
        services.schedule(SYSTEM, english.pk, LATER)
        page = text(browser(cast).get(path(planned)))
        for language, slug in (("da", planned.slug), ("en", english.slug)):
            address = f"{SITE}/newsroom/{language}/{slug}/"
            assert f'<link rel="alternate" hreflang="{language}" href="{address}">' in page
        assert "Read in English" in page
        assert f'name="next" value="{path(english)}"' in text(browser(cast, language="da").get(path(planned)))
        front = text(browser(cast).get("/newsroom/"))
        assert "A sensor finds" in front
        assert planned.headline not in front
        assert planned.headline in text(browser(cast, language="da").get("/newsroom/"))


def test_days_are_those_of_copenhagen(cast: Cast) -> None:
    winter = publish(cast, "Nytår", datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    summer = publish(cast, "Sommer", datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    with clock_at(datetime(2027, 1, 2, tzinfo=UTC)):
        assert "1. januar 2027" in text(browser(cast).get(path(winter)))
        assert "2. juli 2026" in text(browser(cast).get(path(summer)))
        page = text(browser(cast).get("/newsroom/archive/?year=2027"))
        assert "Nytår" in page
        assert "Sommer" not in page


def test_the_archive_counts_what_a_choice_shows(cast: Cast) -> None:
    rows = [publish(cast, f"Nyhed {number}", NOON - timedelta(days=200 * number)) for number in range(4)]
    for row, notation in zip(rows, ("wound-care", "wound-care", "biotech"), strict=False):
        ReleaseField.objects.create(release=row.release, notation=notation)
    with clock_at(LATER):
        page = browser(cast).get("/newsroom/archive/")
        assert "4 press releases" in text(page)
        for facet in page.context["facets"]:
            assert facet.values
            for value in facet.values:
                chosen = browser(cast).get(f"/newsroom/archive/{value.href}")
                assert chosen.context["page"].paginator.count == value.count, (facet.name, value.label)


def test_the_archive_goes_on_from_page_to_page(cast: Cast) -> None:
    for number in range(27):
        publish(cast, f"Nyhed {number:02}", NOON - timedelta(days=number))
    with clock_at(LATER):
        first, second = (text(browser(cast).get(f"/newsroom/archive/?page={one}")) for one in (1, 2))
    assert "Nyhed 00" in first
    assert "Nyhed 26" not in first
    assert "Nyhed 26" in second
    assert "Page 2 of 2" in second


def test_without_an_index_headlines_and_leads_are_searched_and_that_is_said(cast: Cast) -> None:
    publish(cast, "Ny madras", NOON)
    publish(cast, "Noget andet", NOON)
    with clock_at(LATER):
        page = text(browser(cast).get("/newsroom/archive/?q=madras"))
        none = text(browser(cast).get("/newsroom/archive/?q=cykelhjelm"))
    assert "only headlines and leads were searched" in page
    assert "Ny madras" in page
    assert "No press release says this" in none


def test_strange_choices_find_nothing_and_break_nothing(cast: Cast) -> None:
    publish(cast, "Ny madras", NOON)
    with clock_at(LATER):
        for query in (
            "year=abcd",
            "year=0000",
            "year=0001",
            "year=9999",
            "organisation=x",
            "field=%00",
            "language=xx",
            "page=-1",
        ):
            assert browser(cast).get(f"/newsroom/archive/?{query}").status_code == 200
        for wrong in ("/newsroom/fr/ny-madras/", "/newsroom/da/../", "/newsroom/da/%00/"):
            assert browser(cast).get(wrong).status_code == 404


def test_words_of_a_release_run_nowhere(cast: Cast) -> None:
    bad = "<script>alert(1)</script>"
    words = replace(
        WORDS,
        headline=f"Nyt {bad}",
        lead=bad,
        body=f"{bad} [her](javascript:alert(1))",
        quotes=(services.Said(bad, bad, bad),),
        fact_boxes=(services.Facts(bad, bad),),
    )
    row = services.create_release(cast["member"], [cast.company.pk], "da", words)
    services.hand_in(SYSTEM, row.pk, 1)
    services.approve(SYSTEM, row.pk, cast.company.pk, 1)
    with clock_at(NOON):
        services.schedule(SYSTEM, row.pk, NOON)
        page = text(browser(cast).get(path(row)))
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page


def test_a_get_writes_nothing_and_only_reading_is_answered(cast: Cast, planned: Version) -> None:
    for address in ("/newsroom/", "/newsroom/archive/", path(planned)):
        assert browser(cast).post(address).status_code == 405


def test_pages_are_made_with_few_queries(
    cast: Cast, planned: Version, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(15):
        publish(cast, f"Nyhed {number:02}", NOON - timedelta(days=number))
    with clock_at(LATER):
        visitor = browser(cast)
        with django_assert_max_num_queries(8):
            visitor.get("/newsroom/")
        with django_assert_max_num_queries(16):
            visitor.get("/newsroom/archive/")
        with django_assert_max_num_queries(18):
            visitor.get(path(planned))
