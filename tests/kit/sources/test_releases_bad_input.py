"""Whatever a file holds: a draft with every word of it, or one clear refusal."""

from __future__ import annotations

import io
import re
import time
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.kit.sources import releases_made_up as made
from vidensbro.kit.sources.releases import (
    DESCRIPTIONS,
    ReleaseDraft,
    from_docx,
    from_pdf,
    read_release,
)
from vidensbro.kit.sources.releases.blocks import Reading
from vidensbro.kit.sources.releases.markdown import escape
from vidensbro.kit.sources.releases.problems import Unreadable

SETTINGS = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
MARKDOWN = MarkdownIt("commonmark")


class Shown(HTMLParser):
    """The text that a browser shows of Markdown."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


def shown(markdown: str) -> str:
    reader = Shown()
    reader.feed(MARKDOWN.render(markdown))
    return reader.text


def letters(text: str) -> Counter[str]:
    """Letters and digits, whatever stands between them."""
    return Counter(re.findall(r"[^\W_]", unicodedata.normalize("NFC", text)))


def everything(draft: ReleaseDraft) -> str:
    """All that a draft holds, each part as it stood."""
    return "\n".join(
        [
            draft.headline.text,
            draft.lead.text,
            shown(draft.body.text),
            draft.date_line.text,
            draft.embargo.text if draft.embargo else "",
            *(f"{one.heading}\n{shown(one.body)}" for one in draft.fact_boxes),
            *(f"{one.heading}\n{one.text}" for one in draft.members if one.role == "issuers"),
            *(one.text for one in draft.contacts),
            *(one.text for one in draft.cut),
        ]
    )


LINES = st.one_of(
    st.text(alphabet=st.characters(codec="utf-8", categories=("L", "P", "Zs", "S")), max_size=80),
    st.sampled_from(
        [
            *made.PLAIN.splitlines(),
            "FAKTA",
            "Fakta:",
            "Kontakt: Bo Opdigtet, tlf. 12 34 56 78",
            "###",
            "- ",
            "Side 1",
            "Partnerne er:",
            "Medlemmer",
            "Nordby Universitet",
            "Telefontid: hverdage 9-15",
            "Kontakt (kl. 9-15): Bo Opdigtet",
        ]
    ),
)


@SETTINGS
@given(st.lists(LINES, max_size=30), st.sampled_from(["\n", "\r\n", "\n\n", "\n \n"]))
def test_no_letter_of_a_text_is_lost(lines, between):
    text = between.join(lines)
    done = read_release("x.txt", b"\xef\xbb\xbf" + text.encode())
    if done.draft is None:
        assert [one.code for one in done.problems] == ["empty"]
        return
    if any(one.code == "mojibake" for one in done.problems):
        return
    assert letters(everything(done.draft)) == letters(text)


@SETTINGS
@given(st.text(max_size=200))
def test_escaped_text_is_shown_as_it_was(text):
    text = " ".join("".join(one for one in text if one.isprintable()).split())
    assert " ".join(shown(escape(text)).split()) == text


@SETTINGS
@given(st.binary(max_size=600), st.sampled_from(["x.txt", "x.html"]))
def test_any_bytes_are_read_or_refused(data, name):
    if data.startswith((b"PK", b"%PDF-")):
        return
    done = read_release(name, data)
    assert (done.draft is None) == any(one.fatal for one in done.problems)
    assert all(one.message.startswith(name) for one in done.problems)


@SETTINGS
@given(st.lists(st.sampled_from(["<p>", "</p>", "<ul><li>", "</ul>", "<h1>", "<b>", "</b>", "<br>", "<table><tr><td>",
       "<div hidden>", "<a href='javascript:x'>", "</a>", "<main>", "tang", "fjord, ", "FAKTA", "Kontakt", "&amp;",
       "<ol start=3>", "<pre>\n", "</h1>", "<article>", "*_`["]), max_size=40))  # fmt: skip
def test_any_markup_is_read_or_refused(pieces):
    done = read_release("x.html", "".join(pieces).encode())
    if done.draft:
        assert letters(everything(done.draft))["f"] >= "".join(pieces).count("fjord")


def outcome(reader: Callable[[bytes], Reading], data: bytes) -> str:
    """ "read", or the code of the refusal."""
    try:
        reader(data)
    except Unreadable as refused:
        return refused.code
    return "read"


def broken(data: bytes, at: int, byte: int) -> bytes:
    at %= len(data)
    return data[:at] + bytes([byte]) + data[at + 1 :]


@FEW
@given(st.integers(min_value=0), st.integers(0, 255))
def test_a_damaged_word_file_is_read_or_refused(at, byte):
    assert outcome(from_docx.read, broken(made.word(), at, byte)) in {"read", *DESCRIPTIONS}


@FEW
@given(st.integers(min_value=0), st.integers(0, 255), st.booleans())
def test_a_damaged_pdf_is_read_or_refused(at, byte, cut):
    data = small_pdf("Et afsnit om tang")
    data = data[: at % len(data)] if cut else broken(data, at, byte)
    assert outcome(from_pdf.read, data) in {"read", *DESCRIPTIONS}


def small_pdf(text: str, extra: str = "", stream: bytes | None = None, form: str = "") -> bytes:
    """A PDF of one line after ISO 32000-1, 7.5."""
    content = stream if stream is not None else f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode("latin-1")
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(content)}{form}>>stream\n".encode() + content + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data = b"%PDF-1.4\n"
    offsets = []
    for number, part in enumerate(parts, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj".encode() + part + b"endobj\n"
    start = len(data)
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    tail = f"xref\n0 6\n0000000000 65535 f \n{table}trailer<</Size 6/Root 1 0 R{extra}>>\nstartxref\n{start}\n%%EOF"
    return data + tail.encode()


def code_of(name: str, data: bytes) -> str:
    done = read_release(name, data)
    assert done.draft is None
    (problem,) = done.problems
    assert problem.fatal
    assert problem.message.startswith(name)
    return problem.code


def archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made_archive:
        for member, data in members.items():
            made_archive.writestr(member, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t\x00", "empty"),
        ("a.html", b"<html><body><script>x()</script></body></html>", "empty"),
        ("a.bin", bytes(range(256)) * 8 + b"\x00" * 200, "unknown_format"),
        ("a.rtf", b"{\\rtf1 hej}", "unknown_format"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, "unknown_format"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
        ),
        ("a.txt", b"tang " * (1 << 20), "too_large"),
        ("a.zip", archive({"tang.txt": b"tang"}), "unknown_format"),
        ("a.docx", made.word()[:700], "corrupt"),
        ("a.docx", made.docx(made.paragraph("Tang"), {"word/media/x.png": b"\x00" * (3 << 20)}), "unfolds"),
        (
            "a.docx",
            made.docx(
                made.paragraph("&x;"), prologue='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
            ),
            "doctype",
        ),
        ("a.pdf", b"%PDF-1.7 nothing", "corrupt"),
        ("a.pdf", small_pdf("", stream=b""), "no_text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_cure(name, data, code):
    assert code_of(name, data) == code


def test_a_pdf_bomb_ends_in_a_refusal():
    packer = zlib.compressobj(1)
    bomb = b"".join(packer.compress(bytes(1 << 24)) for _ in range(80)) + packer.flush()
    assert len(bomb) < (8 << 20)
    # Either the limit ends the process, or the library gives the stream up where its memory ends.
    code = code_of("bomb.pdf", small_pdf("", stream=bomb, form="/Filter/FlateDecode"))
    assert code in {"too_costly", "no_text"}


def test_a_truncated_page_is_read_and_said_to_be_so():
    done = read_release("x.html", made.page()[:1200].encode())
    assert done.draft is not None
    assert done.draft.headline.text == made.HEADLINE
    assert [one.code for one in done.problems] == ["truncated"]


def test_entities_of_a_page_are_not_followed():
    text = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><h1>Tang</h1><p>&x;</p></body></html>'
    done = read_release("x.html", text.encode())
    assert done.draft is not None
    assert "root:" not in repr(done.draft)


@pytest.mark.parametrize(
    ("declared", "written", "shown"),
    [
        ("iso-8859-1", "cp1252", "Ålen – ”tangen” er fri"),
        ("us-ascii", "cp1252", "Ålen – ”tangen” er fri"),
        ("iso-8859-1", "utf-8", "Ålen – ”tangen” er fri"),
        ("iso-8859-15", "iso-8859-15", "Ålen koster 7 €"),
    ],
)
def test_the_letters_of_a_page_are_those_that_browsers_show(declared, written, shown):
    page = f"<html><meta charset='{declared}'><body><h1>Tang</h1><p>{shown}</p></body></html>"
    done = read_release("x.html", page.encode(written))
    assert done.draft is not None
    assert done.draft.body.text == shown
    assert done.problems == ()


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "utf-7", "utf-16", "rot13", "unicode_escape", "no-such"]
)
def test_a_page_that_declares_what_no_page_is_written_in_is_read_as_any_text(name):
    # Decoding Punycode takes time with the square of its length: that of two megabytes would take many minutes.
    page = f"<html><meta charset='{name}'><body><h1>Tang +AOU-</h1>{'kva1b' * 200_000}</body></html>"
    done = read_release("x.html", page.encode())
    assert [one.code for one in done.problems] == ["too_large"]
    small = read_release("x.html", page.replace("kva1b" * 200_000, "<p>ålen</p>").encode())
    assert small.draft is not None
    assert (small.draft.headline.text, small.draft.body.text) == ("Tang +AOU-", "ålen")


def test_deep_nesting_ends():
    done = read_release("x.html", b"<div>" * 200_000 + b"tang")
    assert done.problems
    assert {one.code for one in done.problems} <= {"nested", "empty", "headline_missing"}


def test_one_long_line_is_read_in_good_time():
    text = "Tang " + "og alger, " * 20_000
    done = read_release("x.txt", text.encode())
    assert done.draft is not None
    assert [one.code for one in done.problems] == ["headline_missing"]


@pytest.mark.parametrize("piece", ["Aa Bb, 12345678, ", "a@b.dk, ", "Aa Bb (kl. 9-15) og "])
def test_a_row_of_very_many_contacts_is_read_in_good_time(piece):
    text = f"Overskrift\n\nEt afsnit.\n\nKontakt: {piece * (250_000 // len(piece))}\n"
    begun = time.process_time()
    assert read_release("x.txt", text.encode()).draft is not None
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("piece", ["»", '"', "a@", "12 ", "Aa ", "(", "A, ", "»Aa bb cc dd ee ff gg hh«"])
def test_repetition_does_not_stall(piece):
    text = f"Overskrift\n\nEt afsnit.\n\n{piece * 4000}\n\nKontakt\n{piece * 4000}\n"
    assert read_release("x.txt", text.encode()).draft is not None
