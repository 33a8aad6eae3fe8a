"""A dump of every source, of as many made-up records as wanted, each in the form in which the source publishes."""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from tests.kit.sources import (
    test_clinical_trials,
    test_cordis,
    test_cvr,
    test_eu_calls,
    test_oai,
    test_openalex,
    test_orcid,
    test_ror,
    test_structural_funds,
)
from vidensbro.kit.sources import identifiers

Item = dict[str, Any]
"""One record of a dump, as its source has it: a tree of JSON, the cells of a row, or the text of an element."""


def checked(written: Callable[[int], str], check: Callable[[str], str], number: int) -> list[str]:
    """The first identifiers in a row of candidates whose check digits are right."""
    found: list[str] = []
    for candidate in map(written, count(1)):
        if check(candidate):
            found.append(candidate)
            if len(found) == number:
                return found
    raise AssertionError("unreachable")


def _ror(number: int) -> list[Item]:
    keys = checked(lambda n: f"0{n // 97:06d}{n % 97 + 1:02d}", identifiers.ror, number)
    return [
        {
            **copy.deepcopy(test_ror.V2),
            "id": f"https://ror.org/{key}",
            "names": [{"lang": "en", "types": ["label", "ror_display"], "value": f"Institute {key}"}],
            "external_ids": [],
            "relationships": [],
        }
        for key in keys
    ]


def _openalex(number: int) -> list[Item]:
    return [
        {
            **copy.deepcopy(test_openalex.NEW),
            "id": f"https://openalex.org/W{n}",
            "doi": f"https://doi.org/10.5555/{n}",
            "title": f"Work {n} on seaweed",
        }
        for n in range(1, number + 1)
    ]


def _cordis(number: int) -> list[Item]:
    return [
        {
            **test_cordis.PROJECTS[0],
            "id": str(101000000 + n),
            "title": f"Project {n} on seaweed",
            "grantDoi": "",
        }
        for n in range(1, number + 1)
    ]


def _calls(number: int) -> list[Item]:
    items = []
    for n in range(1, number + 1):
        item = copy.deepcopy(test_eu_calls.ANSWER["results"][0])
        item["reference"] = f"{n}TOPICSen"
        item["metadata"]["identifier"] = [f"HORIZON-TANG-2026-{n:03d}"]
        items.append(item)
    return items


def _oai(number: int) -> list[Item]:
    items = []
    for n in range(1, number + 1):
        payload = test_oai.DC.replace("Tang &amp; liv", f"Tang &amp; liv {n}").replace(
            "10.1234/TANG", f"10.1234/T{n}"
        )
        items.append({"xml": test_oai.record(f"publications/{n}", payload)})
    return items


def _orcid(number: int) -> list[Item]:
    def written(n: int) -> str:
        digits = f"{n // 10:015d}{n % 10}"
        return "-".join(digits[at : at + 4] for at in (0, 4, 8, 12))

    items = []
    for key in checked(written, identifiers.orcid, number):
        item = json.loads(
            json.dumps(test_orcid.JSON).replace(test_orcid.ORCID, key).replace("10.1234/", f"10.1234/{key}.")
        )
        item["person"]["name"]["given-names"]["value"] = f"Anna {key}"
        items.append(item)
    return items


def _uniquip(number: int) -> list[Item]:
    return [
        {
            "Type": "equipment",
            "ID": f"E{n}",
            "Name": f"Wave tank {n}",
            "Description": f"Makes waves, {n} m.",
            "Department": "Institut for Tang",
            "Site Location": "Aarhus",
            "Institution Name": "Fjordby Universitet",
        }
        for n in range(1, number + 1)
    ]


def _trials(number: int) -> list[Item]:
    items = []
    for n in range(1, number + 1):
        item = copy.deepcopy(test_clinical_trials.STUDY)
        item["protocolSection"]["identificationModule"] |= {
            "nctId": f"NCT{n:08d}",
            "briefTitle": f"Trial {n} of seaweed",
        }
        items.append(item)
    return items


def _companies(number: int) -> list[Item]:
    keys = checked(lambda n: str(10_000_000 + n), identifiers.cvr, number)
    items = []
    for key in keys:
        item = copy.deepcopy(test_cvr.COMPANY)
        item["cvrNummer"] = int(key)
        item["navne"][1]["navn"] = f"Fjordteknik {key} A/S"
        items.append({"Vrvirksomhed": item})
    return items


