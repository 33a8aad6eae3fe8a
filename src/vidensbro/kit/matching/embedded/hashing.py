"""Names for terms, keys and contents.

Terms and keys are known by 64 bits of BLAKE2b. With ten million distinct ones the chance that any two share a
name is below 3 in a million (birthday bound).
"""

from __future__ import annotations

from hashlib import blake2b

TERM, KEY, FIELD, FACET, AUDIENCE = b"term", b"key", b"field", b"facet", b"audience"


def short_hash(space: bytes, text: str) -> int:
    """64 bits for a text in one of the name spaces above."""
    content = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(content, digest_size=8, person=space).digest(), "little")


def facet_text(name: str, value: str) -> str:
    """A facet as one text: the length tells where the name ends, so no two facets are written alike."""
    return f"{len(name)}:{name}={value}"


def content_hash(content: bytes) -> int:
    """128 bits for a stored document."""
    return int.from_bytes(blake2b(content, digest_size=16).digest(), "little")


def text_hash(text: str) -> int:
    """64 bits for an embedded text, never 0, which stands for "no vector"."""
    return short_hash(b"text", text) or 1
