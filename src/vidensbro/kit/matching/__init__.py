"""The matching engine: documents and a need in, ranked and explained matches out."""

from vidensbro.kit.matching.analysis import carrier
from vidensbro.kit.matching.config import EngineConfig
from vidensbro.kit.matching.embedded import EmbeddedIndex
from vidensbro.kit.matching.engine import Engine
from vidensbro.kit.matching.finding import Hit
from vidensbro.kit.matching.model import (
    PUBLIC,
    Advice,
    Contribution,
    Document,
    Evidence,
    Filters,
    Match,
    Need,
    Passage,
    Place,
    Reservation,
    Result,
    Standing,
    TermPair,
)
from vidensbro.kit.matching.protocols import Embedder, Index, Snapshot, Statistics

__all__ = [
    "PUBLIC",
    "Advice",
    "Contribution",
    "Document",
    "EmbeddedIndex",
    "Embedder",
    "Engine",
    "EngineConfig",
    "Evidence",
    "Filters",
    "Hit",
    "Index",
    "Match",
    "Need",
    "Passage",
    "Place",
    "Reservation",
    "Result",
    "Snapshot",
    "Standing",
    "Statistics",
    "TermPair",
    "carrier",
]
