"""Addresses of the pages."""

from __future__ import annotations

from django.urls import include, path

from vidensbro.hub.directory import urls as directory
from vidensbro.hub.ui import views as ui
from vidensbro.hub.web import files, organisations, pages
from vidensbro.hub.web.health import health, ready
from vidensbro.hub.web.language import language
from vidensbro.hub.web.needs import need
from vidensbro.hub.web.secretariat import secretariat

urlpatterns = [
    path("", pages.home, name="home"),
    path("", include("vidensbro.hub.accounts.urls")),
    path("", include("vidensbro.hub.accounts.federation.urls")),
    path("", include("vidensbro.hub.matches.urls")),
    path("needs/", include("vidensbro.hub.needs.urls")),
    path("needs/<uuid:need_id>/", need, name="need"),
    path("", include("vidensbro.hub.introductions.urls")),
    path("directory/", include("vidensbro.hub.directory.urls")),
    path("", include(directory.of_one)),
    path("", include("vidensbro.hub.knowledge.urls")),
    path("organisations/<uuid:organisation_id>/", organisations.organisation, name="organisation"),
    path("people/<uuid:person_id>/", organisations.person, name="person"),
    path("collaborations/", include("vidensbro.hub.collaborations.urls")),
    path("files/<uuid:file_id>/", files.stored, name="stored-file"),
    path("fields/", pages.fields, name="fields"),
    path("fields/<slug:notation>/", pages.field, name="field"),
    path("secretariat/", secretariat, name="secretariat"),
    path("secretariat/", include("vidensbro.hub.imports.urls")),
    path("", include("vidensbro.hub.mail.urls")),
    path("about/", pages.about, name="about"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("language/", language, name="language"),
    path("theme.css", ui.theme, name="theme"),
    path("logo", ui.logo, name="logo"),
    path("healthz", health, name="health"),
    path("readyz", ready, name="ready"),
]
