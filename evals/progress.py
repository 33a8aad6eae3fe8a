"""How far a measurement has come."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the phase ("documents", "queries", "ablations", "quotes"), the number done and the number of all."""
