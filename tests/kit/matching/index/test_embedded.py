"""The embedded index keeps the contract of every index."""

from pathlib import Path

from vidensbro.kit.matching.conformance import HashingEmbedder, IndexConformance
from vidensbro.kit.matching.embedded import EmbeddedIndex
from vidensbro.kit.matching.protocols import Index


class TestEmbeddedIndex(IndexConformance):
    def make_index(self, folder: Path, *, writable: bool = True) -> Index:
        return EmbeddedIndex.open(folder, embedder=HashingEmbedder(), writable=writable)
