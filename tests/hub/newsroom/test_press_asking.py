"""Asking a press desk: nobody at the desk is troubled by programs, forged senders or mail that nobody sent."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.newsroom.conftest import HOUR
from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.audit.privacy import Subject, completed, export
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.newsroom import privacy
from vidensbro.hub.newsroom.models import Inquiry, PressKit, Version
from vidensbro.hub.newsroom.queries import press as queries
from vidensbro.hub.newsroom.rules import handle_inquiry, see_inquiry
from vidensbro.hub.newsroom.services import inquiries as services
from vidensbro.hub.newsroom.services.inquiries import Question

pytestmark = pytest.mark.django_db
NOTED = "Hvor mange beboere var med i forsøget, og hvem har betalt?"
PRESS = "rita@avisen.example.org"


@pytest.fixture
def company(cast: Cast) -> Organisation:
    PressKit.objects.create(organisation=cast.company, about_en="Nordsensor makes sensors.")
    return cast.company


def question(**changes: object) -> Question:
    return Question(**{"name": "Rita Reporter", "email": PRESS, "text": NOTED, "language": "en", **changes})


def page(place: Organisation) -> str:
    return reverse("ask-press", args=[place.pk])


def filled_in(client: Client, place: Organisation, *, after: float = 20, **changes: str):
    """Open the form, wait so many seconds, and send it."""
    with clock_at(NOON):
        shown = client.get(page(place)).content.decode()
    found = re.search(r'name="opened" value="([^"]+)"', shown)
    assert found is not None
    given = {
        "name": "Rita Reporter",
        "email": PRESS,
        "text": NOTED,
        "opened": found[1],
        "website": "",
        **changes,
    }
    with clock_at(NOON + timedelta(seconds=after)):
        return client.post(page(place), given)


def link(address: str = PRESS) -> str:
    mail = Mail.objects.filter(address=address).order_by("-pk")[0]
    found = re.search(r"http://localhost:8000(/newsroom/press/ask/confirm/\S+)", mail.text)
    assert found is not None, mail.text
    return found[1]


def mailed(kind: str = "newsroom.inquiry") -> set[str]:
    return set(Mail.objects.filter(kind=kind).values_list("address", flat=True))


def test_a_question_reaches_the_desk_once_the_address_is_proven(
    cast: Cast, client: Client, company: Organisation
) -> None:
    assert filled_in(client, company).url == reverse("inquiry-sent")
    assert mailed() == set()
    assert list(queries.inquiries(cast["member"])) == []
    asked = Mail.objects.get()
    # Whoever typed may be anybody: nothing of it goes to an address that may be somebody else's.
    for words in (NOTED, "Rita"):
        assert words not in asked.text + asked.html + asked.subject
    where = link()
    with clock_at(NOON + timedelta(hours=1)):
        for _ in range(2):
            assert NOTED in client.get(where).content.decode()
        assert Inquiry.objects.get().proven is None
        for _ in range(2):
            assert client.post(where).status_code == 200
    row = Inquiry.objects.get()
    assert row.proven == NOON + timedelta(hours=1)
    assert mailed() == {"coordinator@example.org"}
    told = Mail.objects.get(kind="newsroom.inquiry")
    assert (told.reply_to, NOTED in told.text) == (PRESS, True)
    copies = Mail.objects.filter(address=PRESS).exclude(pk=asked.pk)
    assert [NOTED in one.text for one in copies] == [True]
    assert list(queries.open_inquiries(cast["member"])) == [row]


def test_a_link_is_good_for_a_week_and_not_forged(client: Client, company: Organisation) -> None:
    filled_in(client, company)
    where = link()
    with clock_at(NOON + timedelta(days=7, minutes=1)):
        assert client.get(where).status_code == 404
        assert client.post(where).status_code == 404
    assert mailed() == set()
    forged = where.rstrip("/")[:-1] + ("A" if where.rstrip("/")[-1] != "A" else "B")
    other = reverse("confirm-inquiry", args=[f"{uuid.uuid4().hex}.x"])
    with clock_at(NOON + timedelta(hours=1)):
        assert {client.post(one).status_code for one in (forged + "/", other)} == {404}


@pytest.mark.parametrize(
    ("wait", "changes"),
    [
        (1, {}),
        (12 * 3600 + 1, {}),
        (-60, {}),
        (20, {"website": "https://spam.example.org"}),
        (20, {"opened": ""}),
        (20, {"opened": "1772449200.forged"}),
    ],
)
def test_programs_are_stopped_and_a_person_loses_nothing(
    client: Client, company: Organisation, wait: float, changes: dict[str, str]
) -> None:
    answer = filled_in(client, company, after=wait, **changes)
    assert answer.status_code == 400
    assert NOTED in answer.content.decode()
    assert not Inquiry.objects.exists()
    found = re.search(r'name="opened" value="([^"]+)"', answer.content.decode())
    assert found is not None
    again = {"name": "Rita", "email": PRESS, "text": NOTED, "opened": found[1]}
    with clock_at(NOON + timedelta(seconds=max(wait, 0) + 10)):
        assert client.post(page(company), again).status_code == 302


def test_the_stamp_of_one_form_is_not_good_for_another(
    cast: Cast, client: Client, company: Organisation
) -> None:
    PressKit.objects.create(organisation=cast.university, about_da="Et universitet.")
    with clock_at(NOON):
        shown = client.get(page(cast.university)).content.decode()
    stamp = re.search(r'name="opened" value="([^"]+)"', shown)
    assert stamp is not None
    assert filled_in(client, company, opened=stamp[1]).status_code == 400


def test_the_form_asks_nothing_of_the_eyes_and_of_nobody_else(client: Client, company: Organisation) -> None:
    shown = client.get(page(company)).content.decode()
    trap = re.search(r'<div class="visually-hidden" aria-hidden="true">.*?</div>', shown, re.S)
    assert trap is not None
    assert 'tabindex="-1"' in trap[0]
    assert 'autocomplete="off"' in trap[0]
    sources = re.findall(r'(?:src|action)="(https?:[^"]+)"', shown)
    assert sources == []
    assert "captcha" not in shown.lower()


def test_one_place_and_one_address_may_not_ask_without_end(client: Client, company: Organisation) -> None:
    answers = [filled_in(client, company, text=f"{NOTED} {number}").status_code for number in range(6)]
    assert answers == [302] * 5 + [429]
    others = [filled_in(client, company, email=f"r{number}@example.org").status_code for number in range(6)]
    assert others[-1] == 429
    assert Mail.objects.filter(address=PRESS).count() == services.MOST_UNPROVEN


def test_an_address_gets_five_such_mails_a_day_from_wherever(company: Organisation) -> None:
    with clock_at(NOON):
        asked = [services.ask(VISITOR, company.pk, question(text=f"{n} {NOTED}")) for n in range(8)]
    assert [one is not None for one in asked] == [True] * 5 + [False] * 3
    assert Mail.objects.filter(address=PRESS).count() == 5
    with clock_at(NOON + timedelta(days=1, minutes=1)):
        assert services.ask(VISITOR, company.pk, question(text="Again")) is not None


def test_the_same_question_twice_is_one(company: Organisation) -> None:
    first, second = (services.ask(VISITOR, company.pk, question()) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.pk == second.pk
    assert Mail.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Rita\r\nBcc: all@example.org"),
        ("name", "Rita\nReporter"),
        ("outlet", "Avisen\r\nX-Spam: no"),
        ("outlet", "Avisen\u2028Bcc: a@example.org"),
        ("phone", "1234\x0bBcc: a@example.org"),
        ("email", "rita@example.org\r\nBcc: all@example.org"),
        ("email", "rita@example.org, all@example.org"),
        ("email", "Rita <rita@example.org>"),
        ("text", " \x00 "),
        ("text", "x" * 4001),
        ("name", ""),
        ("language", "tlh"),
        ("deadline", datetime(2020, 1, 1, tzinfo=UTC)),
        ("deadline", datetime(2199, 1, 1, tzinfo=UTC)),
    ],
)
def test_headers_in_fields_and_nonsense_are_refused(company: Organisation, field: str, value: object) -> None:
    with pytest.raises(Invalid, match=field):
        services.ask(VISITOR, company.pk, question(**{field: value}))
    assert not Mail.objects.exists()


def test_scripts_in_names_are_words(cast: Cast, client: Client, company: Organisation) -> None:
    hostile = "<script>alert(1)</script>"
    services.ask(cast["outsider"], company.pk, question(name=hostile, outlet=hostile, text=hostile))
    row = Inquiry.objects.get()
    client.force_login(cast.users["member"])
    for where in (reverse("press-desk"), reverse("press-inquiry", args=[row.pk])):
        assert hostile not in client.get(where).content.decode()
    assert hostile not in Mail.objects.get(kind="newsroom.inquiry").html


def test_who_is_signed_in_asks_from_the_accounts_address_at_once(cast: Cast, company: Organisation) -> None:
    with clock_at(NOON):
        row = services.ask(cast["outsider"], company.pk, question(email="somebody@else.example.org"))
    assert row is not None
    assert (row.email, row.proven) == ("outsider@example.org", NOON)
    assert mailed("newsroom.inquiry_own") == {"outsider@example.org"}


def test_the_desk_is_whoever_acts_where_nobody_decides_and_the_secretariat_where_nobody_is_there(
    cast: Cast,
) -> None:
    PressKit.objects.create(organisation=cast.university, about_da="Et universitet.")
    services.ask(cast["member"], cast.university.pk, question())
    assert mailed() == {"outsider@example.org"}
    Mail.objects.all().delete()
    cast.university.memberships.all().delete()
    services.ask(cast["member"], cast.university.pk, question(text="Another"))
    assert mailed() == {"secretariat@example.org"}


def test_a_deadline_is_danish_time_on_both_sides_of_summer_time(
    client: Client, company: Organisation
) -> None:
    filled_in(client, company, day="2026-03-28", at="12:00", text="Before")
    filled_in(client, company, day="2026-03-29", at="12:00", text="After")
    filled_in(client, company, day="2026-03-30", at="", text="Without")
    found = dict(Inquiry.objects.values_list("text", "deadline"))
    assert found == {
        "Before": datetime(2026, 3, 28, 11, 0, tzinfo=UTC),
        "After": datetime(2026, 3, 29, 10, 0, tzinfo=UTC),
        "Without": datetime(2026, 3, 30, 15, 0, tzinfo=UTC),
    }
    assert filled_in(client, company, day="2026-03-29", at="02:30").status_code == 400
    assert filled_in(client, company, day="", at="12:00").status_code == 400
    assert filled_in(client, company, day="2026-03-01", at="12:00").status_code == 400


@pytest.mark.parametrize(
    ("day", "at"),
    [("0001-01-01", "00:10"), ("9999-12-31", "23:59"), ("2027-03-04", ""), ("2026-03-02", "11:59")],
)
def test_a_deadline_lies_within_a_year(client: Client, company: Organisation, day: str, at: str) -> None:
    answer = filled_in(client, company, day=day, at=at)
    assert answer.status_code == 400
    assert [*answer.context["form"].errors] == ["day"]
    assert not Inquiry.objects.exists()


def test_an_organisation_without_a_press_page_cannot_be_asked(cast: Cast, client: Client) -> None:
    assert client.get(page(cast.university)).status_code == 404
    with pytest.raises(NotFound):
        services.ask(VISITOR, cast.university.pk, question())


def test_a_release_is_asked_about_only_by_those_who_may_see_it(
    cast: Cast, client: Client, company: Organisation, scheduled: Callable[[], Version]
) -> None:
    with clock_at(NOON):
        row = scheduled()
        about = f"{page(company)}?version={row.pk}"
        assert client.get(about).status_code == 404
        with pytest.raises(NotFound):
            services.ask(VISITOR, company.pk, question(version_id=row.pk))
    with clock_at(HOUR):
        assert row.headline in client.get(about).content.decode()
        asked = services.ask(VISITOR, company.pk, question(version_id=row.pk))
        assert asked is not None
        assert asked.release_id == row.release_id
        stranger = Organisation.objects.create(name="En anden", kind="company", country="DK")
        PressKit.objects.create(organisation=stranger, about_da="Os.")
        with pytest.raises(NotFound):
            services.ask(VISITOR, stranger.pk, question(version_id=row.pk))


def test_a_desk_sees_its_own_questions_and_says_that_they_are_dealt_with(
    cast: Cast, company: Organisation
) -> None:
    with clock_at(NOON):
        row = services.ask(cast["outsider"], company.pk, question())
    assert row is not None
    desk = {"member", "colleague", "coordinator", "owner", "secretariat"}
    for name in cast.names:
        if name in desk:
            assert queries.inquiry(cast[name], row.pk) == row
        elif name == "outsider":
            assert queries.inquiry(cast[name], row.pk) == row
            assert list(queries.inquiries(cast[name])) == []
            assert list(queries.own_inquiries(cast[name])) == [row]
        else:
            with pytest.raises(NotFound):
                queries.inquiry(cast[name], row.pk)
    with clock_at(NOON + timedelta(hours=2)):
        done = services.handle(cast["member"], row.pk, "answered")
    assert (done.state, done.handled, done.handled_by_id) == (
        "answered",
        NOON + timedelta(hours=2),
        cast.users["member"].pk,
    )
    with pytest.raises(Conflict, match="inquiry_handled"):
        services.handle(cast["colleague"], row.pk, "refused")
    assert services.handle(cast["colleague"], row.pk, "open").handled is None
    with pytest.raises(Invalid):
        services.handle(cast["member"], row.pk, "lost")


def test_nobody_but_the_desk_deals_with_a_question(cast: Cast, client: Client, company: Organisation) -> None:
    row = services.ask(cast["outsider"], company.pk, question())
    assert row is not None
    where = reverse("press-inquiry", args=[row.pk])
    for name, status in (("outsider", 403), ("administrator", 404), ("secretariat", 302), ("member", 302)):
        client.force_login(cast.users[name])
        assert client.post(where, {"state": "answered"}).status_code == status, name


def test_the_rules_say_the_same_of_one_question_and_of_all(cast: Cast, company: Organisation) -> None:
    PressKit.objects.create(organisation=cast.university, about_da="Et universitet.")
    for who in ("outsider", "member", "administrator", "visitor"):
        for place in (company, cast.university):
            services.ask(cast[who], place.pk, question(text=who))
    assert Inquiry.objects.count() == 8
    for rule in (see_inquiry, handle_inquiry):
        for name in cast.names:
            there = set(rule.visible(cast[name], Inquiry.objects.all()))
            assert there == {row for row in Inquiry.objects.all() if rule.allows(cast[name], row)}, name
    unproven = Inquiry.objects.filter(proven=None)
    assert unproven.count() == 2
    for name in cast.names:
        assert not see_inquiry.visible(cast[name], unproven).exists(), name


def test_open_questions_come_by_deadline_and_then_by_age(cast: Cast, company: Organisation) -> None:
    wanted = [
        ("late", NOON, NOON + timedelta(hours=1)),
        ("soon", NOON + timedelta(minutes=2), NOON + timedelta(hours=3)),
        ("old", NOON - timedelta(days=2), None),
        ("new", NOON, None),
    ]
    for text, at, deadline in reversed(wanted):
        with clock_at(at):
            services.ask(cast["outsider"], company.pk, question(text=text, deadline=deadline))
    assert [one.text for one in queries.open_inquiries(cast["member"])] == ["late", "soon", "old", "new"]


def test_the_history_is_narrowed_and_taken_along(cast: Cast, client: Client, company: Organisation) -> None:
    for text in ("=HYPERLINK(1)", "Om prisen"):
        services.ask(cast["outsider"], company.pk, question(text=text, outlet="Avisen"))
    services.handle(SYSTEM, Inquiry.objects.get(text="Om prisen").pk, "refused")
    client.force_login(cast.users["member"])
    where = reverse("press-inquiries")
    assert client.get(where).context["count"] == 2
    assert client.get(where, {"state": "open"}).context["count"] == 1
    assert client.get(where, {"q": "prisen avisen"}).context["count"] == 1
    assert client.get(where, {"organisation": str(cast.university.pk)}).context["count"] == 0
    table = client.get(reverse("press-inquiries-file", args=["csv"]), {"state": "open"}).content.decode()
    assert "'=HYPERLINK(1)" in table
    assert "Om prisen" not in table
    assert client.get(reverse("press-inquiries-file", args=["exe"])).status_code == 404
    client.force_login(cast.users["administrator"])
    assert client.get(reverse("press-inquiries-file", args=["csv"])).status_code == 403


def test_everything_that_was_asked_is_handed_out_and_erased(cast: Cast, company: Organisation) -> None:
    deadline = NOON + timedelta(days=1)
    told = {"outlet": "Avisen", "phone": "+45 12 34 56 78"}
    with clock_at(NOON):
        services.ask(cast["outsider"], company.pk, question(deadline=deadline, **told))
        services.ask(VISITOR, company.pk, question(text="From somebody else"))
    subject = completed(Subject(user_id=cast.users["outsider"].pk))
    (kept,) = export(subject)["newsroom"]["inquiries"]
    assert {name: kept[name] for name in ("name", "email", "text", *told)} == {
        "name": "Rita Reporter",
        "email": "outsider@example.org",
        "text": NOTED,
        **told,
    }
    assert (kept["deadline"], kept["confirmed"]) == (deadline.isoformat(), NOON.isoformat())
    privacy.NewsroomPart().erase(subject)
    assert [one.text for one in Inquiry.objects.all()] == ["From somebody else"]


def test_what_nobody_proves_is_forgotten_after_a_week(company: Organisation) -> None:
    with clock_at(NOON):
        services.ask(VISITOR, company.pk, question())
        services.ask(SYSTEM, company.pk, question(text="By an account"))
    kept = Inquiry.objects.exclude(text=NOTED)
    kept.update(proven=NOON)
    purpose = next(one for one in privacy.PURPOSES if one.code == "press")
    assert purpose.expire is not None
    with clock_at(NOON + timedelta(days=6)):
        purpose.expire(NOON - timedelta(days=300))
        assert Inquiry.objects.count() == 2
    with clock_at(NOON + timedelta(days=8)):
        purpose.expire(NOON - timedelta(days=300))
        assert list(Inquiry.objects.all()) == list(kept)
