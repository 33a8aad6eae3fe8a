"""JSON-LD in a page, so that search engines and other programs can read what it is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString, mark_safe

_ESCAPES = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def script(data: Mapping[str, Any]) -> SafeString:
    """The data block. Within it no character can end the script element or begin another one."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False, default=str)
    return mark_safe(f'<script type="application/ld+json">{text.translate(_ESCAPES)}</script>')


def without_blanks(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same without what is empty."""
    return {name: value for name, value in data.items() if value not in (None, "", [], {}, ())}
