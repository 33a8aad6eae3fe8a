"""Expected values are from the registers' own documentation of their check digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.sources import identifiers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("0000-0002-1694-233X", "0000-0002-1694-233X"),
        ("000000021694233x", "0000-0002-1694-233X"),
        ("0000-0002-1825-0098", ""),
        ("https://orcid.org/0000-0002-1825-009", ""),
        ("", ""),
    ],
)
def test_orcid(text, expected):
    assert identifiers.orcid(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://ror.org/035b05819", "035b05819"),
        ("ROR.ORG/035B05819", "035b05819"),
        ("035b05818", ""),
        ("https://ror.org/135b05819", ""),
        ("035b0581", ""),
    ],
)
def test_ror(text, expected):
    assert identifiers.ror(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://doi.org/10.1000/ABC.def", "10.1000/abc.def"),
        ("doi:10.1000/182", "10.1000/182"),
        ("10.1034/j.1600-0404.2000.101004244x./", "10.1034/j.1600-0404.2000.101004244x"),
        ("https://example.org/10.1000/182", ""),
        ("11.1000/182", ""),
    ],
)
def test_doi(text, expected):
    assert identifiers.doi(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("DK 24 25 67 90", "24256790"), ("24256790", "24256790"), ("24256791", ""), ("04256790", ""), ("x", "")],
)
def test_cvr(text, expected):
    assert identifiers.cvr(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("6291041500213", "6291041500213"), ("6291041500214", ""), ("629104150021", "")]
)
def test_gln(text, expected):
    assert identifiers.gln(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://openalex.org/W2741809807", "W2741809807"),
        ("w27", "W27"),
        ("A27", ""),
        ("W２", ""),
        ("W", ""),
    ],
)
def test_openalex(text, expected):
    assert identifiers.openalex(text, "W") == expected


@given(st.text(max_size=40))
def test_any_text_gives_a_valid_identifier_or_nothing(text):
    for read in (identifiers.orcid, identifiers.ror, identifiers.doi, identifiers.cvr, identifiers.gln):
        assert read(read(text)) == read(text)
