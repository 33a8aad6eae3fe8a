"""Stored files: their type sniffed, their size limited, never executed."""

from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "vidensbro.hub.files"
