"""Files from a server that misbehaves: resumed, never mixed, with the bytes promised."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from vidensbro.kit.sources.fetching import (
    Checksum,
    InUse,
    Patience,
    Request,
    StorageFailed,
    TooLarge,
    TooSlow,
    Unreachable,
    WrongChecksum,
    WrongContent,
)

BODY = random.Random(7).randbytes(3 << 20)
OTHER = random.Random(8).randbytes(3 << 20)
SHA = Checksum("sha256", hashlib.sha256(BODY).hexdigest())
CUT = 1_500_000


def cut_after(body, count, etag='"v1"', reset=False, **headers):
    def behave(handler):
        handler.begin(len(body), ETag=etag, **headers)
        handler.wfile.write(body[:count])
        if reset:
            handler.wfile.flush()
            time.sleep(0.05)
            handler.reset()
        else:
            handler.cut()

    return behave


def whole(body=BODY, etag='"v1"', **headers):
    return lambda handler: handler.ranged(body, etag, **headers)


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_comes_whole_and_with_its_checksum(site, fetcher, tmp_path):
    done = fetcher.download(
        Request(site.on("/f", whole())), tmp_path / "sub" / "f.bin", checksum=SHA, size=3 << 20
    )
    assert done.path.read_bytes() == BODY
    assert (done.size, done.sha256, done.md5) == (3 << 20, SHA.digest, hashlib.md5(BODY).hexdigest())
    assert left(tmp_path / "sub") == [".f.bin.fetched.json", "f.bin"]


@pytest.mark.parametrize("reset", [False, True], ids=["cut", "reset"])
def test_it_goes_on_where_it_broke_off(site, fetcher, tmp_path, reset):
    url = site.on("/f", cut_after(BODY, CUT, reset=reset), whole())
    done = fetcher.download(Request(url), tmp_path / "f.bin", checksum=SHA)
    assert done.path.read_bytes() == BODY
    start = int(site.log[1].headers["range"].removeprefix("bytes=").rstrip("-"))
    assert 0 < start <= CUT
    assert site.log[1].headers["if-range"] == '"v1"'
    assert site.log[1].headers["accept-encoding"] == "identity"


def test_another_fetcher_goes_on_after_an_error(site, fetchers, tmp_path):
    url = site.on("/f", cut_after(BODY, CUT))
    with pytest.raises(Unreachable):
        fetchers(patience=Patience(attempts=1)).download(Request(url), tmp_path / "f.bin")
    assert not (tmp_path / "f.bin").exists()
    site.on("/f", whole())
    done = fetchers().download(Request(url), tmp_path / "f.bin", checksum=SHA)
    assert (done.resumed, done.path.read_bytes() == BODY) == (CUT, True)


def test_it_goes_on_as_long_as_it_gets_on(site, fetchers, tmp_path):
    """Ten breaks with a megabyte or more between them are not ten failures."""
    big = random.Random(9).randbytes(12 << 20)

    def piece(handler):
        start = int(handler.asked.headers.get("range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        end = f"bytes {start}-{len(big) - 1}/{len(big)}"
        handler.begin(
            len(big) - start, 206 if start else 200, ETag='"b"', **({"Content_Range": end} if start else {})
        )
        handler.wfile.write(big[start : start + (1 << 20) + 4096])
        handler.cut()

    done = fetchers(patience=Patience(attempts=2)).download(Request(site.on("/f", piece)), tmp_path / "f")
    assert done.path.read_bytes() == big


@pytest.mark.parametrize("etag", ['"v2"', 'W/"v2"', ""])
def test_a_file_that_changes_meanwhile_is_begun_again(site, fetcher, tmp_path, etag):
    url = site.on("/f", cut_after(BODY, CUT), whole(OTHER, etag))
    assert fetcher.download(Request(url), tmp_path / "f").path.read_bytes() == OTHER


def test_a_server_that_takes_range_but_not_if_range_does_not_mix_versions(site, fetcher, tmp_path):
    def deaf(handler):
        handler.asked.headers.pop("if-range", None)
        handler.ranged(OTHER, '"v2"')

    url = site.on("/f", cut_after(BODY, CUT), deaf)
    assert fetcher.download(Request(url), tmp_path / "f").path.read_bytes() == OTHER


def test_a_server_that_ignores_range_sends_it_all(site, fetcher, tmp_path):
    url = site.on("/f", cut_after(BODY, CUT), lambda h: h.reply(200, BODY, ETag='"v1"'))
    done = fetcher.download(Request(url), tmp_path / "f", checksum=SHA)
    assert (done.path.read_bytes() == BODY, done.resumed) == (True, 0)


@pytest.mark.parametrize("content_range", ["bytes 0-99/3145728", "nonsense", "bytes */3145728", ""])
def test_another_part_than_asked_for_is_not_taken(site, fetcher, tmp_path, content_range):
    url = site.on(
        "/f",
        cut_after(BODY, CUT),
        lambda h: h.reply(206, BODY[:100], ETag='"v1"', Content_Range=content_range),
        whole(),
    )
    assert fetcher.download(Request(url), tmp_path / "f").path.read_bytes() == BODY


def test_without_a_validator_nothing_is_resumed(site, fetcher, tmp_path):
    url = site.on("/f", cut_after(BODY, CUT, etag='W/"v1"'), whole())
    assert fetcher.download(Request(url), tmp_path / "f").path.read_bytes() == BODY
    assert "range" not in site.log[1].headers


def test_a_date_of_change_serves_where_there_is_no_etag(site, fetcher, tmp_path):
    date = "Tue, 31 Mar 2026 12:00:00 GMT"

    def first(handler):
        handler.begin(len(BODY), Last_Modified=date)
        handler.wfile.write(BODY[:CUT])
        handler.cut()

    url = site.on("/f", first, whole(etag=date))
    assert fetcher.download(Request(url), tmp_path / "f").path.read_bytes() == BODY
    assert site.log[1].headers["if-range"] == date


def test_a_part_that_is_already_whole_is_taken(site, fetchers, tmp_path):
    """As after a kill between the last byte and the move to its place."""

    def all_but_the_end(handler):
        handler.begin(len(BODY) + 1, ETag='"v1"')
        handler.wfile.write(BODY)
        handler.cut()

    url = site.on("/f", all_but_the_end)
    with pytest.raises(Unreachable):
        fetchers(patience=Patience(attempts=1)).download(Request(url), tmp_path / "f")
    site.on("/f", whole())
    done = fetchers().download(Request(url), tmp_path / "f", size=len(BODY))
    assert (done.path.read_bytes() == BODY, done.resumed) == (True, len(BODY))


def test_a_part_of_another_address_is_not_gone_on_with(site, fetchers, tmp_path):
    with pytest.raises(Unreachable):
        fetchers(patience=Patience(attempts=1)).download(
            Request(site.on("/f", cut_after(BODY, CUT))), tmp_path / "f"
        )
    done = fetchers().download(Request(site.on("/g", whole(OTHER))), tmp_path / "f")
    assert done.path.read_bytes() == OTHER


def test_what_has_not_changed_is_not_fetched_again(site, fetcher, tmp_path):
    def conditional(handler):
        if handler.asked.headers.get("if-none-match") == '"v1"':
            handler.reply(304)
        else:
            whole()(handler)

    request = Request(site.on("/f", conditional))
    first = fetcher.download(request, tmp_path / "f")
    again = fetcher.download(request, tmp_path / "f", checksum=SHA)
    assert (first.unchanged, again.unchanged, again.sha256) == (False, True, SHA.digest)
    (tmp_path / "f").write_bytes(b"touched")
    third = fetcher.download(request, tmp_path / "f")
    assert (third.unchanged, third.path.read_bytes() == BODY) == (False, True)
    assert left(tmp_path) == [".f.fetched.json", "f"]


def test_wrong_bytes_are_fetched_once_more_and_then_told(site, fetcher, tmp_path):
    url = site.on("/f", whole(OTHER), whole())
    assert fetcher.download(Request(url), tmp_path / "f", checksum=SHA).path.read_bytes() == BODY
    url = site.on("/g", whole(OTHER))
    site.log.clear()
    with pytest.raises(WrongChecksum, match=SHA.digest):
        fetcher.download(Request(url), tmp_path / "g", checksum=SHA)
    assert len(site.log) == 2
    assert left(tmp_path) == [".f.fetched.json", "f"]


def test_another_size_than_promised_is_told(site, fetcher, tmp_path):
    with pytest.raises(WrongContent, match="promised"):
        fetcher.download(Request(site.on("/f", whole())), tmp_path / "f", size=5)
    assert left(tmp_path) == []


@pytest.mark.parametrize("told", [True, False], ids=["with-length", "without"])
def test_a_file_that_is_too_large_is_left(site, fetcher, tmp_path, told):
    def endless(handler):
        handler.begin(1 << 40 if told else None)
        while not handler.server.site.stop.is_set():
            handler.wfile.write(bytes(65536))

    with pytest.raises(TooLarge):
        fetcher.download(Request(site.on("/f", endless), max_bytes=1 << 20), tmp_path / "f")
    assert left(tmp_path) == []


def test_a_file_for_which_there_is_no_room_is_not_begun(site, fetchers, tmp_path):
    url = site.on("/f", lambda h: (h.begin(1 << 60), h.cut()))
    with pytest.raises(StorageFailed, match="Make room"):
        fetchers(max_file=1 << 62).download(Request(url), tmp_path / "f")


def test_a_folder_that_cannot_be_written_is_told(site, fetcher, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageFailed):
        fetcher.download(Request(site.on("/f", whole())), tmp_path / "file" / "f")


def test_a_web_page_is_no_file(site, fetcher, tmp_path):
    url = site.on("/f", lambda h: h.reply(200, b"<html>", Content_Type="text/html; charset=utf-8"))
    with pytest.raises(WrongContent, match="web page"):
        fetcher.download(Request(url), tmp_path / "f.zip")
    assert left(tmp_path) == []


def test_a_gz_file_is_not_unpacked_on_the_way(site, fetcher, tmp_path):
    url = site.on("/f", lambda h: h.reply(200, b"\x1f\x8b..", Content_Encoding="x-gzip"))
    assert fetcher.download(Request(url), tmp_path / "f.gz").path.read_bytes() == b"\x1f\x8b.."
    with pytest.raises(WrongContent, match="unasked"):
        fetcher.download(Request(url), tmp_path / "f.csv")


def test_a_server_that_drips_is_left_and_gone_on_with(site, fetchers, moments, tmp_path):
    def drip(handler):
        handler.begin(len(BODY), ETag='"v1"')
        # Far more than it takes: on a busy machine much of it may arrive at once.
        for number in range(4000):
            moments.now += 5
            handler.wfile.write(BODY[number : number + 1])
            handler.wfile.flush()
            time.sleep(0.005)
        handler.cut()

    url = site.on("/f", drip)
    with pytest.raises(TooSlow):
        fetchers(patience=Patience(attempts=1)).download(Request(url), tmp_path / "f")
    site.on("/f", whole())
    done = fetchers().download(Request(url), tmp_path / "f")
    assert (done.resumed > 0, done.path.read_bytes() == BODY) == (True, True)


def test_progress_is_told(site, fetchers, tmp_path):
    heard = []
    fetchers(progress=lambda path, size, total: heard.append((path.name, size, total))).download(
        Request(site.on("/f", whole())), tmp_path / "f"
    )
    assert heard[-1] == ("f", len(BODY), len(BODY))
    assert [size for _, size, _ in heard] == sorted({size for _, size, _ in heard})


CHILD = """
import sys
from pathlib import Path
from vidensbro.kit.sources.fetching import HttpFetcher, Rate, Request
with HttpFetcher("ops@example.org", rate=Rate(1e6, 1e6), environment=False) as fetcher:
    print(fetcher.download(Request(sys.argv[1]), Path(sys.argv[2])).resumed, flush=True)
