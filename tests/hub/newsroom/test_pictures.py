"""Pictures: what is taken, what is made of it, and what of it stays behind."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageFile
from PIL.ExifTags import IFD

from tests.hub.cast import SYSTEM, Cast
from tests.hub.newsroom.samples import (
    BLUE,
    GREEN,
    RED,
    WORDS,
    hostile,
    png,
    quarters,
    saved,
    upload,
    with_metadata,
)
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.common.messages import known_codes
from vidensbro.hub.files.models import StoredFile
from vidensbro.hub.files.places import storage
from vidensbro.hub.newsroom import imaging
from vidensbro.hub.newsroom.crediting import noted
from vidensbro.hub.newsroom.models import Picture, PictureSize, Version
from vidensbro.hub.newsroom.services import pictures, sizes
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.services import drain

pytestmark = pytest.mark.django_db
TOLD = noted("Foto: Asta Eksempelsen", "press")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    """Where uploads lie."""
    found = tmp_path / "files"
    options = {**settings.STORAGES["files"]["OPTIONS"], "location": str(found)}
    settings.STORAGES = {**settings.STORAGES, "files": {**settings.STORAGES["files"], "OPTIONS": options}}
    return found


def opened(row: PictureSize) -> Image.Image:
    with storage().open(row.file.place, "rb") as content:
        return Image.open(io.BytesIO(content.read()))


def near(image: Image.Image, x: float, y: float, colour: tuple[int, int, int]) -> bool:
    found = image.convert("RGB").getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))
    return all(abs(one - other) < 40 for one, other in zip(found, colour, strict=True))


def made(row: Picture) -> dict[tuple[str, int], PictureSize]:
    drain([sizes.SIZES])
    return {(one.shape, one.width): one for one in row.sizes.select_related("file")}


def add(cast: Cast, draft: Version, content: bytes, name: str = "seng.jpg", **more: object) -> Picture:
    return pictures.add_to_release(
        cast["member"], draft.release_id, upload(name, content), **{**WORDS, **more}
    )


def test_every_size_is_made_for_pages_cards_and_the_press(cast: Cast, draft: Version) -> None:
    row = add(cast, draft, saved(quarters(2000, 1000)))
    assert (row.width, row.height) == (2000, 1000)
    found = made(row)
    assert {key: (one.height, one.file.content_type) for key, one in found.items()} == {
        ("whole", 480): (240, "image/webp"),
        ("whole", 960): (480, "image/webp"),
        ("whole", 1600): (800, "image/webp"),
        ("whole", 2000): (1000, "image/jpeg"),
        ("card", 1200): (630, "image/jpeg"),
        ("square", 600): (600, "image/webp"),
    }
    for one in found.values():
        assert opened(one).size == (one.width, one.height)


@pytest.mark.parametrize(("focal", "colour"), [(0.0, RED), (0.5, GREEN), (1.0, BLUE)])
def test_cuts_keep_the_focal_point(
    cast: Cast, draft: Version, focal: float, colour: tuple[int, int, int]
) -> None:
    row = add(cast, draft, saved(quarters(2400, 600)), focal_x=focal)
    found = made(row)
    edge = {RED: 0.02, GREEN: 0.5, BLUE: 0.98}[colour]
    assert near(opened(found["square", 600]), edge, 0.5, colour)
    assert near(opened(found["card", 1200]), edge, 0.5, colour)


def test_moving_the_focal_point_makes_the_cuts_anew(cast: Cast, draft: Version) -> None:
    row = add(cast, draft, saved(quarters(2400, 600)), focal_x=0.0)
    before = made(row)
    pictures.edit(cast["member"], row.pk, focal_x=1.0)
    after = made(row)
    assert near(opened(after["square", 600]), 0.98, 0.5, BLUE)
    assert before["square", 600].file_id != after["square", 600].file_id
    assert before["whole", 480].file_id == after["whole", 480].file_id
    assert Entry.objects.filter(topic="files.orphan", key=str(before["square", 600].file_id)).exists()


def test_nothing_of_where_and_by_whom_it_was_taken_stays(cast: Cast, draft: Version) -> None:
    row = add(cast, draft, with_metadata(orientation=6))
    assert (row.width, row.height) == (400, 800)
    for one in made(row).values():
        image = opened(one)
        # Artist and Copyright are those of the credit (`test_crediting`).
        assert set(image.getexif()) == {0x013B, 0x8298}
        assert not any(image.getexif().get_ifd(part) for part in IFD)
        assert not {"comment", "icc_profile", "photoshop"} & set(image.info)
        with storage().open(one.file.place, "rb") as content:
            assert b"Secret" not in content.read()
    # Turned a quarter to the right (EXIF 2.32, Orientation 6): the left of the raw picture is its top.
    whole = opened(made(row)["whole", 400])
    assert near(whole, 0.5, 0.02, RED)
    assert near(whole, 0.5, 0.98, BLUE)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_applied(orientation: int) -> None:
    made_of_it = {
        (one.shape, one.width): one
        for one in imaging.derived(io.BytesIO(with_metadata(orientation)), (0.5, 0.5), 2**20, TOLD)
    }
    upright = orientation < 5
    wide = 800 if upright else 400
    image = Image.open(io.BytesIO(made_of_it["whole", wide].content))
    red_first = orientation in {1, 4, 5, 6}
    x, y = (0.02, 0.5) if upright else (0.5, 0.02)
    assert near(image, x, y, RED if red_first else BLUE)


def test_what_shines_through_does_so_where_it_can(cast: Cast, draft: Version) -> None:
    logo = Image.new("RGBA", (800, 800), (0, 0, 0, 0))
    logo.paste((*RED, 255), (200, 200, 600, 600))
    found = made(add(cast, draft, saved(logo, "PNG"), "logo.png"))
    assert found["whole", 800].file.content_type == "image/png"
    assert opened(found["whole", 480]).convert("RGBA").getpixel((2, 2))[3] == 0
    assert near(opened(found["card", 1200]), 0.01, 0.01, (255, 255, 255))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cmyk.jpg", saved(quarters(400, 300, "CMYK"))),
        ("graa.png", saved(quarters(400, 300, "L"), "PNG")),
        ("palet.png", saved(quarters(400, 300, "P"), "PNG")),
        ("en.png", saved(quarters(400, 300, "1"), "PNG")),
        ("seksten.png", saved(Image.new("I;16", (400, 300), 40000), "PNG")),
        ("profil.jpg", saved(quarters(400, 300), icc_profile=b"no profile" * 30)),
    ],
)
def test_every_way_of_colour_becomes_srgb(cast: Cast, draft: Version, name: str, content: bytes) -> None:
    found = made(add(cast, draft, content, name))
    image = opened(found["whole", 400])
    assert image.mode == "RGB"
    if name == "cmyk.jpg":
        assert near(image, 0.02, 0.5, RED)
    if name == "seksten.png":
        assert near(image, 0.5, 0.5, (155, 155, 155))


def test_of_what_moves_the_first_picture(cast: Cast, draft: Version) -> None:
    first, second = (Image.new("RGB", (300, 300), colour) for colour in (RED, BLUE))
    for kind, name in (("WEBP", "a.webp"), ("PNG", "a.png")):
        content = saved(first, kind, save_all=True, append_images=[second], duration=100, lossless=True)
        found = made(add(cast, draft, content, name))
        image = opened(found["whole", 300])
        assert getattr(image, "n_frames", 1) == 1
        assert near(image, 0.5, 0.5, RED)


def test_no_size_is_larger_than_a_file_may_be() -> None:
    noise = saved(Image.effect_noise((1200, 900), 90), "PNG")
    found = list(imaging.derived(io.BytesIO(noise), (0.5, 0.5), 250_000, TOLD))
    assert {one.shape for one in found} == {"whole", "card", "square"}
    assert all(len(one.content) <= 250_000 for one in found)


@pytest.mark.parametrize("case", list(hostile()))
def test_what_would_hurt_is_refused_and_leaves_nothing(
    cast: Cast, draft: Version, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As it is once a PDF has been made.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    name, content, code = hostile()[case]
    with pytest.raises(Invalid) as caught:
        add(cast, draft, content, name)
    assert caught.value.problems == {"file": (code,)}
    assert code in known_codes()
    assert not Picture.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_picture_that_grows_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def decoded(*args: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(Image.Image, "load", decoded)
    with pytest.raises(imaging.Refused, match="picture_too_many_pixels"):
        imaging.measured(io.BytesIO(png(9000, 9000)))


@pytest.mark.parametrize("column", ["alt_da", "alt_en", "credit"])
def test_alternatives_in_both_languages_and_credit_are_needed(
    cast: Cast, draft: Version, column: str
) -> None:
    for missing in ("", "  "):
        with pytest.raises(Invalid) as caught:
            add(cast, draft, saved(quarters(64, 64)), **{column: missing})
        assert set(caught.value.problems) == {column}
    row = add(cast, draft, saved(quarters(64, 64)))
    with pytest.raises(Invalid, match=column):
        pictures.edit(cast["member"], row.pk, **{column: " "})


@pytest.mark.parametrize(
    ("column", "value"), [("focal_x", 1.1), ("focal_y", -0.1), ("licence", "mine"), ("width", 3)]
)
def test_other_columns_are_checked(cast: Cast, draft: Version, column: str, value: object) -> None:
    with pytest.raises(Invalid, match=column):
        add(cast, draft, saved(quarters(64, 64)), **{column: value})


def test_scripts_in_names_and_credits_stay_words(cast: Cast, draft: Version) -> None:
    row = add(
        cast, draft, saved(quarters(64, 64)), '"><script>alert(1)</script>.jpg', credit="A\r\nSet-Cookie: x"
    )
    assert "<" not in row.file.name
    assert row.credit == "A Set-Cookie: x"


class Killed(BaseException):
    """As if the process had been ended."""


@pytest.mark.parametrize("after", range(6))
def test_a_worker_killed_at_any_size_leaves_what_the_next_one_completes(
    cast: Cast, draft: Version, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    row = add(cast, draft, saved(quarters(2000, 1000)))
    original, done = sizes._stored, []

    def dying(picture: Picture, one: imaging.Made) -> StoredFile:
        stored = original(picture, one)
        done.append(one)
        if len(done) > after:
            raise Killed
        return stored

    with monkeypatch.context() as patch:
        patch.setattr(sizes, "_stored", dying)
        with pytest.raises(Killed):
            sizes.make_sizes(row.pk)
    assert row.sizes.count() == after
    kept = set(row.sizes.values_list("file_id", flat=True))
    sizes.make_sizes(row.pk)
    assert row.sizes.count() == 6
    assert kept <= set(row.sizes.values_list("file_id", flat=True))
    sizes.make_sizes(row.pk)
    assert StoredFile.objects.count() == 7


@pytest.mark.parametrize("change", [{"focal_x": 1.0}, {"credit": "Foto: En anden"}, {"licence": "CC0-1.0"}])
def test_what_was_made_for_what_has_changed_is_not_kept(
    cast: Cast, draft: Version, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
) -> None:
    row = add(cast, draft, saved(quarters(400, 300)), focal_x=0.0)
    original = sizes.derived

    def moved(*args: object):
        pictures.edit(cast["member"], row.pk, **change)
        yield from original(*args)

    with monkeypatch.context() as patch:
        patch.setattr(sizes, "derived", moved)
        sizes.make_sizes(row.pk)
    assert not row.sizes.exists()
    assert Entry.objects.filter(topic=sizes.SIZES, key=str(row.pk)).exists()


def test_removing_takes_every_size_along(cast: Cast, draft: Version) -> None:
    row = add(cast, draft, saved(quarters(400, 300)))
    used = {str(one.file_id) for one in made(row).values()} | {str(row.file_id)}
    pictures.remove(cast["colleague"], row.pk)
    assert used <= set(Entry.objects.filter(topic="files.orphan").values_list("key", flat=True))
    sizes.make_sizes(row.pk)
    assert not PictureSize.objects.exists()


def test_who_may(cast: Cast, draft: Version) -> None:
    row = add(cast, draft, saved(quarters(64, 64)))
    for name in ("visitor", "administrator"):
        with pytest.raises(NotFound):
            pictures.edit(cast[name], row.pk, credit="x")
        with pytest.raises(NotFound):
            pictures.remove(cast[name], row.pk)
        with pytest.raises(NotFound):
            pictures.add_to_release(
                cast[name], draft.release_id, upload("a.jpg", saved(quarters(64, 64))), **WORDS
            )
    pictures.edit(cast["outsider"], row.pk, credit="Foto: En anden")


def test_once_approved_those_who_decide_add_pictures(cast: Cast, approved: Version) -> None:
    content = saved(quarters(64, 64))
    with pytest.raises(Denied, match="coordinator_only"):
        pictures.add_to_release(cast["member"], approved.release_id, upload("a.jpg", content), **WORDS)
    pictures.add_to_release(cast["coordinator"], approved.release_id, upload("a.jpg", content), **WORDS)


def test_a_press_kit_is_kept_by_those_who_decide(cast: Cast) -> None:
    content = saved(quarters(64, 64))
    for name in ("visitor", "member", "outsider", "administrator"):
        with pytest.raises(Denied):
            pictures.add_to_press_kit(cast[name], cast.company.pk, upload("logo.jpg", content), **WORDS)
    for name in ("coordinator", "secretariat"):
        row = pictures.add_to_press_kit(cast[name], cast.company.pk, upload("logo.jpg", content), **WORDS)
    with pytest.raises(Denied):
        pictures.remove(cast["member"], row.pk)
    pictures.remove(SYSTEM, row.pk)


def test_there_is_an_end(cast: Cast, draft: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST", 1)
    add(cast, draft, saved(quarters(64, 64)))
    with pytest.raises(Conflict, match="too_many"):
        add(cast, draft, saved(quarters(64, 64)))
