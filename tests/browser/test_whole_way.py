"""The whole way in a real browser: a sealed need, a match, a request, a yes from the mail, a meeting, a collaboration.

Three people in two languages. At every step a stranger and a visitor look as well: they find nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from icalendar import Calendar

from tests.browser.conftest import Open, sign_in
from tests.browser.three_people import WORDS, Someone, link_in, text_of
from tests.hub.cast import SYSTEM
from tests.hub.files.samples import PDF
from tests.hub.mail.conftest import PostOffice, server
from tests.hub.web.conftest import World
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.common import clock
from vidensbro.hub.directory import services as directory
from vidensbro.hub.mail import delivery
from vidensbro.hub.outbox.services import drain

__all__ = ["server"]

TITLE = "Kvægmatten Silkeborg 7"
TEXT = (
    "Kvægmatten Silkeborg 7 opdager tryksår tidligt hos beboere på plejehjem. Vi har brug for klinisk viden om "
    "tryksår og et sted at afprøve sensoren."
)
TEASER = "Nogen udvikler et hjælpemiddel mod tryksår og søger klinisk viden om beboere på plejehjem."
MESSAGE = "We have a first trial behind us and would like half an hour of your time. Ref. Rosenholm."
NOTE = "A talk suits me well."
REACHED_AT = "Write to kvalitet@nordsensor.example before noon"
TELEPHONE = "+45 00 00 12 34"
PURPOSE = "Find pressure ulcers two days earlier. Rosenholm goes on."
EVERYWHERE = (
    "/",
    "/needs/",
    "/needs/?q=Silkeborg",
    "/directory/?q=nord",
    "/directory/people/",
    "/knowledge/?q=tryks%C3%A5r",
    "/fields/wound-care/",
    "/figures/introductions/",
    "/neutrality/",
)
SIGNED_IN = ("/needs/mine/", "/introductions/", "/collaborations/", "/account/")
SECRETS = (TITLE, "Silkeborg 7", "Rosenholm", REACHED_AT, "kvalitet@", TELEPHONE, "mailto:owner@")


@dataclass
class Roles:
    """Who takes part, and the two who do not."""

    world: World
    owner: Someone
    researcher: Someone
    secretariat: Someone
    outsider: Someone
    visitor: Someone

    def closed_to_others(self, *paths: str) -> None:
        """Whoever is not concerned finds nothing at these addresses; a visitor is sent to the sign-in at most."""
        for path in paths:
            assert self.outsider.status(path) == 404, path
            assert self.visitor.status(path) in {302, 404}, path

    def told_to_nobody_else(self) -> None:
        """No list, search, figure or page of a party says anything of it to others, and no mail does."""
        company, researcher = self.world.cast.company.pk, self.world.corpus.researcher.pk
        known = (*EVERYWHERE, f"/organisations/{company}/", f"/people/{researcher}/")
        for someone, also in ((self.visitor, ()), (self.outsider, SIGNED_IN)):
            for path in (*known, *also):
                page = someone.body(path)
                assert [one for one in SECRETS if one in page] == [], path
        assert [one for one in SECRETS if one in self.outsider.everything()] == []


@pytest.fixture
def base_url(settings, site) -> None:
    """Links in mails lead to the site that runs."""
    settings.VIDENSBRO_BASE_URL = site.url
    delivery.outage.over()


@pytest.fixture
def roles(request, open_page: Open, world: World, server: PostOffice, base_url: None) -> Iterator[Roles]:
    """Everybody at a screen. Those who read English have it in their account and in their browser."""
    tongue = request.param
    user = User.objects.create(
        email="researcher@example.org", name="Ida Testsen", role=Role.MEMBER, password="!"
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    world.cast.users["researcher"] = user
    directory.link_person(SYSTEM, world.corpus.researcher.pk, user.pk)
    directory.add_contact_point(
        SYSTEM, "phone", TELEPHONE, person_id=world.corpus.researcher.pk, audience="secretariat"
    )
    for name, one in world.cast.users.items():
        User.objects.filter(pk=one.pk).update(language=tongue.get(name, "da"))
        one.refresh_from_db()

    def sits_down(name: str, signed_in: bool = True) -> Someone:
        language = tongue.get(name, "da")
        page = open_page("/", name=name if signed_in else "", language=language)
        return Someone(page, f"{name}@example.org", WORDS[language], server)

    yield Roles(
        world,
        owner=sits_down("owner"),
        researcher=sits_down("researcher", signed_in=False),
        secretariat=sits_down("secretariat"),
        outsider=sits_down("outsider"),
        visitor=sits_down("visitor", signed_in=False),
    )
    delivery.outage.over()


@pytest.mark.parametrize(
    "roles",
    [
        {"owner": "da", "researcher": "en", "secretariat": "da"},
        {"owner": "en", "researcher": "da", "secretariat": "en"},
    ],
    ids=["danish-english-danish", "english-danish-english"],
    indirect=True,
)
def test_from_a_sealed_need_to_a_result(roles: Roles, tmp_path: Path) -> None:
    need = post_a_sealed_need(roles)
    approve_a_teaser(roles, need)
    introduction, starts = ask(roles, need)
    link = show_the_description(roles, introduction)
    not_told_yet(roles)
    say_yes(roles, link, introduction, starts)
    collaboration = begin(roles, introduction)
    record(roles, collaboration, tmp_path)
    move_on(roles, collaboration)
    all_read_the_same(roles, collaboration)


def path_of(someone: Someone) -> str:
    return "/" + someone.page.url.split("#")[0].split("?")[0].split("/", 3)[3]


def post_a_sealed_need(roles: Roles) -> str:
    """The owner writes it for the company; the worker finds answers."""
    owner = roles.owner
    owner.open("/needs/new/")
    owner.fill(text=TEXT, title=TITLE, contact=REACHED_AT)
    owner.tick("visibility", "sealed")
    owner.choose(organisation=str(roles.world.cast.company.pk))
    owner.press("button[name=post]")
    assert owner.words.posted in owner.text
    drain()
    owner.page.reload()
    assert owner.words.found in owner.text
    assert owner.page.locator("article", has_text="Early detection of pressure ulcers").count()
    need = path_of(owner)
    roles.secretariat.open("/secretariat/")
    assert TITLE in roles.secretariat.text
    roles.closed_to_others(need)
    roles.told_to_nobody_else()
    return need


def approve_a_teaser(roles: Roles, need: str) -> None:
    """What may be told is written, checked and approved; then, and not before, others read it."""
    owner = roles.owner
    owner.open(need)
    owner.press(f"a[href='{need}teaser/']")
    owner.fill(text=TEASER)
    owner.tick("audience", "members")
    owner.press("form:has([name=audience]) button")
    assert TEASER not in roles.outsider.body("/needs/")
    if owner.page.locator("[name=warnings_seen]").count():
        owner.tick("warnings_seen")
    owner.press(f"form[action='{need}teaser/approve/'] button")
    drain()
    outsider = roles.outsider
    outsider.open("/needs/teasers/")
    assert outsider.words.confidential in outsider.text
    assert TEASER[:60] in outsider.text
    assert "Nordsensor" not in outsider.text
    outsider.press("main .rows a")
    assert need.split("/")[2] not in outsider.page.content()
    assert TEASER[:60] not in roles.visitor.body("/needs/teasers/")
    roles.closed_to_others(need, f"{need}teaser/")


def ask(roles: Roles, need: str) -> tuple[str, list[datetime]]:
    """The owner asks the author of a publication that was found, and offers two times."""
    owner = roles.owner
    owner.open(need)
    match = owner.page.locator("article", has_text="Early detection of pressure ulcers").first
    with owner.page.expect_navigation():
        match.get_by_role("link", name=owner.words.ask).click()
    owner.page.get_by_label("Ida Testsen").check()
    first = (clock.now() + timedelta(days=10)).date()
    owner.fill(
        message=MESSAGE,
        day1=first.isoformat(),
        at1="13:00",
        day2=(first + timedelta(days=1)).isoformat(),
        at2="09:30",
    )
    owner.press("main form.form button[type=submit]")
    assert owner.words.will_see in owner.text
    introduction = path_of(owner)
    owner.press(f"form[action='{introduction}ask/'] button")
    assert owner.words.sent in owner.text
    roles.closed_to_others(introduction, f"{introduction}meeting.ics")
    drain()
    roles.told_to_nobody_else()
    here = ZoneInfo("Europe/Copenhagen")
    local = [
        datetime(first.year, first.month, first.day, 13, 0, tzinfo=here),
        datetime(first.year, first.month, first.day, 9, 30, tzinfo=here) + timedelta(days=1),
    ]
    return introduction, [one.astimezone(UTC) for one in local]


def show_the_description(roles: Roles, introduction: str) -> str:
    """The researcher, from the mail, asks to see more; the owner agrees, under an agreement accepted by name."""
    owner, researcher = roles.owner, roles.researcher
    mail = researcher.newest(researcher.words.would_meet)
    assert TEASER in text_of(mail).replace("\n", " ")
    assert MESSAGE[:40] in text_of(mail)
    link = link_in(mail, "/answer/")
    researcher.open(link)
    assert researcher.words.would_meet in researcher.text
    assert researcher.words.nothing_told in researcher.text
    assert TITLE not in researcher.text
    researcher.press("button[name=more][value=ask]")
    asked = owner.newest("Ida Testsen")
    owner.follow(asked, "/introductions/")
    owner.tick("needs_confidentiality")
    owner.press("button[name=agreed][value=yes]")
    researcher.mails()
    researcher.open(link)
    assert researcher.words.agreement in researcher.text
    assert TITLE not in researcher.text
    researcher.fill(name="Ida Testsen")
    researcher.press("button[name=more][value=accept]")
    assert TITLE in researcher.text
    assert "Nordsensor" not in researcher.text
    return link


def not_told_yet(roles: Roles) -> None:
    """Nobody has been told how to reach the other side, in any page or mail."""
    for path in ("/needs/mine/", f"/people/{roles.world.corpus.researcher.pk}/", "/introductions/"):
        roles.owner.open(path)
    owner, researcher = roles.owner.everything(), roles.researcher.everything()
    assert [one for one in ("researcher@example.org", TELEPHONE) if one in owner] == []
    hidden = ("owner@example.org", "kvalitet@", "Nordsensor", "Owner")
    assert [one for one in hidden if one in researcher] == []


def say_yes(roles: Roles, link: str, introduction: str, starts: list[datetime]) -> None:
    """A yes with the second time; the link is used up; one mail to both has contacts and the meeting."""
    owner, researcher = roles.owner, roles.researcher
    researcher.page.locator("main [name=time_id]").nth(1).check()
    researcher.page.fill("#yes_note", NOTE)
    researcher.press("button[name=answer][value=yes]")
    assert researcher.words.thanks in researcher.text
    assert researcher.status(link) == 410
    together = [someone.newest(someone.words.meet) for someone in (owner, researcher)]
    assert together[0]["Message-ID"] == together[1]["Message-ID"]
    assert together[0].as_bytes() == together[1].as_bytes()
    to = {one.addr_spec for one in together[0]["To"].addresses}
    assert (
        to
        == {one.addr_spec for one in together[0]["Reply-To"].addresses}
        == {owner.address, researcher.address}
    )
    for someone in (owner, researcher):
        mail = someone.newest(someone.words.meet)
        for known in ("researcher@example.org", TELEPHONE, "owner@example.org", REACHED_AT):
            assert known in text_of(mail)
        meetings = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
        (event,) = Calendar.from_ical(meetings[0].get_payload(decode=True)).walk("VEVENT")
        assert event.decoded("dtstart") == starts[1]
        assert event.decoded("dtend") == starts[1] + timedelta(minutes=30)
        assert len([one for one in someone.mails() if someone.words.meet in str(one["subject"])]) == 1
    owner.open(introduction)
    assert owner.words.introduced in owner.text
    assert "researcher@example.org" in owner.text
    file = owner.page.request.get(f"{introduction}meeting.ics")
    assert Calendar.from_ical(file.body()).walk("VEVENT")[0].decoded("dtstart") == starts[1]
    roles.closed_to_others(introduction, f"{introduction}meeting.ics")


def begin(roles: Roles, introduction: str) -> str:
    """The owner begins the collaboration that the introduction led to, and says what it is about."""
    owner = roles.owner
    owner.open(introduction)
    with owner.page.expect_navigation():
        owner.page.get_by_role("link", name=owner.words.to_the_collaboration).click()
    owner.press("main form button[type=submit]")
    owner.fill(title="Tidlig opdagelse af tryksår", purpose=PURPOSE)
    owner.press("main form button[type=submit]")
    assert owner.words.happened in owner.text
    collaboration = path_of(owner)
    assert collaboration.startswith("/collaborations/")
    roles.closed_to_others(collaboration, f"{collaboration}record/result/")
    return collaboration


def record(roles: Roles, collaboration: str, folder: Path) -> None:
    """Agreement with a file, milestone, and a result that the researcher enters with a link."""
    owner, researcher = roles.owner, roles.researcher
    contract = folder / "aftale.pdf"
    contract.write_bytes(PDF)
    owner.open(f"{collaboration}record/agreement/")
    owner.choose(agreement="collaboration")
    for box in owner.page.locator("main [name=parties]").all():
        box.check()
    owner.tick("evidence", "file")
    owner.page.set_input_files("main [name=file]", contract)
    owner.press("main form button[type=submit]")
    owner.open(f"{collaboration}record/milestone/")
    owner.fill(title="Første plejehjem", due=(clock.now() + timedelta(days=90)).date().isoformat())
    owner.press("main form button[type=submit]")
    sign_in(researcher.page, roles.world, "researcher")
    researcher.open(f"{collaboration}record/result/")
    researcher.choose(result="publication")
    researcher.fill(title="Two days earlier")
    researcher.tick("evidence", "link")
    researcher.fill(link="https://doi.org/10.5555/12345678")
    researcher.press("main form button[type=submit]")


def move_on(roles: Roles, collaboration: str) -> None:
    """The secretariat finds it on the board and records the next stage."""
    secretariat = roles.secretariat
    secretariat.open("/collaborations/board/")
    assert "Tidlig opdagelse af tryksår" in secretariat.text
    secretariat.press(f"a[href='{collaboration}record/stage/']")
    secretariat.choose(stage="project")
    secretariat.press("main form button[type=submit]")
    assert path_of(secretariat) == collaboration


def all_read_the_same(roles: Roles, collaboration: str) -> None:
    """Both sides and the secretariat read the same timeline, each in their language; nobody else reads any of it."""
    for someone in (roles.owner, roles.researcher, roles.secretariat):
        someone.open(collaboration)
        line = someone.page.inner_text(".timeline")
        assert someone.words.signed in line.lower()
        assert "aftale.pdf" in line
        assert "Første plejehjem" in line
        assert "Two days earlier" in line
        assert someone.page.locator(".timeline a[href='https://doi.org/10.5555/12345678']").count() == 1
    file = roles.researcher.page.get_attribute(".timeline a[href^='/files/']", "href")
    assert file is not None
    answer = roles.researcher.page.request.get(file)
    assert (answer.body(), answer.headers["content-type"]) == (PDF, "application/pdf")
    assert answer.headers["content-disposition"].startswith("attachment")
    roles.closed_to_others(collaboration, file)
    drain()
    roles.told_to_nobody_else()
    assert "Tidlig opdagelse" not in roles.outsider.body("/collaborations/")
    assert roles.outsider.status("/collaborations/board/") == 403
