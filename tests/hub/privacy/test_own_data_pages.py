"""What people see and do about what is stored about them, with an account and without."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from tests.hub.cast import NOON, SYSTEM, Cast
from vidensbro.hub.accounts import services as accounts
from vidensbro.hub.accounts.models import User
from vidensbro.hub.collaborations import services as collaborations
from vidensbro.hub.common import clock
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Conflict
from vidensbro.hub.directory import services
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.directory.importers import people as importing
from vidensbro.hub.directory.models import Membership, Person, PersonObjection, PersonRequest
from vidensbro.hub.mail.models import Mail

PASSWORD = "a long enough sentence"


@pytest.fixture
def person(cast: Cast) -> Person:
    """Somebody whose address the directory knows."""
    row = services.create_person(
        SYSTEM,
        name="Ida Testsen",
        source="openalex",
        source_id="A5",
        licence="CC0",
        retrieved=NOON.date(),
    )
    services.add_contact_point(SYSTEM, "email", "ida@example.org", person_id=row.pk)
    return row


@pytest.fixture
def ida(person: Person) -> User:
    """The account of that person."""
    user = accounts.create_user(SYSTEM, "konto@example.org", "Ida Testsen", password=PASSWORD, language="en")
    services.link_person(SYSTEM, person.pk, user.pk)
    return user


@pytest.fixture
def browser(ida: User) -> Client:
    """Ida, signed in with her password."""
    made = Client(headers={"accept-language": "en"})
    assert made.post("/sign-in/", {"username": ida.email, "password": PASSWORD}).status_code == 302
    return made


def link_to(address: str) -> str:
    """The path of the link in the last mail to an address."""
    text = Mail.objects.filter(address=address).order_by("-created", "-pk").values_list("text", flat=True)[0]
    found = re.search(r"(/privacy/request/\S+)", text)
    assert found
    return found.group(1)


def test_the_page_tells_what_is_stored_from_where_and_why(browser: Client) -> None:
    text = browser.get("/account/about-me/").content.decode()
    for words in (
        "Ida Testsen",
        "ida@example.org",
        "OpenAlex",
        "CC0",
        "GDPR article 6(1)(f)",
        "Object to being",
    ):
        assert words in text


def test_it_can_be_taken_along_as_data_and_as_a_page(browser: Client) -> None:
    data = browser.get("/account/about-me/about-me.json")
    assert data["Content-Disposition"] == 'attachment; filename="about-me.json"'
    assert data.json()["accounts"]["email"] == "konto@example.org"
    page = browser.get("/account/about-me/about-me.html")
    assert page["Content-Disposition"] == 'attachment; filename="about-me.html"'
    assert "ida@example.org" in page.content.decode()


def test_who_objects_is_hidden_and_no_import_and_no_other_brings_the_person_back(
    browser: Client, person: Person, cast: Cast
) -> None:
    assert browser.post("/account/about-me/object/", {"note": "Peace, please."}).status_code == 302
    person.refresh_from_db()
    assert person.visibility == "hidden"
    assert importing.take_over(person, {"visibility": "public"}, _origin()) == []
    with pytest.raises(Conflict, match="objected"):
        services.set_person_visibility(cast["secretariat"], person.pk, "public")
    assert Mail.objects.filter(kind="directory.objected", address="secretariat@example.org").exists()
    twin = services.create_person(SYSTEM, name="I. Testsen")
    services.merge_people(SYSTEM, twin.pk, person.pk)
    twin.refresh_from_db()
    assert twin.visibility == "hidden"
    assert PersonObjection.objects.get().person == twin


def _origin():  # type: ignore[no-untyped-def]
    from vidensbro.kit.sources.model import Provenance

    return Provenance(source="openalex", source_id="A5", url="", licence="CC0", retrieved=NOON.date())


def test_an_objection_can_be_withdrawn(browser: Client, person: Person) -> None:
    browser.post("/account/about-me/object/", {"note": ""})
    browser.post("/account/about-me/object/withdraw/")
    person.refresh_from_db()
    assert person.visibility == "hidden"
    browser.post("/account/about-me/visibility/", {"visibility": "members"})
    person.refresh_from_db()
    assert person.visibility == "members"


def test_erasing_needs_the_address_typed(browser: Client, ida: User) -> None:
    asked = browser.get("/account/about-me/erase/")["Location"]
    assert asked.startswith("/account/confirm/")
    browser.post(asked, {"password": PASSWORD, "next": "/account/about-me/erase/"})
    assert browser.get("/account/about-me/erase/").status_code == 200
    wrong = browser.post("/account/about-me/erase/", {"typed": "somebody@example.org"})
    assert (wrong.status_code, User.objects.filter(pk=ida.pk).exists()) == (400, True)
    done = browser.post("/account/about-me/erase/", {"typed": "konto@example.org"}, follow=True)
    assert done.status_code == 200
    assert "You have been erased" in done.content.decode()
    assert not User.objects.filter(pk=ida.pk).exists()
    assert browser.get("/account/about-me/").status_code == 302


def test_a_visitor_is_told_that_nobody_vouches_for_the_name(cast: Cast) -> None:
    user = accounts.create_user(
        SYSTEM, "guest@example.org", "A Guest", role="visitor", password=PASSWORD, language="en"
    )
    page = Client(headers={"accept-language": "en"})
    page.post("/sign-in/", {"username": user.email, "password": PASSWORD})
    page.post("/account/confirm/?next=/account/about-me/erase/", {"password": PASSWORD})
    text = page.get("/account/about-me/erase/", follow=True).content.decode()
    assert "your address wherever others wrote it" in text
    assert "your name wherever others wrote it" not in text


def test_the_last_administrator_stays(cast: Cast) -> None:
    with pytest.raises(Conflict, match="last_administrator"):
        services.erase_own(cast["administrator"], "administrator@example.org")


@pytest.mark.parametrize("address", ["ida@example.org", "stranger@example.org"])
def test_the_form_says_the_same_to_everybody(person: Person, address: str) -> None:
    visitor = Client(headers={"accept-language": "en"})
    given = {"kind": "hide", "name": "Ida Testsen", "email": address, "person": str(person.pk)}
    answer = visitor.post("/privacy/request/", given)
    assert answer.status_code == 200
    assert "If the address is one that we know for you" in answer.content.decode()
    assert address not in answer.content.decode()
    person.refresh_from_db()
    assert person.visibility == "public"
    assert PersonRequest.objects.get().state == ("sent" if address.startswith("ida") else "waiting")


def test_the_form_is_throttled(person: Person) -> None:
    visitor = Client()
    given = {"kind": "correct", "name": "X Y", "email": "x@example.org"}
    answers = [visitor.post("/privacy/request/", given).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]


@pytest.mark.parametrize("kind", ["hide", "erase", "correct"])
def test_the_link_acts_once_and_on_post_only(person: Person, cast: Cast, kind: str) -> None:
    services.ask_about_person(cast["visitor"], kind, "Ida@example.org", message="Please.")
    path, visitor = link_to("ida@example.org"), Client()
    assert visitor.get(path).status_code == 200
    person.refresh_from_db()
    assert (person.name, person.visibility) == ("Ida Testsen", "public")
    assert visitor.post(path).status_code == 200
    assert visitor.post(path).status_code == 404
    person.refresh_from_db()
    told = {"hide": ("Ida Testsen", "hidden"), "erase": ("", "hidden"), "correct": ("Ida Testsen", "public")}
    assert (person.name, person.visibility) == told[kind]
    assert PersonRequest.objects.filter(state="waiting").count() == (kind == "correct")


def test_a_link_holds_for_a_week(person: Person, cast: Cast) -> None:
    with clock_at(NOON):
        services.ask_about_person(cast["visitor"], "erase", "ida@example.org")
        path = link_to("ida@example.org")
    with clock_at(NOON + timedelta(days=8)):
        assert Client().post(path).status_code == 404


def test_an_account_goes_by_its_owners_hand_only(ida: User, person: Person, cast: Cast) -> None:
    services.ask_about_person(cast["visitor"], "erase", "ida@example.org")
    Client().post(link_to("ida@example.org"))
    assert User.objects.filter(pk=ida.pk).exists()
    assert PersonRequest.objects.get().state == "waiting"


def test_an_address_of_several_people_is_nobodys(person: Person, cast: Cast) -> None:
    other = services.create_person(SYSTEM, name="Åse Prøve")
    services.add_contact_point(SYSTEM, "email", "ida@example.org", person_id=other.pk)
    services.ask_about_person(cast["visitor"], "hide", "ida@example.org")
    assert PersonRequest.objects.get().state == "waiting"


def test_the_secretariat_answers(person: Person, cast: Cast) -> None:
    services.ask_about_person(cast["visitor"], "correct", "stranger@example.org", name="Ida Testsen")
    desk, row = Client(headers={"accept-language": "en"}), PersonRequest.objects.get()
    desk.force_login(cast.users["secretariat"])
    assert "stranger@example.org" in desk.get("/secretariat/person-requests/").content.decode()
    assert desk.post(f"/secretariat/person-requests/{row.pk}/", {"done": "yes"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "done"
    assert Mail.objects.filter(kind="directory.person_answer", address="stranger@example.org").exists()
    assert clock.now() >= row.decided_at


@pytest.mark.parametrize("path", ["/secretariat/person-requests/", "/secretariat/processing-record/"])
@pytest.mark.parametrize(("who", "status"), [("member", 403), ("administrator", 200), ("secretariat", 200)])
def test_lists_are_for_staff(cast: Cast, path: str, who: str, status: int) -> None:
    browser = Client()
    browser.force_login(cast.users[who])
    assert browser.get(path).status_code == status


@pytest.mark.django_db
def test_the_privacy_page_tells_for_how_long(settings) -> None:
    settings.VIDENSBRO_RETENTION_MAIL_DAYS = 17
    text = Client(headers={"accept-language": "en"}).get("/privacy/").content.decode()
    assert "17 days after it was sent" in text


def test_the_page_speaks_in_words_and_names(browser: Client, ida: User, cast: Cast) -> None:
    """No codes, no row numbers, days as the reader writes them; the data keeps them."""
    begun = date(2026, 3, 9)
    Membership.objects.create(user=ida, organisation=cast.company)
    row = collaborations.begin(
        actor_of(ida),
        title="A plaster that measures",
        parties=[
            collaborations.PartyGiven("company", cast.company.pk),
            collaborations.PartyGiven("research", cast.university.pk),
        ],
        date=begun,
    )
    page = browser.get("/account/about-me/").content.decode()
    own = page[page.index('id="part-collaborations"') :]
    own = own[: own.index("</section>")]
    assert "A plaster that measures" in own
    assert "9 Mar 2026" in own
    assert str(row.pk) not in own
    assert "begun" not in own
