"""Addresses of how the mail of releases stands."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.newsroom.views import sending

ONE = "newsroom/desk/releases/<uuid:version_id>/sending/"

urlpatterns = [
    path("newsroom/read/<uuid:version_id>/", sending.follow, name="follow-release"),
    path(ONE, sending.figures, name="sending-figures"),
    path(f"{ONE}again/", sending.again, name="send-release-again"),
    path(f"{ONE}lists/", sending.lists, name="name-release-lists"),
]
