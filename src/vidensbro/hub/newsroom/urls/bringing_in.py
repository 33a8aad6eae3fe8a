"""Addresses of bringing in releases that there are already."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
