"""Documents to bytes and back. The same document always gives the same bytes."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson

from vidensbro.kit.matching.model import Document, Place, Standing


def clean(text: str) -> str:
    """The text with lone surrogates, which no UTF-8 file can hold, replaced by U+FFFD."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def cleaned(document: Document) -> tuple[Document, bytes]:
    """The document as it can be stored, every text as in `clean`, and its stored form."""
    try:
        return document, orjson.dumps(_parts(document))
    except orjson.JSONEncodeError:
        parts = _clean_parts(_parts(document))
        return _decode_parts(parts), orjson.dumps(parts)


def decode(content: bytes | memoryview) -> Document:
    """The document of a stored form."""
    return _decode_parts(orjson.loads(content))


def _parts(document: Document) -> list[Any]:
    place = document.place
    return [
        document.kind,
        document.id,
        document.language,
        document.title,
        document.body,
        document.fields,
        (place.country, place.city, place.latitude, place.longitude) if place else None,
        document.date.isoformat() if document.date else None,
        document.until.isoformat() if document.until else None,
        [(standing.kind, standing.id, standing.role) for standing in document.stands_behind],
        sorted(document.audience),
        document.facets,
    ]


def _decode_parts(parts: list[Any]) -> Document:
    kind, name, language, title, body, fields, place, day, until, standing, audience, facets = parts
    return Document(
        kind=kind,
        id=name,
        language=language,
        title=title,
        body=body,
        fields=tuple(fields),
        place=Place(*place) if place else None,
        date=date.fromisoformat(day) if day else None,
        until=date.fromisoformat(until) if until else None,
        stands_behind=tuple(Standing(*entry) for entry in standing),
        audience=frozenset(audience),
        facets=tuple((facet, value) for facet, value in facets),
    )


def _clean_parts(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [_clean_parts(entry) for entry in value]
    return value
