"""Addresses of the directory. The pages of one organisation or person span features: see `web.urls`."""

from __future__ import annotations

from django.urls import path

from vidensbro.hub.directory.views import claims, editing, invitations, lists, members

urlpatterns = [
    path("", lists.organisations, name="directory"),
    path("people/", lists.people, name="people"),
]

of_one = [
    path("organisations/<uuid:organisation_id>/people-of/", members.members, name="members"),
    path("organisations/<uuid:organisation_id>/join/", members.join, name="join-organisation"),
    path("organisations/<uuid:organisation_id>/leave/", members.leave, name="leave-organisation"),
    path(
        "organisations/<uuid:organisation_id>/people-of/<uuid:user_id>/role/",
        members.role,
        name="member-role",
    ),
    path(
        "organisations/<uuid:organisation_id>/people-of/<uuid:user_id>/remove/",
        members.remove,
        name="remove-member",
    ),
    path("organisations/<uuid:organisation_id>/edit/", editing.organisation, name="edit-organisation"),
    path(
        "organisations/<uuid:organisation_id>/contacts/",
        editing.organisation_contact,
        name="add-organisation-contact",
    ),
    path("people/<uuid:person_id>/edit/", editing.person, name="edit-person"),
    path("people/<uuid:person_id>/contacts/", editing.person_contact, name="add-person-contact"),
    path("people/<uuid:person_id>/claim/", claims.claim, name="claim-person"),
    path("contacts/<int:contact_point_id>/remove/", editing.remove_contact, name="remove-contact"),
    path("join-requests/<uuid:request_id>/confirm/", members.confirm, name="confirm-join"),
    path("join-requests/<uuid:request_id>/refuse/", members.refuse, name="refuse-join"),
    path("join-requests/<uuid:request_id>/withdraw/", members.withdraw, name="withdraw-join"),
    path("claims/<uuid:claim_id>/confirm/", claims.confirm, name="confirm-claim"),
    path("claims/<uuid:claim_id>/refuse/", claims.refuse, name="refuse-claim"),
    path("claims/<uuid:claim_id>/withdraw/", claims.withdraw, name="withdraw-claim"),
    path("invitations/<uuid:invitation_id>/accept/", invitations.accept, name="accept-invitation"),
    path("invitations/<uuid:invitation_id>/resend/", invitations.resend, name="resend-invitation"),
    path("invitations/<uuid:invitation_id>/withdraw/", invitations.withdraw, name="withdraw-invitation"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("secretariat/invitations/", invitations.invitations, name="invitations"),
]
"""What is done to one organisation or person, and invitations: addresses of their own."""
