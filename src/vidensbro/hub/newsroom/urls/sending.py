"""Addresses of how the sending of a release goes."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
