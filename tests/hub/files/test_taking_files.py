"""What is taken and what is refused, and what is left on the disk."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from tests.hub.cast import Cast
from tests.hub.files.samples import (
    HONEST,
    HTML,
    JPEG,
    PDF,
    SVG,
    office,
    open_document,
    package,
    png,
    upload,
    webp,
)
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Invalid, Unavailable
from vidensbro.hub.common.messages import known_codes
from vidensbro.hub.files import packages, services
from vidensbro.hub.files.models import StoredFile
from vidensbro.hub.files.names import LONGEST, shown_name
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.services import drain


def on_disk(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_kept_byte_for_byte(cast: Cast, folder: Path, name: str) -> None:
    row = services.store(cast["member"], upload(name, HONEST[name]))
    (path,) = on_disk(folder)
    assert path.read_bytes() == HONEST[name]
    assert (row.name, row.size) == (name, len(HONEST[name]))
    assert row.sha256 == hashlib.sha256(HONEST[name]).hexdigest()
    assert row.uploaded_by == cast.users["member"].pk


def test_the_place_on_disk_tells_nothing_and_is_ones_own(cast: Cast, folder: Path) -> None:
    row = services.store(cast["member"], upload("hemmelig aftale.pdf", PDF))
    (path,) = on_disk(folder)
    assert "aftale" not in str(path.relative_to(folder))
    assert path.suffix == ""
    assert str(row.pk) not in str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\system.txt", "system.txt"),
        ("/etc/cron.d/job.txt", "job.txt"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("a\x00b.txt", "ab.txt"),
        ("fakt\u202etxt.pdf", "fakttxt.pdf"),
        ('x"; filename="y.txt', "x_; filename=_y.txt"),
        ("line\r\nbreak.txt", "linebreak.txt"),
        ("CON.txt", "_CON.txt"),
        ("  . hidden .txt ", "hidden .txt"),
        ("Å" * 300 + ".pdf", "Å" * (LONGEST - 4) + ".pdf"),
        ("../..", ""),
    ],
)
def test_names_are_for_showing_only(given: str, shown: str) -> None:
    assert shown_name(given) == shown


def bomb() -> bytes:
    """A document that holds 60 MB of zeros."""
    return office(**{"big.xml": b"\0" * (60 * 2**20)})


def overlapping() -> bytes:
    """An archive whose two entries are the same block (Fifield, A better zip bomb, 2019)."""
    content = office(**{"one.xml": bytes(range(256)) * 200})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        end = archive.start_dir
        count = len(archive.infolist())
    listing = content[end:-22]
    last = listing.rindex(b"PK\x01\x02")
    doubled = listing + listing[last:] * 40
    tail = bytearray(content[-22:])
    tail[8:12] = (count + 40).to_bytes(2, "little") * 2
    tail[12:16] = len(doubled).to_bytes(4, "little")
    return content[:end] + doubled + bytes(tail)


def unreadable() -> bytes:
    """A document whose list of content types is no compressed data."""
    content = bytearray(office())
    start = content.index(b"[Content_Types].xml") + len("[Content_Types].xml")
    content[start : start + 20] = b"\xff" * 20
    return bytes(content)


HOSTILE = [
    ("tom.pdf", b"", "file_empty"),
    ("side.html", HTML, "file_type_unknown"),
    ("tegning.svg", SVG, "file_type_unknown"),
    ("program.exe", b"MZ\x90\x00", "file_type_unknown"),
    ("makro.docm", office(), "file_type_unknown"),
    ("uden", PDF, "file_type_unknown"),
    (".pdf.exe", PDF, "file_type_unknown"),
    ("arkiv.zip", package({"a.txt": b"a"}), "file_type_unknown"),
    ("program.pdf", b"MZ\x90\x00" + b"\0" * 100, "file_type_mismatch"),
    ("side.pdf", HTML, "file_type_mismatch"),
    ("senere.pdf", b"x" * 20 + PDF, "file_type_mismatch"),
    ("billede.png", JPEG, "file_type_mismatch"),
    ("billede.jpg", png(), "file_type_mismatch"),
    ("lyd.webp", b"RIFF\x10\x00\x00\x00WAVEfmt " + b"\0" * 8, "file_type_mismatch"),
    ("tegning.png", SVG, "file_type_mismatch"),
    ("side.txt", HTML, "file_type_mismatch"),
    ("side.csv", b"\xef\xbb\xbf  \n<ScRiPt>alert(1)</script>", "file_type_mismatch"),
    ("side16.txt", "<html><body>".encode("utf-16"), "file_type_mismatch"),
    ("xml.txt", b'<?xml version="1.0"?><svg/>', "file_type_mismatch"),
    ("skript.txt", b"#!/bin/sh\nrm -rf /\n", "file_type_mismatch"),
    ("binær.csv", b"a;b\x00\x01\x02", "file_type_mismatch"),
    ("regneark.docx", office("xlsx"), "file_type_mismatch"),
    ("arkiv.docx", package({"a.txt": b"a"}), "file_type_mismatch"),
    ("java.docx", package({"META-INF/MANIFEST.MF": b"Main-Class: X"}), "file_type_mismatch"),
    ("regneark.odt", open_document("ods"), "file_type_mismatch"),
    ("pdf-og-zip.pdf", PDF + package({"a.txt": b"a"}), "file_polyglot"),
    ("pdf-og-side.pdf", b"%PDF-1.4\n<html><script>x</script>" + PDF, "file_polyglot"),
    ("billede-og-zip.png", png() + package({"a.txt": b"a"}), "file_polyglot"),
    ("billede-og-side.jpg", JPEG[:20] + b"<script>alert(1)</script>" + JPEG[20:], "file_polyglot"),
    ("billede-og-pdf.jpg", JPEG[:20] + b"%PDF-1.4 " + JPEG[20:], "file_polyglot"),
    ("mere-bagefter.docx", office() + b"PDF", "file_polyglot"),
    ("afbrudt.pdf", PDF[:40], "file_damaged"),
    ("afbrudt.png", png()[:-8], "file_damaged"),
    ("mere-bagefter.png", png() + b"behind", "file_damaged"),
    ("afbrudt.webp", webp()[:-6], "file_damaged"),
    ("afbrudt.docx", office()[:-40], "file_damaged"),
    ("ødelagt.docx", unreadable(), "file_damaged"),
    ("lzma.docx", package({"[Content_Types].xml": b"<Types/>"}, zipfile.ZIP_LZMA), "file_damaged"),
    ("udenfor.docx", office(**{"../../evil.xml": b"x"}), "file_damaged"),
    ("rod.docx", office(**{"/etc/evil.xml": b"x"}), "file_damaged"),
    ("makro.docx", office(**{"word/vbaProject.bin": b"x"}), "file_macros"),
    ("makro.ods", open_document("ods", **{"Basic/Standard/M.xml": b"x"}), "file_macros"),
    ("bombe.docx", bomb(), "file_bomb"),
    ("overlap.docx", overlapping(), "file_bomb"),
]


@pytest.mark.parametrize(("name", "content", "code"), HOSTILE, ids=[one[0] for one in HOSTILE])
def test_a_hostile_file_is_refused_and_leaves_nothing(
    cast: Cast, folder: Path, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        services.store(cast["member"], upload(name, content, "application/pdf"))
    assert caught.value.problems == {"file": (code,)}
    assert not StoredFile.objects.exists()
    assert on_disk(folder) == []


def test_every_refusal_has_words() -> None:
    assert {code for _, _, code in HOSTILE} | {"file_too_large", "file_storage"} <= known_codes()


def test_many_parts_are_a_bomb(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MOST_PARTS", 5)
    with pytest.raises(Invalid, match="file_bomb"):
        services.store(cast["member"], upload("a.docx", office(**{f"{n}.xml": b"x" for n in range(9)})))


def test_archives_only_where_the_operator_says_so(cast: Cast, settings) -> None:
    settings.VIDENSBRO_FILE_ZIP = True
    assert (
        services.store(cast["member"], upload("a.zip", package({"a.txt": b"a"}))).content_type
        == "application/zip"
    )
    with pytest.raises(Invalid, match="file_damaged"):
        services.store(cast["member"], upload("b.zip", package({"../a.txt": b"a"})))


def test_only_what_a_form_allows(cast: Cast) -> None:
    with pytest.raises(Invalid, match="file_type_unknown"):
        services.store(cast["member"], upload("a.txt", b"a"), allowed=("pdf",))


def test_the_limit_is_exact(cast: Cast, settings) -> None:
    settings.VIDENSBRO_FILE_MEGABYTES = 1
    services.store(cast["member"], upload("a.txt", b"a" * 2**20))
    with pytest.raises(Invalid, match="file_too_large"):
        services.store(cast["member"], upload("b.txt", b"a" * (2**20 + 1)))


def test_what_is_refused_is_not_read_whole(cast: Cast, settings) -> None:
    class Endless(UploadedFile):
        def chunks(self, chunk_size: int | None = None):
            raise AssertionError("read")

    settings.VIDENSBRO_FILE_MEGABYTES = 1
    with pytest.raises(Invalid, match="file_too_large"):
        services.store(cast["member"], Endless(io.BytesIO(PDF), "a.pdf", size=2**40))


def test_a_full_disk_is_said_as_such(cast: Cast, folder: Path) -> None:
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file where the folder should be")
    with pytest.raises(Unavailable, match="file_storage"):
        services.store(cast["member"], upload("a.pdf", PDF))
    assert not StoredFile.objects.exists()


def test_a_file_that_nothing_points_to_is_removed_after_a_day(cast: Cast, folder: Path) -> None:
    row = services.store(cast["member"], upload("a.pdf", PDF))
    drain([services.ORPHAN])
    assert StoredFile.objects.filter(pk=row.pk).exists()
    with clock.clock_at(clock.now() + timedelta(hours=25)):
        drain([services.ORPHAN])
        drain([services.REMOVE])
    assert not StoredFile.objects.exists()
    assert on_disk(folder) == []


def test_bytes_without_a_row_are_swept_once_they_are_old(cast: Cast, folder: Path) -> None:
    kept = services.store(cast["member"], upload("a.pdf", PDF))
    (folder / "zz").mkdir()
    (folder / "zz" / "left-by-a-crash").write_bytes(b"x")
    assert services.sweep() == 0
    assert services.sweep(clock.now() + timedelta(seconds=5)) == 1
    assert [path.relative_to(folder).as_posix() for path in on_disk(folder)] == [kept.file.name]


def test_sweeping_where_nothing_was_ever_stored(cast: Cast) -> None:
    assert services.sweep() == 0


def test_removing_bytes_twice_or_of_a_row_that_stands_does_no_harm(cast: Cast, folder: Path) -> None:
    row = services.store(cast["member"], upload("a.pdf", PDF))
    services.remove_bytes(row.file.name)
    assert len(on_disk(folder)) == 1
    services.remove_bytes("no/such")


def test_a_failed_transaction_keeps_nothing_that_sweeping_does_not_find(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(file_id: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(services, "check_later", fail)
    with pytest.raises(ZeroDivisionError):
        services.store(cast["member"], upload("a.pdf", PDF))
    assert not StoredFile.objects.exists()
    assert not Entry.objects.filter(topic=services.ORPHAN).exists()
    assert services.sweep(clock.now() + timedelta(seconds=5)) == 1
    assert on_disk(folder) == []


@pytest.mark.parametrize("columns", [{"size": 0}, {"name": ""}])
def test_the_database_refuses_what_is_no_file(cast: Cast, columns: dict) -> None:
    row = services.store(cast["member"], upload("a.pdf", PDF))
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=row.pk).update(**columns)
