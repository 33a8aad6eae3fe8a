"""Addresses of introductions."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.introductions.views import answering, asking, further, handing, preferences, public

urlpatterns = [
    path("needs/<uuid:need_id>/introductions/new/", asking.new, name="new-introduction"),
    path("introductions/", preferences.mine, name="my-introductions"),
    path("introductions/<uuid:introduction_id>/", answering.introduction, name="introduction"),
    path("introductions/<uuid:introduction_id>/edit/", asking.edit, name="edit-introduction"),
    path("introductions/<uuid:introduction_id>/ask/", asking.ask, name="ask-introduction"),
    path("introductions/<uuid:introduction_id>/agree/", asking.agree, name="agree-introduction"),
    path("introductions/<uuid:introduction_id>/withdraw/", asking.withdraw, name="withdraw-introduction"),
    path("introductions/<uuid:introduction_id>/close/", asking.close, name="close-introduction"),
    path("introductions/<uuid:introduction_id>/times/", handing.times, name="offer-times"),
    path("introductions/<uuid:introduction_id>/show/", handing.offer, name="show-more"),
    path("introductions/<uuid:introduction_id>/documents/", handing.add_document, name="add-document"),
    path("introductions/<uuid:introduction_id>/broker/", handing.broker, name="assign-broker"),
    path(
        "introductions/documents/<uuid:document_id>/remove/", handing.remove_document, name="remove-document"
    ),
    path("introductions/<uuid:introduction_id>/more/", further.more_signed_in, name="introduction-more"),
    path("introductions/<uuid:introduction_id>/time/", further.time_signed_in, name="choose-time"),
    path("introductions/<uuid:introduction_id>/meeting.ics", further.meeting, name="meeting-file"),
    path("introductions/disclosures/<int:disclosure_id>/", asking.decide, name="decide-disclosure"),
    path("answer/<str:token>/", answering.answer, name="answer"),
    path("answer/<str:token>/more/", further.more, name="answer-more"),
    path("answer/<str:token>/time/", further.time, name="answer-time"),
    path("answer/<str:token>/meeting.ics", further.meeting_by_link, name="answer-meeting"),
    path("answer/<str:token>/documents/<uuid:document_id>/", further.document, name="answer-document"),
    path("answer/given/<slug:said>/", answering.given, name="answer-given"),
    path("account/asking/", preferences.asking, name="ask-preferences"),
    path("account/asking/conflicts/", preferences.declare, name="declare-conflict"),
    path("account/asking/conflicts/<int:conflict_id>/remove/", preferences.remove, name="remove-conflict"),
    path("figures/introductions/", public.figures, name="introduction-figures"),
    path("neutrality/", public.neutrality, name="neutrality"),
]