"""


def slowly(handler):
    start = int(handler.asked.headers.get("range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
    end = {"Content_Range": f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"} if start else {}
    handler.begin(len(BODY) - start, 206 if start else 200, ETag='"v1"', **end)
    for at in range(start, len(BODY), 65536):
        handler.wfile.write(BODY[at : at + 65536])
        handler.wfile.flush()
        if handler.server.site.stop.wait(0.02):
            return


def test_a_download_that_is_killed_is_gone_on_with_and_nobody_else_writes_meanwhile(site, fetcher, tmp_path):
    to, part = tmp_path / "f", tmp_path / ".f.part"
    url = site.on("/f", slowly)
    child = subprocess.Popen([sys.executable, "-c", CHILD, url, str(to)], stdout=subprocess.PIPE)
    end = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size > 300_000):
        assert time.monotonic() < end
        assert child.poll() is None
        time.sleep(0.01)
    with pytest.raises(InUse):
        fetcher.download(Request(url), to)
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait(10) == -signal.SIGKILL
    child.stdout.close()
    there = part.stat().st_size
    assert 300_000 < there < len(BODY)
    assert not to.exists()
    site.on("/f", whole())
    done = fetcher.download(Request(url), to, checksum=SHA)
    assert (done.resumed, done.path.read_bytes() == BODY) == (there, True)
    assert site.log[-1].headers["range"] == f"bytes={there}-"
    assert left(tmp_path) == [".f.fetched.json", "f"]


CRAMPED = """
import resource, sys
from pathlib import Path
from vidensbro.kit.sources.fetching import HttpFetcher, Rate, Request, StorageFailed
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_003, 1_000_003))
with HttpFetcher("ops@example.org", rate=Rate(1e6, 1e6), environment=False) as fetcher:
    try:
        fetcher.download(Request(sys.argv[1]), Path(sys.argv[2]))
    except StorageFailed as error:
        print(error, flush=True)
"""


def test_a_disk_that_takes_no_more_is_told_and_what_came_is_kept(site, fetcher, tmp_path):
    url, to = site.on("/f", whole()), tmp_path / "f"
    done = subprocess.run(
        [sys.executable, "-c", CRAMPED, url, str(to)], capture_output=True, text=True, timeout=60, check=True
    )
    assert "what has been fetched is kept" in done.stdout
    assert not to.exists()
    found = fetcher.download(Request(url), to, checksum=SHA)
    assert (found.resumed, found.path.read_bytes() == BODY) == (1_000_003, True)
