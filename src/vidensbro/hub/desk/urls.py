"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.desk import views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("undo/", views.undo, name="desk-undo"),
    path("export.<slug:form>", views.desk_file, name="desk-file"),
    path("views/", views.views, name="desk-views"),
    path("views/<uuid:view_id>/remove/", views.remove_view, name="remove-desk-view"),
]
