"""Addresses of writing releases."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.newsroom.views import writing, writing_material, writing_steps, writing_words

ONE = "newsroom/desk/releases/<uuid:version_id>/"

urlpatterns = [
    path("newsroom/desk/releases/", writing.my_releases, name="my-releases"),
    path("newsroom/desk/releases/new/", writing.new, name="write-release"),
    path("newsroom/desk/paste/", writing.clean_paste, name="clean-paste"),
    path(ONE, writing.release_desk, name="release-desk"),
    path(f"{ONE}edit/", writing_words.edit, name="edit-release"),
    path(f"{ONE}correct/", writing_words.correct, name="correct-release"),
    path(f"{ONE}history/", writing_words.history, name="release-history"),
    path(f"{ONE}history/<int:number>/bring-back/", writing_words.bring_back, name="bring-back-wording"),
    path(f"{ONE}settings/", writing.settings, name="release-settings"),
    path(f"{ONE}language/", writing.begin_version, name="begin-version"),
    path(f"{ONE}step/<slug:act>/", writing_steps.step, name="release-step"),
    path(f"{ONE}schedule/", writing_steps.schedule, name="schedule-release"),
    path(f"{ONE}withdraw/", writing_steps.withdraw, name="withdraw-release"),
    path(f"{ONE}remove/", writing_steps.remove, name="remove-release"),
    path(f"{ONE}pictures/add/", writing_material.add_picture, name="add-release-picture"),
    path(f"{ONE}pictures/<uuid:picture_id>/", writing_material.edit_picture, name="edit-release-picture"),
    path(f"{ONE}documents/add/", writing_material.add_document, name="add-release-document"),
    path(f"{ONE}documents/<uuid:document_id>/", writing_material.edit_document, name="edit-release-document"),
    path(f"{ONE}contacts/add/", writing_material.add_contact, name="add-release-contact"),
    path(f"{ONE}contacts/<uuid:contact_id>/", writing_material.edit_contact, name="edit-release-contact"),
    path(f"{ONE}<slug:relation>/<uuid:key>/up/", writing_material.move, name="move-release-material"),
    path(f"{ONE}<slug:relation>/<uuid:key>/remove/", writing_material.remove, name="remove-release-material"),
    path(f"{ONE}about/", writing_material.about, name="release-subjects"),
    path(
        f"{ONE}about/<int:subject_id>/remove/", writing_material.remove_subject, name="remove-release-subject"
    ),
]
