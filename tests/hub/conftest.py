"""Fixtures for every test of the hub."""

from __future__ import annotations

import logging

import pytest

from tests.hub.cast import Cast, assemble

# The mail servers of the tests tell of every command, some after the test that they were for.
logging.getLogger("mail.log").propagate = False


@pytest.fixture
def cast(db) -> Cast:
    """The people and organisations of tests/hub/cast.py."""
    return assemble()
