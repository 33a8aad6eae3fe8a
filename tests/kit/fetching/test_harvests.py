"""Harvests of JSON sources from a server that pages as they do, and misbehaves as they do."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest

from vidensbro.kit.sources.fetching import (
    ClinicalTrials,
    EuFundingCalls,
    HarvestError,
    OrcidRecords,
    OrcidSearch,
    Refused,
    RorApi,
    RorDump,
    WrongChecksum,
    WrongContent,
    orcid_token,
)


def ids(pages):
    return [json.loads(item)["id"].rpartition("/")[2] for page in pages for item in page.items]


def dump():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("v2.10-2026-07-20-ror-data.json", "[]")
    return held.getvalue()


def zenodo(site, data, checksum=None, files=1):
    name = "v2.10-2026-07-20-ror-data.zip"
    entry = {
        "key": name,
        "size": len(data),
        "checksum": checksum or f"md5:{hashlib.md5(data).hexdigest()}",
        "links": {"self": f"{site.url}/files/{name}/content"},
    }
    meta = {"version": "v2.10", "publication_date": "2026-07-20"}
    body = json.dumps({"files": [entry] * files, "metadata": meta}).encode()
    site.on("/records/9", lambda h: h.reply(200, body))
    site.on(f"/files/{name}/content", lambda h: h.ranged(data, '"z"'))
    return site.on("/records/1", lambda h: h.reply(302, Location="/records/9"))


def test_the_dump_of_ror_is_found_and_checked(site, fetcher, tmp_path):
    held = dump()
    source = RorDump(fetcher, record=zenodo(site, held), token="sesame")
    release = source.latest()
    assert (release.version, release.released) == ("v2.10", "2026-07-20")
    assert source.fetch(release, tmp_path).path.read_bytes() == held
    assert site.log[-1].headers["authorization"] == "Bearer sesame"


def test_a_dump_of_ror_that_is_not_right_is_told(site, fetcher, tmp_path):
    source = RorDump(fetcher, record=zenodo(site, dump(), "md5:" + "0" * 32))
    with pytest.raises(WrongChecksum):
        source.fetch(source.latest(), tmp_path)
    source = RorDump(fetcher, record=zenodo(site, b"no zip"))
    with pytest.raises(HarvestError, match="not a zip"):
        source.fetch(source.latest(), tmp_path)
    for options in ({"files": 0}, {"files": 2}, {"checksum": "crc:1"}):
        with pytest.raises(HarvestError):
            RorDump(fetcher, record=zenodo(site, dump(), **options)).latest()


def test_ror_api_pages_with_a_client_id(site, fetcher):
    every = [{"id": f"https://ror.org/0{number}"} for number in range(45)]

    def behave(handler):
        page = int(handler.asked.query["page"])
        items = every[(page - 1) * 20 : page * 20]
        handler.reply(200, json.dumps({"number_of_results": len(every), "items": items}).encode())

    harvest = RorApi(fetcher, "client-1", country="dk", address=site.on("/organizations", behave))
    pages = list(harvest.pages())
    assert len(ids(pages)) == 45
    assert len(site.log) == 3
    assert site.log[0].headers["client-id"] == "client-1"
    assert site.log[0].query == {
        "all_status": "true",
        "filter": "locations.geonames_details.country_code:DK",
        "page": "1",
    }
    assert ids(pages[:2]) + ids(harvest.pages(pages[1].cursor)) == ids(pages)


def test_what_rors_pages_left_out_is_looked_for_again(site, fetcher):
    every = [{"id": f"https://ror.org/0{number:02}"} for number in range(45)]
    moved = [*every[:20], every[0], *every[21:]]  # one twice, one not at all

    def behave(handler):
        page = int(handler.asked.query["page"])
        held = moved if len(site.log) <= 3 else every
        items = held[(page - 1) * 20 : page * 20]
        handler.reply(200, json.dumps({"number_of_results": 45, "items": items}).encode())

    harvest = RorApi(fetcher, "client-1", country="dk", address=site.on("/organizations", behave))
    pages = list(harvest.pages())
    assert sorted(ids(pages)) == [f"0{number:02}" for number in range(45)]
    assert [page.cursor["done"] for page in pages] == [False] * 4 + [True]
    site.log.clear()
    first = next(harvest.pages())
    rest = list(harvest.pages(json.loads(json.dumps(first.cursor))))
    assert sorted(ids([first, *rest])) == [f"0{number:02}" for number in range(45)]


def test_ror_api_does_not_pass_a_part_for_the_whole_when_it_never_comes(site, fetcher):
    url = site.on(
        "/organizations",
        lambda h: h.reply(200, b'{"number_of_results": 2, "items": [{"id": "a"}, {"id": "a"}]}'),
    )
    with pytest.raises(HarvestError, match="left out 1 of 2"):
        list(RorApi(fetcher, "", address=url).pages())
    assert len(site.log) == 3


def test_ror_api_refuses_to_give_a_part_for_the_whole(site, fetcher):
    url = site.on("/organizations", lambda h: h.reply(200, b'{"number_of_results": 10001, "items": [{}]}'))
    with pytest.raises(HarvestError, match="dump"):
        next(RorApi(fetcher, "", address=url).pages())


# Two iDs that ORCID itself documents as fictitious.
JOSIAH, LAURE = "0000-0002-1825-0097", "0000-0001-5109-3700"


def test_orcid_records_and_those_that_are_gone(site, fetcher):
    site.on(f"/{JOSIAH}/record", lambda h: h.reply(200, b'{"path": "j"}'))
    site.on(f"/{LAURE}/record", lambda h: h.reply(409, b"locked"))
    harvest = OrcidRecords(fetcher, [JOSIAH, f"https://orcid.org/{LAURE}"], token="t", address=site.url)
    pages = list(harvest.pages())
    assert [(page.items, page.deleted) for page in pages] == [((b'{"path": "j"}',), ()), ((), (LAURE,))]
    assert site.log[0].headers["authorization"] == "Bearer t"
    assert [page.deleted for page in harvest.pages(pages[0].cursor)] == [(LAURE,)]
    with pytest.raises(ValueError, match="0000-0002-1825-0098"):
        OrcidRecords(fetcher, ["0000-0002-1825-0098"])


def test_orcid_search_pages_and_tells_of_its_ceiling(site, fetcher):
    people = [{"orcid-id": f"{number:04}"} for number in range(1500)]

    def behave(handler):
        start, rows = int(handler.asked.query["start"]), int(handler.asked.query["rows"])
        found = people[start : start + rows] or None
        handler.reply(200, json.dumps({"num-found": len(people), "expanded-result": found}).encode())

    site.on("/expanded-search/", behave)
    query = OrcidSearch.affiliated("https://ror.org/035b05819")
    assert query == 'ror-org-id:"https://ror.org/035b05819"'
    assert sum(len(page.items) for page in OrcidSearch(fetcher, query, address=site.url).pages()) == 1500
    people *= 7
    with pytest.raises(HarvestError, match="10,000"):
        next(OrcidSearch(fetcher, query, address=site.url).pages())


def test_orcid_gives_a_token_for_credentials(site, fetcher):
    url = site.on("/token", lambda h: h.reply(200, b'{"access_token": "t"}'))
    assert orcid_token(fetcher, "APP-1", "sesame", address=url) == "t"
    assert b"grant_type=client_credentials" in site.log[0].body
    site.on("/token", lambda h: h.reply(200, b"{}"))
    with pytest.raises(WrongContent):
        orcid_token(fetcher, "APP-1", "sesame", address=url)


def study(number, day):
    return {
        "protocolSection": {
            "identificationModule": {"nctId": f"NCT{number:08}"},
            "statusModule": {"lastUpdatePostDateStruct": {"date": day}},
        }
    }


STUDIES = [study(number, f"2026-01-{number + 1:02}") for number in range(9)]


def trials(expires_at=None):
    """Two studies a page; the token at one place is refused as long as there is a list of refusals left."""
    refusals = [] if expires_at is None else [expires_at]

    def behave(handler):
        query = handler.asked.query
        since = "2026-01-01"
        if "RANGE[" in query.get("filter.advanced", ""):
            since = query["filter.advanced"].partition("RANGE[")[2][:10]
        found = [
            one
            for one in STUDIES
            if one["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]["date"] >= since
        ]
        start = int(query.get("pageToken", "0").rpartition("-")[2])
        if refusals and query.get("pageToken") == refusals[0]:
            refusals.pop()
            handler.reply(400, b"pageToken is invalid")
            return
        body = {"studies": found[start : start + 2]}
        if start + 2 < len(found):
            body["nextPageToken"] = f"tok-{start + 2}"
        if "countTotal" in query:
            body["totalCount"] = len(found)
        handler.reply(200, json.dumps(body).encode())

    return behave


def ncts(pages):
    return [
        json.loads(item)["protocolSection"]["identificationModule"]["nctId"]
        for page in pages
        for item in page.items
    ]


@pytest.mark.parametrize("expires_at", [None, "tok-4"])
def test_trials_come_once_also_when_a_page_token_expires(site, fetcher, expires_at):
    url = site.on("/studies", trials(expires_at))
    harvest = ClinicalTrials(fetcher, country="Denmark", address=url)
    pages = list(harvest.pages())
    assert ncts(pages) == [f"NCT{number:08}" for number in range(9)]
    assert pages[0].total == 9
    assert site.log[0].query["filter.advanced"] == 'AREA[LocationCountry]"Denmark"'
    assert "pageToken" not in site.log[0].query


def test_trials_that_are_refused_for_another_reason_are_told(site, fetcher):
    url = site.on("/studies", lambda h: h.reply(400, b"bad filter"))
    with pytest.raises(Refused, match="bad filter"):
        next(ClinicalTrials(fetcher, address=url).pages())
    with pytest.raises(ValueError, match="English name"):
        ClinicalTrials(fetcher, country='Denmark" OR AREA[x]"')


def call(number, status="31094502", language="en", kind="1"):
    meta = {"type": [kind], "status": [status], "language": [language]}
    return {"reference": f"{number}TOPICS{language}", "language": language, "metadata": meta}


def test_calls_of_the_eu_come_once_and_only_those_asked_for(site, fetcher):
    calls = [
        call(1),
        call(2),
        call(2),
        call(3, "31094503"),
        call(4, language="da"),
        call(5, kind="0"),
        call(6),
    ]

    def behave(handler):
        page, size = int(handler.asked.query["pageNumber"]), int(handler.asked.query["pageSize"])
        found = calls[(page - 1) * size : page * size]
        handler.reply(200, json.dumps({"totalResults": len(calls), "results": found}).encode())

    url = site.on("/search", behave)
    pages = list(EuFundingCalls(fetcher, address=url, page_size=3).pages())
    assert [json.loads(item)["reference"] for page in pages for item in page.items] == [
        "1TOPICSen",
        "2TOPICSen",
        "6TOPICSen",
    ]
    assert site.log[0].method == "POST"
    assert b'"status":["31094501","31094502"]' in site.log[0].body
    assert site.log[0].query["apiKey"] == "SEDIA"
    assert len(site.log) == 3
