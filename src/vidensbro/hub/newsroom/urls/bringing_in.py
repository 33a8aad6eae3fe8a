"""Addresses of bringing in releases that there are already."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.newsroom.views import bringing_in

urlpatterns = [path("newsroom/desk/bring-in/", bringing_in.bring_in, name="bring-in-release")]
