"""Harvests of OpenAlex, its API and its snapshot, from a server that pages as it does and misbehaves."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
from itertools import islice

import pytest

from vidensbro.kit.sources.fetching import (
    Busy,
    HarvestError,
    Limits,
    OpenAlexApi,
    OpenAlexSnapshot,
    WrongContent,
    WrongCursor,
    collect,
)


def work(number, country="DK", institution="I1", topic="T1", year=2024, updated="2026-03-01"):
    """A work as OpenAlex publishes it, as far as limits go."""
    place = {
        "id": f"https://openalex.org/{institution}",
        "country_code": country,
        "lineage": [f"https://openalex.org/{institution}", "https://openalex.org/I9"],
    }
    return {
        "id": f"https://openalex.org/W{number}",
        "publication_year": year,
        "updated_date": updated,
        "topics": [{"id": f"https://openalex.org/{topic}"}],
        "authorships": [{"institutions": [place]}],
    }


def ids(pages):
    return [json.loads(item)["id"].rpartition("/")[2] for page in pages for item in page.items]


def openalex(works, per_page=2, skip_key=False):
    """A server of the API's lists, with cursors that are offsets."""

    def behave(handler):
        query = handler.asked.query
        if query.get("api_key") != "sesame":
            handler.reply(401, b"no key")
            return
        start = 0 if query["cursor"] == "*" else int(query["cursor"])
        found = works[start : start + per_page]
        following = str(start + per_page) if found else None
        body = {"meta": {"count": len(works), "next_cursor": following}, "results": found}
        handler.reply(200, json.dumps(body).encode())

    return behave


WORKS = [work(number) for number in range(7)]


def test_openalex_api_gives_everything_once_and_can_be_stopped_anywhere(site, fetcher):
    site.on("/works", openalex(WORKS))
    every = [f"W{number}" for number in range(7)]
    harvest = OpenAlexApi(
        fetcher, "sesame", limits=Limits(countries=("dk",), years=(2020, 2026)), address=site.url
    )
    pages = list(harvest.pages())
    assert ids(pages) == every
    assert (pages[0].total, pages[-1].cursor["done"]) == (7, True)
    assert (
        site.log[0].query["filter"] == "authorships.institutions.country_code:DK,publication_year:2020-2026"
    )
    for stop in range(1, len(pages) + 1):
        stored = json.loads(json.dumps(pages[stop - 1].cursor))
        assert ids(pages[:stop]) + ids(harvest.pages(stored)) == every
    assert "sesame" not in json.dumps(pages[0].cursor) + harvest.key


def test_openalex_api_meets_storms_pages_and_html(site, fetcher, moments):
    good = openalex(WORKS)
    site.on(
        "/works",
        lambda h: h.reply(429, Retry_After="2"),
        lambda h: h.reply(403, b"slow down"),
        lambda h: h.reply(200, b"<html>maintenance"),
        lambda h: h.reply(200, b'{"results": {"not": "a list"}}'),
        lambda h: h.reply(200, json.dumps({"meta": {}, "results": WORKS[:2]}).encode()[:-9]),
        good,
    )
    # Five bad answers of which one says when to come back: the fetcher's four attempts are just not enough,
    # and the next run goes on.
    with pytest.raises(WrongContent):
        list(OpenAlexApi(fetcher, "sesame", address=site.url).pages())
    assert len(ids(OpenAlexApi(fetcher, "sesame", address=site.url).pages())) == 7


def test_openalex_api_gives_duplicates_of_moving_pages_once(site, fetcher):
    site.on("/works", openalex([*WORKS[:3], *WORKS[1:]]))
    found = ids(OpenAlexApi(fetcher, "sesame", address=site.url).pages())
    assert sorted(found) == sorted({one["id"].rpartition("/")[2] for one in WORKS})


def test_openalex_api_notices_a_cursor_that_leads_nowhere(site, fetcher):
    body = json.dumps({"meta": {"next_cursor": "x"}, "results": WORKS[:1]}).encode()
    site.on("/works", lambda h: h.reply(200, body))
    with pytest.raises(HarvestError, match="again and again"):
        list(OpenAlexApi(fetcher, "sesame", address=site.url).pages())


