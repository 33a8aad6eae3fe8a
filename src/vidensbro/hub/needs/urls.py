"""Addresses of needs. The page of one need is in `matches.urls`."""

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
]
