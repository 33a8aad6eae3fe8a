"""Pages about what is stored about somebody, with an account and without: both languages, both widths.

See test_issue_pages for what is looked for.
"""

from __future__ import annotations

from tests.browser.conftest import PASSWORD
from tests.browser.test_issue_pages import Look, link_in_mail, look
from tests.hub.cast import SYSTEM
from tests.hub.web.conftest import World
from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.collaborations import services as collaborations
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import Person

__all__ = ["look"]

ADDRESS = "ida@example.org"


def known(world: World) -> Person:
    """The researcher, reached at an address that the directory knows."""
    person: Person = world.corpus.researcher
    directory.add_contact_point(SYSTEM, "email", ADDRESS, person_id=person.pk)
    return person


def directory_says_hidden(person: Person) -> bool:
    person.refresh_from_db()
    return person.visibility == Person.Visibility.HIDDEN


def test_asking_without_an_account(look: Look, world: World) -> None:
    person, visitor = known(world), look()
    visitor.at("/privacy/", "/privacy/request/", f"/privacy/request/?person={person.pk}")
    page = visitor.page
    page.click("main form button[type=submit]")
    visitor.here("/privacy/request/ with errors")
    page.goto(f"/privacy/request/?person={person.pk}")
    page.check("[name=kind][value=hide]")
    page.fill("[name=email]", ADDRESS)
    page.click("main form button[type=submit]")
    visitor.here("/privacy/request/ sent")
    visitor.at(link_in_mail(ADDRESS, "/privacy/request/"))
    page.click("main form button[type=submit]")
    visitor.here("/privacy/request/ done")
    assert directory_says_hidden(person)
    visitor.at("/privacy/request/wrong/", status=404)
    assert visitor.found == []


def test_what_the_secretariat_sees_of_it(look: Look, world: World) -> None:
    person, secretariat = known(world), look("secretariat")
    secretariat.at("/secretariat/person-requests/", "/secretariat/processing-record/")
    directory.ask_about_person(
        VISITOR, "correct", "other@example.org", name="Ida Testsen", message="I moved."
    )
    directory.ask_about_person(VISITOR, "erase", "third@example.org", person_id=person.pk, name="Ida")
    directory.link_person(SYSTEM, person.pk, world.cast.users["member"].pk)
    directory.object_to_being_found(world.cast["member"], person.pk, "I do not advise any more.")
    secretariat.at("/secretariat/person-requests/")
    assert secretariat.found == []


def test_ones_own_data(look: Look, world: World) -> None:
    directory.link_person(SYSTEM, known(world).pk, world.cast.users["member"].pk)
    collaborations.begin(
        world.cast["member"],
        title="Plaster mod tryksår",
        purpose="Et plaster, der måler trykket.",
        parties=[
            collaborations.PartyGiven("company", world.cast.company.pk),
            collaborations.PartyGiven("research", world.cast.university.pk),
        ],
    )
    member = look("member")
    member.at("/account/about-me/")
    member.page.goto("/account/about-me/erase/")
    if "/account/confirm/" in member.page.url:
        member.here("/account/confirm/")
        member.page.fill("[name=password]", PASSWORD)
        member.page.press("[name=password]", "Enter")
        member.page.wait_for_url("**/erase/")
    member.at("/account/about-me/erase/")
    member.page.click("main form button[type=submit]")
    member.here("/account/about-me/erase/ with errors")
    assert member.found == []
