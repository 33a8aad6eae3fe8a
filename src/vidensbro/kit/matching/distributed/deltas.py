"""How a transaction changes the figures of an index; sums, so that workers can count apart and be added up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from vidensbro.kit.matching.distributed.features import Features
from vidensbro.kit.matching.distributed.state import Head

MODULUS = 1 << 128


@dataclass(slots=True)
class Delta:
    """Changes, each upwards or downwards. `terms` by name, in public documents only; `born` and `died` are versions of
    documents, whatever becomes of them in the same transaction."""

    terms: Counter[int] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    public_documents: int = 0
    length: int = 0
    digest: int = 0
    size: int = 0
    born: int = 0
    died: int = 0

    def count(
        self, sign: int, kind: str, features: Features, *, public: bool, content: int, size: int
    ) -> None:
        """Count a version of a document in (`sign` 1) or out (-1)."""
        if sign > 0:
            self.born += 1
        else:
            self.died += 1
        self.kinds[kind] += sign
        self.digest = (self.digest + sign * content) % MODULUS
        self.size += sign * size
        if public:
            self.public_documents += sign
            self.length += sign * features.length
            for name in features.names.tolist():
                self.terms[name] += sign

    def add(self, other: Delta) -> None:
        """Take in what somebody else counted."""
        for name, number in other.terms.items():
            self.terms[name] += number
        for kind, number in other.kinds.items():
            self.kinds[kind] += number
        self.public_documents += other.public_documents
        self.length += other.length
        self.digest = (self.digest + other.digest) % MODULUS
        self.size += other.size
        self.born += other.born
        self.died += other.died

    def applied(self, head: Head) -> Head:
        """The head after these changes, at the next commit."""
        kinds = Counter(head.kinds)
        for kind, number in self.kinds.items():
            kinds[kind] += number
        return replace(
            head,
            commit=head.commit + 1,
            digest=f"{(int(head.digest, 16) + self.digest) % MODULUS:032x}",
            documents=sum(kinds.values()),
            kinds={kind: number for kind, number in sorted(kinds.items()) if number},
            public_documents=head.public_documents + self.public_documents,
            length=head.length + self.length,
            size=head.size + self.size,
        )
