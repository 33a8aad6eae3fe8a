"""A need and an index in, explained matches out.

`Engine.match` reads the need, lets the index find candidates of every kind, scores them on one scale, rereads the
head passage by passage, lets documents vote for the people and organisations behind them, and explains every match
from the numbers that ranked it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from vidensbro.kit.matching.advice import advise
from vidensbro.kit.matching.analysis import SnapshotVocabulary, analyse
from vidensbro.kit.matching.config import EngineConfig
from vidensbro.kit.matching.finding import PER_KIND, Hit, find, find_behind
from vidensbro.kit.matching.model import Filters, Match, Need, Result
from vidensbro.kit.matching.panel import Panel
from vidensbro.kit.matching.protocols import Embedder, Snapshot
from vidensbro.kit.matching.ranking import rank_documents
from vidensbro.kit.matching.sheet import EXPERT_KINDS, Sheet, rank
from vidensbro.kit.text import Bridge, Taxonomy

CONTRIBUTION_CODES = ("term", "meaning", "passage", "field", "place", "document", "further_documents")
"""Where a part of a score comes from. `detail` is, in this order: the word of the need; empty; empty; the field;
empty; the supporting document's key; how many further ones."""


class Engine:
    """Answers needs from an index.

    `snapshots` gives the view to answer from (`Index.snapshot`). `embedder` is None where there is no model, and
    must else be the one that the index was built with. `bridge` and `taxonomy` are the bundled ones if not given.
    """

    def __init__(
        self,
        snapshots: Callable[[], Snapshot],
        *,
        embedder: Embedder | None = None,
        bridge: Callable[[Snapshot], Bridge] | None = None,
        taxonomy: Taxonomy | None = None,
        config: EngineConfig | None = None,
    ) -> None:
        self._snapshots = snapshots
        self._embedder = embedder
        self._bridge = bridge or (lambda snapshot: Bridge(vocabulary=SnapshotVocabulary(snapshot)))
        self._taxonomy = Taxonomy.bundled() if taxonomy is None else taxonomy
        self._bridges: tuple[str, Bridge] | None = None
        self.config = (config or EngineConfig()).suited_to(embedder.name if embedder else "")

    def match(
        self, need: Need, filters: Filters | None = None, *, limit: int = 10, as_of: date | None = None
    ) -> Result:
        """The best `limit` of each kind sought, all in one list by score, ties by key.

        `as_of` is the day that ages and deadlines are counted from (today). Same index, need, settings and day:
        the same answer, to the bit.
        """
        snapshot, day = self._snapshots(), as_of or date.today()
        chosen = filters or Filters()
        analysed = analyse(need, snapshot, self._bridge_for(snapshot), self._embedder, self._taxonomy)
        sheet = Sheet(snapshot, analysed, chosen, day, self.config)
        matches = _matches(sheet, limit) if analysed.ideas or analysed.query.vector is not None else ()
        dense = self._embedder is not None
        return Result(
            matches=matches,
            advice=advise(analysed, chosen, matches, dense, self.config),
            language=analysed.language,
            dense=dense,
            index_version=snapshot.version,
            engine_version=self.config.digest,
            as_of=day,
        )

    def search(
        self, text: str, filters: Filters | None = None, *, per_kind: int = PER_KIND
    ) -> tuple[Hit, ...]:
        """The documents that say what a few words say, in Danish or English, best first; without the model."""
        snapshot = self._snapshots()
        bridge = self._bridge_for(snapshot)
        return find(snapshot, text, filters or Filters(), bridge, self.config, per_kind)

    def search_experts(
        self, text: str, kind: str, filters: Filters | None = None, *, as_of: date | None = None
    ) -> tuple[Hit, ...]:
        """The people or organisations (`kind`) behind what a few words find, best first; without the model."""
        snapshot, day = self._snapshots(), as_of or date.today()
        hits = find(snapshot, text, filters or Filters(), self._bridge_for(snapshot), self.config)
        return find_behind(snapshot, hits, kind, day, self.config)

    def _bridge_for(self, snapshot: Snapshot) -> Bridge:
        """The bridge grounded in what this snapshot's documents say, kept until the index changes."""
        kept = self._bridges
        if kept is None or kept[0] != snapshot.version:
            kept = self._bridges = (snapshot.version, self._bridge(snapshot))
        return kept[1]


def _matches(sheet: Sheet, limit: int) -> tuple[Match, ...]:
    """Experts must pass the filters themselves; the documents that speak for them need only be visible."""
    experts = tuple(kind for kind in sheet.wanted if kind in EXPERT_KINDS)
    narrow = replace(sheet.filters, kinds=tuple(kind for kind in sheet.wanted if kind not in EXPERT_KINDS))
    found: list[Match] = []
    if narrow.kinds:
        wide = replace(narrow, kinds=()) == sheet.visible
        found += rank_documents(
            sheet, sheet.everything if wide else sheet.search(narrow), narrow.kinds, limit
        )
    if experts:
        found += Panel(sheet, experts).matches(limit)
    return tuple(sorted(found, key=rank))