def test_openalex_api_tells_when_the_day_is_spent(site, fetcher):
    site.on("/works", lambda h: h.reply(429, Retry_After="40000"))
    with pytest.raises(Busy) as caught:
        next(OpenAlexApi(fetcher, "sesame", address=site.url).pages())
    assert caught.value.until is not None


def test_openalex_needs_a_key_and_limits_that_fit(fetcher):
    with pytest.raises(ValueError, match="key"):
        OpenAlexApi(fetcher, " ")
    for entity, limits in [
        ("authors", Limits(years=(2020, 2021))),
        ("topics", Limits(countries=("DK",))),
        ("venues", Limits()),
        ("works", Limits(institutions=tuple(f"I{number}" for number in range(101)))),
    ]:
        with pytest.raises(ValueError, match=r"limited|none of|at most"):
            OpenAlexApi(fetcher, "sesame", entity=entity, limits=limits)


@pytest.mark.parametrize(
    ("limits", "wanted"),
    [
        (Limits(), {1, 2, 3, 4}),
        (Limits(countries=("dk",)), {1, 3}),
        (Limits(institutions=("https://openalex.org/I2",)), {2}),
        (Limits(institutions=("i9",)), {1, 2, 3, 4}),
        (Limits(topics=("T7", "T8")), {3}),
        (Limits(years=(2020, 2021)), {4}),
        (Limits(countries=("DK",), topics=("T1",)), {1}),
        (Limits(updated_since=dt.date(2026, 3, 2)), {2}),
    ],
)
def test_limits_mean_the_same_for_lines_of_the_snapshot(limits, wanted):
    works = [
        work(1),
        work(2, "SE", "I2", updated="2026-03-02T10:00:00"),
        work(3, topic="T8"),
        work(4, "NO", "I4", year=2021),
    ]
    assert {int(one["id"].rpartition("W")[2]) for one in works if limits.fit("works", one)} == wanted


PLACE = {"id": "https://openalex.org/I1", "country_code": "DK", "lineage": ["https://openalex.org/I9"]}
ABROAD = {"id": "https://openalex.org/I2", "country_code": "SE"}
TOPICS = [{"id": "https://openalex.org/T1"}]
OF_ENTITIES = {
    "authors": [
        {"id": "A1", "affiliations": [{"institution": PLACE}, {"institution": ABROAD}], "topics": TOPICS},
        {"id": "A2", "affiliations": [{"institution": ABROAD}], "topics": []},
    ],
    "institutions": [{**PLACE, "topics": TOPICS}, {**ABROAD, "topics": []}],
    "topics": [{"id": "https://openalex.org/T1"}, {"id": "https://openalex.org/T2"}],
}


@pytest.mark.parametrize(
    ("entity", "limits", "said"),
    [
        ("authors", Limits(countries=("DK",)), "affiliations.institution.country_code:DK"),
        ("authors", Limits(institutions=("I9",)), "affiliations.institution.lineage:I9"),
        ("authors", Limits(topics=("T1",)), "topics.id:T1"),
        ("institutions", Limits(countries=("DK",)), "country_code:DK"),
        ("institutions", Limits(institutions=("I9",)), "lineage:I9"),
        ("institutions", Limits(topics=("T1",)), "topics.id:T1"),
        ("topics", Limits(topics=("https://openalex.org/T1",)), "id:T1"),
    ],
)
def test_limits_of_authors_institutions_and_topics(site, fetcher, tmp_path, entity, limits, said):
    """The API is asked for what the snapshot is sieved for: the first of two records, not the second."""
    first, second = OF_ENTITIES[entity]
    assert (limits.fit(entity, first), limits.fit(entity, second)) == (True, False)
    site.on(f"/{entity}", openalex([first]))
    api = OpenAlexApi(fetcher, "sesame", entity=entity, limits=limits, address=site.url)
    assert ids(api.pages()) == [first["id"].rpartition("/")[2]]
    assert site.log[0].query["filter"] == said
    snapshot(site, {("2026-02-01", "part_0000.gz"): [first, second]}, entity=entity)
    harvest = OpenAlexSnapshot(fetcher, tmp_path, entity=entity, limits=limits, address=site.url)
    assert ids(harvest.pages()) == [first["id"].rpartition("/")[2]]


