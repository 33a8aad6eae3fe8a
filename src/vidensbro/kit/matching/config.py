"""The engine's settings: few, with the reason beside each, and all kept with every run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

ENGINE_VERSION = "2"
"""Raised whenever the same index and need may give another answer."""

FIRST_STAGE_MARK: Final = "/static/"
"""What the names of distilled models hold."""

FIRST_STAGE: Final[Mapping[str, Any]] = {
    "lexical_weight": 0.85,
    "carried_lexical_weight": 0.85,
    "cosine_floor": 0.3,
}
"""Settings that differ for a distilled model (chosen on scifact: nDCG@10 .698 with them, .666 without)."""


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """How candidates are scored. The defaults were chosen on several public collections together (see `evals/`)."""

    k1: float = 1.2
    """Saturation of term frequency in BM25 (Robertson & Zaragoza 2009)."""
    b: float = 0.8
    """How far a document's length counts in BM25."""
    title_weight: float = 1.5
    """A word in the title counts as this many in the body (BM25F)."""
    full_answer: int = 16
    """Saying this many of a need's weightiest ideas counts as answering it in full: nobody answers every word of a long
    need, and a long need must not make every answer look weak."""
    lexical_weight: float = 0.45
    """Share of the terms in the score; the vector has the rest, and all of it goes to the terms without a model."""
    carried_lexical_weight: float = 0.6
    """The same for a need in a language that the model does not know: the vector is at best that of a word-by-word
    rendering, and says less."""
    cosine_floor: float = 0.1
    """Cosine that unrelated texts reach with the embedding model: counts as nothing."""
    passage_weight: float = 0.1
    """Share of the best passage in the score of the head; the rest stays with the whole document."""
    rerank: int = 12
    """How many of each kind are reranked by their passages."""
    per_kind: int = 400
    """Candidates of each kind and from each of the two lists, and so the documents that can vote for an expert."""
    vote_power: float = 1.5
    """A supporting document votes with its score to this power, so that many weak ones do not outvote a good one."""
    voting: str = "power"
    """How scores of documents become votes: one of `experts.VOTING`."""
    vote_sharing: float = 0.5
    """What a document says for one of n people (or organisations) behind it is divided by n to this power: of a paper
    by twenty, one author's part is small. 0 gives everybody the whole vote, 1 an equal part (Balog's association)."""
    vote_scale: float = 0.75
    """Sum of votes at which an expert's score reaches one half."""
    vote_decay: float = 0.9
    """What each further document of the same expert counts beside the one before, strongest first."""
    half_life: float = 12.0
    """Years after which a supporting document counts half."""
    organisation_share: float = 0.34
    """The most of a list that may come from one organisation, unless the need names it."""
    least_score: float = 0.1
    """What scores lower is not listed: it has hardly anything to do with the need."""
    least_expert_score: float = 0.03
    """The same for people and organisations: one good document of long ago is a lead, with its reservation."""
    weak_score: float = 0.2
    """Below this the best answer is called weak and advice is given."""
    passages: int = 2
    """Quotations for each match."""
    supporting: int = 5
    """Documents named as supporting an expert."""
    field_weight: float = 0.05
    """Share of a field in common, where the need names fields."""
    place_weight: float = 0.05
    """Share of being in the place that the need names: half for the country, the rest for the city."""
    inactive_years: float = 8.0
    """An expert whose newest supporting document is older is said to have been last active then."""
    roles: dict[str, float] = field(default_factory=dict)
    """Weights of author roles that differ from `experts.ROLES`."""

    def suited_to(self, embedder: str) -> EngineConfig:
        """The settings for an index with this model's vectors: those of a distilled first-stage model say less, and
        even unrelated texts are rather near to each other. A setting that is not the default stays as it is."""
        if FIRST_STAGE_MARK not in embedder:
            return self
        usual = EngineConfig()
        left = {
            name: value for name, value in FIRST_STAGE.items() if getattr(self, name) == getattr(usual, name)
        }
        return replace(self, **left)

    @property
    def digest(self) -> str:
        """Name of these settings, kept with every run."""
        text = json.dumps(asdict(self), sort_keys=True)
        return f"{ENGINE_VERSION}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
