"""Credit and licence stand in the files of pictures, as the IPTC Photo Metadata Standard has them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree
from PIL import Image

from tests.hub.cast import SYSTEM, Cast
from tests.hub.newsroom.samples import RED, quarters, saved, upload, with_metadata
from tests.hub.newsroom.samples import WORDS as TOLD
from vidensbro.hub.audit.privacy import Subject, erase
from vidensbro.hub.files.places import storage
from vidensbro.hub.newsroom.models import Picture, PictureSize
from vidensbro.hub.newsroom.services import pictures, sizes
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.services import drain

pytestmark = pytest.mark.django_db
CREDIT = "Foto: Åse Ærlig/Ritfoto"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
NAMES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "cc": "http://creativecommons.org/ns#",
}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> None:
    """Uploads lie in a folder of the test's own."""
    options = {**settings.STORAGES["files"]["OPTIONS"], "location": str(tmp_path / "files")}
    settings.STORAGES = {**settings.STORAGES, "files": {**settings.STORAGES["files"], "OPTIONS": options}}


def logo() -> bytes:
    """A square that lets what is behind it shine through."""
    image = Image.new("RGBA", (700, 700), (0, 0, 0, 0))
    image.paste((*RED, 255), (200, 200, 600, 600))
    return saved(image, "PNG")


def kept(cast: Cast, content: bytes = b"", name: str = "seng.jpg", **more: str) -> Picture:
    content = content or saved(quarters(600, 400))
    told = {**TOLD, "credit": CREDIT, **more}
    row = pictures.add_to_press_kit(SYSTEM, cast.company.pk, upload(name, content), **told)
    drain([sizes.SIZES])
    return row


def content_of(size: PictureSize) -> bytes:
    with storage().open(size.file.place, "rb") as content:
        return content.read()


def packet(content: bytes) -> etree._Element:
    """The packet of XMP in a file: found in its bytes as ISO 16684-1 says, not by the library that wrote it."""
    start = content.index(b"<?xpacket begin=")
    end = content.index(b"<?xpacket end=", start)
    return etree.fromstring(content[content.index(b"?>", start) + 2 : end])


def said(content: bytes, path: str) -> dict[str, str]:
    """By language ("" for none) what the packet says at a path below its description."""
    found = packet(content).iterfind(f"rdf:RDF/rdf:Description/{path}", NAMES)
    return {one.get(LANGUAGE, ""): one.text or "" for one in found}


def exif(content: bytes, folder: Path) -> tuple[str, str]:
    """Artist and Copyright."""
    place = folder / "picture"
    place.write_bytes(content)
    with Image.open(place) as image:
        found = image.getexif()
    # Pillow reads as Latin 1 what Exif calls ASCII.
    artist, notice = (str(found[tag]).encode("latin-1").decode() for tag in (0x013B, 0x8298))
    return artist, notice


@pytest.mark.parametrize(
    ("content", "name", "kinds"),
    [
        (with_metadata(), "seng.jpg", {"image/jpeg", "image/webp"}),
        (logo(), "logo.png", {"image/png", "image/webp", "image/jpeg"}),
        (saved(quarters(600, 400), "WEBP"), "seng.webp", {"image/jpeg", "image/webp"}),
    ],
)
def test_every_size_tells_whose_it_is(
    cast: Cast, tmp_path: Path, content: bytes, name: str, kinds: set[str]
) -> None:
    row = kept(cast, content, name, licence="CC-BY-4.0")
    found = list(row.sizes.select_related("file"))
    assert {one.file.content_type for one in found} == kinds
    english = f"{CREDIT} (Creative Commons Attribution 4.0)"
    for one in found:
        file = content_of(one)
        assert said(file, "dc:creator/rdf:Seq/rdf:li") == {"": CREDIT}
        assert said(file, "photoshop:Credit") == {"": CREDIT}
        assert said(file, "dc:rights/rdf:Alt/rdf:li") == {
            "x-default": english,
            "en": english,
            "da": f"{CREDIT} (Creative Commons Navngivelse 4.0)",
        }
        assert said(file, "xmpRights:UsageTerms/rdf:Alt/rdf:li")["en"] == "Creative Commons Attribution 4.0"
        assert said(file, "xmpRights:WebStatement") == {"": CC_BY}
        assert said(file, "xmpRights:Marked") == {"": "True"}
        licence = packet(file).find("rdf:RDF/rdf:Description/cc:license", NAMES)
        assert licence is not None
        assert licence.get(f"{{{NAMES['rdf']}}}resource") == CC_BY
        assert exif(file, tmp_path) == (CREDIT, english)