def test_a_cursor_of_another_harvest_is_refused(site, fetcher):
    site.on("/works", openalex(WORKS))
    page = next(OpenAlexApi(fetcher, "sesame", address=site.url).pages())
    other = OpenAlexApi(fetcher, "sesame", limits=Limits(countries=("SE",)), address=site.url)
    for cursor in [page.cursor, {}, {"harvest": other.key}, {"harvest": other.key, "done": False, "next": 3}]:
        with pytest.raises(WrongCursor):
            next(other.pages(cursor))


def snapshot(site, partitions, layout="new", entity="works"):
    """A bucket with parts by date and their manifest."""
    entries = []
    folder = f"data/jsonl/{entity}" if layout == "new" else f"data/{entity}"
    for (date, name), works in partitions.items():
        data = gzip.compress(b"".join(json.dumps(one).encode() + b"\n" for one in works))
        key = f"{folder}/updated_date={date}/{name}"
        site.on(f"/{key}", lambda h, data=data: h.ranged(data, '"' + hashlib.md5(data).hexdigest() + '"'))
        meta = {"content_length": len(data), "record_count": len(works)}
        entries.append({"url": f"s3://openalex/{key}", "meta": meta})
    if layout == "new":
        manifest = {"date": "2026-06-26", "format": "jsonl", "entity": entity, "files": entries}
        site.on(f"/{folder}/manifest.json", lambda h: h.reply(200, json.dumps(manifest).encode(), ETag='"m"'))
    else:
        site.on(f"/{folder}/manifest", lambda h: h.reply(200, json.dumps({"entries": entries}).encode()))


PARTS = {
    ("2026-02-01", "part_0001.gz"): [work(10), work(11, "SE"), work(12)],
    ("2025-12-01", "part_0000.gz"): [work(1), work(2, "SE")],
    ("2026-02-01", "part_0000.gz"): [work(5)],
}


@pytest.mark.parametrize("layout", ["new", "old"])
def test_openalex_snapshot_is_read_part_by_part_in_the_order_of_changes(site, fetcher, tmp_path, layout):
    snapshot(site, PARTS, layout)
    harvest = OpenAlexSnapshot(fetcher, tmp_path, limits=Limits(countries=("DK",)), address=site.url)
    assert ids(harvest.pages()) == ["W1", "W5", "W10", "W12"]
    assert list(tmp_path.iterdir()) == []


def test_openalex_snapshot_goes_on_after_any_page(site, fetcher, tmp_path, monkeypatch):
    monkeypatch.setattr("vidensbro.kit.sources.fetching.openalex_snapshot.BATCH", 1)
    snapshot(site, PARTS)
    harvest = OpenAlexSnapshot(fetcher, tmp_path, address=site.url)
    pages = list(harvest.pages())
    every = ids(pages)
    assert every == ["W1", "W2", "W5", "W10", "W11", "W12"]
    for stop in range(len(pages)):
        assert (
            ids(pages[: stop + 1]) + ids(harvest.pages(json.loads(json.dumps(pages[stop].cursor)))) == every
        )


def test_openalex_snapshot_of_what_has_changed_skips_older_parts(site, fetcher, tmp_path):
    snapshot(site, PARTS)
    since = Limits(updated_since=dt.date(2026, 1, 1))
    assert ids(OpenAlexSnapshot(fetcher, tmp_path, limits=since, address=site.url).pages()) == [
        "W5",
        "W10",
        "W11",
        "W12",
    ]
    assert not any("2025-12-01" in asked.path for asked in site.log)


def test_a_part_that_was_replaced_meanwhile_is_read_from_its_beginning(site, fetcher, tmp_path, monkeypatch):
    monkeypatch.setattr("vidensbro.kit.sources.fetching.openalex_snapshot.BATCH", 1)
    snapshot(site, PARTS)
    harvest = OpenAlexSnapshot(fetcher, tmp_path, address=site.url)
    [page] = islice(harvest.pages(), 1)
    changed = {**PARTS, ("2025-12-01", "part_0000.gz"): [work(number) for number in range(20, 25)]}
    snapshot(site, changed)
    assert ids(harvest.pages(page.cursor))[:5] == ["W20", "W21", "W22", "W23", "W24"]


