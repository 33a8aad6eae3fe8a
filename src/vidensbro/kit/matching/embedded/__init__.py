"""The embedded index: own postings, vectors and documents in one folder, memory-mapped."""

from vidensbro.kit.matching.embedded.index import EmbeddedIndex
from vidensbro.kit.matching.embedded.snapshot import EmbeddedSnapshot
from vidensbro.kit.matching.embedded.verifying import Problem, verify

__all__ = ["EmbeddedIndex", "EmbeddedSnapshot", "Problem", "verify"]
