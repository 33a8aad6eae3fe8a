"""Addresses of introductions."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.introductions.views import answering, asking, preferences, public

urlpatterns = [
    path("needs/<uuid:need_id>/introductions/new/", asking.new, name="new-introduction"),
    path("introductions/", preferences.mine, name="my-introductions"),
    path("introductions/<uuid:introduction_id>/", answering.introduction, name="introduction"),
    path("introductions/<uuid:introduction_id>/edit/", asking.edit, name="edit-introduction"),
    path("introductions/<uuid:introduction_id>/ask/", asking.ask, name="ask-introduction"),
    path("introductions/<uuid:introduction_id>/agree/", asking.agree, name="agree-introduction"),
    path("introductions/<uuid:introduction_id>/withdraw/", asking.withdraw, name="withdraw-introduction"),
    path("introductions/<uuid:introduction_id>/close/", asking.close, name="close-introduction"),
    path("introductions/<uuid:introduction_id>/more/", answering.more_signed_in, name="introduction-more"),
    path("introductions/<uuid:introduction_id>/meeting.ics", answering.meeting, name="meeting-file"),
    path("introductions/disclosures/<int:disclosure_id>/", asking.decide, name="decide-disclosure"),
    path("answer/<str:token>/", answering.answer, name="answer"),
    path("answer/<str:token>/more/", answering.more, name="answer-more"),
    path("answer/given/<slug:said>/", answering.given, name="answer-given"),
    path("account/asking/", preferences.asking, name="ask-preferences"),
    path("account/asking/conflicts/", preferences.declare, name="declare-conflict"),
    path("account/asking/conflicts/<int:conflict_id>/remove/", preferences.remove, name="remove-conflict"),
    path("figures/introductions/", public.figures, name="introduction-figures"),
    path("neutrality/", public.neutrality, name="neutrality"),
]
