"""Files of every source, written by hand; neither the people nor the works exist."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.kit.fetching.conftest import fetcher, fetchers, moments, site  # noqa: F401 (fixtures)
from vidensbro.hub.accounts.actors import system_actor

SYSTEM = system_actor("tests")

# Identifiers of organisations that exist, because check digits must be right; everything else is made up.
RORS = ("035b05819", "03mchdq19", "05bpbnx46", "01aj84f44")


def organisation(number: int, **changes: Any) -> dict[str, Any]:
    """A record of the registry in schema 2."""
    record = {
        "id": f"https://ror.org/{RORS[number]}",
        "names": [{"lang": "en", "types": ["label", "ror_display"], "value": f"Institute {number}"}],
        "locations": [
            {"geonames_details": {"country_code": "DK", "lat": 56.0, "lng": 10.0, "name": "Aarhus"}}
        ],
        "status": "active",
        "types": ["facility"],
        "links": [],
        "external_ids": [],
        "relationships": [],
    }
    return record | changes


def relation(kind: str, number: int) -> dict[str, str]:
    """A link to another organisation of the registry."""
    return {"type": kind, "id": f"https://ror.org/{RORS[number]}", "label": ""}


def author(
    key: int, name: str, *, orcid: str = "", place: int | None = 0, position: str = "middle"
) -> dict[str, Any]:
    """An authorship at one of the organisations above."""
    places = []
    if place is not None:
        places = [
            {
                "id": f"https://openalex.org/I{place + 1}",
                "display_name": f"Institute {place}",
                "ror": f"https://ror.org/{RORS[place]}",
                "country_code": "DK",
                "type": "facility",
            }
        ]
    return {
        "author_position": position,
        "author": {
            "id": f"https://openalex.org/A{key}" if key else None,
            "display_name": name,
            "orcid": f"https://orcid.org/{orcid}" if orcid else None,
        },
        "institutions": places,
        "raw_affiliation_strings": [f"Ward {key}"],
    }


def work(number: int, *authors: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A work in today's schema."""
    record = {
        "id": f"https://openalex.org/W{number}",
        "doi": f"https://doi.org/10.5555/{number}",
        "title": f"Work <i>number</i> {number}",
        "language": "en",
        "type": "article",
        "publication_date": "2020-05-01",
        "cited_by_count": number,
        "authorships": list(authors),
        "abstract_inverted_index": {"About": [0], "sensors": [1]},
    }
    return record | changes


def lines(path: Path, *records: dict[str, Any]) -> Path:
    """JSON lines."""
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """A data folder for this test only, so that no other import holds the lock."""
    settings.VIDENSBRO_DATA = tmp_path / "data"


ORGANISATION_CSV = "id,name,ror,summary_en\nown,Vores navn,035b05819,Ours\n"


def world(folder: Path) -> list[Path]:
    """Eight records of every kind that refer to each other, in four formats."""
    texts = {
        "organisations.csv": (
            "id;name;kind;parent;roles;fields;city;invented\n"
            "clinic;Klinikken;hospital;nord;;medtech;Aalborg;ja\n"
            "nord;Nordregionen;region;;member;;Aalborg;ja\n"
        ),
        "people.yaml": (
            "- {id: asta, given_name: Asta, family_name: Eksempelsen, title: Chief physician,"
            " organisation: clinic, role: head, from: 2021, invented: true}\n"
            "- {id: bo, given_name: Bo, family_name: Prøve, invented: true}\n"
        ),
        "works.yaml": (
            "works:\n"
            "  - id: w1\n    kind: project\n    title: Tidlig opdagelse af tryksår\n    date: 2024\n"
            "    until: 2025\n    language: da\n    authors: [asta, bo]\n"
            "    organisations:\n      - {organisation: nord, role: coordinator}\n"
            "      - {organisation: clinic}\n"
            "  - id: w2\n    title: Early detection\n    language: en\n    authors: [asta]\n    fields: [medtech]\n"
        ),
        "offers.jsonl": json.dumps(
            {
                "id": "o1",
                "kind": "test_site",
                "title": "Testlejlighed",
                "language": "da",
                "title_en": "Test flat",
                "organisation": "clinic",
                "contact": "asta",
                "amount": "250.000",
                "trl_from": 4,
                "trl_to": 7,
            }
        ),
        "needs.csv": (
            "id,title,text,language,owner,sought,visibility\n"
            'n1,Tryksår,"Vi udvikler en sensor og søger viden",da,nord,research;test_site,sealed\n'
        ),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]
