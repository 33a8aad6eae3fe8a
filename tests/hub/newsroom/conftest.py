"""A release of the university's, and of the company's with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.hub.cast import NOON, SYSTEM, Cast
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.services import Facts, Said, Wording

HOUR = NOON + timedelta(days=1)
WORDS = Wording(
    headline="Ny sensor opdager tryksår, før huden går i stykker",
    lead="Østuniversitetet og Nordsensor har afprøvet en madras, der mærker begyndende rødme.",
    body="Sensoren er prøvet på **to** plejehjem.\n\nDen næste prøve begynder til foråret.",
    fact_boxes=(Facts("Fakta", "- 120 beboere\n- 18 måneder"),),
    quotes=(Said("Vi ser det to dage før.", "Asta Eksempelsen", "lektor"),),
)


@pytest.fixture
def draft(cast: Cast) -> Version:
    """Written by the company's member, issued by the company and the university."""
    issuers = [cast.company.pk, cast.university.pk]
    with clock_at(NOON):
        return services.create_release(cast["member"], issuers, "da", WORDS)


@pytest.fixture
def approved(draft: Version) -> Version:
    """Approved by both."""
    services.hand_in(SYSTEM, draft.pk, draft.number)
    for one in draft.release.issuers.all():
        draft = services.approve(SYSTEM, draft.pk, one.organisation_id, draft.number)
    return draft


@pytest.fixture
def scheduled(approved: Version) -> Callable[[], Version]:
    """Puts it on for `HOUR`; call it while the clock stands before that."""
    return lambda: services.schedule(SYSTEM, approved.pk, HOUR)
