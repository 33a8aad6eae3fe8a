"""The distributed index: the same protocol on a Qdrant cluster."""

from vidensbro.kit.matching.distributed.edge import EdgeStore
from vidensbro.kit.matching.distributed.index import DistributedIndex
from vidensbro.kit.matching.distributed.server import ServerStore, connect
from vidensbro.kit.matching.distributed.snapshot import DistributedSnapshot
from vidensbro.kit.matching.distributed.store import Store
from vidensbro.kit.matching.distributed.writer import Reading, Spread

__all__ = [
    "DistributedIndex",
    "DistributedSnapshot",
    "EdgeStore",
    "Reading",
    "ServerStore",
    "Spread",
    "Store",
    "connect",
]
