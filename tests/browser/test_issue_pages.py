"""Pages of accounts, joining, introductions and collaborations: each language, both widths, in every state.

Nothing that axe finds, nothing wider than the window, one first choice on a page, the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import NoReverseMatch, reverse

from tests.browser.conftest import Open
from tests.browser.looking import Looker
from tests.browser.test_introduction_pages import TOKEN, asked
from tests.hub.cast import SYSTEM
from tests.hub.files.samples import PDF, upload
from tests.hub.web.conftest import World
from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.accounts.models import User
from vidensbro.hub.collaborations import facts
from vidensbro.hub.collaborations import services as collaborations
from vidensbro.hub.collaborations.fact_forms import TO_RECORD
from vidensbro.hub.collaborations.facts import Evidence
from vidensbro.hub.collaborations.models import Collaboration
from vidensbro.hub.common import clock
from vidensbro.hub.directory import services as directory
from vidensbro.hub.introductions import disclosure, protection, services
from vidensbro.hub.introductions.models import AnswerLink, Introduction
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.introductions.services.links import digest_of, signed
from vidensbro.hub.mail.links import choices_token
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.needs.services import approve_teaser, write_teaser

__all__ = ["asked"]

OLD_SECRET = "a secret of last year"
TEASER = "Somebody looks for knowledge about pressure ulcers in nursing homes."
Look = Callable[..., Looker]


@pytest.fixture(params=["da", "en"])
def look(request, open_page: Open, world: World) -> Look:
    """Somebody who reads one of the two languages, in the account and in the browser."""
    User.objects.update(language=request.param)

    def sits_down(name: str = "") -> Looker:
        User.objects.update(language=request.param)
        return Looker(open_page("/", name=name, language=request.param), request.param)

    return sits_down


def link_in_mail(address: str, path: str) -> str:
    """The last link to such a page that was sent to an address."""
    for mail in Mail.objects.filter(address=address).order_by("-created"):
        if found := re.search(rf"https?://[^/\s]+({re.escape(path)}\S*)", mail.text):
            return found[1]
    raise AssertionError(f"no mail to {address} leads to {path}")


def test_getting_in_and_joining(look: Look, world: World) -> None:
    cast, researcher = world.cast, world.corpus.researcher
    directory.invite(cast["coordinator"], "new@example.org", organisation_id=cast.company.pk)
    directory.ask_to_join(cast["outsider"], cast.company.pk, "I have begun to work there.")
    visitor = look()
    visitor.page.goto("/reset-password/")
    visitor.page.fill("[name=email]", "member@example.org")
    visitor.page.press("[name=email]", "Enter")
    visitor.page.wait_for_url("**/sent/")
    visitor.at(link_in_mail("member@example.org", "/reset-password/"))
    visitor.at(link_in_mail("new@example.org", "/invitations/"))
    visitor.at("/reset-password/MQ/wrong/", "/invitations/wrong/", "/mail/wrong/", status=404)
    visitor.page.goto("/sign-up/")
    visitor.page.click("main form.form button[type=submit]")
    visitor.here("/sign-up/ with errors")
    visitor.at(f"/mail/{choices_token(Mail.objects.filter(address='member@example.org')[0].pk)}/")
    coordinator = look("coordinator")
    coordinator.at(f"/organisations/{cast.company.pk}/people-of/", f"/organisations/{cast.company.pk}/")
    outsider = look("outsider")
    outsider.at("/account/", "/account/mail/", "/account/connections/", f"/people/{researcher.pk}/claim/")
    member = look("member")
    member.at(f"/organisations/{cast.university.pk}/join/", "/introductions/", "/collaborations/")
    member.at("/account/asking/")
    secretariat = look("secretariat")
    secretariat.at("/secretariat/invitations/", "/secretariat/mail/", "/collaborations/board/")
    everybody = (visitor, coordinator, outsider, member, secretariat)
    assert [problem for one in everybody for problem in one.found] == []


def test_a_need_and_its_teaser(look: Look, world: World) -> None:
    owner, need = look("owner"), f"/needs/{world.sealed.pk}/"
    owner.at(f"{need}teaser/")
    owner.page.fill("main [name=text]", "Nordsensor in Aalborg looks for help with pressure ulcers.")
    owner.page.click("form:has([name=audience]) button")
    owner.here("/needs/teaser/ with warnings")
    row = write_teaser(world.cast["owner"], world.sealed.pk, TEASER, audience="public")
    approve_teaser(world.cast["owner"], world.sealed.pk, row.text, warnings_seen=True)
    owner.at(f"{need}teaser/", need, f"{need}edit/")
    owner.page.goto("/needs/new/")
    owner.page.check("[name=visibility][value=organisations]")
    owner.page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    owner.page.fill("[name=audience_name]", "univers")
    owner.page.click("button[name=find]")
    owner.here("/needs/new/ with organisations")
    outsider = look("outsider")
    outsider.at("/needs/", "/needs/teasers/", "/needs/teasers/?q=zzz", f"/needs/teasers/{row.pk}/")
    visitor = look()
    visitor.at(f"/needs/teasers/{row.pk}/")
    assert owner.found + outsider.found + visitor.found == []


def test_both_sides_of_an_introduction(look: Look, world: World, asked: Introduction) -> None:
    cast, one = world.cast, f"/introductions/{asked.pk}/"
    by = Answerer(cast["researcher"])
    old = {"created": clock.now() - timedelta(days=9), "expires": clock.now() - timedelta(days=1)}
    AnswerLink.objects.create(introduction=asked, digest=digest_of(OLD_SECRET), **old)
    visitor, owner, researcher = look(), look("owner"), look("researcher")
    visitor.at(f"/answer/{TOKEN}/", "/answer/given/yes/", "/answer/given/later/", "/answer/given/no/")
    visitor.page.goto(f"/answer/{TOKEN}/")
    visitor.page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    visitor.page.click("button[value=no]")
    visitor.here("/answer/ with errors")
    visitor.at("/answer/nowhere/", status=404)
    visitor.at(f"/answer/{signed(OLD_SECRET)}/", status=410)
    step = disclosure.ask_for(by, asked.pk, "description")
    visitor.at(f"/answer/{TOKEN}/")
    owner.at(one, "/introductions/", "/needs/mine/")
    disclosure.decide(cast["owner"], step.pk, True, needs_confidentiality=True)
    visitor.at(f"/answer/{TOKEN}/")
    researcher.at(one, "/introductions/")
    protection.declare(cast["researcher"], world.corpus.researcher.pk, organisation_id=cast.university.pk)
    researcher.at("/account/asking/?q=nord")
    services.accept(by, asked.pk, time_id=asked.times.first().pk, note="Gerne")
    researcher.at(one)
    visitor.at(f"/answer/{TOKEN}/", status=410)
    owner.at(one, f"/needs/{world.sealed.pk}/")
    services.close(cast["owner"], asked.pk, "met", "A good talk.")
    owner.at(one)
    assert visitor.found + owner.found + researcher.found == []


def test_asking_and_what_became_of_it(look: Look, world: World) -> None:
    cast, person = world.cast, world.corpus.researcher.pk
    owner = look("owner")
    new = f"/needs/{world.public.pk}/introductions/new/?match=publication:{world.corpus.paper.pk}"
    owner.at(f"/needs/{world.public.pk}/", new)
    owner.page.goto(new)
    owner.page.fill("[name=day1]", "2030-05-06")
    owner.page.click("main form.form button[type=submit]")
    owner.here("/introductions/new/ with errors")
    row = services.draft(cast["owner"], world.public.pk, person_id=person, message="Would you meet us?")
    owner.at(f"/introductions/{row.pk}/", f"/introductions/{row.pk}/edit/")
    directory.add_contact_point(SYSTEM, "email", "ida@example.org", person_id=person)
    services.ask(cast["owner"], row.pk)
    owner.at(f"/introductions/{row.pk}/", new)
    services.decline(Answerer(VISITOR, via_link=True, person_id=person), row.pk, "no_time", "Not before May.")
    owner.at(f"/introductions/{row.pk}/")
    visitor = look()
    visitor.at("/figures/introductions/", "/neutrality/")
    secretariat = look("secretariat")
    secretariat.at(f"/introductions/{row.pk}/")
    assert owner.found + visitor.found + secretariat.found == []


@pytest.fixture
def collaboration(world: World) -> Collaboration:
    """One with something of everything on its timeline."""
    cast = world.cast
    row = collaborations.begin(
        cast["member"],
        title="Plaster mod tryksår",
        purpose="Et plaster, der måler trykket.",
        fields=["wound-care"],
        readiness=3,
        parties=[
            collaborations.PartyGiven("company", cast.company.pk),
            collaborations.PartyGiven("research", cast.university.pk),
            collaborations.PartyGiven("other", name="Plejehjemmet Solgården", shared=False),
        ],
    )
    parties = tuple(party.pk for party in row.parties.all())
    today = clock.today()
    said, link = Evidence(by="Member"), Evidence(link="https://doi.org/10.5555/12345678")
    for fact, evidence in (
        (facts.AgreementSigned("collaboration", parties, "", None), Evidence(file=upload("aftale.pdf", PDF))),
        (facts.MilestoneSet("Første plejehjem", today + timedelta(days=90)), said),
        (facts.FundingGranted("Innovationsfonden", 125_000_050, 5_000_000, 600, 65_000), said),
        (facts.ResultReached("publication", "Two days earlier", 1, "", None, "10.5555/12345678"), link),
        (facts.StageChange("project"), said),
    ):
        collaborations.record_fact(cast["member"], row.pk, fact, date=today, evidence=evidence)
    return row


def test_a_collaboration(look: Look, world: World, collaboration: Collaboration) -> None:
    one = f"/collaborations/{collaboration.pk}/"
    party = collaboration.parties.first().pk
    step = collaboration.steps.get(kind="agreement").pk
    member = look("member")
    member.at("/collaborations/", "/collaborations/new/", one, f"{one}edit/", f"{one}parties/")
    member.at(*(f"{one}record/{kind}/" for kind in TO_RECORD), f"{one}steps/{step}/correct/")
    member.page.goto(f"{one}record/result/")
    member.page.click("main form button[type=submit]")
    member.here("/collaborations/record/result/ with errors")
    member.at(f"{one}parties/{party}/people/", f"{one}parties/{party}/leave/")
    collaborations.undo(world.cast["member"], collaboration.pk, collaboration.steps.get(kind="stage").pk)
    member.at(f"{one}?all=1")
    secretariat = look("secretariat")
    secretariat.at("/collaborations/board/", "/collaborations/board/?q=zzz", one, "/collaborations/new/")
    secretariat.at(*_if_there("desk"))
    member.at(*_if_there("about-me"))
    assert member.found + secretariat.found == []


def _if_there(name: str) -> list[str]:
    try:
        return [reverse(name)]
    except NoReverseMatch:
        return []
