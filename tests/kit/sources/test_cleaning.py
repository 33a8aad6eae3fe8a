import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.sources.cleaning import clean, clean_lines, without_markup


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A <i>new</i> species", "A new species"),
        ("H<sub>2</sub>O &amp; CO<sub>2</sub>", "H2O & CO2"),
        ("of the<scp>HAVEN</scp>clinical programme", "of the HAVEN clinical programme"),
        ("&lt;i&gt;Malassezia&lt;/i&gt; folliculitis", "Malassezia folliculitis"),
        ("<jats:p>First.</jats:p><jats:p>Second.</jats:p>", "First. Second."),
        ("risk if p <a and b> 0.05", "risk if p <a and b> 0.05"),
        ("x < 5 and y > 3", "x < 5 and y > 3"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("<img src=x onerror=alert(1)>Title", "Title"),
        ('=HYPERLINK("http://example.org","x")', '=HYPERLINK("http://example.org","x")'),
        ("<!-- hidden -->Shown", "Shown"),
    ],
)
def test_markup_is_removed_and_everything_else_stays_text(text, expected):
    assert without_markup(text) == expected


def test_paragraphs_are_kept():
    assert clean_lines("One\r\n\r\n\r\n\r\ntwo  three \n four\x00") == "One\n\ntwo three\nfour"


@given(st.text())
def test_cleaned_text_is_one_normal_line_that_a_database_takes(text):
    cleaned = clean(text)
    assert cleaned == " ".join(cleaned.split())
    assert "\x00" not in cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert clean(cleaned) == cleaned
    cleaned.encode("utf-8")
