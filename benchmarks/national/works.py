"""Works of a made-up country in the form of OpenAlex, as many as wanted, in constant memory, the same everywhere.

What is known of real bibliographies, and where from:

- works by author: a constant share of authorships goes to newcomers, the others to authors in proportion to what they
  have written (Simon 1955), which gives Lotka's law (Lotka 1926): authors with n works ~ n^-(1 + 1/(1 - share));
  only the latest authorships of a topic are drawn from, so careers end and memory is bounded;
- authors by work: a Poisson core and a power-law tail of large teams (Milojević 2014), the mean near the five that
  Wuchty, Jones & Uzzi (2007) extrapolate to;
- organisations by size: Zipf's law (Axtell 2001 for firms; the same holds for universities by staff);
- lengths of abstracts and titles, and citations: log-normal (Radicchi, Fortunato & Castellano 2008 for citations);
- years: growing by 4 % a year (Bornmann & Mutz 2015);
- words: see `words`.

Names of people and places are made of syllables and mean nobody.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from benchmarks.national.people import Author, Place, author_of, place_of
from benchmarks.national.words import TOPICS, words

SEED = 20_261_122
NEWCOMERS = 0.3
"""Share of authorships by people who have not written before."""

MEMORY = 3_000
"""Authorships of a topic that are remembered."""

CORE, LARGE, TAIL, MOST = 3.6, 0.06, 2.4, 200
"""Authors of a work: 1 + Poisson(CORE); a share of LARGE has a Pareto tail with this exponent, cut at MOST."""

ABSTRACT = (150, 0.45)
TITLE = (11, 0.35)
"""Median in words, and sigma of the logarithm."""

WITHOUT_ABSTRACT, DANISH, WITHOUT_DOI, WITHOUT_PLACE = 0.2, 0.1, 0.15, 0.1
FIRST_YEAR, YEARS, GROWTH = 2000, 26, 1.04
KINDS = (
    "article",
    "article",
    "article",
    "article",
    "article",
    "book-chapter",
    "preprint",
    "report",
    "dataset",
)
BATCH = 1_000

Json = dict[str, Any]


class Works:
    """Works one after the other. Twice the same number of works begins with the same works."""

    def __init__(self, seed: int = SEED) -> None:
        self._seed = seed
        self._past = np.zeros((TOPICS, MEMORY), np.int64)
        self._written = np.zeros(TOPICS, np.int64)
        self._people = 0
        popularity = 1 / (np.arange(1, TOPICS + 1) + 10)
        self._topics = np.cumsum(popularity) / popularity.sum()
        growth = GROWTH ** np.arange(YEARS)
        self._years = np.cumsum(growth) / growth.sum()

    def records(self, count: int) -> Iterator[Json]:
        """The first `count` works."""
        for start in range(0, count, BATCH):
            rng = np.random.default_rng((self._seed, start))
            for number in range(start, min(start + BATCH, count)):
                yield self._record(number + 1, rng)

    def _record(self, number: int, rng: np.random.Generator) -> Json:
        topic = int(np.searchsorted(self._topics, rng.random()))
        chance = rng.random(6)
        language = "da" if chance[0] < DANISH else "en"
        title = words(language).text(rng, _length(rng, *TITLE, most=40), topic)
        key = f"https://openalex.org/W{1_000_000_000 + number}"
        doi = None if chance[1] < WITHOUT_DOI else f"https://doi.org/10.5555/made-up.{number}"
        day = self._day(rng)
        index = None
        if chance[2] >= WITHOUT_ABSTRACT:
            body = words(language).text(rng, _length(rng, *ABSTRACT, most=1_000), topic)
            index = inverted(sentences(body))
        team = [author_of(one) for one in self._team(topic, rng).tolist()]
        return {
            "id": key,
            "doi": doi,
            "title": " ".join(title).capitalize(),
            "language": language if chance[3] >= 0.02 else None,
            "type": KINDS[int(chance[4] * len(KINDS))],
            "publication_year": day.year,
            "publication_date": day.isoformat(),
            "primary_location": {
                "landing_page_url": doi,
                "source": {"display_name": f"Annals of topic {topic}"},
            },
            "authorships": [_authorship(one, place, len(team), rng) for place, one in enumerate(team)],
            "topics": [_topic(topic, 0.98), _topic((topic * 7 + 3) % TOPICS, float(chance[5]))],
            "cited_by_count": int(rng.lognormal(1.0, 1.3)),
            "is_retracted": bool(rng.random() < 0.0005),
            "is_paratext": False,
            "abstract_inverted_index": index,
        }

    def _day(self, rng: np.random.Generator) -> date:
        year = FIRST_YEAR + int(np.searchsorted(self._years, rng.random()))
        return date(year, 1, 1) + timedelta(days=int(rng.integers(0, 365)))

    def _team(self, topic: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
        """Numbers of the authors, each once, in their order."""
        size = 1 + int(rng.poisson(CORE))
        if rng.random() < LARGE:
            size = min(MOST, int(size * (1 + rng.pareto(TAIL - 1))))
        known = min(int(self._written[topic]), MEMORY)
        old = self._past[topic][rng.integers(0, max(known, 1), size)]
        new = (rng.random(size) < NEWCOMERS) | (known == 0)
        fresh = int(new.sum())
        old[new] = np.arange(self._people + 1, self._people + fresh + 1)
        self._people += fresh
        team: npt.NDArray[np.int64] = old[np.sort(np.unique(old, return_index=True)[1])]
        places = (self._written[topic] + np.arange(len(team))) % MEMORY
        self._past[topic][places] = team
        self._written[topic] += len(team)
        return team


def sentences(body: list[str]) -> list[str]:
    """The same words with a full stop after every eighteenth and at the end."""
    for end in range(17, len(body), 18):
        body[end] += "."
    body[-1] = body[-1].rstrip(".") + "."
    return body


def inverted(body: list[str]) -> dict[str, list[int]]:
    """The words of a text, each with its places."""
    index: dict[str, list[int]] = {}
    for place, word in enumerate(body):
        index.setdefault(word, []).append(place)
    return index


def changed(record: Json, day: int) -> Json:
    """The same work as its source tells it some days later: cited more often, every tenth with a new abstract."""
    number = int(record["id"].rsplit("W", 1)[1])
    after = record | {"cited_by_count": record["cited_by_count"] + 1 + day}
    if number % 10 == 0:
        rng = np.random.default_rng((SEED, number, day))
        after["abstract_inverted_index"] = inverted(sentences(words("en").text(rng, 150, number % TOPICS)))
    return after


def write(folder: Path, records: Iterator[Json], per_file: int = 50_000) -> list[Path]:
    """JSON lines under gzip, as OpenAlex publishes its snapshot; the files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    rest = iter(records)
    while (first := next(rest, None)) is not None:
        path = folder / f"works-{len(paths):05d}.jsonl.gz"
        with gzip.open(path, "wb", compresslevel=3) as file:
            file.write(orjson.dumps(first) + b"\n")
            for _, record in zip(range(per_file - 1), rest, strict=False):
                file.write(orjson.dumps(record) + b"\n")
        paths.append(path)
    return paths


