"""How each public source is fetched into the data folder, as files that its reader reads.

What has been fetched before a break lies there, and the next call goes on from it. Secrets come from the settings
and appear in no file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from django.conf import settings

from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.imports.wishes import COUNTRIES, Wish
from vidensbro.kit.sources.fetching import (
    ClinicalTrials,
    CvrSearch,
    EuFundingCalls,
    Fetcher,
    Harvester,
    HttpFetcher,
    Limits,
    OaiPmh,
    OpenAlexApi,
    OpenAlexSnapshot,
    OrcidRecords,
    OrcidSearch,
    Page,
    Rate,
    Request,
    RorApi,
    RorDump,
    collect,
    orcid_token,
)
from vidensbro.kit.sources.uniquip import datasets, profile_address

Told = Callable[[int], None]
"""Hears that the fetch goes on, and how many records have come since it was told last."""

CORDIS: Final = (
    "https://cordis.europa.eu/data/cordis-HORIZONprojects-csv.zip",
    "https://cordis.europa.eu/data/cordis-HORIZONprojectPublications-csv.zip",
    "https://cordis.europa.eu/data/cordis-h2020projects-csv.zip",
    "https://cordis.europa.eu/data/cordis-h2020projectPublications-csv.zip",
)
"""The archives that are fetched where no other address is given."""

RATES: Final[Mapping[str, Rate]] = {
    "api.ror.org": Rate(6, 10),
    "pub.orcid.org": Rate(10, 20),
    "clinicaltrials.gov": Rate(0.8, 1),
    "api.openalex.org": Rate(8, 10),
    "distribution.virk.dk": Rate(2, 2),
}
_NAME: Final = re.compile(r"[^\w.-]+")
_FILES: Final = (".csv", ".tsv", ".xlsx", ".json", ".zip", ".gz", ".xml")


def own_fetcher(told: Told) -> HttpFetcher:
    """The fetcher of this installation. Raises Invalid when nobody can be named as its contact."""
    contact = settings.VIDENSBRO_FETCH_CONTACT or settings.VIDENSBRO_THEME.contact
    if not contact:
        raise Invalid({"VIDENSBRO_FETCH_CONTACT": ("fetch_contact",)})
    try:
        return HttpFetcher(
            contact,
            cache=settings.VIDENSBRO_DATA / "downloads" / "cache",
            rates=rates(),
            progress=_growth(told),
        )
    except ValueError as error:
        raise Invalid({"VIDENSBRO_FETCH_CONTACT": ("fetch_contact",)}) from error


def rates() -> dict[str, Rate]:
    """How often each host may be asked. ROR gives those who do not name a client fifty requests in five minutes."""
    return {**RATES} if settings.VIDENSBRO_ROR_CLIENT_ID else {**RATES, "api.ror.org": Rate(40 / 300, 10)}


def files_of(source: str, wish: Wish, fetcher: Fetcher, told: Told) -> list[Path]:
    """Fetch what is wished for; the files, whole. `wish.since` is a day or empty.

    Raises:
        FetchError; Invalid: a key is missing in the settings, or a limit is badly written.
    """
    folder = settings.VIDENSBRO_DATA / "downloads" / source
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return _WAYS[source](wish, fetcher, folder, told)
    except ValueError as error:
        raise Invalid({"": (str(error),)}) from error


def _harvested(harvester: Harvester, folder: Path, told: Told, suffix: str = "jsonl") -> Path:
    """The items of a harvest in a file of its own, whose name says what was harvested and with which limits."""
    to = folder / f"{_NAME.sub('-', harvester.key)}.{suffix}"

    def progress(page: Page) -> None:
        told(len(page.items))

    collect(harvester, to, progress)
    return to


def _downloaded(addresses: tuple[str, ...], fetcher: Fetcher, folder: Path) -> list[Path]:
    return [fetcher.download(Request(one), folder / _file_name(one)).path for one in addresses]


def _file_name(address: str) -> str:
    """The last part of an address, made different where two addresses end alike."""
    last = _NAME.sub("-", urlsplit(address).path.rpartition("/")[2]) or "file"
    mark = hashlib.sha256(address.encode()).hexdigest()[:8]
    return last if address in CORDIS else f"{mark}-{last}"


def _cordis(wish: Wish, fetcher: Fetcher, folder: Path, told: Told) -> list[Path]:
    return _downloaded(wish.address or CORDIS, fetcher, folder)


def _files(wish: Wish, fetcher: Fetcher, folder: Path, told: Told) -> list[Path]:
    return _downloaded(wish.address, fetcher, folder)


def _eu_calls(wish: Wish, fetcher: Fetcher, folder: Path, told: Told) -> list[Path]:
    where = _elsewhere(wish)
    return [_harvested(EuFundingCalls(fetcher, **where), folder, told)]


def _oai(wish: Wish, fetcher: Fetcher, folder: Path, told: Told) -> list[Path]:
    prefix = wish.format or "oai_dc"
    repositories = (
        OaiPmh(fetcher, one, prefix=prefix, set_name=wish.set, since=wish.since, with_deleted=True)
        for one in wish.address
    )
    return [_harvested(one, folder, told, "xml") for one in repositories]


def _orcid(wish: Wish, fetcher: Fetcher, folder: Path, told: Told) -> list[Path]:
    where = _elsewhere(wish)
    client, secret = settings.VIDENSBRO_ORCID_CLIENT_ID, settings.VIDENSBRO_ORCID_CLIENT_SECRET
    token = orcid_token(fetcher, client, secret) if client and secret else ""
    people = dict.fromkeys(wish.orcid)
    for ror in wish.ror:
        search = OrcidSearch(fetcher, OrcidSearch.affiliated(ror), token=token, **where)
        people.update(dict.fromkeys(_named(_harvested(search, folder / "people", lambda _: None))))
    if not people:
        return []
    return [_harvested(OrcidRecords(fetcher, list(people), token=token, **where), folder, told)]


def _elsewhere(wish: Wish) -> dict[str, Any]:
    """Where the source is, if not where it usually is."""
    return {"address": wish.address[0]} if wish.address else {}


def _named(found: Path) -> Iterator[str]:
    with found.open("rb") as lines:
        for line in lines:
            yield str(orjson.loads(line).get("orcid-id") or "")


def _clinicaltrials(wish: Wish, fetcher: Fetcher, folder: Path, told: Told) -> list[Path]:
    where = _elsewhere(wish)
    harvest = ClinicalTrials(
        fetcher,
        country=COUNTRIES[wish.country] if wish.country else "",
        changed_since=_day(wish.since),
        **where,
    )
    return [_harvested(harvest, folder, told)]


def _cvr(wish: Wish, fetcher: Fetcher, folder: Path, told: Told) -> list[Path]:
    """Companies from the register's search; without limits, files."""
    if not wish.asks_register:
        return _files(wish, fetcher, folder, told)
    user, password = settings.VIDENSBRO_CVR_USER, settings.VIDENSBRO_CVR_PASSWORD
    for name in ("VIDENSBRO_CVR_USER", "VIDENSBRO_CVR_PASSWORD"):
        if not getattr(settings, name):
            raise Invalid({name: ("required",)})
    search = CvrSearch(
        fetcher,
        user,
        password,
        numbers=wish.cvr,
        industries=wish.industry,
        municipalities=wish.municipality,
        changed_since=_day(wish.since),
        **_elsewhere(wish),
    )
    return [_harvested(search, folder, told)]


