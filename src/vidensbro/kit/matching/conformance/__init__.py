"""What every `Index` must do, as tests that any implementation can run.

Subclass `IndexConformance` in a test module, give it `make_index`, and let pytest collect it:

    class TestMine(IndexConformance):
        def make_index(self, folder: Path, *, writable: bool = True) -> Index:
            return MyIndex(folder, embedder=HashingEmbedder(), writable=writable)

Two indexes made for one folder are two handles on the same index. Needs pytest and hypothesis, which are not
dependencies of the library itself.
"""

from vidensbro.kit.matching.conformance.index import IndexConformance
from vidensbro.kit.matching.conformance.material import HashingEmbedder, document, query

__all__ = ["HashingEmbedder", "IndexConformance", "document", "query"]
