"""Addresses of the pages."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.web.health import health

urlpatterns = [
    path("healthz", health, name="health"),
]
