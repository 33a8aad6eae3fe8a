"""Addresses of reading. A release's own address never changes once it is out."""

from __future__ import annotations

from django.urls import path, re_path

from vidensbro.hub.newsroom.views import reading

_OF_RELEASE = r"^newsroom/(?P<language>da|en)/(?P<slug>[-a-zA-Z0-9_]+)"

urlpatterns = [
    path("newsroom/", reading.front, name="newsroom"),
    path("newsroom/archive/", reading.archive, name="newsroom-archive"),
    re_path(_OF_RELEASE + r"/$", reading.release, name="release"),
    re_path(_OF_RELEASE + r"/release\.pdf$", reading.release_pdf, name="release-pdf"),
]
