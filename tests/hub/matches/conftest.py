"""An index of its own for every test, over a small corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.hub.cast import SYSTEM, Cast
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import Person
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.knowledge.models import Offer, Work
from vidensbro.hub.matches import engine


@dataclass(frozen=True)
class Corpus:
    """What there is to find."""

    researcher: Person
    paper: Work
    other_paper: Work
    clinic: Offer
    secret: Offer


@pytest.fixture(autouse=True)
def own_index(settings, tmp_path: Path) -> Iterator[None]:
    """A data folder for this test only."""
    settings.VIDENSBRO_DATA = tmp_path
    engine.forget()
    yield
    engine.forget()


@pytest.fixture
def corpus(cast: Cast) -> Corpus:
    """A wound-care paper and its author, a clinic, a members' offer, and something else."""
    researcher = directory.create_person(SYSTEM, name="Ida Testsen", summary_en="Works on chronic wounds.")
    paper = knowledge.create_work(
        SYSTEM,
        title="Early detection of pressure ulcers in nursing home residents",
        abstract="A sensor mattress found pressure ulcers two days before nurses did. Clinical trial in 14 homes.",
        language="en",
        date=date(2024, 5, 1),
        authorships=[{"person": researcher, "organisation": cast.university, "raw_name": "I. Testsen"}],
        fields=["wound-care"],
    )
    other = knowledge.create_work(
        SYSTEM, title="Superconducting qubits on sapphire", abstract="Coherence times.", language="en"
    )
    clinic = knowledge.create_offer(
        SYSTEM,
        cast.university.pk,
        kind="test_site",
        title="Sårklinik med plads til afprøvning",
        body="Klinikken afprøver hjælpemidler mod tryksår hos beboere på plejehjem.",
        language="da",
    )
    secret = knowledge.create_offer(
        SYSTEM,
        cast.university.pk,
        kind="funding",
        title="Grant for pressure ulcer sensors",
        body="Money for clinical tests of sensors in nursing homes.",
        language="en",
        audience="members",
    )
    return Corpus(researcher, paper, other, clinic, secret)
