"""What can be wrong with a file that should be a press release, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vidensbro.kit.sources.problems import VALUE_LENGTH

DESCRIPTIONS: Final[dict[str, tuple[str, str]]] = {
    "not_found": ("The file cannot be opened.", "Check the path and that you may read the file."),
    "empty": ("There is no text in the file.", "Check that it is the right file."),
    "too_large": (
        "The file is larger than a press release is.",
        "Take the pictures out, or copy the text into a file of its own.",
    ),
    "unfolds": (
        "The file unfolds into far more than it seems to hold, as files made to do harm do.",
        "Do not use the file; ask the sender for another one.",
    ),
    "unknown_format": (
        "The file is neither HTML, DOCX, PDF nor plain text.",
        "Save it as one of them; old Word files (.doc) as .docx.",
    ),
    "encrypted": (
        "The file is locked with a password.",
        "Open it in its own program and save it without a password.",
    ),
    "corrupt": ("The file is damaged.", "Fetch or save the file again."),
    "truncated": (
        "The file ends in the middle.",
        "Compare the end of the text with the original, or fetch the file again.",
    ),
    "doctype": (
        "The file brings a document type of its own, which can be used to attack whoever reads it.",
        "Do not use the file; ask the sender for another one.",
    ),
    "too_costly": (
        "Reading the file takes more time or memory than a press release should.",
        "Copy the text into a file of its own.",
    ),
    "nested": (
        "Elements stand within each other too deeply; what lies deeper was not read.",
        "Compare with the original.",
    ),
    "no_text": (
        "The pages are pictures: there is no text in them.",
        "Ask for a file with text, or run it through text recognition first.",
    ),
    "pages": ("Only the first pages were read.", "Take the release out of the larger file."),
    "encoding_guessed": (
        "The file is not UTF-8 and was read as Windows-1252.",
        "Look at the Danish letters; if they are wrong, save the file as UTF-8 and read it again.",
    ),
    "mojibake": ("Letters that had been decoded wrongly were put right.", "Look at the Danish letters."),
    "headline_missing": (
        "No line is short enough to be a headline.",
        "Write the headline yourself.",
    ),
}
"""For each code: what is wrong, and what to do."""

NOTICES: Final = frozenset(
    {"truncated", "nested", "pages", "encoding_guessed", "mojibake", "headline_missing"}
)
"""Codes after which the release has been read all the same."""


@dataclass(frozen=True, slots=True)
class ReleaseProblem:
    """One thing that was wrong with a file. `page` counts from 1 (0: the whole file)."""

    file: str
    code: str
    page: int = 0
    value: str = ""

    @property
    def fatal(self) -> bool:
        """Was nothing read because of it?"""
        return self.code not in NOTICES

    @property
    def message(self) -> str:
        """What, where and what to do, in one English line."""
        what, advice = DESCRIPTIONS[self.code]
        place = f"{self.file}, page {self.page}" if self.page else self.file
        quoted = f" Found: {self.value!r}." if self.value else ""
        return f"{place}: {what}{quoted} {advice}"


class Unreadable(Exception):
    """Nothing can be read from the file; `code` is one of `DESCRIPTIONS`."""

    def __init__(self, code: str, value: object = "") -> None:
        super().__init__(code)
        self.code = code
        self.value = str(value)[:VALUE_LENGTH]
