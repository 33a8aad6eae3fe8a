"""Addresses of imports and merge proposals."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.imports import views

urlpatterns = [
    path("imports/<uuid:run_id>/", views.run, name="import-run"),
    path("imports/<uuid:run_id>/undo/", views.undo, name="undo-import"),
    path("imports/schedules/", views.schedules, name="import-schedules"),
    path("imports/schedules/new/", views.new_schedule, name="new-import-schedule"),
    path("imports/schedules/<uuid:schedule_id>/pause/", views.pause_schedule, name="pause-import-schedule"),
    path(
        "imports/schedules/<uuid:schedule_id>/remove/", views.remove_schedule, name="remove-import-schedule"
    ),
    path("proposals/", views.proposals, name="proposals"),
    path("proposals/<uuid:proposal_id>/merge/", views.merge, name="merge"),
    path("proposals/<uuid:proposal_id>/keep-apart/", views.keep_apart, name="keep-apart"),
    path("merges/<uuid:merge_id>/undo/", views.undo_merge, name="undo-merge"),
]
