"""People and organisations by the documents they stand behind (document-centric expert finding).

Each document votes for those who stand behind it with its score, their role in it and its age (Macdonald & Ounis
2006, "Voting for candidates"). The sum is brought to 0..1 by a fixed curve, so that an expert's score can be
compared with a document's and with that of another need.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

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
    found: dict[str, list[Vote]] = defaultdict(list)
    for document, value in scored:
        strength = value**config.vote_power * recency(document.date, today, config.half_life)
        best: dict[str, float] = {}
        for standing in document.stands_behind:
            expert = f"{standing.kind}:{standing.id}"
            best[expert] = max(best.get(expert, 0.0), role_weight(standing.role, config))
        for expert, weight in best.items():
            if strength * weight > 0:
                found[expert].append(Vote(document.key, strength * weight, document.date))
    return {expert: _decayed(ballots, config.vote_decay) for expert, ballots in found.items()}


def _decayed(ballots: list[Vote], decay: float) -> list[Vote]:
    ordered = sorted(ballots, key=lambda vote: (-vote.value, vote.key))
    if decay == 1.0:
        return ordered
    return [Vote(vote.key, vote.value * decay**place, vote.date) for place, vote in enumerate(ordered)]


def expert_score(ballots: Iterable[Vote], config: EngineConfig) -> float:
    """The sum of votes on the curve s / (s + vote_scale): in 0..1, and one half at `vote_scale`."""
    total = sum(vote.value for vote in ballots)
    return total / (total + config.vote_scale)