def _ror(wish: Wish, fetcher: Fetcher, folder: Path, told: Told) -> list[Path]:
    """The part of a country, or what has changed, from the API; everything from the dump."""
    if not (wish.country or wish.since):
        where = {"record": wish.address[0]} if wish.address else {}
        dump = RorDump(fetcher, **where)
        return [dump.fetch(dump.latest(), folder).path]
    where = _elsewhere(wish)
    client = settings.VIDENSBRO_ROR_CLIENT_ID
    api = RorApi(fetcher, client, country=wish.country, changed_since=wish.since, **where)
    return [_harvested(api, folder, told)]


def _openalex(wish: Wish, fetcher: Fetcher, folder: Path, told: Told) -> list[Path]:
    where = _elsewhere(wish)
    limits = Limits(
        countries=(wish.country,) if wish.country else (),
        institutions=wish.institution,
        topics=wish.topic,
        years=wish.first_and_last_year,
        updated_since=_day(wish.since),
    )
    entity = wish.entity or "works"
    if wish.snapshot:
        snapshot = OpenAlexSnapshot(fetcher, folder / "parts", entity=entity, limits=limits, **where)
        lists = [one.path for one in snapshot.merged()]
        if (withdrawn := snapshot.withdrawn()) is not None:
            lists.append(withdrawn.path)
        return [_harvested(snapshot, folder, told), *lists]
    if not settings.VIDENSBRO_OPENALEX_KEY:
        raise Invalid({"VIDENSBRO_OPENALEX_KEY": ("required",)})
    api = OpenAlexApi(fetcher, settings.VIDENSBRO_OPENALEX_KEY, entity=entity, limits=limits, **where)
    return [_harvested(api, folder, told)]


def _uniquip(wish: Wish, fetcher: Fetcher, folder: Path, told: Told) -> list[Path]:
    """Files as they are; home pages by the lists that their profile names."""
    found: list[str] = []
    for address in wish.address:
        if urlsplit(address).path.lower().endswith(_FILES):
            found.append(address)
            continue
        page = fetcher.fetch(Request(address)).body.decode("utf-8", "replace")
        where = profile_address(page, address)
        profile = fetcher.fetch(Request(where)).body.decode("utf-8", "replace")
        found += [one.url for one in datasets(profile, where) if one.uniquip]
    return _downloaded(tuple(dict.fromkeys(found)), fetcher, folder)


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def _growth(told: Told) -> Callable[[Path, int, int | None], None]:
    """Tells whoever waits that a download goes on."""

    def progress(path: Path, done: int, total: int | None) -> None:
        told(0)

    return progress


_Way = Callable[[Wish, Any, Path, Told], list[Path]]
_WAYS: Final[Mapping[str, _Way]] = {
    "ror": _ror,
    "openalex": _openalex,
    "cordis": _cordis,
    "eu_calls": _eu_calls,
    "oai": _oai,
    "orcid": _orcid,
    "uniquip": _uniquip,
    "clinicaltrials": _clinicaltrials,
    "cvr": _cvr,
    "structural_funds": _files,
}
