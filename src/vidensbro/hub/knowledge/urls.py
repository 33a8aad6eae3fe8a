"""Addresses of works and offers."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.knowledge import views

urlpatterns = [
    path("knowledge/", views.works, name="knowledge"),
    path("knowledge/offers/", views.offers, name="offers"),
    path("works/<uuid:work_id>/", views.work, name="work"),
    path("offers/<uuid:offer_id>/", views.offer, name="offer"),
]
