"""What was wrong with a record or a file: where, what, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

VALUE_LENGTH: Final = 200
"""How many characters of an offending value are kept."""

DESCRIPTIONS: Final[dict[str, tuple[str, str]]] = {
    "not_found": (
        "The file cannot be opened.",
        "Check the path and that you may read the file.",
    ),
    "unknown_format": (
        "The file is of a kind that this source does not come in.",
        "Give a file with one of the endings listed under “Formats” in the documentation.",
    ),
    "unknown_kind": (
        "It is not clear whether the file holds organisations, people, works, offers, needs or releases.",
        "Name the file after its kind (organisations.csv), or put the kind as the only top-level key.",
    ),
    "truncated": (
        "The file ends in the middle.",
        "Fetch the file again; everything before this place has been read.",
    ),
    "corrupt": (
        "The compressed file is damaged.",
        "Fetch the file again; everything before this place has been read.",
    ),
    "encoding": (
        "The text is not valid UTF-8.",
        "Save the file as UTF-8.",
    ),
    "encoding_guessed": (
        "The file is not UTF-8 and was read as Windows-1252.",
        "Look at the Danish letters; if they are wrong, save the file as UTF-8 and import it again.",
    ),
    "nul_bytes": (
        "The line holds NUL bytes, as damaged files do.",
        "Fetch or export the file again.",
    ),
    "oversize": (
        "The line is longer than a record can be.",
        "Check that records are separated by line breaks.",
    ),
    "json": (
        "This is not valid JSON.",
        "Correct the record at this line; the others were read.",
    ),
    "csv": (
        "This row cannot be read as CSV.",
        "Check for an opening quote that is never closed.",
    ),
    "xml": (
        "This record is not well-formed XML.",
        "Tell the source; the other records were read.",
    ),
    "doctype": (
        "The file brings a document type of its own, which can be used to attack whoever reads it.",
        "Do not use the file; ask the source for plain XML.",
    ),
    "refused": (
        "The source answered with an error instead of records.",
        "Ask again as the source's message says.",
    ),
    "schema_changed": (
        "The source has changed its form: this field is missing in most records. Nothing was taken from here on.",
        "Check what the source has announced, and update Vidensbro before you import it again.",
    ),
    "mojibake": (
        "Letters that had been decoded wrongly were put right.",
        "Nothing needs to be done.",
    ),
    "mojibake_left": (
        "Letters seem to have been decoded wrongly; it is not certain what they were, so they were left.",
        "Compare with the source's own page.",
    ),
    "yaml": (
        "This is not valid YAML.",
        "Correct the item at this line; the others were read.",
    ),
    "yaml_alias": (
        "Anchors, aliases and tags are not read.",
        "Write the value out in full.",
    ),
    "layout": (
        "The file does not hold a list of records.",
        "Write a list of mappings, or one key naming the kind with a list below it.",
    ),
    "columns": (
        "The row has more cells than the header.",
        "Put quotes around cells that contain the separator.",
    ),
    "not_a_record": (
        "A record must be a mapping of field names to values.",
        "Correct the record at this line; the others were read.",
    ),
    "missing": (
        "A required field is empty.",
        "Fill in the field.",
    ),
    "unknown_field": (
        "This field is not part of the format and was left out.",
        "Correct the field's name after the template, or remove it.",
    ),
    "invalid": (
        "The value does not fit the field and was left out.",
        "Correct the value after the template.",
    ),
    "choice": (
        "The value is not one of those allowed.",
        "Use one of the values listed in the template.",
    ),
    "identifier": (
        "The identifier is not valid: its form or its check digit is wrong. It was left out.",
        "Look the identifier up and correct it.",
    ),
    "date": (
        "This is not a date.",
        "Write dates as year-month-day, such as 2026-03-31.",
    ),
    "duplicate": (
        "The identifier was used earlier in the file; this record was left out.",
        "Give every record an identifier of its own.",
    ),
    "not_knowledge": (
        "The source marks this record as covers, lists or other matter around the text; it was left out.",
        "Nothing needs to be done.",
    ),
    "unknown_reference": (
        "The record refers to something that has not been imported; the link was left out.",
        "Import what it refers to, or correct the identifier.",
    ),
    "unknown_owner": (
        "The organisation that it belongs to is not named or has not been imported; the record was left out.",
        "Import the organisation first, or correct the identifier.",
    ),
    "length": (
        "The text is too short or too long to be stored; the record was left out.",
        "Write what is needed, in at least 10 and at most 20,000 characters.",
    ),
    "shortened": (
        "The text is longer than the field can hold; only its beginning was kept.",
        "Shorten it in the file, if what was left out matters.",
    ),
    "release_there": (
        "The release was brought in before, and no import changes one; what is different here was left out.",
        "Change it on its own page; where it is out, with a note on what was wrong.",
    ),
    "release_unfit": (
        "A release must be whole to come out: this part is missing, too long or does not fit; the record was left out.",
        "Give each language a headline, a lead and a text, and each contact an address or a number.",
    ),
    "cycle": (
        "An organisation cannot stand above itself; the link was left out.",
        "Correct the parents so that they do not go in a circle.",
    ),
}
"""For each code: what is wrong, and what to do."""

_PICTURES: Final = {
    **{code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
}
"""What stands for control characters, which no terminal should obey and a database may refuse."""

NOTICES: Final = frozenset(
    {
        "encoding_guessed",
        "mojibake",
        "mojibake_left",
        "unknown_field",
        "invalid",
        "choice",
        "date",
        "identifier",
        "unknown_reference",
        "shortened",
        "cycle",
        "release_there",
    }
)
"""Codes after which the record still goes in, less the value."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that was wrong. `line` counts from 1 (0: the whole file); `field` may be empty.

    `skipped` tells whether a record was left out because of it.
    """

    file: str
    line: int
    field: str
    code: str
    value: str = ""
    skipped: bool = True

    @property
    def message(self) -> str:
        """What, where and what to do, in one English line."""
        what, advice = DESCRIPTIONS[self.code]
        place = f"{self.file}, line {self.line}" if self.line else self.file
        subject = f" {self.field}:" if self.field else ""
        quoted = f" Found: {self.value!r}." if self.value else ""
        return f"{place}:{subject} {what}{quoted} {advice}"


def problem(file: str, line: int, code: str, field: str = "", value: object = "") -> Problem:
    """A problem with a known code, the value shortened. Raises KeyError for a code without a description."""
    DESCRIPTIONS[code]
    text = value if isinstance(value, str) else repr(value)
    return Problem(_shown(file), line, _shown(field), code, _shown(text), skipped=code not in NOTICES)


def _shown(text: str) -> str:
    """Text from a broken file, short, and such that every database and terminal takes it."""
    short = text if len(text) <= VALUE_LENGTH else text[: VALUE_LENGTH - 1] + "…"
    return short.translate(_PICTURES).encode("utf-8", "replace").decode("utf-8")
