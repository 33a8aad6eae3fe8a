"""Addresses of collaborations."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.collaborations.views import lists, pages, parties

urlpatterns = [
    path("", lists.mine, name="collaborations"),
    path("board/", lists.board, name="collaboration-board"),
    path("board/export.<slug:form>", lists.board_file, name="collaboration-board-file"),
    path("new/", pages.new, name="new-collaboration"),
    path("from/<uuid:introduction_id>/", pages.new_from, name="collaboration-from"),
    path("<uuid:collaboration_id>/", pages.collaboration, name="collaboration"),
    path("<uuid:collaboration_id>/edit/", pages.edit, name="edit-collaboration"),
    path("<uuid:collaboration_id>/record/<slug:kind>/", pages.add, name="record-step"),
    path("<uuid:collaboration_id>/steps/<uuid:step_id>/correct/", pages.correct, name="correct-step"),
    path("<uuid:collaboration_id>/undo/", pages.undo, name="undo-step"),
    path("<uuid:collaboration_id>/parties/", parties.add, name="add-party"),
    path("<uuid:collaboration_id>/parties/<int:party_id>/leave/", parties.leave, name="leave-collaboration"),
    path("<uuid:collaboration_id>/parties/<int:party_id>/share/", parties.share, name="share-collaboration"),
    path("<uuid:collaboration_id>/parties/<int:party_id>/people/", parties.name, name="name-person"),
    path("<uuid:collaboration_id>/people/<int:named_id>/remove/", parties.remove, name="remove-person"),
]
