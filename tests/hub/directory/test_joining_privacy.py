"""What joining keeps about people: handed out, forgotten, and moved when rows are joined."""

from __future__ import annotations

import json

from tests.hub.cast import SYSTEM, Cast
from tests.hub.directory.joining_cast import as_actor, newcomer, token_to
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.audit import privacy
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.directory import services
from vidensbro.hub.directory.models import (
    Invitation,
    JoinRequest,
    Membership,
    OrganisationRole,
    PersonClaim,
    RoleLift,
)


def somebody(cast: Cast) -> Subject:
    """Invited, asking, claiming, and deciding about others."""
    user = newcomer()
    services.give_role(SYSTEM, cast.university.pk, "member")
    services.add_membership(SYSTEM, user.pk, cast.university.pk, "coordinator")
    services.invite(cast["coordinator"], user.email, organisation_id=cast.company.pk)
    services.invite(as_actor(user), "guest@example.org", organisation_id=cast.university.pk)
    services.ask_to_join(as_actor(user), cast.company.pk, "Please let Newcomer in.")
    services.refuse_join(as_actor(user), services.ask_to_join(cast["member"], cast.university.pk).pk)
    person = services.create_person(SYSTEM, name="Ida Testsen")
    services.add_contact_point(SYSTEM, "email", "ida@example.org", person_id=person.pk)
    services.invite(SYSTEM, "ida@example.org", role="visitor")
    services.claim_person(as_actor(user), person.pk, "It is I.")
    return Subject(user_id=user.pk, person_id=person.pk)


def test_an_export_tells_of_joining(cast: Cast) -> None:
    told = json.loads(json.dumps(privacy.export(somebody(cast))["joining"]))
    assert {one["email"] for one in told["invitations"]} == {"newcomer@example.org", "ida@example.org"}
    assert [one["email"] for one in told["invitations_sent"]] == ["guest@example.org"]
    assert [(one["organisation"], one["message"]) for one in told["requests"]] == [
        ("Nordsensor", "Please let Newcomer in.")
    ]
    assert [one["message"] for one in told["claims"]] == ["It is I."]


def test_erasing_leaves_what_others_asked(cast: Cast) -> None:
    subject = somebody(cast)
    privacy.erase(SYSTEM, subject)
    assert not User.objects.filter(pk=subject.user_id).exists()
    assert set(Invitation.objects.values_list("email", "invited_by")) == {("guest@example.org", None)}
    assert set(JoinRequest.objects.values_list("user__email", "decided_by")) == {("member@example.org", None)}
    assert not PersonClaim.objects.exists()
    assert not RoleLift.objects.exists()


def test_joined_organisations_bring_everything_along(cast: Cast) -> None:
    gone = services.create_organisation(SYSTEM, name="Nordsensor ApS")
    services.give_role(SYSTEM, gone.pk, "member")
    both, only = newcomer("both"), newcomer("only")
    for place in (cast.company, gone):
        services.ask_to_join(as_actor(both), place.pk)
        services.invite(SYSTEM, "twice@example.org", organisation_id=place.pk)
    services.ask_to_join(as_actor(only), gone.pk)
    services.invite(SYSTEM, "once@example.org", organisation_id=gone.pk)
    services.add_membership(SYSTEM, cast.users["member"].pk, gone.pk, "coordinator")
    visitor = newcomer("visitor")
    services.add_membership(SYSTEM, visitor.pk, cast.company.pk)
    services.merge_organisations(SYSTEM, cast.company.pk, gone.pk)
    waiting = JoinRequest.objects.filter(organisation=cast.company, state="asked")
    assert {row.user for row in waiting} == {both, only}
    invited = Invitation.objects.open().filter(organisation=cast.company)
    assert sorted(row.email for row in invited) == ["once@example.org", "twice@example.org"]
    assert not JoinRequest.objects.filter(organisation=gone).exists()
    held = Membership.objects.get(user=cast.users["member"], organisation=cast.company)
    assert held.role == "coordinator"
    assert OrganisationRole.objects.filter(organisation=cast.company, role="member").exists()
    assert User.objects.get(pk=visitor.pk).role == Role.MEMBER
    guest = newcomer("once")
    services.accept_invitation(as_actor(guest), token_to("once@example.org"))
    assert Membership.objects.filter(user=guest, organisation=cast.company).exists()


def test_joined_people_bring_their_claims(cast: Cast) -> None:
    kept, gone = (services.create_person(SYSTEM, name=name) for name in ("Ida Testsen", "I. Testsen"))
    row = services.claim_person(as_actor(newcomer()), gone.pk)
    services.merge_people(SYSTEM, kept.pk, gone.pk)
    services.confirm_claim(cast["secretariat"], row.pk)
    kept.refresh_from_db()
    assert kept.user == row.user