def _funds(number: int) -> list[Item]:
    (row,) = csv.DictReader(
        io.StringIO(test_structural_funds.HEAD + test_structural_funds.ROW), delimiter=";"
    )
    return [{**row, "Projektitel / Operation name": f"Grøn tang – fase {n}"} for n in range(1, number + 1)]


def _plain(number: int) -> list[Item]:
    return [
        {
            "id": f"w{n}",
            "kind": "publication",
            "title": f"Own work {n}",
            "abstract": "About seaweed.",
            "language": "en",
        }
        for n in range(1, number + 1)
    ]


def _as_lines(items: Sequence[Item], path: Path) -> None:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")


def _as_table(items: Sequence[Item], path: Path, delimiter: str = ",", encoding: str = "utf-8") -> None:
    out = io.StringIO()
    columns = list(dict.fromkeys(name for item in items for name in item))
    writer = csv.DictWriter(out, columns, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(items)
    path.write_bytes(out.getvalue().encode(encoding))


def _as_archive(items: Sequence[Item], path: Path) -> None:
    owners = [
        {**test_cordis.ORGANISATIONS[0], "projectID": key}
        for key in dict.fromkeys(str(item["id"]) for item in items)
    ]
    test_cordis.archive(path, "csv", {"organization": owners, "project": list(items)})


def _as_page(items: Sequence[Item], path: Path) -> None:
    path.write_text(test_oai.HEAD + "".join(item["xml"] for item in items) + test_oai.TAIL, encoding="utf-8")


def _as_answer(items: Sequence[Item], path: Path) -> None:
    path.write_text(json.dumps({"totalResults": len(items), "results": list(items)}), encoding="utf-8")


MAKERS: dict[str, Callable[[int], list[Item]]] = {
    "ror": _ror,
    "openalex": _openalex,
    "cordis": _cordis,
    "eu_calls": _calls,
    "oai": _oai,
    "orcid": _orcid,
    "uniquip": _uniquip,
    "clinicaltrials": _trials,
    "cvr": _companies,
    "structural_funds": _funds,
    "plain": _plain,
}
WRITERS: dict[str, tuple[str, Callable[[Sequence[Item], Path], None]]] = {
    "ror": ("ror.jsonl", _as_lines),
    "openalex": ("works.jsonl", _as_lines),
    "cordis": ("cordis-HORIZONprojects.zip", _as_archive),
    "eu_calls": ("calls.json", _as_answer),
    "oai": ("page.xml", _as_page),
    "orcid": ("people.jsonl", _as_lines),
    "uniquip": ("equipment.csv", _as_table),
    "clinicaltrials": ("studies.jsonl", _as_lines),
    "cvr": ("companies.jsonl", _as_lines),
    "structural_funds": ("list.csv", lambda items, path: _as_table(items, path, ";", "cp1252")),
    "plain": ("works.csv", _as_table),
}
CHIEF: dict[str, str] = {
    "ror": "OrganisationRecord",
    "eu_calls": "OfferRecord",
    "orcid": "PersonRecord",
    "uniquip": "OfferRecord",
    "cvr": "OrganisationRecord",
}
"""What a record of a dump becomes, where that is no work."""

LONG: dict[str, tuple[str | int, ...]] = {
    "openalex": ("abstract_inverted_index",),
    "cordis": ("objective",),
    "eu_calls": ("metadata", "descriptionByte", 0),
    "oai": ("xml",),
    "orcid": ("person", "biography", "content"),
    "uniquip": ("Description",),
    "clinicaltrials": ("protocolSection", "descriptionModule", "briefSummary"),
    "structural_funds": ("Projektbeskrivelse",),
    "plain": ("abstract",),
}
"""Where the longest text of a record stands; registers of organisations have none."""


def items(source: str, number: int) -> list[Item]:
    """So many records of a source, all different."""
    return MAKERS[source](number)


def dump(source: str, folder: Path, some: Sequence[Item]) -> Path:
    """A file of these records, in the source's form."""
    name, write = WRITERS[source]
    path = folder / name
    write(some, path)
    return path


def with_text(source: str, item: Item, text: str) -> Item:
    """The record with another text in the place of its longest."""
    changed = copy.deepcopy(item)
    if source == "oai":
        changed["xml"] = changed["xml"].replace("Om tang.", text)
        return changed
    if source == "openalex":
        changed["abstract_inverted_index"] = {word: [at] for at, word in enumerate(text.split(" "))}
        return changed
    *way, last = LONG[source]
    place: Any = changed
    for name in way:
        place = place[name] if isinstance(name, int) else place.setdefault(name, {})
    place[last] = text
    return changed
