"""Addresses of the press desk, of press kits, and of what journalists have for themselves."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.newsroom.views import press, press_asking, press_journalists, press_kits, press_lists

urlpatterns = [
    path("newsroom/desk/", press.desk, name="press-desk"),
    path("newsroom/desk/calendar/file/", press.calendar_file, name="press-calendar-file"),
    path("newsroom/desk/inquiries/", press.inquiries, name="press-inquiries"),
    path("newsroom/desk/inquiries/file/<str:form>/", press.inquiries_file, name="press-inquiries-file"),
    path("newsroom/desk/inquiries/<uuid:inquiry_id>/", press.inquiry, name="press-inquiry"),
    path("newsroom/desk/lists/", press_lists.lists, name="press-lists"),
    path("newsroom/desk/lists/<uuid:list_id>/", press_lists.one, name="press-list"),
    path("newsroom/desk/lists/<uuid:list_id>/file/", press_lists.bring_in, name="import-press-list"),
    path(
        "newsroom/desk/lists/<uuid:list_id>/entries/<int:entry_id>/remove/",
        press_lists.remove_entry,
        name="remove-from-press-list",
    ),
    path("newsroom/desk/lists/<uuid:list_id>/remove/", press_lists.remove, name="remove-press-list"),
    path("newsroom/desk/journalists/", press_journalists.journalists, name="journalists"),
    path("newsroom/desk/journalists/<uuid:user_id>/end/", press_journalists.end, name="end-trust"),
    path("newsroom/for-the-press/", press_journalists.for_the_press, name="for-the-press"),
    path(
        "newsroom/for-the-press/<uuid:version_id>/accept/",
        press_journalists.accept,
        name="accept-embargo",
    ),
    path("newsroom/press/ask/sent/", press_asking.sent, name="inquiry-sent"),
    path("newsroom/press/ask/confirm/<str:token>/", press_asking.confirm, name="confirm-inquiry"),
    path("newsroom/press/<uuid:organisation_id>/", press_kits.kit, name="press-kit"),
    path("newsroom/press/<uuid:organisation_id>/ask/", press_asking.ask, name="ask-press"),
    path("newsroom/press/<uuid:organisation_id>/edit/", press_kits.edit, name="edit-press-kit"),
    path(
        "newsroom/press/<uuid:organisation_id>/pictures/new/",
        press_kits.add_picture,
        name="add-press-picture",
    ),
    path("newsroom/press/pictures/<uuid:picture_id>/", press_kits.edit_picture, name="edit-press-picture"),
    path(
        "newsroom/press/pictures/<uuid:picture_id>/remove/",
        press_kits.remove_picture,
        name="remove-press-picture",
    ),
]
