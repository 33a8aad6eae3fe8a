"""The kinds of files that are taken: what they are called, served as, and recognised by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. `family` says how its inside is checked; `main` names its main part, if it is a package."""

    code: str
    extensions: tuple[str, ...]
    content_type: str
    family: str
    main: str = ""


KINDS: Final[dict[str, Kind]] = {
    one.code: one
    for one in (
        Kind("pdf", (".pdf",), "application/pdf", "pdf"),
        Kind(
            "docx",
            (".docx",),
            f"{_OOXML}wordprocessingml.document",
            "ooxml",
            "wordprocessingml.document.main+xml",
        ),
        Kind("xlsx", (".xlsx",), f"{_OOXML}spreadsheetml.sheet", "ooxml", "spreadsheetml.sheet.main+xml"),
        Kind(
            "pptx",
            (".pptx",),
            f"{_OOXML}presentationml.presentation",
            "ooxml",
            "presentationml.presentation.main+xml",
        ),
        Kind("odt", (".odt",), f"{_ODF}text", "odf", f"{_ODF}text"),
        Kind("ods", (".ods",), f"{_ODF}spreadsheet", "odf", f"{_ODF}spreadsheet"),
        Kind("png", (".png",), "image/png", "image"),
        Kind("jpeg", (".jpg", ".jpeg"), "image/jpeg", "image"),
        Kind("webp", (".webp",), "image/webp", "image"),
        Kind("txt", (".txt",), "text/plain", "text"),
        Kind("csv", (".csv",), "text/csv", "text"),
        Kind("zip", (".zip",), "application/zip", "zip"),
    )
}

DOCUMENTS: Final = tuple(code for code in KINDS if code != "zip")
"""Kinds that are always taken; "zip" only where the operator says so."""


def kind_of(name: str, allowed: tuple[str, ...]) -> Kind | None:
    """The kind that a file's name claims, None if it is not among those allowed."""
    dot = name.rfind(".")
    extension = name[dot:].lower() if dot >= 0 else ""
    found = (KINDS[code] for code in allowed if code in KINDS)
    return next((kind for kind in found if extension in kind.extensions), None)


def extensions(allowed: tuple[str, ...]) -> str:
    """The extensions of kinds as a file field's `accept` lists them."""
    return ",".join(extension for code in allowed for extension in KINDS[code].extensions)
