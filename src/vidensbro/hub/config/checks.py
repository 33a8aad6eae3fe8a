"""What must be true before the site starts."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

_LOCAL = {"localhost", "127.0.0.1", "::1", "[::1]", "testserver"}


@register()
def data_folder_is_writable(**_: Any) -> list[CheckMessage]:
    """The data folder, or the nearest folder above it that exists, can be written."""
    folder: Path = settings.VIDENSBRO_DATA
    standing = folder
    while not standing.exists():
        standing = standing.parent
    if standing.is_dir() and os.access(standing, os.W_OK | os.X_OK):
        return []
    return [
        Error(
            f"The data folder {folder} cannot be written.",
            hint="Set VIDENSBRO_DATA to a folder that belongs to the user who runs vidensbro.",
            id="vidensbro.E001",
        )
    ]


@register()
def sqlite_is_new_enough(**_: Any) -> list[CheckMessage]:
    """RETURNING, used by every insert, came with SQLite 3.35."""
    if "sqlite" not in settings.DATABASES["default"]["ENGINE"] or sqlite3.sqlite_version_info >= (3, 35):
        return []
    return [Error(f"SQLite {sqlite3.sqlite_version} is too old.", hint="3.35 or later.", id="vidensbro.E002")]


@register()
def address_is_an_address(**_: Any) -> list[CheckMessage]:
    """VIDENSBRO_BASE_URL is a web address."""
    parts = urlsplit(settings.VIDENSBRO_BASE_URL)
    if parts.scheme in {"http", "https"} and parts.hostname:
        return []
    return [
        Error(
            f"VIDENSBRO_BASE_URL is {settings.VIDENSBRO_BASE_URL!r}.",
            hint="Write it as https://knowledge.example.org",
            id="vidensbro.E003",
        )
    ]


@register()
def public_site_is_safe(**_: Any) -> list[CheckMessage]:
    """A site that others can reach neither shows its insides nor sends passwords in the clear."""
    host = urlsplit(settings.VIDENSBRO_BASE_URL).hostname or ""
    if host in _LOCAL:
        return []
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("VIDENSBRO_DEBUG is on at a public address.", id="vidensbro.E004"))
    if not settings.SITE_IS_HTTPS:
        found.append(
            Warning(
                "The public address is not https: passwords and cookies travel in the clear.",
                hint="Put a proxy with a certificate before the site and set VIDENSBRO_BASE_URL to https://…",
                id="vidensbro.W001",
            )
        )
    return found
