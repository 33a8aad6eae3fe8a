"""Addresses of feeds of releases."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.newsroom.views import feeds

urlpatterns = [
    path("newsroom/feeds/<slug:language>/<slug:kind>", feeds.feed, name="feed"),
    path("newsroom/sitemap.xml", feeds.news_sitemap, name="news-sitemap"),
]
