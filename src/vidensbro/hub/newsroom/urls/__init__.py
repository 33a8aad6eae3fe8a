"""Addresses of the newsroom. Those of reading come last: a release's own address takes what is left."""

from __future__ import annotations

from vidensbro.hub.newsroom.urls import (
    bringing_in,
    feeds,
    material,
    press,
    reading,
    sending,
    subscribing,
    writing,
)

urlpatterns = [
    *material.urlpatterns,
    *subscribing.urlpatterns,
    *feeds.urlpatterns,
    *writing.urlpatterns,
    *bringing_in.urlpatterns,
    *press.urlpatterns,
    *sending.urlpatterns,
    *reading.urlpatterns,
]
