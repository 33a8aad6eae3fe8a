"""Addresses of needs. The page of one need is in `web.urls`."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.needs import views

urlpatterns = [
    path("", views.open_needs, name="needs"),
    path("mine/", views.my_needs, name="my-needs"),
    path("new/", views.new, name="new-need"),
    path("keep/", views.keep, name="keep-need"),
    path("<uuid:need_id>/edit/", views.edit, name="edit-need"),
    path("<uuid:need_id>/post/", views.post, name="post-need"),
    path("<uuid:need_id>/answer/", views.answer, name="answer-need"),
    path("<uuid:need_id>/close/", views.close, name="close-need"),
    path("<uuid:need_id>/reopen/", views.reopen, name="reopen-need"),
    path("<uuid:need_id>/delete/", views.delete, name="delete-need"),
    path("<uuid:need_id>/teaser/", views.need_teaser, name="need-teaser"),
    path("<uuid:need_id>/teaser/approve/", views.approve_teaser, name="approve-teaser"),
    path("<uuid:need_id>/teaser/withdraw/", views.withdraw_teaser, name="withdraw-teaser"),
    path("teasers/", views.teasers, name="teasers"),
    path("teasers/<uuid:teaser_id>/", views.teaser, name="teaser"),
    path("teasers/<uuid:teaser_id>/help/", views.offer_help, name="help-teaser"),
]
