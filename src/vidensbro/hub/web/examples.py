"""Needs to try, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Example:
    """A need that somebody could have, and what it is called in few words."""

    label: str
    text: str


EXAMPLES: dict[str, tuple[Example, ...]] = {
    "da": (
        Example(
            "Tryksår på plejehjem",
            "Vi udvikler en sensor, der opdager tryksår tidligt hos plejehjemsbeboere, og søger klinisk viden "
            "og et sted at teste.",
        ),
        Example(
            "Faldulykker hos ældre",
            "Kommunen vil forebygge fald hos borgere over 80 år i eget hjem. Vi søger forskere og virksomheder "
            "med erfaring i måling af gang og balance.",
        ),
        Example(
            "Kvantesensor til hjerneaktivitet",
            "Vi bygger en kvantesensor, der måler magnetfelter fra hjernen ved stuetemperatur, og mangler et "
            "laboratorium og en klinik, der vil afprøve den.",
        ),
    ),
    "en": (
        Example(
            "Pressure ulcers in nursing homes",
            "We are developing a sensor that detects pressure ulcers early in nursing home residents, and are "
            "looking for clinical knowledge and a place to test it.",
        ),
        Example(
            "Yeast that makes a protein",
            "We want to scale up a fermentation in which yeast makes a milk protein, and need a pilot plant and "
            "people who know downstream processing.",
        ),
        Example(
            "Telling sepsis early",
            "We have an algorithm that warns of sepsis from vital signs, and look for an emergency department "
            "that will help us validate it.",
        ),
    ),
}


def examples() -> tuple[Example, ...]:
    """The examples in the page's language."""
    return EXAMPLES[get_language() or "en"] if get_language() in EXAMPLES else EXAMPLES["en"]
