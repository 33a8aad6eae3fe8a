"""Files from outside as typed records, each with where it comes from, and what was wrong with the rest."""

from vidensbro.kit.sources.model import Record, digest
from vidensbro.kit.sources.plain import template
from vidensbro.kit.sources.problems import Problem
from vidensbro.kit.sources.reading import READABLE, SOURCES, Reader, open_source
from vidensbro.kit.sources.streams import Position

__all__ = [
    "READABLE",
    "SOURCES",
    "Position",
    "Problem",
    "Reader",
    "Record",
    "digest",
    "open_source",
    "template",
]
