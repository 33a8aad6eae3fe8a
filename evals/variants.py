"""The engine with a part taken away or another put in its place: each a row of the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from vidensbro.kit.matching import EngineConfig
from vidensbro.kit.matching.analysis import SnapshotVocabulary
from vidensbro.kit.matching.experts import ROLES
from vidensbro.kit.matching.protocols import Snapshot
from vidensbro.kit.text import Bridge, Taxonomy
from vidensbro.kit.text.bridge import TranslationMethod

LIST_EVERYTHING = EngineConfig(least_score=0.0, least_expert_score=0.0)
"""The engine's settings but for the threshold of what is listed: a measure looks at whole lists."""


@dataclass(frozen=True, slots=True)
class Variant:
    """What differs from the engine as it is. `says` is the row's text in the table."""

    name: str
    says: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    vectors: bool = True
    without: tuple[TranslationMethod, ...] = ()
    fields: bool = True
    only_experts: bool = False

    def config(self, people: bool) -> EngineConfig:
        """The engine's settings in this variant. Where whole lists of `people` are ranked nothing is quoted: that takes
        most of the time and moves nobody."""
        return replace(LIST_EVERYTHING, passages=0 if people else LIST_EVERYTHING.passages, **self.settings)

    @property
    def taxonomy(self) -> Taxonomy | None:
        """None for the bundled one."""
        return None if self.fields else Taxonomy(())

    @property
    def bridge(self) -> Callable[[Snapshot], Bridge] | None:
        """None for the engine's own."""
        if not self.without:
            return None
        return lambda snapshot: Bridge(vocabulary=SnapshotVocabulary(snapshot), without=self.without)

    @property
    def plain_bridge(self) -> Bridge:
        """What carries the collection's own Danish texts over for the model."""
        return Bridge(without=self.without)


DEFAULT = Variant("default", "the engine as it is")

_TERMS_ALONE = {"lexical_weight": 1.0, "carried_lexical_weight": 1.0, "passage_weight": 0.0}
_VECTORS_ALONE = {"lexical_weight": 0.0, "carried_lexical_weight": 0.0, "passage_weight": 0.0}

VARIANTS = (
    Variant("lexical", "terms alone", _TERMS_ALONE, vectors=False),
    Variant("dense", "vectors alone", _VECTORS_ALONE),
    Variant("fused", "terms and vectors, passages not reread", {"passage_weight": 0.0}),
    Variant("lexical+rerank", "terms and passages, no vectors", vectors=False),
    Variant("no glossary", "without the glossary", without=("glossary",)),
    Variant("no cognates", "without cognates", without=("cognate",)),
    Variant("no compounds", "without translating compounds by their parts", without=("compound",)),
    Variant("no translation", "without any translation", without=("glossary", "cognate", "compound", "lexicon")),
    Variant("no fields", "without the other names of fields", fields=False),
    Variant("CombSUM", "votes: sum of scores", {"voting": "sum"}, only_experts=True),
    Variant("CombMNZ", "votes: sum of scores, by the number of documents", {"voting": "mnz"}, only_experts=True),
    Variant(
        "expCombMNZ", "votes: sum of exp(score), by the number", {"voting": "exp_mnz"}, only_experts=True
    ),
    Variant("reciprocal rank", "votes: one over the rank", {"voting": "rank"}, only_experts=True),
    Variant("CombMAX", "votes: the best document alone", {"voting": "best"}, only_experts=True),
    Variant("no decay", "every further document counts in full", {"vote_decay": 1.0}, only_experts=True),
    Variant("no sharing", "each author gets the whole vote", {"vote_sharing": 0.0}, only_experts=True),
    Variant("equal shares", "a vote is divided by the number of authors", {"vote_sharing": 1.0}, only_experts=True),
    Variant(
        "equal roles", "first and last authors count like others", {"roles": dict.fromkeys(ROLES, 1.0)},
        only_experts=True,
    ),
)  # fmt: skip


def named(name: str) -> Variant:
    """The variant of that name. Raises KeyError."""
    return {variant.name: variant for variant in (DEFAULT, *VARIANTS)}[name]
