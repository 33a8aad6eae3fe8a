"""Organisations, people, affiliations, offices and fields."""

from __future__ import annotations

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "vidensbro.hub.directory"
