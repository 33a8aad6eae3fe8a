"""OAI-PMH from a repository whose tokens expire, whose pages repeat and whose XML is not always XML."""

from __future__ import annotations

import json

import pytest

from vidensbro.kit.sources.fetching import HarvestError, OaiPmh, WrongContent, collect, header_of

NS = "http://www.openarchives.org/OAI/2.0/"


class Repository:
    """Records (identifier, datestamp, deleted) given `size` at a time; tokens are offsets into a list."""

    def __init__(self, records, size=2, granularity="YYYY-MM-DDThh:mm:ssZ"):
        self.records = records
        self.size = size
        self.granularity = granularity
        self.expire = []
        self.title = "A title"
        self.empty_token = True

    def __call__(self, handler):
        query = handler.asked.query
        if query["verb"] == "Identify":
            said = (
                f"<Identify><repositoryName>R</repositoryName><earliestDatestamp>2020-01-01</earliestDatestamp>"
                f"<deletedRecord>persistent</deletedRecord><granularity>{self.granularity}</granularity></Identify>"
            )
        else:
            said = self.list(query)
        body = f'<OAI-PMH xmlns="{NS}"><responseDate>2026-04-01T00:00:00Z</responseDate>{said}</OAI-PMH>'
        handler.reply(200, body.encode(), Content_Type="text/xml")

    def list(self, query):
        token = query.get("resumptionToken", "")
        assert not token or set(query) == {"verb", "resumptionToken"}
        if token in self.expire:
            self.expire.remove(token)
            return '<error code="badResumptionToken">expired</error>'
        since, _, offset = token.partition("|") if token else (query.get("from", ""), "", "0")
        found = [one for one in self.records if one[1] >= since]
        if not found:
            return '<error code="noRecordsMatch"/>'
        start = int(offset)
        shown = "".join(self.record(one, query["verb"]) for one in found[start : start + self.size])
        following = f"{since}|{start + self.size}" if start + self.size < len(found) else ""
        end = f'<resumptionToken completeListSize="{len(found)}">{following}</resumptionToken>'
        if not following and not self.empty_token:
            end = ""
        return f"<{query['verb']}>{shown}{end}</{query['verb']}>"

    def record(self, one, verb):
        identifier, stamp, deleted = one
        status = ' status="deleted"' if deleted else ""
        said = f"<identifier>{identifier}</identifier><datestamp>{stamp}</datestamp><setSpec>a</setSpec>"
        header = f"<header{status}>{said}</header>"
        data = "" if deleted else f"<metadata><dc>\n<title>{self.title}</title></dc></metadata>"
        return header if verb == "ListIdentifiers" else f"<record>{header}{data}</record>"


RECORDS = [(f"oai:x:{number}", f"2026-01-{number + 1:02}T00:00:00Z", number == 3) for number in range(9)]
LIVE = [name for name, _, deleted in RECORDS if not deleted]


def names(pages):
    return [header_of(item).identifier for page in pages for item in page.items]


@pytest.mark.parametrize("empty_token", [True, False])
def test_a_whole_list_with_what_is_deleted(site, fetcher, empty_token):
    repository = Repository(RECORDS)
    repository.empty_token = empty_token
    harvest = OaiPmh(fetcher, site.on("/oai", repository), prefix="ddf-mxd", set_name="a")
    pages = list(harvest.pages())
    assert names(pages) == LIVE
    assert [name for page in pages for name in page.deleted] == ["oai:x:3"]
    assert (pages[0].total, pages[-1].cursor["began"]) == (9, "2026-04-01T00:00:00Z")
    assert site.log[1].query == {"verb": "ListRecords", "metadataPrefix": "ddf-mxd", "set": "a"}
    for stop in range(1, len(pages) + 1):
        stored = json.loads(json.dumps(pages[stop - 1].cursor))
        assert names(pages[:stop]) + names(harvest.pages(stored)) == LIVE


def test_headers_only(site, fetcher):
    harvest = OaiPmh(fetcher, site.on("/oai", Repository(RECORDS)), headers_only=True)
    [first, *_] = harvest.pages()
    assert header_of(first.items[0]).sets == ("a",)


def test_after_an_expired_token_it_goes_on_at_the_last_datestamp(site, fetcher):
    repository = Repository(RECORDS)
    repository.expire = ["|4"]
    harvest = OaiPmh(fetcher, site.on("/oai", repository))
    assert names(harvest.pages()) == LIVE
    assert [asked.query["from"] for asked in site.log if "from" in asked.query] == ["2026-01-04T00:00:00Z"]


def test_a_list_without_order_is_begun_again_so_that_nothing_is_lost(site, fetcher):
    mixed = [RECORDS[number] for number in (8, 0, 5, 1, 7, 2, 6, 4, 3)]
    repository = Repository(mixed)
    repository.expire = ["|4"]
    found = names(OaiPmh(fetcher, site.on("/oai", repository)).pages())
    assert sorted(found) == sorted(LIVE)
    assert all("from" not in asked.query for asked in site.log)


