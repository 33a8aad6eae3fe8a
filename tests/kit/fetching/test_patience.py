"""Waiting, turns, checksums and addresses, by their invariants."""

from __future__ import annotations

import datetime as dt
import hashlib
from email.utils import format_datetime
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vidensbro.kit.sources.fetching import Checksum, Patience, TokenBucket, parse_manifest, verify_manifest
from vidensbro.kit.sources.fetching.addresses import host, shown
from vidensbro.kit.sources.fetching.patience import asked_wait


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_waits_lie_between_nothing_and_the_cap(attempt, chance):
    patience = Patience(base=0.5, cap=60)
    assert 0 <= patience.backoff(attempt, chance) <= min(60, 0.5 * 2 ** min(attempt, 50))


@given(st.lists(st.floats(0, 5), min_size=2, max_size=60), st.floats(0.5, 20), st.integers(1, 8))
def test_no_window_holds_more_than_the_burst_and_the_rate(gaps, rate, burst):
    bucket, now, served = TokenBucket(rate, burst), 0.0, []
    for gap in gaps:
        now += gap
        served.append(now + bucket.take(now))
    assert served == sorted(served)
    for first in range(len(served)):
        for last in range(first, len(served)):
            assert last - first + 1 <= burst + rate * (served[last] - served[first]) + 1e-6


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0.5)])
def test_a_bucket_without_tokens_is_refused(rate, burst):
    with pytest.raises(ValueError, match="above 0"):
        TokenBucket(rate, burst)


@given(st.integers(-100_000, 100_000))
def test_a_date_asks_for_the_time_until_then(seconds):
    now = dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC)
    then = format_datetime(now + dt.timedelta(seconds=seconds), usegmt=True)
    assert asked_wait(then, now.timestamp()) == max(0, seconds)


@example("Wed, 21 Oct 2015 07:28:00 -9999999999999")
@given(st.text(max_size=30))
def test_any_retry_after_is_a_wait_or_none(value):
    wait = asked_wait(value, 0.0)
    assert wait is None or wait >= 0


def test_checksums_are_read_as_they_are_published():
    digest = hashlib.md5(b"x").hexdigest()
    assert Checksum.parse(f"md5:{digest.upper()}") == Checksum("md5", digest) == Checksum.parse(digest)
    assert str(Checksum.parse("SHA-256:" + "0" * 64)) == "sha256:" + "0" * 64


@pytest.mark.parametrize("text", ["", "md5:", "md5:xyz", "sha1:" + "0" * 40, "sha256:" + "0" * 32, "g" * 32])
def test_what_is_no_checksum_is_refused(text):
    with pytest.raises(ValueError, match="not a checksum"):
        Checksum.parse(text)


def test_a_manifest_tells_what_is_missing_and_what_has_changed(tmp_path):
    lines = [
        "# as sha256sum and md5sum --tag write them",
        f"{hashlib.sha256(b'one').hexdigest()}  one.txt",
        f"MD5 (sub/two.txt) = {hashlib.md5(b'two').hexdigest()}",
        f"{hashlib.md5(b'three').hexdigest()} *three.txt",
        "",
    ]
    (tmp_path / "one.txt").write_bytes(b"one")
    (tmp_path / "three.txt").write_bytes(b"3")
    promised = parse_manifest("\n".join(lines))
    assert verify_manifest(tmp_path, promised) == {"sub/two.txt": "missing", "three.txt": "changed"}


@pytest.mark.parametrize("name", ["../up", "/etc/passwd", "a/../../b"])
def test_a_manifest_leads_nowhere_else(name):
    with pytest.raises(ValueError, match="outside"):
        parse_manifest(f"{'0' * 32}  {name}")


def test_a_line_that_is_no_checksum_is_told():
    with pytest.raises(ValueError, match="line 2"):
        parse_manifest(f"{'0' * 32}  a\nhello")


names = st.sampled_from(["api_key", "apiKey", "access_token", "client_secret", "X-Amz-Signature", "key"])


@given(names, st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=12, max_size=20))
def test_keys_are_never_shown(name, value):
    address = f"https://example.org/a?{urlencode({name: value, 'q': 'cells'})}"
    assert value not in shown(address)
    assert "q=cells" in shown(address)


@given(st.text(max_size=60))
def test_any_text_can_be_shown(text):
    assert isinstance(shown(text), str)


def test_hosts_are_named_with_an_unusual_port_only():
    assert [host("https://A.org:443/x"), host("http://a.org:8080"), host("http://a.org")] == [
        "a.org",
        "a.org:8080",
        "a.org",
    ]
