"""Addresses of pictures and documents."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.newsroom.views import material

urlpatterns = [
    path(
        "newsroom/pictures/<uuid:picture_id>/<slug:shape>/<int:width>/",
        material.picture,
        name="release-picture",
    ),
    path(
        "newsroom/pictures/<uuid:picture_id>/download/",
        material.download_picture,
        name="download-release-picture",
    ),
    path("newsroom/documents/<uuid:document_id>/", material.document, name="release-document"),
]