def test_a_token_that_expired_between_two_runs(site, fetcher):
    repository = Repository(RECORDS)
    harvest = OaiPmh(fetcher, site.on("/oai", repository))
    first = next(harvest.pages())
    repository.expire = ["|2"]
    assert sorted(set(names([first]) + names(harvest.pages(first.cursor)))) == LIVE


def test_a_repository_whose_tokens_always_expire_is_left(site, fetcher):
    repository = Repository([(f"oai:x:{number}", "2026-01-01T00:00:00Z", False) for number in range(9)])
    repository.expire = [token for token in ("|2", "2026-01-01T00:00:00Z|2") for _ in range(9)]
    with pytest.raises(HarvestError, match="badResumptionToken"):
        list(OaiPmh(fetcher, site.on("/oai", repository)).pages())
    assert len(site.log) < 15


def test_days_are_asked_for_where_the_repository_counts_in_days(site, fetcher):
    days = [(name, stamp[:10], deleted) for name, stamp, deleted in RECORDS]
    repository = Repository(days, granularity="YYYY-MM-DD")
    harvest = OaiPmh(
        fetcher, site.on("/oai", repository), since="2026-01-05T10:00:00Z", until="2026-02-01T00:00:00Z"
    )
    assert names(harvest.pages()) == LIVE[3:]
    assert (site.log[1].query["from"], site.log[1].query["until"]) == ("2026-01-05", "2026-02-01")


def test_nothing_new_is_no_error(site, fetcher):
    [page] = OaiPmh(fetcher, site.on("/oai", Repository(RECORDS)), since="2027-01-01").pages()
    assert (page.items, page.cursor["done"]) == ((), True)


def test_a_page_that_repeats_its_own_token_is_noticed(site, fetcher):
    repository = Repository(RECORDS)
    repository.list = lambda query: "<ListRecords><resumptionToken>same</resumptionToken></ListRecords>"
    with pytest.raises(HarvestError, match="again and again"):
        list(OaiPmh(fetcher, site.on("/oai", repository)).pages())


def test_records_that_come_twice_are_given_once(site, fetcher):
    twice = [one for one in RECORDS for _ in (1, 2)]
    assert names(OaiPmh(fetcher, site.on("/oai", Repository(twice, size=3))).pages()) == LIVE


@pytest.mark.parametrize("code", ["badArgument", "cannotDisseminateFormat", "noSetHierarchy", "badVerb"])
def test_what_the_repository_says_is_told(site, fetcher, code):
    repository = Repository(RECORDS)
    repository.list = lambda query: f'<error code="{code}">not so</error>'
    with pytest.raises(HarvestError, match=f"{code}: not so"):
        list(OaiPmh(fetcher, site.on("/oai", repository)).pages())


def test_it_waits_when_it_is_told_to(site, fetcher, moments):
    good, begun = Repository(RECORDS), moments.now
    url = site.on("/oai", good, lambda h: h.reply(503, Retry_After="30"), good)
    assert names(OaiPmh(fetcher, url).pages()) == LIVE
    assert moments.now - begun >= 30


def test_control_characters_are_passed_over(site, fetcher):
    repository = Repository(RECORDS)
    repository.title = "bell \x07 and &#11; and &#x1F; tab &#9; æøå"
    [first, *_] = OaiPmh(fetcher, site.on("/oai", repository)).pages()
    assert "æøå" in first.items[0].decode()


@pytest.mark.parametrize("body", ["<html/>", "<OAI-PMH", "", "{}", "<OAI-PMH>&undefined;</OAI-PMH>"])
def test_what_is_no_answer_is_told(site, fetcher, body):
    url = site.on("/oai", lambda h: h.reply(200, body.encode()))
    with pytest.raises(WrongContent):
        next(OaiPmh(fetcher, url).pages())


def test_entities_are_neither_expanded_nor_fetched(site, fetcher):
    secret = site.on("/secret", lambda h: h.reply(200, b"leaked"))
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    head = f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}<!ENTITY out SYSTEM "{secret}">]>'
    repository = Repository(RECORDS)
    repository.title = "&out;"

    class Prefixed:
        def __init__(self, handler):
            self.asked = handler.asked
            self.handler = handler

        def reply(self, status, body, **headers):
            self.handler.reply(status, head.encode() + body, **headers)

    url = site.on("/oai", lambda h: repository(Prefixed(h)))
    with pytest.raises(WrongContent, match="document type"):
        list(OaiPmh(fetcher, url).pages())
    assert all(asked.path != "/secret" for asked in site.log)


def test_dates_of_another_form_are_refused(fetcher):
    with pytest.raises(ValueError, match="dates"):
        OaiPmh(fetcher, "http://example.org", since="31.3.2026")


def test_records_are_collected_one_per_line_and_deletions_beside_them(site, fetcher, tmp_path):
    to = tmp_path / "records.xml"
    assert collect(OaiPmh(fetcher, site.on("/oai", Repository(RECORDS))), to) == len(LIVE)
    lines = to.read_bytes().splitlines()
    assert [header_of(line).identifier for line in lines] == LIVE
    assert (tmp_path / "records.xml.deleted").read_text() == "oai:x:3\n"
