"""People and organisations by the documents they stand behind (document-centric expert finding).

Each document votes for those who stand behind it with its score, their role in it, how many they share it with and its
age (Macdonald & Ounis 2006, "Voting for candidates"; Balog, Azzopardi & de Rijke 2009 on the association of people
with documents). The sum is brought to 0..1 by a fixed curve, so that an expert's score can be
compared with a document's and with that of another need.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import exp

from vidensbro.kit.matching.config import EngineConfig
from vidensbro.kit.matching.model import Document

ROLES: Mapping[str, float] = {
    "first": 1.0,
    "sole": 1.0,
    "last": 1.0,
    "corresponding": 1.0,
    "inventor": 1.0,
    "investigator": 1.0,
    "coordinator": 1.0,
    "owner": 1.0,
    "contact": 0.7,
    "partner": 0.7,
    "middle": 0.7,
    "self": 1.0,
}
"""How much of a document's vote goes to somebody in this role."""

DAYS_A_YEAR = 365.2425


@dataclass(frozen=True, slots=True)
class Vote:
    """What one document says for one expert. `key` is the document's."""

    key: str
    value: float
    date: date | None


def role_weight(role: str, config: EngineConfig) -> float:
    """Weight of a role: the configured one, else that of `ROLES`, else that of a middle author."""
    return config.roles.get(role, ROLES.get(role, ROLES["middle"]))


def recency(published: date | None, today: date, half_life: float) -> float:
    """1 for what is new, one half after `half_life` years; what has no date counts as one half-life old."""
    if published is None:
        return 0.5
    years = max((today - published).days, 0) / DAYS_A_YEAR
    return float(0.5 ** (years / half_life))


def votes(
    scored: Iterable[tuple[Document, float]], today: date, config: EngineConfig
) -> dict[str, list[Vote]]:
    """Votes for each expert's key, strongest first, ties by document key."""
    voting = _voting(config)
    ranked = sorted(scored, key=lambda one: (-one[1], one[0].key))
    found: dict[str, list[Vote]] = defaultdict(list)
    for rank, (document, value) in enumerate(ranked, 1):
        strength = voting.strength(value, rank) * recency(document.date, today, config.half_life)
        for expert, share in _shares(document, config).items():
            if value > 0 and strength * share > 0:
                found[expert].append(Vote(document.key, strength * share, document.date))
    return {expert: voting.combined(ballots) for expert, ballots in found.items()}


def _shares(document: Document, config: EngineConfig) -> dict[str, float]:
    """What part of a document's vote goes to each who stands behind it: by role, shared with those of the same kind."""
    best: dict[str, float] = {}
    for standing in document.stands_behind:
        expert = f"{standing.kind}:{standing.id}"
        best[expert] = max(best.get(expert, 0.0), role_weight(standing.role, config))
    together = Counter(expert.partition(":")[0] for expert in best)
    return {
        expert: weight / together[expert.partition(":")[0]] ** config.vote_sharing
        for expert, weight in best.items()
    }


@dataclass(frozen=True, slots=True)
class Voting:
    """How documents' scores become votes, and what an expert's votes are worth together.

    `strength` takes a document's score and its rank from 1. `decay` is what each further vote counts beside the one
    before, strongest first; `by_number` says that each vote counts as often as there are votes.
    """

    strength: Callable[[float, int], float]
    decay: float = 1.0
    by_number: bool = False

    def combined(self, ballots: Sequence[Vote]) -> list[Vote]:
        """An expert's votes as they count, strongest first, ties by key."""
        ordered = sorted(ballots, key=lambda vote: (-vote.value, vote.key))
        times = len(ordered) if self.by_number else 1
        weighed = [replace(vote, value=vote.value * times * self.decay**n) for n, vote in enumerate(ordered)]
        return [vote for vote in weighed if vote.value > 0]


VOTING = ("power", "sum", "mnz", "exp_mnz", "rank", "best")
"""Ways of voting: scores to a power with decay; and from Macdonald & Ounis 2006 CombSUM, CombMNZ, expCombMNZ,
reciprocal rank and CombMAX. A setting is chosen among them by measuring (`evals/`)."""


def _voting(config: EngineConfig) -> Voting:
    """The way of voting that is set. Raises ValueError for a name that is none of `VOTING`."""
    match config.voting:
        case "power":
            return Voting(lambda score, _: score**config.vote_power, decay=config.vote_decay)
        case "sum":
            return Voting(lambda score, _: score)
        case "mnz":
            return Voting(lambda score, _: score, by_number=True)
        case "exp_mnz":
            return Voting(lambda score, _: exp(score), by_number=True)
        case "rank":
            return Voting(lambda _, rank: 1 / rank)
        case "best":
            return Voting(lambda score, _: score, decay=0.0)
    raise ValueError(f"{config.voting!r} is no way of voting; take one of {', '.join(VOTING)}")


def expert_score(ballots: Iterable[Vote], config: EngineConfig) -> float:
    """The sum of votes on the curve s / (s + vote_scale): in 0..1, and one half at `vote_scale`."""
    total = sum(vote.value for vote in ballots)
    return total / (total + config.vote_scale)
