"""Addresses of matches."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.matches import views

urlpatterns = [
    path("match/", views.try_need, name="match"),
    path("match/feedback/", views.feedback, name="feedback"),
    path("match/feedback/<uuid:feedback_id>/take-back/", views.take_back, name="take-back"),
]
