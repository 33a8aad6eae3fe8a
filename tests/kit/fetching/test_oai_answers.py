"""What repositories answer in practice, and that the library for OAI-PMH goes through our fetcher only."""

from __future__ import annotations

import pytest

from tests.kit.fetching.test_oai_pmh import LIVE, NS, RECORDS, Repository, names
from vidensbro.kit.sources.fetching import HarvestError, OaiPmh, Rate, Refused, WrongAddress, collect
from vidensbro.kit.sources.fetching.oai_client import Client

HEADER = "<header><identifier>{}</identifier><datestamp>2026-01-01T00:00:00Z</datestamp></header>"


class Changed:
    """Lets a repository answer with another status, or with its body changed."""

    def __init__(self, handler, change=lambda body: body, status=200):
        self.asked = handler.asked
        self.handler = handler
        self.change = change
        self.status = status

    def reply(self, status, body, **headers):
        self.handler.reply(self.status, self.change(body), **headers)


def listing(repository, records, token=""):
    """Let a repository answer every list with these records."""
    end = f"<resumptionToken>{token}</resumptionToken>"
    repository.list = lambda query: f"<ListRecords>{records}{end}</ListRecords>"


def test_the_library_has_no_connections_of_its_own(site, fetcher):
    with pytest.raises(RuntimeError, match="fetcher"):
        assert Client(fetcher, site.on("/oai", Repository(RECORDS))).client
    assert site.log == []


def test_the_fetchers_turns_and_hosts_hold_for_every_page(site, fetchers, moments):
    url = site.on("/oai", Repository(RECORDS))
    begun = moments.now
    assert names(OaiPmh(fetchers(rate=Rate(0.1, 1)), url).pages()) == LIVE
    assert moments.now - begun == pytest.approx(10 * (len(site.log) - 1), abs=1)
    assert all("ops@example.org" in asked.headers["user-agent"] for asked in site.log)
    with pytest.raises(WrongAddress):
        list(OaiPmh(fetchers(allow=lambda host: False), url).pages())


def test_a_page_that_is_cut_off_is_asked_for_again(site, fetcher):
    good = Repository(RECORDS)

    def cut(handler):
        good(Changed(handler, lambda body: body[:-60]))

    assert names(OaiPmh(fetcher, site.on("/oai", good, good, cut, good)).pages()) == LIVE
    tokens = [asked.query.get("resumptionToken") for asked in site.log]
    assert tokens[2] == tokens[3] == "|2"


@pytest.mark.parametrize("status", [400, 404, 422])
def test_an_error_of_the_protocol_counts_with_any_status(site, fetcher, status):
    good = Repository(RECORDS)
    nothing = site.on("/oai", good, lambda handler: good(Changed(handler, status=status)))
    [page] = OaiPmh(fetcher, nothing, since="2027-01-01").pages()
    assert (page.items, page.cursor["done"]) == ((), True)
    good.expire = ["|2"]
    expired = site.on("/oai", good, good, lambda handler: good(Changed(handler, status=status)), good)
    assert names(OaiPmh(fetcher, expired).pages()) == LIVE


def test_a_refusal_that_is_no_answer_stays_one(site, fetcher):
    url = site.on("/oai", lambda handler: handler.reply(404, b"<html>No such page</html>"))
    with pytest.raises(Refused, match="No such page") as refusal:
        list(OaiPmh(fetcher, url).pages())
    assert refusal.value.status == 404
    assert len(site.log) == 1


@pytest.mark.parametrize("namespace", ["https://www.openarchives.org/OAI/2.0/", ""])
def test_a_namespace_that_is_nearly_right_will_do(site, fetcher, namespace):
    good = Repository(RECORDS)

    def other(handler):
        good(Changed(handler, lambda body: body.replace(NS.encode(), namespace.encode())))

    assert names(OaiPmh(fetcher, site.on("/oai", other)).pages()) == LIVE


def test_blanks_around_a_token_are_no_part_of_it(site, fetcher):
    good = Repository(RECORDS)

    def wide(handler):
        def spaced(body):
            body = body.replace(b"</resumptionToken>", b"\n  </resumptionToken>")
            return body.replace(b'"9">', b'"9">\n  ')

        good(Changed(handler, spaced))

    assert names(OaiPmh(fetcher, site.on("/oai", wide)).pages()) == LIVE
    assert len(site.log) == 6


@pytest.mark.parametrize("code", ["__doc__", "__spec__", "", "serverOnFire", "annotations"])
def test_an_error_that_the_protocol_does_not_know_is_told(site, fetcher, code):
    repository = Repository(RECORDS)
    repository.list = lambda query: f'<error code="{code}">come\n back</error>'
    with pytest.raises(HarvestError, match=f"says {code}: come back"):
        list(OaiPmh(fetcher, site.on("/oai", repository)).pages())


def test_an_error_to_the_first_question_is_told(site, fetcher):
    body = f'<OAI-PMH xmlns="{NS}"><error code="badVerb">no Identify</error></OAI-PMH>'.encode()
    with pytest.raises(HarvestError, match="badVerb: no Identify"):
        list(OaiPmh(fetcher, site.on("/oai", lambda handler: handler.reply(200, body))).pages())


def test_records_that_lack_a_part_stop_nothing(site, fetcher):
    whole = f"<record>{HEADER.format('oai:x:1')}<metadata><dc/></metadata></record>"
    empty = f"<record>{HEADER.format('oai:x:2')}<metadata/></record>"
    bare = f"<record>{HEADER.format('oai:x:3')}</record>"
    headless = "<record><metadata><dc/></metadata></record>"
    nameless = "<record><header/><metadata><dc/></metadata></record>"
    marc = f'<record xmlns="http://www.loc.gov/MARC21/slim">{HEADER.format("no")}</record>'
    inner = f"<record>{HEADER.format('oai:x:4')}<metadata>{marc}</metadata></record>"
    repository = Repository(RECORDS)
    listing(repository, f"{whole}<!-- a comment -->{empty}{headless}{bare}{nameless}{inner}")
    [page] = OaiPmh(fetcher, site.on("/oai", repository)).pages()
    assert names([page]) == ["oai:x:1", "oai:x:2", "oai:x:3", "", "oai:x:4"]


def test_a_harvest_that_was_cut_short_goes_on_at_its_token(site, fetcher, tmp_path):
    url, to = site.on("/oai", Repository(RECORDS)), tmp_path / "records.xml"

    def stop(page):
        if page.cursor["token"] == "|4":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collect(OaiPmh(fetcher, url), to, stop)
    assert not to.exists()
    site.log.clear()
    assert collect(OaiPmh(fetcher, url), to) == len(LIVE)
    assert site.log[0].query == {"verb": "ListRecords", "resumptionToken": "|4"}
    assert (tmp_path / "records.xml.deleted").read_text() == "oai:x:3\n"
