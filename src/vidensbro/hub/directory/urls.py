"""Addresses of the directory. The pages of one organisation or person span features: see `web.urls`."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.directory import views

urlpatterns = [
    path("", views.organisations, name="directory"),
    path("people/", views.people, name="people"),
]
