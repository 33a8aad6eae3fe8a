"""The line to servers: one exchange with its redirects, what its failures mean, and asking again."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final, TypeVar

import httpx
import orjson

from vidensbro.kit.sources.fetching import addresses
from vidensbro.kit.sources.fetching.bodies import BodyDamaged, BodyTooSlow
from vidensbro.kit.sources.fetching.errors import (
    Busy,
    FetchError,
    Refused,
    TooSlow,
    Unreachable,
    WrongAddress,
    WrongContent,
)
from vidensbro.kit.sources.fetching.patience import (
    BUSY,
    Patience,
    Surroundings,
    Turns,
    asked_wait,
    until_date,
)
from vidensbro.kit.sources.fetching.protocol import Request

T = TypeVar("T")
EXCERPT: Final = 300
_TOLD: Final = 10


class _Discreet(logging.Filter):
    """Takes keys out of the addresses that httpx logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record through."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                addresses.shown(str(value)) if isinstance(value, httpx.URL) else value
                for value in record.args
            )
        return True


logging.getLogger("httpx").addFilter(_Discreet())


class Later(Exception):
    """An attempt failed, and asking again may help. `wait` is what the server asked for, in seconds;
    `progress` tells that the attempt was not in vain."""

    def __init__(self, error: FetchError, *, wait: float | None = None, progress: bool = False) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait
        self.progress = progress


@dataclass(frozen=True, slots=True)
class Manners:
    """How the line behaves. Times are in seconds; `allow` says of a host whether we may go there."""

    agent: str
    timeout: float = 30.0
    redirects: int = 5
    environment: bool = True
    allow: Callable[[str], bool] | None = None
    verify: ssl.SSLContext | bool = True


class Line:
    """Connections to servers, without cookies, with turns and patience."""

    def __init__(self, manners: Manners, patience: Patience, turns: Turns, around: Surroundings) -> None:
        self.around = around
        self._manners = manners
        self._patience = patience
        self._turns = turns
        self._client = httpx.Client(
            headers={"User-Agent": manners.agent, "Accept": "*/*", "Accept-Encoding": "gzip"},
            timeout=httpx.Timeout(manners.timeout, connect=min(manners.timeout, 15.0)),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=manners.environment,
            follow_redirects=False,
            verify=manners.verify,
        )

    def close(self) -> None:
        """Close connections."""
        self._client.close()

    def patiently(self, step: Callable[[], T]) -> T:
        """What `step` gives, asked again as long as patience lasts. Raises FetchError."""
        failures, told, waited = 0, 0, 0.0
        while True:
            try:
                return step()
            except Later as later:
                failures = 0 if later.progress else failures
                if later.wait is None:
                    failures += 1
                    if failures >= self._patience.attempts:
                        raise later.error from later
                    wait = self._patience.backoff(failures - 1, self.around.chance())
                else:
                    told += 1
                    wait = later.wait + self._patience.backoff(0, self.around.chance())
                    if waited + wait > self._patience.longest or told > _TOLD * self._patience.attempts:
                        raise self._too_busy(later) from later
            waited += wait
            self.around.sleep(wait)

    def _too_busy(self, later: Later) -> Busy:
        until = until_date(self.around.clock(), later.wait or 0.0)
        return Busy(
            f"{later.error} It asks to be asked again at {until:%Y-%m-%d %H:%M:%S} UTC. "
            "Go on then; what has been fetched is kept.",
            url=later.error.url,
            until=until,
        )

    @contextmanager
    def exchange(self, request: Request, headers: Mapping[str, str]) -> Iterator[tuple[httpx.Response, str]]:
        """An answer that is neither a redirect nor "later", its body still to be read, and its address.

        Raises FetchError for what is final, Later for the rest, also from within the block.
        """
        url = addresses.checked(addresses.with_params(request.url, request.params))
        seen = [url]
        try:
            while True:
                with self._answer(request, url, seen[0], headers) as response:
                    if response.status_code not in addresses.REDIRECTS:
                        self._take_status(response, request, url)
                        yield response, url
                        return
                    url = self._follow(response, request, url, seen)
        except (BodyTooSlow, BodyDamaged, httpx.HTTPError, httpx.InvalidURL) as error:
            raise meaning(error, url) from error

    @contextmanager
    def _answer(
        self, request: Request, url: str, first: str, headers: Mapping[str, str]
    ) -> Iterator[httpx.Response]:
        host = addresses.host(url)
        if self._manners.allow is not None and not self._manners.allow(host):
            raise WrongAddress(f"{host} is not a host that may be asked.", url=addresses.shown(url))
        if wait := self._turns.wait(host, self.around.monotonic()):
            self.around.sleep(wait)
        sent = {**_content_type(request), **request.headers, **headers}
        if addresses.origin(url) == addresses.origin(first):
            sent |= request.secrets
        method = "POST" if request.posts else "GET"
        with self._client.stream(method, url, headers=sent, **content(request)) as response:
            yield response

    def _follow(self, response: httpx.Response, request: Request, url: str, seen: list[str]) -> str:
        if request.posts and response.status_code not in {307, 308}:
            raise WrongAddress(
                f"{addresses.shown(url)} redirects a search elsewhere.", url=addresses.shown(url)
            )
        target = addresses.redirected(
            url, response.headers.get("location", ""), seen, self._manners.redirects
        )
        seen.append(target)
        return target

    def _take_status(self, response: httpx.Response, request: Request, url: str) -> None:
        """Nothing for 2xx, 304, 416 and what the request takes, which their askers understand. Raises Later or
        Refused."""
        status, shown = response.status_code, addresses.shown(url)
        if 200 <= status < 300 or status in {304, 416} or status in request.said:
            return
        if status in BUSY or status in request.busy:
            asked = asked_wait(response.headers.get("retry-after", ""), self.around.clock())
            if asked is not None:
                self._turns.close(addresses.host(url), self.around.monotonic() + asked)
            error = Busy(f"{shown} is busy: it answered {status}.", url=shown)
            raise Later(error, wait=asked)
        raise refused(shown, status, beginning(response))


