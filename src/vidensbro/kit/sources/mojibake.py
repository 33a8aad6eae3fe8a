"""UTF-8 that was decoded as Windows-1252, put right where it is certain what was meant.

Such text shows each character beyond ASCII as two to four others: a right quotation mark as "â€™". The
bytes of UTF-8 follow a strict pattern, so such a sequence hardly ever arises otherwise; but it can ("Å’s"
is Danish for "the letter Å's"), and so a sequence is only repaired when it gives a character of common
prose, and one that could as well be a letter before a quotation mark or a dash only beside others that cannot.
"""

from __future__ import annotations

import re
from typing import Final

_HIGH: Final = "".join(chr(code) for code in range(0x80, 0xA0))
_BYTES: Final[dict[str, int]] = {
    # What Windows-1252 leaves undefined comes out of web decoders as the control character of that number.
    **{character: ord(character) for character in _HIGH},
    **{chr(code): code for code in range(0xA0, 0x100)},
    **{bytes([code]).decode("cp1252", "ignore"): code for code in range(0x80, 0xA0)},
}
_BYTES.pop("", None)
_FOLLOWING: Final = "".join(re.escape(c) for c, code in _BYTES.items() if 0x80 <= code < 0xC0)
_SEQUENCE: Final = re.compile(
    rf"[\u00c2-\u00df][{_FOLLOWING}]|[\u00e0-\u00ef][{_FOLLOWING}]{{2}}|[\u00f0-\u00f4][{_FOLLOWING}]{{3}}"
)
_QUOTES: Final = frozenset("‘’“”–—…«»‹›„‚`´")
_LEADS: Final = frozenset("ÂÃÎÏ")
"""Letters that two-byte sequences of Latin and Greek text begin with, and that hardly end a word."""
_PROSE: Final = re.compile(
    "[\u00a0-\u017f\u0391-\u03c9\u2000-\u20cf\u2100-\u22ff\u25a0-\u25ff\u2700-\u27bf\ufb00-\ufb06"
    "\U0001d400-\U0001d7ff\U0001f300-\U0001faff]"
)
_SUSPECT: Final = re.compile(r"â€|Ã[\u0080-\u00bf]|ï»¿|\ufffd")


def repair(text: str) -> tuple[str, bool, bool]:
    """The text put right, whether anything was, and whether something doubtful was left as it stood."""
    if text.isascii():
        return text, False, False
    found = list(_SEQUENCE.finditer(text))
    certain = any(_meant(match.group()) and _proves(match) for match in found)

    def put_right(match: re.Match[str]) -> str:
        sequence = match.group()
        if _proves(match) or (certain and sequence[0] in _LEADS):
            return _meant(sequence) or sequence
        return sequence

    done = _SEQUENCE.sub(put_right, text) if found else text
    return done, done != text, bool(_SUSPECT.search(done))


def _meant(sequence: str) -> str:
    """The character whose bytes these are; "" when they are none, or none of common prose."""
    try:
        character = bytes(_BYTES[part] for part in sequence).decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return character if _PROSE.match(character) else ""


def _proves(match: re.Match[str]) -> bool:
    """Can this be nothing else? A capital before a quotation mark can, unless both stand within a word."""
    sequence = match.group()
    if len(sequence) > 2 or (sequence[0] in _LEADS and sequence[1] not in _QUOTES):
        return True
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return before.islower() and after.islower() and sequence[1] in _QUOTES
