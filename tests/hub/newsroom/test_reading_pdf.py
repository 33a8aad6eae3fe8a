"""A release as PDF: tagged, complete, and made without fetching anything that is not the release's own."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest
from django.test import Client
from django.urls import reverse
from pdfminer.pdftypes import resolve1

from tests.hub.cast import SYSTEM, Cast
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.rendering import needs_pango
from tests.hub.newsroom.samples import WORDS as PICTURE
from tests.hub.newsroom.samples import quarters, saved, upload
from vidensbro.hub.common.caching import pdfs
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.announcements import HOUR as HOUR_TOPIC
from vidensbro.hub.newsroom.announcements import PDF, PDF_AFTER
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.services import pictures, sizes
from vidensbro.hub.outbox.services import drain

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> None:
    """Uploads lie in a folder of the test's own, and no PDF is kept from another test."""
    options = {**settings.STORAGES["files"]["OPTIONS"], "location": str(tmp_path / "files")}
    settings.STORAGES = {**settings.STORAGES, "files": {**settings.STORAGES["files"], "OPTIONS": options}}
    pdfs.clear()


@pytest.fixture
def out(cast: Cast, draft: Version) -> Version:
    """A release with a picture, out since the hour."""
    pictures.add_to_release(
        SYSTEM, draft.release_id, upload("seng.jpg", saved(quarters(600, 400))), **PICTURE
    )
    drain([sizes.SIZES])
    services.hand_in(SYSTEM, draft.pk, draft.number)
    for one in draft.release.issuers.all():
        services.approve(SYSTEM, draft.pk, one.organisation_id, draft.number)
    with clock_at(HOUR):
        return services.schedule(SYSTEM, draft.pk, HOUR)


def fetcher() -> Callable[[str], object]:
    from vidensbro.hub.newsroom.pdf_rendering import Fetcher

    return Fetcher({})


def address(row: Version) -> str:
    return reverse("release-pdf", args=[row.language, row.slug])


@needs_pango
def test_it_is_tagged_and_says_everything(out: Version) -> None:
    with clock_at(HOUR):
        response = Client().get(address(out))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Language"] == "da"
    with pdfplumber.open(io.BytesIO(response.content)) as found:
        lines = "\n".join(page.extract_text() for page in found.pages)
        # Words are parted at the ends of lines.
        text = " ".join(re.sub(r"[-\u2010]\n", "", lines).split())
        images = [image for page in found.pages for image in page.images]
        catalog = found.doc.catalog
        metadata = resolve1(catalog["Metadata"]).get_data().decode()
        assert resolve1(catalog["MarkInfo"])["Marked"]
        assert resolve1(catalog["Lang"]) == b"da"
        assert "StructTreeRoot" in catalog
        assert resolve1(catalog["ViewerPreferences"])["DisplayDocTitle"]
        assert found.metadata["Title"] == WORDS.headline
    assert "pdfuaid" in metadata
    assert len(images) == 1
    for said in (WORDS.headline, WORDS.lead, "to plejehjem", "120 beboere", "Vi ser det to dage før."):
        assert said in text
    assert "Foto: Asta Eksempelsen" in text
    assert "3. marts 2026" in text
    assert "Permanent" not in text or "http://localhost:8000/newsroom/da/" in text.replace(" ", "")


@needs_pango
def test_what_is_kept_is_made_anew_as_soon_as_the_page_is_another(out: Version) -> None:
    with clock_at(HOUR):
        first, again = (Client().get(address(out)).content for _ in range(2))
        assert first == again
        services.withdraw(SYSTEM, out.pk, "Tallene holdt ikke.")
        assert Client().get(address(out)).status_code == 302


@needs_pango
def test_what_a_worker_made_ahead_is_handed_out_without_the_program(
    out: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock_at(HOUR):
        drain([HOUR_TOPIC])
    with clock_at(HOUR + PDF_AFTER):
        drain([PDF])
        monkeypatch.setitem(sys.modules, "vidensbro.hub.newsroom.pdf_rendering", None)
        content = Client().get(address(out)).content
    with pdfplumber.open(io.BytesIO(content)) as found:
        assert found.metadata["Title"] == WORDS.headline
        assert sum(len(page.images) for page in found.pages) == 1


@needs_pango
@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a.png",
        "http://localhost:8000.example.org/static/a.css",
        "http://localhost:9000/static/a.css",
        "http://user@localhost:8000/static/a.css",
        "file:///etc/passwd",
        "http://localhost:8000/secretariat/",
        "http://localhost:8000/static/../settings.py",
        "http://localhost:8000/static/%2e%2e/settings.py",
        "http://localhost:8000/newsroom/pictures/0199b2c4-0000-7000-8000-000000000000/whole/480/",
        "data:text/html,<p>",
        "ftp://localhost/a",
    ],
)
def test_nothing_that_is_not_the_releases_own_is_fetched(url: str) -> None:
    with pytest.raises(Exception, match=r"site|belong|static|component|located|outside"):
        fetcher()(url)


@needs_pango
def test_our_own_stylesheet_and_pictures_are(out: Version) -> None:
    css = fetcher()("http://localhost:8000/static/ui/css/newsroom-pdf.css")
    assert b"@page" in css.read()


def test_without_pango_the_page_says_so(out: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vidensbro.hub.newsroom.pdf_rendering", None)
    with clock_at(HOUR):
        response = Client(headers={"accept-language": "en"}).get(address(out))
        assert response.status_code == 503
        assert "PDF files cannot be made here at the moment." in response.content.decode()


@needs_pango
def test_a_page_that_names_others_is_made_without_them() -> None:
    from vidensbro.hub.newsroom.pdf_rendering import rendered

    html = '<html lang="da"><title>a</title><img src="http://127.0.0.1:1/x.png" alt="x"><p>Ord</p></html>'
    made = rendered(html, {})
    with pdfplumber.open(io.BytesIO(made)) as pdf:
        assert not pdf.pages[0].images
        assert "Ord" in pdf.pages[0].extract_text()
