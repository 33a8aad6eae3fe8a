"""Invitations: a link that is sent to one address and holds once, for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.hub.cast import SYSTEM, Cast
from tests.hub.directory.joining_cast import as_actor, mails, newcomer, token_to
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.audit.models import Event
from vidensbro.hub.audit.queries import history
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, HubError, Invalid, NotFound
from vidensbro.hub.directory import queries, services
from vidensbro.hub.directory.models import Invitation, JoinRequest, Membership
from vidensbro.hub.mail.models import Mail

ADDRESS = "newcomer@example.org"


def invited(cast: Cast, role: str = "member", by: str = "coordinator") -> Invitation:
    return services.invite(cast[by], " Newcomer@Example.org ", organisation_id=cast.company.pk, role=role)


def test_whoever_holds_the_link_joins(cast: Cast) -> None:
    services.give_role(SYSTEM, cast.company.pk, "member")
    row = invited(cast, "coordinator")
    token = token_to(ADDRESS)
    assert row.email == ADDRESS
    assert queries.invitation_by_token(token) == row
    user = newcomer()
    services.accept_invitation(as_actor(user), token)
    row.refresh_from_db()
    assert (row.accepted_by, row.accepted_at is not None) == (user, True)
    assert Membership.objects.get(user=user).role == "coordinator"
    assert User.objects.get(pk=user.pk).role == Role.MEMBER
    assert mails("directory.invitation_accepted") == {"coordinator@example.org"}
    assert {event.action for event in history("invitation", row.pk)} == {
        "invitation.sent",
        "invitation.accepted",
    }


def test_only_the_digest_of_the_token_is_kept(cast: Cast) -> None:
    row = invited(cast)
    token = token_to(ADDRESS)
    row.refresh_from_db()
    assert token not in str(vars(row))
    assert len(row.digest) == 64
    assert not any(token in str(event.details) for event in Event.objects.all())


def test_the_mail_is_in_the_language_that_was_chosen(cast: Cast) -> None:
    services.invite(SYSTEM, "en@example.org", organisation_id=cast.company.pk, language="en")
    mail = Mail.objects.get(address="en@example.org")
    assert mail.subject.startswith("You are invited to act for Nordsensor")
    assert "http://localhost:8000/invitations/" in mail.text
    assert "http://localhost:8000/invitations/" in mail.html


def test_a_link_holds_once(cast: Cast) -> None:
    invited(cast)
    token, user = token_to(ADDRESS), newcomer()
    services.accept_invitation(as_actor(user), token)
    services.remove_membership(cast["coordinator"], user.pk, cast.company.pk)
    for again in (
        lambda: services.accept_invitation(as_actor(user), token),
        lambda: queries.invitation_by_token(token),
    ):
        with pytest.raises(NotFound):
            again()
    assert not Membership.objects.filter(user=user).exists()


def spoil_withdrawn(row: Invitation) -> None:
    services.withdraw_invitation(SYSTEM, row.pk)


def spoil_expired(row: Invitation) -> None:
    Invitation.objects.update(expires=clock.now() - timedelta(seconds=1))


def spoil_resent(row: Invitation) -> None:
    Invitation.objects.update(sent_at=clock.now() - timedelta(hours=1))
    services.resend_invitation(SYSTEM, row.pk)


def spoil_organisation(row: Invitation) -> None:
    services.withdraw_organisation(SYSTEM, row.organisation_id)


@pytest.mark.parametrize("spoil", [spoil_withdrawn, spoil_expired, spoil_resent, spoil_organisation])
def test_links_that_do_not_hold_all_answer_alike(cast: Cast, spoil) -> None:
    row = invited(cast)
    token, user = token_to(ADDRESS), newcomer()
    spoil(row)
    told = set()
    for one in (token, "forged", "", token + "x", "\ud800"):
        with pytest.raises(NotFound) as caught:
            services.accept_invitation(as_actor(user), one)
        told.add(str(caught.value))
        with pytest.raises(NotFound) as caught:
            queries.invitation_by_token(one)
        told.add(str(caught.value))
    assert told == {"invitation"}
    assert not Membership.objects.filter(user=user).exists()


def test_an_invitation_is_for_one_address(cast: Cast) -> None:
    invited(cast)
    token = token_to(ADDRESS)
    with pytest.raises(Denied, match="invitation_other_address"):
        services.accept_invitation(cast["outsider"], token)
    with pytest.raises(Denied, match="sign_in_needed"):
        services.accept_invitation(cast["visitor"], token)
    with pytest.raises(Denied, match="users_only"):
        services.accept_invitation(SYSTEM, token)
    assert queries.invitation_by_token(token).accepted_at is None


def test_without_the_link_the_address_must_be_confirmed(cast: Cast) -> None:
    row = invited(cast)
    user = newcomer(confirmed=False)
    assert queries.mine(as_actor(user)).invitations == ()
    for actor in (as_actor(user), cast["outsider"]):
        with pytest.raises(NotFound):
            services.accept_waiting_invitation(actor, row.pk)
    confirmed = newcomer("other")
    other = services.invite(SYSTEM, confirmed.email, organisation_id=cast.company.pk)
    assert queries.mine(as_actor(confirmed)).invitations == (other,)
    services.accept_waiting_invitation(as_actor(confirmed), other.pk)
    assert Membership.objects.filter(user=confirmed, organisation=cast.company).exists()
    assert queries.mine(as_actor(confirmed)).invitations == ()


def test_an_invitation_settles_a_request(cast: Cast) -> None:
    user = newcomer()
    asked = services.ask_to_join(as_actor(user), cast.company.pk)
    invited(cast)
    services.accept_invitation(as_actor(user), token_to(ADDRESS))
    assert JoinRequest.objects.get(pk=asked.pk).state == "confirmed"


def test_a_coordinator_is_not_demoted_by_an_invitation(cast: Cast) -> None:
    invited(cast)
    token, user = token_to(ADDRESS), newcomer()
    services.add_membership(SYSTEM, user.pk, cast.company.pk, "coordinator")
    services.accept_invitation(as_actor(user), token)
    assert Membership.objects.get(user=user).role == "coordinator"


@pytest.mark.parametrize(
    ("email", "role", "problem"),
    [
        ("nobody", "member", {"email": ("email_invalid",)}),
        ("", "member", {"email": ("email_invalid",)}),
        ("a@example.org\nb@example.org", "member", {"email": ("email_invalid",)}),
        ("new@example.org", "secretariat", {"role": ("invalid_choice",)}),
        ("new@example.org", "king", {"role": ("invalid_choice",)}),
    ],
)
def test_what_cannot_be_invited(cast: Cast, email: str, role: str, problem: dict) -> None:
    with pytest.raises(Invalid) as caught:
        services.invite(cast["coordinator"], email, organisation_id=cast.company.pk, role=role)
    assert caught.value.problems == problem
    assert not Mail.objects.exists()


def test_nobody_is_asked_twice(cast: Cast) -> None:
    row = invited(cast)
    with pytest.raises(Conflict, match="already_invited"):
        invited(cast)
    with pytest.raises(Conflict, match="already_member"):
        services.invite(cast["coordinator"], "member@example.org", organisation_id=cast.company.pk)
    services.invite(SYSTEM, ADDRESS, organisation_id=cast.university.pk)
    Invitation.objects.filter(pk=row.pk).update(expires=clock.now())
    assert invited(cast).pk != row.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            organisation=cast.company, email=ADDRESS, role="member", digest="x", expires=clock.now()
        )


def test_an_address_with_an_account_is_invited_as_one_without(cast: Cast) -> None:
    """A coordinator cannot find out who has an account."""
    newcomer()
    for address in (ADDRESS, "nobody@example.org"):
        row = services.invite(cast["coordinator"], address, organisation_id=cast.company.pk)
        assert (row.sent, row.accepted_at) == (1, None)
    first, second = (Mail.objects.get(address=one) for one in (ADDRESS, "nobody@example.org"))
    assert first.subject == second.subject
    assert {first.user_id, second.user_id} == {None}


def test_sending_again_is_limited(cast: Cast) -> None:
    row = invited(cast)
    with pytest.raises(Conflict, match="sent_just_now"):
        services.resend_invitation(cast["coordinator"], row.pk)
    for number in range(2, 6):
        Invitation.objects.update(sent_at=clock.now() - timedelta(minutes=11))
        assert services.resend_invitation(cast["coordinator"], row.pk).sent == number
    Invitation.objects.update(sent_at=clock.now() - timedelta(minutes=11))
    with pytest.raises(Conflict, match="sent_too_often"):
        services.resend_invitation(cast["coordinator"], row.pk)
    assert Mail.objects.filter(address=ADDRESS).count() == 5


def test_withdrawing_and_inviting_anew_sends_no_more(cast: Cast) -> None:
    for _ in range(5):
        row = invited(cast)
        services.withdraw_invitation(cast["coordinator"], row.pk)
        with pytest.raises(Conflict, match="sent_just_now"):
            invited(cast)
        Invitation.objects.update(sent_at=clock.now() - timedelta(minutes=11))
    with pytest.raises(Conflict, match="sent_too_often"):
        invited(cast)
    assert Mail.objects.filter(address=ADDRESS).count() == 5
    services.invite(SYSTEM, ADDRESS, organisation_id=cast.university.pk)
    Invitation.objects.update(sent_at=clock.now() - timedelta(days=15))
    invited(cast)


def test_sending_again_renews_what_had_expired(cast: Cast) -> None:
    row = invited(cast)
    Invitation.objects.update(
        sent_at=clock.now() - timedelta(days=20), expires=clock.now() - timedelta(days=6)
    )
    services.resend_invitation(cast["coordinator"], row.pk)
    assert queries.invitation_by_token(token_to(ADDRESS)) == row


@pytest.mark.parametrize("change", [services.resend_invitation, services.withdraw_invitation])
@pytest.mark.parametrize("name", ["visitor", "member", "outsider", "owner"])
def test_invitations_of_others_are_not_there(cast: Cast, change, name: str) -> None:
    row = invited(cast)
    before = vars(Invitation.objects.get(pk=row.pk)) | {"_state": None}
    with pytest.raises(NotFound):
        change(cast[name], row.pk)
    assert vars(Invitation.objects.get(pk=row.pk)) | {"_state": None} == before


def test_what_is_over_cannot_be_changed(cast: Cast) -> None:
    row = invited(cast)
    services.withdraw_invitation(cast["coordinator"], row.pk)
    for change in (services.resend_invitation, services.withdraw_invitation):
        with pytest.raises(Conflict, match="invitation_over"):
            change(cast["coordinator"], row.pk)


# --- to the installation ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "role", "error"),
    [
        ("visitor", "member", Denied),
        ("member", "member", Denied),
        ("coordinator", "member", Denied),
        ("secretariat", "visitor", None),
        ("secretariat", "member", None),
        ("secretariat", "secretariat", Denied),
        ("secretariat", "administrator", Denied),
        ("administrator", "administrator", None),
        ("administrator", "coordinator", Invalid),
    ],
)
def test_who_invites_to_the_installation(
    cast: Cast, name: str, role: str, error: type[HubError] | None
) -> None:
    if error:
        with pytest.raises(error):
            services.invite(cast[name], ADDRESS, role=role)
        return
    services.invite(cast[name], ADDRESS, role=role)
    user = newcomer()
    services.accept_invitation(as_actor(user), token_to(ADDRESS))
    assert User.objects.get(pk=user.pk).role == role


def test_an_invitation_never_lowers_a_role(cast: Cast) -> None:
    services.invite(cast["secretariat"], ADDRESS, role="visitor")
    user = newcomer(role=Role.SECRETARIAT)
    services.accept_invitation(as_actor(user), token_to(ADDRESS))
    assert User.objects.get(pk=user.pk).role == Role.SECRETARIAT


def test_a_role_that_the_installation_gave_does_not_go_with_an_organisation(cast: Cast) -> None:
    services.invite(cast["secretariat"], ADDRESS, role="member")
    services.give_role(SYSTEM, cast.company.pk, "member")
    user = newcomer()
    services.add_membership(SYSTEM, user.pk, cast.company.pk)
    services.accept_invitation(as_actor(user), token_to(ADDRESS))
    services.leave(as_actor(user), cast.company.pk)
    assert User.objects.get(pk=user.pk).role == Role.MEMBER


def test_an_account_that_is_there_is_not_invited_to_the_installation(cast: Cast) -> None:
    with pytest.raises(Conflict, match="email_taken"):
        services.invite(cast["secretariat"], "member@example.org")
    services.invite(cast["secretariat"], ADDRESS)
    with pytest.raises(Conflict, match="already_invited"):
        services.invite(cast["secretariat"], ADDRESS)
    with pytest.raises(Denied):
        queries.open_invitations(cast["coordinator"])
