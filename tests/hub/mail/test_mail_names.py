"""A name in a header is a name, however long it is and whatever is in it: it names no second reader."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import getaddresses

from hypothesis import example, given
from hypothesis import strategies as st

from tests.hub.bad_input.naughty import NAUGHTY
from vidensbro.hub.common import clock
from vidensbro.hub.mail.composing import composed
from vidensbro.hub.mail.content import fits_a_header, one_line
from vidensbro.hub.mail.models import Mail

FOLDED = "Pressemeddelelse til godkendelse: Kladde: Ny sensor opdager tryksår, før huden går i stykker"
SECOND = 'Hansen, Ida" <evil@example.org>, "and '
NAMES = st.text(st.characters(codec="utf-8"), max_size=200).map(one_line).filter(fits_a_header)


def headers(content: bytes, name: str) -> list[tuple[str, str]]:
    """Names and addresses as the kept reader of mail understands them (RFC 5322, RFC 2047)."""
    found = getaddresses([message_from_bytes(content)[name]])
    return [(str(make_header(decode_header(one))), address) for one, address in found]


@given(NAMES, NAMES)
@example(SECOND * 5, "")
@example("Hansen, Ida (presse) " * 8, SECOND)
@example('"' * 100, "\\" * 199)
@example(one_line(NAUGHTY["marks"]), "æ, " * 60)
@example("=?utf-8?q?x?=", "=?utf-8?q?x?= <a@example.org> " * 6)
def test_it_names_nobody_else(name: str, other: str) -> None:
    name, other = name.strip(), other.strip()
    row = Mail(
        message_id="<0@example.org>",
        created=clock.now(),
        address="rita@example.org",
        name=name,
        sender="press@example.org",
        subject=one_line(name),
        text="x",
        html="x",
        headers={},
    )
    content = composed(row)
    assert headers(content, "To") == [(name, "rita@example.org")]
    row.together = [[name, "rita@example.org"], [other, "rolf@example.org"]]
    content = composed(row)
    for header in ("To", "Reply-To"):
        assert headers(content, header) == [(name, "rita@example.org"), (other, "rolf@example.org")]
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert content.isascii()


@given(NAMES)
@example(FOLDED)
@example("Godkend: " + "word " * 30)
@example("=?utf-8?q?x?=")
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    row = Mail(
        message_id="<0@example.org>",
        created=clock.now(),
        address="rita@example.org",
        sender="press@example.org",
        subject=subject.strip(),
        text="x",
        html="x",
        headers={},
    )
    content = composed(row)
    assert str(make_header(decode_header(message_from_bytes(content)["Subject"]))) == subject.strip()
    assert message_from_bytes(content, policy=policy.default)["Subject"] == subject.strip()
    head = content.split(b"\r\n\r\n", 1)[0]
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert content.isascii()
