"""Addresses of the pages."""

from __future__ import annotations

from django.urls import include, path

from vidensbro.hub.directory import urls as directory
from vidensbro.hub.ui import views as ui
from vidensbro.hub.web import files, organisations, own_data, pages, person_requests
from vidensbro.hub.web.health import health, ready
from vidensbro.hub.web.language import language
from vidensbro.hub.web.metrics import metrics
from vidensbro.hub.web.needs import need
from vidensbro.hub.web.processing import processing_record
from vidensbro.hub.web.robots import robots
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
    path("", include("vidensbro.hub.newsroom.urls")),
    path("files/<uuid:file_id>/", files.stored, name="stored-file"),
    path("fields/", pages.fields, name="fields"),
    path("fields/<slug:notation>/", pages.field, name="field"),
    path("secretariat/", secretariat, name="secretariat"),
    path("secretariat/desk/", include("vidensbro.hub.desk.urls")),
    path("secretariat/", include("vidensbro.hub.imports.urls")),
    path("", include("vidensbro.hub.mail.urls")),
    path("account/about-me/", own_data.about_me, name="about-me"),
    path("account/about-me/about-me.json", own_data.as_json, name="about-me-json"),
    path("account/about-me/about-me.html", own_data.as_file, name="about-me-file"),
    path("account/about-me/visibility/", own_data.hide, name="my-visibility"),
    path("account/about-me/object/", own_data.object_to_being_found, name="object-to-being-found"),
    path("account/about-me/object/withdraw/", own_data.withdraw_objection, name="withdraw-objection"),
    path("account/about-me/erase/", own_data.erase, name="erase-me"),
    path("privacy/request/", person_requests.about_person, name="about-person"),
    path("privacy/request/<str:token>/", person_requests.confirm, name="confirm-person-request"),
    path("secretariat/person-requests/", person_requests.person_requests, name="person-requests"),
    path(
        "secretariat/person-requests/<uuid:request_id>/", person_requests.decide, name="decide-person-request"
    ),
    path("secretariat/processing-record/", processing_record, name="processing-record"),
    path("about/", pages.about, name="about"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("language/", language, name="language"),
    path("theme.css", ui.theme, name="theme"),
    path("logo", ui.logo, name="logo"),
    path("robots.txt", robots, name="robots"),
    path("healthz", health, name="health"),
    path("readyz", ready, name="ready"),
    path("metrics", metrics, name="metrics"),
]