def refused(shown: str, status: int, excerpt: str) -> Refused:
    """What a refusal means."""
    said = f": {excerpt}" if excerpt else ""
    return Refused(f"{shown} answered {status}{said}", url=shown, status=status, excerpt=excerpt)


def _content_type(request: Request) -> dict[str, str]:
    """What httpx does not say by itself about the body of a request."""
    return {} if request.document is None else {"Content-Type": "application/json"}


def content(request: Request) -> dict[str, Any]:
    """What httpx is to send for the body of a request."""
    if request.document is not None:
        return {"content": orjson.dumps(request.document)}
    if request.parts is not None:
        return {
            "files": {
                name: ("blob", orjson.dumps(value), "application/json")
                for name, value in request.parts.items()
            }
        }
    return {} if request.form is None else {"data": dict(request.form)}


def beginning(response: httpx.Response) -> str:
    """The first characters of a body, on one line."""
    found = b""
    for chunk in response.iter_raw():
        found += chunk
        if len(found) >= 4 * EXCERPT:
            break
    if response.headers.get("content-encoding", "").lower() not in {"", "identity"}:
        return ""
    return excerpt_of(found)


def excerpt_of(body: bytes) -> str:
    """The same of a body that has been read."""
    return " ".join(body[: 4 * EXCERPT].decode("utf-8", "replace").split())[:EXCERPT]


def meaning(error: Exception, url: str) -> Later | FetchError:
    """What a failure of the line means: something to wait for, or something final."""
    shown = addresses.shown(url)
    if isinstance(error, (httpx.TimeoutException, BodyTooSlow)):
        return Later(TooSlow(f"{shown} is too slow; try again later.", url=shown))
    if isinstance(error, BodyDamaged):
        return Later(WrongContent(f"What {shown} sends cannot be read: {error}.", url=shown))
    if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol)):
        return WrongAddress(f"“{shown}” is not an address ({error}).", url=shown)
    reason = f"{type(error).__name__}: {error}"
    unreachable = Unreachable(
        f"{shown} cannot be reached or broke off ({reason}). Check the address and the connection.", url=shown
    )
    if isinstance(error, httpx.LocalProtocolError) or _untrusted(error):
        return unreachable
    return Later(unreachable)


def _untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
