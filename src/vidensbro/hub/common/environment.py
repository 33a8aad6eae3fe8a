"""Every setting that an operator can make, read from the environment and from nowhere else.

docs/run/settings.md lists them; a test compares the two.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

ENV = environ.Env()
PREFIX = "VIDENSBRO_"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
_CLUSTER = re.compile(r"qdrant:(?P<url>https?://[^\s#]+)#(?P<name>[a-z0-9][a-z0-9-]{0,62})\Z")
_LOCAL = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Theme:
    """How an instance calls itself and looks. Colours are "#rrggbb"; `logo` is a file in the media folder."""

    name: str
    tagline_da: str
    tagline_en: str
    logo: str
    colour: str
    accent: str
    contact: str


@dataclass(frozen=True, slots=True)
class SearchEngine:
    """A search cluster: its address, the name of the index there, the key that it wants, the port for gRPC (0: HTTP
    only), and how a new index is spread over it (shards 0: as the cluster likes)."""

    url: str
    name: str
    key: str
    grpc_port: int
    shards: int
    replicas: int


def data_folder() -> Path:
    """The one folder that an installation keeps everything in; it need not exist yet."""
    given = os.environ.get(f"{PREFIX}DATA", "")
    if given:
        return Path(given).expanduser().resolve()
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "vidensbro"


def text(name: str, default: str = "") -> str:
    """The setting VIDENSBRO_<name> as text."""
    value = ENV.str(PREFIX + name, default=default)
    return str(value).strip()


def flag(name: str, default: bool = False) -> bool:
    """The setting VIDENSBRO_<name> as yes or no."""
    return bool(ENV.bool(PREFIX + name, default=default))


def number(name: str, default: int, least: int, most: int) -> int:
    """The setting VIDENSBRO_<name> as a whole number between `least` and `most`."""
    try:
        value = int(ENV.int(PREFIX + name, default=default))
    except ValueError as error:
        raise ImproperlyConfigured(f"{PREFIX}{name} must be a whole number") from error
    if not least <= value <= most:
        raise ImproperlyConfigured(f"{PREFIX}{name} must lie between {least} and {most}, not {value}")
    return value


def choice(name: str, options: tuple[str, ...]) -> str:
    """The setting VIDENSBRO_<name>, one of `options`, the first by default."""
    value = text(name, options[0]).lower()
    if value not in options:
        raise ImproperlyConfigured(f"{PREFIX}{name} must be one of {', '.join(options)}, not {value!r}")
    return value


def address(name: str) -> str:
    """The setting VIDENSBRO_<name> as an address of the web, "" if it is not set."""
    value = text(name)
    if value and not _is_web_address(value):
        raise ImproperlyConfigured(
            f"{PREFIX}{name} must be an address such as https://hub.example.org/, not {value!r}"
        )
    return value


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not set(value) & set('<>" \t\r\n')


def hosts(base_url: str) -> list[str]:
    """Host names that the site answers to: VIDENSBRO_HOSTS, else that of the base address and localhost."""
    given = [host.strip() for host in text("HOSTS").split(",") if host.strip()]
    return given or [*dict.fromkeys([urlsplit(base_url).hostname or "localhost", *_LOCAL])]


def search_engine() -> SearchEngine | None:
    """The search cluster that VIDENSBRO_INDEX names; None for the embedded index."""
    given = text("INDEX", "embedded")
    if given == "embedded":
        return None
    found = _CLUSTER.match(given)
    if not found:
        raise ImproperlyConfigured(
            f"{PREFIX}INDEX must be embedded or qdrant:http://host:6333#name (the name in small letters, digits and "
            f"hyphens), not {given!r}"
        )
    return SearchEngine(
        url=found["url"],
        name=found["name"],
        key=text("INDEX_KEY"),
        grpc_port=number("INDEX_GRPC_PORT", 6334, 0, 65_535),
        shards=number("INDEX_SHARDS", 0, 0, 1000),
        replicas=number("INDEX_REPLICAS", 1, 1, 9),
    )


def theme() -> Theme:
    """The look of this instance."""
    return Theme(
        name=text("THEME_NAME", "Vidensbro"),
        tagline_da=text("THEME_TAGLINE_DA", "Fra behov til viden, der kan bruges"),
        tagline_en=text("THEME_TAGLINE_EN", "From a need to knowledge that helps"),
        logo=text("THEME_LOGO"),
        colour=_colour("THEME_COLOUR", "#0f4c5c"),
        accent=_colour("THEME_ACCENT", "#c8553d"),
        contact=text("THEME_CONTACT"),
    )


def _colour(name: str, default: str) -> str:
    value = text(name, default)
    if not _COLOUR.match(value):
        raise ImproperlyConfigured(f"{PREFIX}{name} must be a colour such as {default}, not {value!r}")
    return value.lower()