@pytest.mark.parametrize(
    "harm", ["truncated", "counted", "not-json", "not-a-part", "no-files", "no-manifest"]
)
def test_openalex_snapshot_stops_at_what_is_damaged(site, fetcher, tmp_path, harm):
    works = [work(number) for number in range(500)]
    snapshot(site, {("2026-01-01", "part_0000.gz"): works})
    key = "/data/jsonl/works/updated_date=2026-01-01/part_0000.gz"
    data = gzip.compress(b"".join(json.dumps(one).encode() + b"\n" for one in works))
    meta = {"content_length": len(data), "record_count": 500}
    url = "s3://openalex" + key
    if harm == "truncated":
        data = data[: len(data) // 2]
        meta["content_length"] = len(data)
    elif harm == "counted":
        meta["record_count"] = 501
    elif harm == "not-json":
        data = gzip.compress(b"<html>")
        meta = {}
    elif harm == "not-a-part":
        url = "s3://openalex/data/../../updated_date=2026-01-01/part_0000.gz"
    manifest = {"files": [{"url": url, "meta": meta}]} if harm != "no-files" else {"parts": []}
    site.on(key, lambda h: h.ranged(data, '"d"'))
    status = 404 if harm == "no-manifest" else 200
    site.on("/data/jsonl/works/manifest.json", lambda h: h.reply(status, json.dumps(manifest).encode()))
    with pytest.raises(HarvestError):
        list(OpenAlexSnapshot(fetcher, tmp_path, address=site.url).pages())


def test_lists_of_merged_and_deleted_records_are_found(site, fetcher, tmp_path):
    ns = "http://s3.amazonaws.com/doc/2006-03-01/"
    merged = gzip.compress(b"merge_date,id,merge_into_id\n2026-01-01,W1,W2\n")

    def listing(handler):
        query = handler.asked.query
        if query["prefix"] != "legacy-data/merged_ids/works/":
            entries, more = "", "<IsTruncated>false</IsTruncated>"
        elif "continuation-token" not in query:
            key = "<Contents><Key>legacy-data/merged_ids/works/2026-01-01.csv.gz</Key>"
            entries = key + f"<Size>{len(merged)}</Size></Contents>"
            more = "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>"
        else:
            entries = "<Contents><Key>legacy-data/merged_ids/works/README.txt</Key><Size>1</Size></Contents>"
            more = "<IsTruncated>false</IsTruncated>"
        handler.reply(200, f'<ListBucketResult xmlns="{ns}">{entries}{more}</ListBucketResult>'.encode())

    site.on("/", listing)
    site.on("/legacy-data/merged_ids/works/2026-01-01.csv.gz", lambda h: h.reply(200, merged))
    harvest = OpenAlexSnapshot(fetcher, tmp_path, address=site.url)
    [found] = harvest.merged()
    assert found.path.read_bytes() == merged
    assert harvest.withdrawn() is None
    site.on("/data/jsonl/works/deleted_ids.csv.gz", lambda h: h.reply(200, merged))
    assert harvest.withdrawn().size == len(merged)


def test_a_harvest_is_collected_in_a_file_over_several_runs(site, fetcher, tmp_path):
    to = tmp_path / "works.jsonl"

    class Stop(Exception):
        pass

    def harvest():
        site.on("/works", openalex(WORKS))
        return OpenAlexApi(fetcher, "sesame", address=site.url)

    def stop(page):
        raise Stop

    for _ in range(2):
        with pytest.raises(Stop):
            collect(harvest(), to, stop)
    assert not to.exists()
    with (tmp_path / ".works.jsonl.harvest").open("ab") as part:
        part.write(b'{"id": "half a li')  # as a kill in the middle of a page leaves it
    assert collect(harvest(), to) == 7
    lines = to.read_bytes().splitlines()
    assert [json.loads(line)["id"].rpartition("/")[2] for line in lines] == [
        f"W{number}" for number in range(7)
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["works.jsonl"]
