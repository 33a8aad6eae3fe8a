"""Addresses of subscribing to releases."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.newsroom.views import subscribing

urlpatterns = [
    path("newsroom/subscribe/", subscribing.ask, name="subscribe"),
    path("newsroom/subscribe/asked/", subscribing.asked, name="subscription-asked"),
    path("newsroom/subscribe/confirm/<str:token>/", subscribing.confirm, name="confirm-subscription"),
    path("newsroom/subscription/<str:token>/", subscribing.preferences, name="subscription"),
    path("newsroom/leave/<str:token>/", subscribing.leave, name="leave-newsroom"),
]
