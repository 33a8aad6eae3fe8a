"""Telling the apps above that a need changed."""

from __future__ import annotations

from vidensbro.hub.needs.models import Need
from vidensbro.hub.outbox import services as outbox

MATCHES_REFRESH = "matches.refresh"
"""Topic whose keys are ids of needs: find the matches anew. At most one waits for each need."""


def matches_outdated(need: Need) -> None:
    """Have the matches of a need found anew after this transaction."""
    outbox.put(MATCHES_REFRESH, str(need.pk))
