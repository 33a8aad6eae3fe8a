"""Which addresses we go to, what of them may be shown, and which headers go along to another server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from vidensbro.kit.sources.fetching.errors import WrongAddress

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SECRET: Final = re.compile(r"key|token|secret|password|signature|credential", re.IGNORECASE)
# At some sources the whole harvest hangs on these, and they open nothing.
_OPEN: Final = frozenset({"resumptiontoken", "pagetoken"})
_HIDDEN: Final = "…"


def checked(url: str) -> str:
    """The address, if it is one of http or https with a host and no user in it. Raises WrongAddress."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise WrongAddress(f"“{shown(url)}” is not an address ({error}).", url=shown(url)) from error
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise WrongAddress(
            f"“{shown(url)}” does not begin with http:// or https:// and a host. Correct the address.",
            url=shown(url),
        )
    if "@" in parts.netloc:
        raise WrongAddress(
            "The address holds a user name or password; give it as a header instead.", url=shown(url)
        )
    return url


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port (RFC 6454)."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or (443 if scheme == "https" else 80)


def host(url: str) -> str:
    """The host in lower case, with its port where that is not the usual one."""
    scheme, name, port = origin(url)
    return name if port == (443 if scheme == "https" else 80) else f"{name}:{port}"


def shown(url: str) -> str:
    """The address for people and files: keys in its query and a user in it are left out."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url[:200]
    pairs = [
        (name, _HIDDEN if _SECRET.search(name) and name.lower() not in _OPEN else value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    netloc = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, netloc, parts.path, urlencode(pairs, safe=_HIDDEN + ":/,|*"), ""))


def with_params(url: str, params: Mapping[str, str]) -> str:
    """The address with more parameters at its end."""
    if not params:
        return url
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(params)) if part)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def redirected(url: str, location: str, seen: list[str], most: int) -> str:
    """Where a redirect leads. Raises WrongAddress for circles, for too many, and for places we do not go to.

    Nothing that began encrypted goes on unencrypted.
    """
    if not location:
        raise WrongAddress(f"{shown(url)} redirects without saying where to.", url=shown(url))
    try:
        target = checked(urljoin(url, location))
    except ValueError as error:
        raise WrongAddress(f"{shown(url)} redirects to no address ({error}).", url=shown(url)) from error
    if urlsplit(url).scheme.lower() == "https" and urlsplit(target).scheme.lower() == "http":
        raise WrongAddress(f"{shown(url)} redirects from https to http; we do not follow.", url=shown(url))
    if target in seen:
        raise WrongAddress(f"{shown(url)} redirects in a circle.", url=shown(url))
    if len(seen) > most:
        raise WrongAddress(f"{shown(seen[0])} redirects more than {most} times.", url=shown(seen[0]))
    return target
