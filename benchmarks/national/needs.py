"""Needs as people write them: words of the glossary, words as the works use them, and filling around them."""

from __future__ import annotations

import numpy as np

from benchmarks.corpus import FILLERS_DA, FILLERS_EN, Asked
from benchmarks.national.words import TOPICS, pairs, words

SEED = 20_261_123
OF_GLOSSARY, OF_TOPIC = 6, 12


def needs(count: int) -> list[Asked]:
    """The first `count`; every other one Danish. `words` are the content words, for engines that do not translate."""
    rng = np.random.default_rng(SEED)
    return [_need(rng, danish=number % 2 == 0) for number in range(count)]


def _need(rng: np.random.Generator, *, danish: bool) -> Asked:
    chosen = [pairs()[one] for one in rng.integers(0, len(pairs()), OF_GLOSSARY)]
    english = words("en").text(rng, OF_TOPIC, int(rng.integers(TOPICS)))
    fillers = FILLERS_DA if danish else FILLERS_EN
    text = [pair[0] if danish else pair[1] for pair in chosen] + english + fillers
    shuffled = " ".join(text[one] for one in rng.permutation(len(text)).tolist())
    return Asked("da" if danish else "en", shuffled, (*(pair[1] for pair in chosen), *english))
