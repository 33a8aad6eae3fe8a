"""Fetching from servers on loopback, and importing what came: broken off, gone on with, asked again later."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.hub.imports.conftest import SYSTEM, author, organisation, work
from tests.kit.fetching.conftest import Handler, Site
from tests.kit.fetching.test_cvr_search import Register
from tests.kit.fetching.test_oai_pmh import Repository
from tests.kit.sources import (
    test_clinical_trials,
    test_cordis,
    test_cvr,
    test_eu_calls,
    test_orcid,
    test_uniquip,
)
from vidensbro.hub.common.errors import Conflict, Denied, Invalid
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.imports.downloads import rates
from vidensbro.hub.imports.models import ImportRun
from vidensbro.hub.imports.services import fetch, fetch_and_import, running
from vidensbro.hub.imports.services.locking import only_fetch
from vidensbro.hub.imports.wishes import Wish, wish_of
from vidensbro.hub.knowledge.models import Offer, Work
from vidensbro.kit.sources.fetching import FetchError, HttpFetcher

pytestmark = pytest.mark.django_db


def as_json(value: Any) -> Any:
    return lambda handler: handler.reply(200, json.dumps(value).encode(), Content_Type="application/json")


def calls(page: int, total: int = 51) -> dict[str, Any]:
    """A page of the search with one call."""
    one = json.loads(json.dumps(test_eu_calls.ANSWER["results"][0]))
    one["reference"] = f"{page}TOPICSen"
    one["metadata"]["identifier"] = [f"HORIZON-TANG-2026-0{page}"]
    return {"totalResults": total, "results": [one]}


def test_a_fetch_that_breaks_off_is_gone_on_with(site: Site, fetcher: HttpFetcher) -> None:
    where = site.on(
        "/search", as_json(calls(1)), lambda handler: handler.reply(404, b"gone"), as_json(calls(2))
    )
    wish = Wish(address=(where,))
    with pytest.raises(FetchError):
        fetch_and_import(SYSTEM, "eu_calls", wish, fetcher=fetcher)
    assert not ImportRun.objects.exists()
    run = fetch_and_import(SYSTEM, "eu_calls", wish, fetcher=fetcher)
    assert [asked.query["pageNumber"] for asked in site.log] == ["1", "2", "2"]
    assert run is not None
    assert run.origin["wish"] == {"address": [where]}
    assert sorted(Offer.objects.values_list("source_id", flat=True)) == [
        "HORIZON-TANG-2026-01",
        "HORIZON-TANG-2026-02",
    ]


def test_an_import_of_what_was_fetched_is_gone_on_with_and_not_fetched_again(
    site: Site, fetcher: HttpFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(run: ImportRun) -> None:
        raise KeyboardInterrupt

    wish = Wish(address=(site.on("/search", as_json(calls(1, 1))),))
    with monkeypatch.context() as patch:
        patch.setattr(running, "make_links", killed)
        with pytest.raises(KeyboardInterrupt):
            fetch_and_import(SYSTEM, "eu_calls", wish, fetcher=fetcher)
    asked = len(site.log)
    run = fetch_and_import(SYSTEM, "eu_calls", wish, fetcher=fetcher)
    assert run == ImportRun.objects.get()
    assert (run.state, len(site.log)) == ("done", asked)
    fetch_and_import(SYSTEM, "eu_calls", wish, fetcher=fetcher)
    assert len(site.log) > asked


def test_a_repository_tells_what_has_changed_and_what_is_gone(
    site: Site,
    fetcher: HttpFetcher,
) -> None:
    repository = Repository(
        [("oai:x:1", "2026-01-01T00:00:00Z", False), ("oai:x:2", "2026-01-02T00:00:00Z", False)]
    )
    wish = Wish(address=(site.on("/oai", repository),), since="last")
    run = fetch_and_import(SYSTEM, "oai", wish, fetcher=fetcher)
    assert run is not None
    assert run.counts["new"] == 2
    began = run.origin["began"]
    assert "from" not in site.log[1].query
    repository.records = [("oai:x:2", f"{began}T23:00:00Z", True), ("oai:x:3", f"{began}T23:00:00Z", False)]
    again = fetch_and_import(SYSTEM, "oai", wish, fetcher=fetcher)
    assert again is not None
    assert (again.counts["new"], again.counts["changed"]) == (1, 1)
    assert site.log[-1].query["from"] == began
    seen = Work.objects.order_by("source_id").values_list("source_id", "withdrawn")
    assert list(seen) == [("oai:x:1", False), ("oai:x:2", True), ("oai:x:3", False)]


def test_an_archive_that_is_the_same_is_not_read_again(
    site: Site,
    fetcher: HttpFetcher,
    tmp_path: Path,
) -> None:
    body = test_cordis.archive(tmp_path / "x.zip", "csv", test_cordis.ALL).read_bytes()

    def archive(handler: Handler) -> None:
        same = handler.asked.headers.get("if-none-match") == '"1"'
        handler.reply(304 if same else 200, b"" if same else body, ETag='"1"')

    where = site.on("/cordis-HORIZONprojects-csv.zip", archive)
    first = fetch_and_import(SYSTEM, "cordis", Wish(address=(where,)), fetcher=fetcher)
    assert first is not None
    assert first.counts["new"] == 4
    assert fetch_and_import(SYSTEM, "cordis", Wish(address=(where,)), fetcher=fetcher) == first


def test_people_of_an_organisation(site: Site, fetcher: HttpFetcher) -> None:
    found = {"num-found": 1, "expanded-result": [{"orcid-id": test_orcid.ORCID}]}
    site.on("/expanded-search/", as_json(found))
    site.on(f"/{test_orcid.ORCID}/record", as_json(test_orcid.JSON))
    wish = Wish(ror=("035b05819",), address=(site.url,))
    fetch_and_import(SYSTEM, "orcid", wish, fetcher=fetcher)
    assert Person.objects.get().orcid == test_orcid.ORCID


def test_trials_of_a_country(site: Site, fetcher: HttpFetcher) -> None:
    where = site.on("/studies", as_json({"studies": [test_clinical_trials.STUDY]}))
    fetch_and_import(SYSTEM, "clinicaltrials", Wish(address=(where,), country="DK"), fetcher=fetcher)
    assert Work.objects.get().kind == "trial"
    assert "Denmark" in site.log[0].query["filter.advanced"]


def test_equipment_is_found_from_the_home_page(site: Site, fetcher: HttpFetcher) -> None:
    site.on("/", lambda handler: handler.reply(200, b"<html></html>"))
    site.on("/.well-known/openorg", lambda handler: handler.reply(200, test_uniquip.PROFILE.encode()))
    site.on("/.well-known/equipment.csv", lambda handler: handler.reply(200, test_uniquip.OLD.encode()))
    fetch_and_import(SYSTEM, "uniquip", Wish(address=(f"{site.url}/",)), fetcher=fetcher)
    assert Offer.objects.filter(title="Wave tank").exists()


def test_the_registry_by_its_dump_and_by_country(
    site: Site,
    fetcher: HttpFetcher,
    settings: Any,
) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("v2.1-schema_v2.json", json.dumps([organisation(0)]))
    link = site.on("/dump.zip", lambda handler: handler.ranged(held.getvalue(), '"1"'))
    entry = {
        "key": "v2.1.zip",
        "links": {"self": link},
        "size": len(held.getvalue()),
        "checksum": f"md5:{hashlib.md5(held.getvalue()).hexdigest()}",
    }
    record = site.on("/record", as_json({"files": [entry], "metadata": {"version": "v2.1"}}))
    fetch_and_import(SYSTEM, "ror", Wish(address=(record,)), fetcher=fetcher)
    assert Organisation.objects.count() == 1
    settings.VIDENSBRO_ROR_CLIENT_ID = "our-client"
    api = site.on("/organizations", as_json({"number_of_results": 1, "items": [organisation(1)]}))
    fetch_and_import(SYSTEM, "ror", Wish(address=(api,), country="DK"), fetcher=fetcher)
    assert Organisation.objects.count() == 2
    assert site.log[-1].headers["client-id"] == "our-client"


def test_without_a_client_id_ror_is_asked_less_often(settings: Any) -> None:
    settings.VIDENSBRO_ROR_CLIENT_ID = ""
    slow = rates()["api.ror.org"]
    assert slow.burst + 300 * slow.per_second <= 50
    settings.VIDENSBRO_ROR_CLIENT_ID = "our-client"
    fast = rates()["api.ror.org"]
    assert 1_500 <= fast.burst + 300 * fast.per_second <= 2_000


def test_a_key_is_sent_and_kept_nowhere(
    site: Site,
    fetcher: HttpFetcher,
    settings: Any,
) -> None:
    page = {"results": [work(1, author(1, "Anna"))], "meta": {"count": 1, "next_cursor": None}}
    site.on("/works", as_json(page))
    wish = Wish(address=(site.url,), country="DK", years="2020-2021")
    with pytest.raises(Invalid, match="VIDENSBRO_OPENALEX_KEY"):
        fetch_and_import(SYSTEM, "openalex", wish, fetcher=fetcher)
    settings.VIDENSBRO_OPENALEX_KEY = "s3cret"
    run = fetch_and_import(SYSTEM, "openalex", wish, fetcher=fetcher)
    assert run is not None
    assert run.counts["new"] == 1
    asked = site.log[-1].query
    assert (asked["api_key"], asked["filter"]) == (
        "s3cret",
        "authorships.institutions.country_code:DK,publication_year:2020-2021",
    )
    assert "s3cret" not in json.dumps([run.origin, run.files])
    kept = [path for path in settings.VIDENSBRO_DATA.rglob("*") if path.is_file()]
    assert kept
    assert all(b"s3cret" not in path.read_bytes() for path in kept)


@pytest.mark.parametrize("protected", [True, False])
def test_companies_of_the_register_with_their_protection(
    site: Site, fetcher: HttpFetcher, settings: Any, protected: bool
) -> None:
    register = Register([{**test_cvr.COMPANY, "reklamebeskyttet": protected}])
    wish = Wish(address=(site.on("/search", register),), industry=("72",), since="last")
    with pytest.raises(Invalid, match="VIDENSBRO_CVR_USER"):
        fetch_and_import(SYSTEM, "cvr", wish, fetcher=fetcher)
    settings.VIDENSBRO_CVR_USER = "anna"
    with pytest.raises(Invalid, match="VIDENSBRO_CVR_PASSWORD"):
        fetch_and_import(SYSTEM, "cvr", wish, fetcher=fetcher)
    settings.VIDENSBRO_CVR_PASSWORD = "s3cret"
    run = fetch_and_import(SYSTEM, "cvr", wish, fetcher=fetcher)
    assert run is not None
    row = Organisation.objects.get()
    assert (row.name, row.source_id, row.advertising_protected) == ("Fjordteknik A/S", "10000009", protected)
    again = fetch_and_import(SYSTEM, "cvr", wish, fetcher=fetcher)
    assert again is not None
    changed = {"range": {"Vrvirksomhed.sidstOpdateret": {"gte": run.origin["began"]}}}
    assert changed in register.asked[-1]["query"]["bool"]["must"]
    assert changed not in register.asked[0]["query"]["bool"]["must"]
    kept = [path for path in settings.VIDENSBRO_DATA.rglob("*") if path.is_file()]
    told = json.dumps([run.origin, run.files])
    for private in ("s3cret", "Opdigtet", "12345678"):
        assert private not in told
        assert all(private.encode() not in path.read_bytes() for path in kept)


def test_two_fetches_of_a_source_are_not_at_once(site: Site, fetcher: HttpFetcher) -> None:
    where = site.on("/search", as_json(calls(1, 1)))
    with only_fetch("eu_calls"), pytest.raises(Conflict, match="source_in_use"):
        fetch(SYSTEM, "eu_calls", Wish(address=(where,)), fetcher=fetcher)
    assert len(fetch(SYSTEM, "eu_calls", Wish(address=(where,)), fetcher=fetcher)) == 1


@pytest.mark.parametrize(
    ("source", "given"),
    [
        ("plain", {}),
        ("oai", {}),
        ("orcid", {"country": "DK"}),
        ("cordis", {"country": "DK"}),
        ("clinicaltrials", {"since": "yesterday"}),
        ("openalex", {"years": "now"}),
        ("ror", {"country": "Denmark"}),
        ("ror", {"since": "2026-02-30"}),
        ("openalex", {"years": "2026-2020"}),
        ("clinicaltrials", {"country": "FR"}),
        ("cvr", {}),
        ("cvr", {"since": "last"}),
        ("cvr", {"since": "last", "address": ("https://x.example/c.json",)}),
        ("cvr", {"industry": ("72.19",)}),
        ("cvr", {"municipality": ("Aarhus",)}),
        ("cvr", {"cvr": ("1000",)}),
        ("ror", {"industry": ("72",)}),
    ],
)
def test_wishes_that_make_no_sense_are_refused(
    source: str, given: dict[str, Any], fetcher: HttpFetcher
) -> None:
    with pytest.raises(Invalid):
        wish_of(given).check(source)
    with pytest.raises(Invalid):
        fetch(SYSTEM, source, wish_of(given), fetcher=fetcher)


def test_who_fetches_must_be_of_the_staff_and_say_who_asks(cast: Any, settings: Any) -> None:
    with pytest.raises(Denied):
        fetch(cast["member"], "cordis", Wish())
    settings.VIDENSBRO_FETCH_CONTACT = ""
    with pytest.raises(Invalid, match="VIDENSBRO_FETCH_CONTACT"):
        fetch(SYSTEM, "cordis", Wish())


def test_a_wish_comes_back_from_json_as_it_was() -> None:
    wish = Wish(address=("https://x.example/oai",), since="last", format="ddf-mxd", snapshot=True)
    assert wish_of(json.loads(json.dumps(wish.given()))) == wish
