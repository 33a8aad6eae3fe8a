"""The pages of joining: links, buttons and forms, and what strangers are told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.hub.cast import SYSTEM, Cast
from tests.hub.directory.joining_cast import as_actor, newcomer, token_to
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.models import Event
from vidensbro.hub.common.errors import Conflict
from vidensbro.hub.directory import services
from vidensbro.hub.directory.models import (
    ContactPoint,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    Person,
    PersonClaim,
)

Browse = Callable[..., Client]
ADDRESS = "newcomer@example.org"


@pytest.fixture
def browse(cast: Cast) -> Browse:
    """A client that somebody of the cast uses, or another user."""

    def client(who: str | User = "visitor", language: str = "en") -> Client:
        made = Client(headers={"accept-language": language})
        if who != "visitor":
            made.force_login(cast.users[who] if isinstance(who, str) else who)
        return made

    return client


def text(response) -> str:
    return response.content.decode()


def link(cast: Cast, role: str = "member") -> str:
    services.invite(cast["coordinator"], ADDRESS, organisation_id=cast.company.pk, role=role)
    return f"/invitations/{token_to(ADDRESS)}/"


# --- invitations --------------------------------------------------------------------------------------------


def test_following_the_link_writes_nothing(cast: Cast, browse: Browse) -> None:
    address, events = link(cast), Event.objects.count()
    for client in (browse(), browse(newcomer())):
        response = client.get(address)
        assert response.status_code == 200
        assert "Nordsensor" in text(response)
        assert response["X-Robots-Tag"] == "noindex"
        client.head(address)
    assert Event.objects.count() == events
    assert Invitation.objects.get().accepted_at is None


def test_accepting_leads_to_the_organisation(cast: Cast, browse: Browse) -> None:
    address, user = link(cast), newcomer()
    response = browse(user).post(address)
    assert response["Location"] == f"/organisations/{cast.company.pk}/"
    assert Membership.objects.filter(user=user, organisation=cast.company).exists()
    again = browse(user).post(address)
    assert again.status_code == 404
    assert "no longer holds" in text(again)


def test_somebody_without_an_account_makes_one_and_comes_back(cast: Cast, browse: Browse) -> None:
    address, client = link(cast), browse()
    to_sign_up = client.post(address)["Location"]
    assert to_sign_up.startswith("/sign-up/?next=")
    assert "invitations" in to_sign_up
    form = {"name": "New Comer", "email": ADDRESS, "password1": "fire ord der huskes godt"}
    done = client.post(to_sign_up, {**form, "next": address})
    assert done["Location"] == address, text(done)[:2000]
    assert User.objects.get(email=ADDRESS).role == "visitor"
    client.post(address)
    assert Membership.objects.filter(user__email=ADDRESS, organisation=cast.company).exists()


def test_signed_in_as_somebody_else(cast: Cast, browse: Browse) -> None:
    address, client = link(cast), browse("outsider")
    page = text(client.get(address))
    assert "outsider@example.org" in page
    assert "Accept the invitation" not in page
    assert client.post(address)["Location"] == address
    assert Invitation.objects.get().accepted_at is None


@pytest.mark.parametrize("who", ["visitor", "outsider", "coordinator"])
def test_links_that_do_not_hold_say_the_same(cast: Cast, browse: Browse, who: str) -> None:
    address, client = link(cast), browse(who)
    services.withdraw_invitation(cast["coordinator"], Invitation.objects.get().pk)
    pages = [client.get(one) for one in (address, "/invitations/forged/")]
    pages += [client.post(one) for one in (address, "/invitations/forged/")]
    assert {page.status_code for page in pages} == {404}
    assert all("This invitation no longer holds" in text(page) for page in pages)


def test_an_invitation_waits_on_the_account_page(cast: Cast, browse: Browse) -> None:
    link(cast)
    client, row = browse(newcomer()), Invitation.objects.get()
    page = text(client.get("/account/"))
    assert f"/invitations/{row.pk}/accept/" in page
    assert client.post(f"/invitations/{row.pk}/accept/").status_code == 302
    page = text(client.get("/account/"))
    assert "Nordsensor" in page
    assert f"/organisations/{cast.company.pk}/leave/" in page
    client.post(f"/organisations/{cast.company.pk}/leave/")
    assert "You act for no organisation" in text(client.get("/account/"))


def test_inviting_on_the_coordinators_page(cast: Cast, browse: Browse) -> None:
    client, address = browse("coordinator"), f"/organisations/{cast.company.pk}/people-of/"
    given = {"email": "new@example.org", "role": "member", "language": "en"}
    assert client.post(address, given)["Location"] == address
    page = text(client.get(address))
    for said in ("new@example.org", "Colleague", "Coordinator", "Withdraw", "Nobody is asking to join"):
        assert said in page
    wrong = client.post(address, given)
    assert wrong.status_code == 400
    assert "There is an open invitation to this address" in text(wrong)
    assert client.post(address, {**given, "email": "nonsense"}).status_code == 400
    row = Invitation.objects.get()
    assert client.post(f"/invitations/{row.pk}/resend/").status_code == 409
    assert client.post(f"/invitations/{row.pk}/withdraw/")["Location"] == address
    assert "No invitation is open" in text(client.get(address))


@pytest.mark.parametrize(
    ("name", "status"),
    [("visitor", 302), ("outsider", 404), ("member", 403), ("coordinator", 200), ("secretariat", 200)],
)
def test_who_sees_the_coordinators_page(cast: Cast, browse: Browse, name: str, status: int) -> None:
    assert browse(name).get(f"/organisations/{cast.company.pk}/people-of/").status_code == status
    nowhere = browse(name).get("/organisations/00000000-0000-7000-8000-000000000000/people-of/")
    assert nowhere.status_code == (302 if name == "visitor" else 404)


def test_members_are_named_to_nobody_else(cast: Cast, browse: Browse) -> None:
    for name in ("visitor", "outsider", "member"):
        page = text(browse(name).get(f"/organisations/{cast.company.pk}/"))
        assert "Colleague" not in page
        assert "colleague@example.org" not in page


# --- joining ------------------------------------------------------------------------------------------------


def test_asking_and_being_confirmed(cast: Cast, browse: Browse) -> None:
    user = newcomer()
    client, address = browse(user), f"/organisations/{cast.company.pk}/join/"
    assert address in text(client.get(f"/organisations/{cast.company.pk}/"))
    assert client.get(address).status_code == 200
    assert client.post(address, {"message": "I <b>solder</b>."}).status_code == 302
    assert "You have asked to join" in text(client.get(f"/organisations/{cast.company.pk}/"))
    again = client.post(address, {"message": ""})
    assert (again.status_code, "You have asked already" in text(again)) == (400, True)
    page = text(browse("coordinator").get(f"/organisations/{cast.company.pk}/people-of/"))
    assert "I &lt;b&gt;solder&lt;/b&gt;." in page
    row = JoinRequest.objects.get()
    assert browse("coordinator").post(f"/join-requests/{row.pk}/confirm/").status_code == 302
    assert Membership.objects.filter(user=user).exists()
    assert "/join/" not in text(client.get(f"/organisations/{cast.company.pk}/"))
    assert browse("coordinator").post(f"/join-requests/{row.pk}/refuse/").status_code == 409


def test_visitors_are_asked_to_sign_in(cast: Cast, browse: Browse) -> None:
    for address in (f"/organisations/{cast.company.pk}/join/", f"/organisations/{cast.company.pk}/edit/"):
        assert browse().get(address)["Location"].startswith("/sign-in/?next=")
    assert "/join/" not in text(browse().get(f"/organisations/{cast.company.pk}/"))


def test_the_secretariat_has_a_list(cast: Cast, browse: Browse) -> None:
    services.ask_to_join(as_actor(newcomer()), cast.university.pk, "Please.")
    client = browse("secretariat")
    assert "1 asks to join an organisation without a coordinator" in text(client.get("/secretariat/"))
    page = text(client.get("/secretariat/invitations/"))
    assert "newcomer@example.org" in page
    row = JoinRequest.objects.get()
    refused = client.post(f"/join-requests/{row.pk}/refuse/", {"note": "Ask Bo.", "queue": "1"})
    assert refused["Location"] == "/secretariat/invitations/"
    row.refresh_from_db()
    assert (row.state, row.note) == ("refused", "Ask Bo.")
    assert "Nobody is waiting" in text(client.get("/secretariat/invitations/"))
    given = {"email": "new@example.org", "role": "visitor", "language": "da"}
    assert client.post("/secretariat/invitations/", given).status_code == 302
    assert client.post("/secretariat/invitations/", {**given, "role": "administrator"}).status_code == 400
    for name in ("member", "coordinator"):
        assert browse(name).get("/secretariat/invitations/").status_code == 403


def test_members_are_changed_and_removed(cast: Cast, browse: Browse) -> None:
    client, colleague = browse("coordinator"), cast.users["colleague"]
    base = f"/organisations/{cast.company.pk}/people-of/{colleague.pk}"
    assert client.post(f"{base}/role/", {"role": "coordinator"}).status_code == 302
    assert Membership.objects.get(user=colleague).role == "coordinator"
    assert client.post(f"{base}/role/", {"role": "king"}).status_code == 400
    assert client.post(f"{base}/remove/").status_code == 302
    assert not Membership.objects.filter(user=colleague).exists()
    last = client.post(f"/organisations/{cast.company.pk}/leave/")
    assert last.status_code == 409
    assert "keeps one" in text(last)


# --- this is me, and corrections ----------------------------------------------------------------------------


def test_saying_to_be_a_person(cast: Cast, browse: Browse) -> None:
    person = services.create_person(SYSTEM, name="Ida Testsen")
    user = newcomer()
    client, address = browse(user), f"/people/{person.pk}/claim/"
    assert address in text(client.get(f"/people/{person.pk}/"))
    assert client.post(address, {"message": "It is I."}).status_code == 302
    assert "You have said that you are Ida Testsen" in text(client.get("/account/"))
    assert "It is I." in text(browse("secretariat").get("/secretariat/invitations/"))
    row = PersonClaim.objects.get()
    assert client.post(f"/claims/{row.pk}/confirm/").status_code == 403
    assert browse("outsider").post(f"/claims/{row.pk}/confirm/").status_code == 404
    browse("secretariat").post(f"/claims/{row.pk}/confirm/")
    assert "Your page in the directory: Ida Testsen" in text(client.get("/account/"))
    assert f"/people/{person.pk}/edit/" in text(client.get(f"/people/{person.pk}/"))


def test_people_correct_their_page(cast: Cast, browse: Browse) -> None:
    person = services.create_person(SYSTEM, name="Ida Testsen")
    services.set_person_fields(SYSTEM, person.pk, ["wound-care", "a-field-of-another-day"])
    services.link_person(SYSTEM, person.pk, cast.users["member"].pk)
    client, address = browse("member"), f"/people/{person.pk}/edit/"
    assert "a field of another day" in text(client.get(address))
    given = {
        "title": "Professor",
        "summary_en": "Wounds.",
        "visibility": "members",
        "fields_chosen": ["a-field-of-another-day"],
    }
    assert client.post(address, given)["Location"] == f"/people/{person.pk}/"
    person = Person.objects.get(pk=person.pk)
    assert (person.title, person.visibility) == ("Professor", "members")
    assert [tag.notation for tag in person.field_tags.all()] == ["a-field-of-another-day"]
    assert client.post(address, {**given, "visibility": "some"}).status_code == 400
    assert client.post(address, {**given, "title": "x" * 201}).status_code == 400
    assert browse("outsider").get(address).status_code == 403
    services.set_person_visibility(SYSTEM, person.pk, "hidden")
    assert browse("outsider").get(address).status_code == 404
    assert client.get(address).status_code == 200


def test_coordinators_correct_their_organisation(cast: Cast, browse: Browse) -> None:
    client, address = browse("coordinator"), f"/organisations/{cast.company.pk}/edit/"
    assert client.get(address).status_code == 200
    given = {"summary_da": "Sensorer.", "summary_en": "Sensors.", "website": "https://example.org/"}
    assert client.post(address, given)["Location"] == f"/organisations/{cast.company.pk}/"
    assert Organisation.objects.get(pk=cast.company.pk).summary_en == "Sensors."
    assert client.post(address, {**given, "website": "javascript:alert(1)"}).status_code == 400
    for name in ("member", "outsider"):
        assert browse(name).get(address).status_code == 403


def test_contacts_are_added_and_removed(cast: Cast, browse: Browse) -> None:
    client, address = browse("coordinator"), f"/organisations/{cast.company.pk}/contacts/"
    given = {"contact-kind": "email", "contact-value": "press@example.org", "contact-audience": "secretariat"}
    assert client.post(address, given).status_code == 302
    wrong = client.post(address, {**given, "contact-value": "nobody"})
    assert (wrong.status_code, "This is not an e-mail address" in text(wrong)) == (400, True)
    point = ContactPoint.objects.get()
    assert browse("outsider").post(f"/contacts/{point.pk}/remove/").status_code == 404
    assert client.post(f"/contacts/{point.pk}/remove/").status_code == 302
    assert not ContactPoint.objects.exists()


def test_a_persons_contacts(cast: Cast, browse: Browse) -> None:
    person = services.create_person(SYSTEM, name="Ida Testsen")
    services.link_person(SYSTEM, person.pk, cast.users["member"].pk)
    client = browse("member")
    given = {"contact-kind": "phone", "contact-value": "12 34 56 78", "contact-audience": "members"}
    assert client.post(f"/people/{person.pk}/contacts/", given)["Location"] == f"/people/{person.pk}/edit/"
    assert client.post(f"/people/{person.pk}/contacts/", {}).status_code == 400
    assert "12 34 56 78" in text(client.get(f"/people/{person.pk}/edit/"))


@pytest.mark.parametrize(
    "name",
    [
        "leave-organisation",
        "member-role",
        "remove-member",
        "confirm-join",
        "refuse-join",
        "withdraw-join",
        "confirm-claim",
        "refuse-claim",
        "withdraw-claim",
        "accept-invitation",
        "resend-invitation",
        "withdraw-invitation",
        "add-organisation-contact",
        "add-person-contact",
        "remove-contact",
    ],
)
def test_nothing_is_done_by_a_get_and_nothing_without_signing_in(
    cast: Cast, browse: Browse, name: str
) -> None:
    some = "00000000-0000-7000-8000-000000000000"
    keys: list[object] = [1] if name == "remove-contact" else [some] * (2 if "member" in name else 1)
    address = reverse(name, args=keys)
    assert browse("member").get(address).status_code == 405
    assert browse().post(address)["Location"].startswith("/sign-in/")
    assert browse("member").post(address, {"role": "member"}).status_code == 404


def test_in_danish_too(cast: Cast, browse: Browse) -> None:
    for address in ("/secretariat/invitations/", f"/organisations/{cast.company.pk}/people-of/"):
        assert browse("secretariat", "da").get(address).status_code == 200


def test_lists_cost_the_same_however_long(cast: Cast, browse: Browse, django_assert_max_num_queries) -> None:
    for number in range(12):
        user = newcomer(f"asker{number}")
        services.ask_to_join(as_actor(user), cast.company.pk)
        services.ask_to_join(as_actor(user), cast.university.pk)
        person = services.create_person(SYSTEM, name=f"Person {number}")
        services.claim_person(as_actor(user), person.pk)
        services.invite(SYSTEM, f"guest{number}@example.org", organisation_id=cast.company.pk)
        services.add_membership(SYSTEM, newcomer(f"held{number}").pk, cast.company.pk)
    for name, address in (
        ("coordinator", f"/organisations/{cast.company.pk}/people-of/"),
        ("secretariat", "/secretariat/invitations/"),
    ):
        client = browse(name)
        client.get(address)
        with django_assert_max_num_queries(14):
            client.get(address)


def test_a_conflict_is_a_page(cast: Cast, browse: Browse) -> None:
    with pytest.raises(Conflict):
        services.leave(cast["coordinator"], cast.company.pk)
    assert browse("coordinator").post(f"/organisations/{cast.company.pk}/leave/").status_code == 409