@pytest.mark.parametrize(
    ("licence", "marked", "terms", "page"),
    [
        ("CC0-1.0", "False", "Creative Commons Zero 1.0", True),
        ("press", "True", "fri til redaktionel brug med angivelse af fotograf", False),
        ("reserved", "True", "alle rettigheder forbeholdes", False),
    ],
)
def test_every_licence_is_told(cast: Cast, licence: str, marked: str, terms: str, page: bool) -> None:
    file = content_of(kept(cast, licence=licence).sizes.get(shape="card"))
    assert said(file, "xmpRights:Marked") == {"": marked}
    assert said(file, "xmpRights:UsageTerms/rdf:Alt/rdf:li")["da"] == terms
    assert bool(said(file, "xmpRights:WebStatement")) == page


@pytest.mark.parametrize(
    ("credit", "line"),
    [
        ('"><script>alert(1)</script>', '"><script>alert(1)</script>'),
        ("<!doctype html> <?php ?>", "<!doctype html> <?php ?>"),
        ("]]> & &lt; {{ x }}", "]]> & &lt; {{ x }}"),
        ("A\x01\x02B\ufffe\uffff", "AB"),
        ("%%PDF--1.4", "%% PDF--1.4"),
        ("Ø" * 200, "Ø" * 200),
        ("😀 写真", "😀 写真"),
    ],
)
def test_whatever_stands_in_a_credit_stays_a_line_of_text(cast: Cast, credit: str, line: str) -> None:
    row = kept(cast, credit=credit)
    assert row.sizes.count() == 4
    for one in row.sizes.select_related("file"):
        assert said(content_of(one), "photoshop:Credit") == {"": line}
    assert not Entry.objects.filter(topic=sizes.SIZES).exists()


@pytest.mark.parametrize(
    ("change", "path", "now"),
    [
        ({"credit": "Foto: En Anden"}, "photoshop:Credit", {"": "Foto: En Anden"}),
        ({"licence": "CC-BY-4.0"}, "xmpRights:WebStatement", {"": CC_BY}),
    ],
)
def test_with_another_credit_the_file_is_handed_out_when_it_tells_that(
    cast: Cast, change: dict[str, str], path: str, now: dict[str, str]
) -> None:
    row = kept(cast)
    before = set(row.sizes.values_list("file_id", flat=True))
    address = reverse("download-release-picture", args=[row.pk])
    pictures.edit(SYSTEM, row.pk, **change)
    refused = Client(headers={"accept-language": "en"}).get(address)
    assert (refused.status_code, refused["Retry-After"]) == (503, "10")
    assert "being made anew" in refused.content.decode()
    drain([sizes.SIZES])
    assert said(Client().get(address).getvalue(), path) == now
    for one in row.sizes.select_related("file"):
        assert said(content_of(one), path) == now
    assert not before & set(row.sizes.values_list("file_id", flat=True))


def test_other_words_make_no_picture_anew(cast: Cast) -> None:
    row = kept(cast)
    pictures.edit(SYSTEM, row.pk, alt_da="En anden seng", caption_en="A bed", position=3)
    assert not Entry.objects.filter(topic=sizes.SIZES).exists()
    assert Client().get(reverse("download-release-picture", args=[row.pk])).status_code == 200


def test_what_comes_out_as_it_was_stays(cast: Cast) -> None:
    row = kept(cast)
    before = list(row.sizes.order_by("pk").values_list("pk", "file_id"))
    sizes.make_sizes(row.pk)
    assert list(row.sizes.order_by("pk").values_list("pk", "file_id")) == before


def test_sizes_that_told_nothing_yet_are_made_anew(cast: Cast) -> None:
    row = kept(cast)
    row.sizes.update(credited="")
    assert Client().get(reverse("download-release-picture", args=[row.pk])).status_code == 503
    sizes.make_sizes(row.pk)
    assert Client().get(reverse("download-release-picture", args=[row.pk])).status_code == 200


def test_whoever_is_erased_stands_in_no_file(cast: Cast) -> None:
    row = kept(cast, credit="Foto: Ida Fotograf Testsen")
    other = kept(cast)
    erase(
        SYSTEM, Subject(addresses=frozenset({"ida@example.org"}), words=frozenset({"Ida Fotograf Testsen"}))
    )
    assert list(Entry.objects.filter(topic=sizes.SIZES).values_list("key", flat=True)) == [str(row.pk)]
    drain([sizes.SIZES])
    for one in row.sizes.select_related("file"):
        assert said(content_of(one), "photoshop:Credit") == {"": "Foto: […]"}
    assert said(content_of(other.sizes.get(shape="card")), "photoshop:Credit") == {"": CREDIT}
