"""The record of processing activities (GDPR article 30), made from the purposes that the apps declare."""

from __future__ import annotations

from typing import Any

from vidensbro.hub.audit.purposes import models, purposes


def activities() -> list[dict[str, Any]]:
    """One entry for each purpose, in the language that is active, as values that JSON can hold."""
    served = models()
    return [
        {
            "code": one.code,
            "name": str(one.label),
            "legal_basis": list(one.legal_basis),
            "why": str(one.why),
            "subjects": [str(words) for words in one.subjects],
            "data": [str(words) for words in one.data],
            "sources": [str(words) for words in one.sources],
            "recipients": [str(words) for words in one.recipients],
            "days": one.retention.days if one.retention else None,
            "kept": str(one.kept),
            "models": sorted(label for label, code in served.items() if code == one.code),
        }
        for one in purposes().values()
    ]