def _length(rng: np.random.Generator, median: float, sigma: float, most: int) -> int:
    return int(np.clip(median * np.exp(rng.normal(0, sigma)), 3, most))


def _authorship(author: Author, place: int, size: int, rng: np.random.Generator) -> Json:
    position = "first" if place == 0 else "last" if place == size - 1 else "middle"
    at = [] if rng.random() < WITHOUT_PLACE else [place_of(number) for number in author.places]
    return {
        "author_position": position,
        "author": {
            "id": f"https://openalex.org/A{5_000_000_000 + author.number}",
            "display_name": author.name,
            "orcid": f"https://orcid.org/{author.orcid}" if author.orcid else None,
        },
        "institutions": [_institution(one) for one in at],
        "is_corresponding": place == 0,
        "raw_affiliation_strings": [f"Department {author.number % 40 + 1}, {one.name}" for one in at],
    }


def _institution(place: Place) -> Json:
    return {
        "id": f"https://openalex.org/I{place.number}",
        "display_name": place.name,
        "ror": f"https://ror.org/{place.ror}" if place.ror else None,
        "country_code": place.country,
        "type": place.kind,
    }


def _topic(number: int, score: float) -> Json:
    named = words("en").forms[[200 + number, 700 + 3 * number]]
    return {"id": f"https://openalex.org/T{10_000 + number}", "display_name": " ".join(named), "score": score}
