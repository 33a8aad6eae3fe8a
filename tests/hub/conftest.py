"""Fixtures for every test of the hub."""

from __future__ import annotations

import pytest

from tests.hub.cast import Cast, assemble


@pytest.fixture
def cast(db) -> Cast:
    """The people and organisations of tests/hub/cast.py."""
    return assemble()
