"""Files of releases: the hour holds for them as for the words, and they are served so that they can do no harm."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.files.samples import PDF, office
from tests.hub.newsroom.conftest import HOUR
from tests.hub.newsroom.conftest import WORDS as RELEASE
from tests.hub.newsroom.samples import WORDS, quarters, saved, upload
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.files.owners import stored_file
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.attachments import may_read
from vidensbro.hub.newsroom.models import Document, EmbargoAcceptance, Journalist, Picture, Version
from vidensbro.hub.newsroom.queries.pictures import address, best, source_set
from vidensbro.hub.newsroom.services import contacts, documents, pictures, sizes
from vidensbro.hub.newsroom.terms import TERMS
from vidensbro.hub.newsroom.urls.material import urlpatterns as material
from vidensbro.hub.outbox.services import drain
from vidensbro.hub.web.urls import urlpatterns as pages

urlpatterns = [*material, *pages]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
WRITERS = {"member", "colleague", "coordinator", "owner", "outsider", "secretariat"}
BEFORE = HOUR - timedelta(seconds=1)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    """Where uploads lie."""
    found = tmp_path / "files"
    options = {**settings.STORAGES["files"]["OPTIONS"], "location": str(found)}
    settings.STORAGES = {**settings.STORAGES, "files": {**settings.STORAGES["files"], "OPTIONS": options}}
    return found


@pytest.fixture
def material_of(draft: Version) -> tuple[Picture, Document]:
    """A picture and a document of the release, before anybody approved it."""
    picture = pictures.add_to_release(
        SYSTEM, draft.release_id, upload("seng.jpg", saved(quarters(600, 400))), **WORDS
    )
    document = documents.add(SYSTEM, draft.release_id, upload("rapport.pdf", PDF), title="Rapport")
    drain([sizes.SIZES])
    return picture, document


@pytest.fixture
def files(material_of: tuple[Picture, Document], scheduled: Callable[[], Version]) -> Version:
    """The release with its material, put on for the hour."""
    with clock_at(NOON):
        return scheduled()


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    if name != "visitor":
        client.force_login(cast.users[name])
    return client


def doors(version: Version) -> dict[str, str]:
    """Every address under which something of a release can be had."""
    picture, document = version.release.pictures.get(), version.release.documents.get()
    return {
        "card": address(picture.sizes.get(shape="card")),
        "whole": address(picture.sizes.get(shape="whole", width=480)),
        "download": reverse("download-release-picture", args=[picture.pk]),
        "document": reverse("release-document", args=[document.pk]),
    }


def stored(version: Version) -> tuple[set[uuid.UUID], uuid.UUID]:
    """The files that are for everybody from the hour on, and the picture as it was handed in."""
    picture = version.release.pictures.get()
    return {
        *picture.sizes.values_list("file_id", flat=True),
        version.release.documents.get().file_id,
    }, picture.file_id


def readers(cast: Cast, file_id: uuid.UUID) -> set[str]:
    return {name for name in cast.names if may_read(cast[name], file_id)}


def test_the_hour_holds_for_files_for_every_member_of_the_cast(cast: Cast, files: Version) -> None:
    open_to_all, original = stored(files)
    for moment, expected in ((NOON, WRITERS), (BEFORE, WRITERS), (HOUR, set(cast.names))):
        with clock_at(moment):
            for one in open_to_all:
                assert readers(cast, one) == expected
            assert readers(cast, original) == WRITERS
    for name in cast.names:
        if name not in WRITERS:
            with clock_at(BEFORE), pytest.raises(NotFound):
                stored_file(cast[name], next(iter(open_to_all)))


def test_the_hour_holds_at_every_door(cast: Cast, files: Version) -> None:
    for moment, allowed in ((BEFORE, WRITERS), (HOUR, set(cast.names))):
        with clock_at(moment):
            for name in cast.names:
                client = browser(cast, name)
                for what, one in doors(files).items():
                    response = client.get(one)
                    assert (response.status_code == 200) == (name in allowed), (moment, name, what)
                    if name not in allowed:
                        assert response.status_code == 404
                    if moment == BEFORE and response.status_code == 200:
                        assert response["Cache-Control"] == "private, no-store"
                    response.getvalue()


def test_a_trusted_journalist_has_them_before_the_hour_once_she_has_accepted(
    cast: Cast, files: Version
) -> None:
    user = cast.users["administrator"]
    open_to_all, original = stored(files)
    Journalist.objects.create(user=user, outlet="Eksempelavisen")
    files.release.embargo_for_press = True
    files.release.save()
    client = browser(cast, "administrator")

    def answers() -> set[int]:
        found = [client.get(one) for one in doors(files).values()]
        return {one.status_code for one in found if one.getvalue() is not None}

    with clock_at(BEFORE):
        assert answers() == {404}
        EmbargoAcceptance.objects.create(release=files.release, user=user, name="A", terms=TERMS)
        assert answers() == {200}
        # There, and nowhere else: what she opens is put on record.
        assert not any(may_read(cast["administrator"], one) for one in {*open_to_all, original})
        Journalist.objects.update(ended=NOON)
        assert answers() == {404}


def test_files_of_what_was_withdrawn_are_for_those_who_wrote_it(cast: Cast, files: Version) -> None:
    open_to_all, _ = stored(files)
    with clock_at(HOUR):
        services.withdraw(cast["coordinator"], files.pk, "Tallene holdt ikke")
        assert all(readers(cast, one) == WRITERS for one in open_to_all)
        for one in doors(files).values():
            assert Client().get(one).status_code == 404


def test_a_document_in_one_language_waits_for_that_version(
    cast: Cast, draft: Version, scheduled: Callable[[], Version]
) -> None:
    english = documents.add(
        SYSTEM, draft.release_id, upload("report.pdf", PDF), title="Report", language="en"
    )
    danish = documents.add(
        SYSTEM, draft.release_id, upload("rapport.pdf", PDF), title="Rapport", language="da"
    )
    with clock_at(NOON):
        scheduled()
        services.add_version(cast["member"], draft.release_id, "en", RELEASE)
    with clock_at(HOUR):
        assert may_read(cast["visitor"], danish.file_id)
        assert not may_read(cast["visitor"], english.file_id)


def test_pictures_of_a_press_kit_are_everybodys_but_not_as_they_were_handed_in(cast: Cast) -> None:
    row = pictures.add_to_press_kit(
        cast["coordinator"], cast.company.pk, upload("logo.png", saved(quarters(300, 300), "PNG")), **WORDS
    )
    drain([sizes.SIZES])
    assert all(readers(cast, one.file_id) == set(cast.names) for one in row.sizes.all())
    assert readers(cast, row.file_id) == {"coordinator", "secretariat"}
    assert Client().get(reverse("download-release-picture", args=[row.pk])).status_code == 200


def test_a_picture_is_shown_so_that_it_can_do_no_harm_and_is_kept(cast: Cast, files: Version) -> None:
    with clock_at(HOUR):
        one = doors(files)["card"]
        response = Client().get(one)
        assert response["Content-Type"] == "image/jpeg"
        assert response["Content-Disposition"].startswith("inline")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert "immutable" in response["Cache-Control"]
        assert "Cookie" not in response.get("Vary", "")
        assert not response.cookies
        response.getvalue()
        again = Client().get(one, headers={"if-none-match": response["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        bare = Client().get(one.partition("?")[0])
        assert bare["Cache-Control"] == "public, max-age=300"
        bare.getvalue()
        assert Client().post(one).status_code == 405


@pytest.mark.parametrize(
    ("credit", "expected"),
    [
        ("Foto: Åse Ærlig/Ritfoto", "seng (Foto_ Åse Ærlig-Ritfoto).jpg"),
        ('"><script>alert(1)</script>', "seng (___script_alert(1)_-script_).jpg"),
    ],
)
def test_a_picture_is_handed_out_with_its_credit(
    cast: Cast, files: Version, credit: str, expected: str
) -> None:
    pictures.edit(SYSTEM, files.release.pictures.get().pk, credit=credit)
    drain([sizes.SIZES])
    with clock_at(HOUR):
        response = Client().get(doors(files)["download"])
    assert response["Content-Disposition"].startswith("attachment")
    assert "<" not in response["Content-Disposition"]
    assert "\n" not in response["Content-Disposition"]
    assert expected in unquote(response["Content-Disposition"])
    response.getvalue()


def test_nothing_is_handed_out_before_a_worker_has_made_it(cast: Cast) -> None:
    content = saved(quarters(300, 300))
    row = pictures.add_to_press_kit(SYSTEM, cast.company.pk, upload("logo.jpg", content), **WORDS)
    assert Client().get(reverse("download-release-picture", args=[row.pk])).status_code == 404
    assert best(row, "card") is None


def test_addresses_for_pages(cast: Cast, files: Version) -> None:
    row = files.release.pictures.prefetch_related("sizes__file").get()
    assert [best(row, "whole", width).width for width in (1, 480, 481, 4000)] == [480, 480, 600, 600]
    assert source_set(row.sizes.all()) == f"{address(best(row, 'whole', 480))} 480w"


def test_documents_are_checked(cast: Cast, draft: Version) -> None:
    for name, content, code in (
        ("side.html", b"<html>", "file_type_unknown"),
        ("foto.jpg", saved(quarters(64, 64)), "file_type_unknown"),
        ("makro.docx", office("docx", **{"vbaProject.bin": b"x"}), "file_macros"),
    ):
        with pytest.raises(Invalid) as caught:
            documents.add(cast["member"], draft.release_id, upload(name, content), title="T")
        assert caught.value.problems == {"file": (code,)}
    for wrong in ({"title": " "}, {"title": "T", "language": "de"}):
        with pytest.raises(Invalid):
            documents.add(cast["member"], draft.release_id, upload("a.pdf", PDF), **wrong)


def test_who_may_change_documents(cast: Cast, draft: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    row = documents.add(cast["member"], draft.release_id, upload("a.pdf", PDF), title="T")
    for name in ("visitor", "administrator"):
        with pytest.raises(NotFound):
            documents.edit(cast[name], row.pk, title="x")
        with pytest.raises(NotFound):
            documents.remove(cast[name], row.pk)
    assert documents.edit(cast["outsider"], row.pk, title="<b>\nNy").title == "<b> Ny"
    monkeypatch.setattr(documents, "MOST", 1)
    with pytest.raises(Conflict, match="too_many"):
        documents.add(cast["member"], draft.release_id, upload("a.pdf", PDF), title="T")
    services.hand_in(SYSTEM, draft.pk, draft.number)
    for one in draft.release.issuers.all():
        services.approve(SYSTEM, draft.pk, one.organisation_id, draft.number)
    with pytest.raises(Denied, match="coordinator_only"):
        documents.remove(cast["member"], row.pk)
    documents.remove(cast["coordinator"], row.pk)


def test_other_files_of_releases_are_unknown(cast: Cast, files: Version) -> None:
    assert not may_read(SYSTEM, uuid.uuid4())
    assert Client().get(reverse("release-picture", args=[uuid.uuid4(), "card", 1200])).status_code == 404


def test_whoever_reads_the_press_kit_can_call_what_stands_there(cast: Cast, files: Version) -> None:
    told = {"name": "Asta Eksempelsen", "title_da": "Pressechef", "phone": "(+45) 12-34 56 78"}
    contacts.add(SYSTEM, files.release_id, cast.company.pk, **told)
    with clock_at(HOUR):
        page = Client(headers={"accept-language": "en"}).get(reverse("press-kit", args=[cast.company.pk]))
    assert 'href="tel:+4512345678"' in page.content.decode()
    assert "Pressechef" in page.content.decode()
