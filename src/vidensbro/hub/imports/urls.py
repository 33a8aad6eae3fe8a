"""Addresses of imports and merge proposals."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.imports import views

urlpatterns = [
    path("imports/<uuid:run_id>/", views.run, name="import-run"),
    path("imports/<uuid:run_id>/undo/", views.undo, name="undo-import"),
    path("proposals/", views.proposals, name="proposals"),
    path("proposals/<uuid:proposal_id>/merge/", views.merge, name="merge"),
    path("proposals/<uuid:proposal_id>/keep-apart/", views.keep_apart, name="keep-apart"),
    path("merges/<uuid:merge_id>/undo/", views.undo_merge, name="undo-merge"),
]
