"""Root of all addresses."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("vidensbro.hub.web.urls")),
]
