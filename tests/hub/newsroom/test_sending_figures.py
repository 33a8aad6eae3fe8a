"""What those who write a release see of its mail, and what follows when it is handed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.newsroom.conftest import HOUR
from tests.hub.newsroom.post_office import PostOffice, office, reader, work  # noqa: F401
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.newsroom import jobs as newsroom
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import Dispatch, MailingList, Returned, Subscriber, Version
from vidensbro.hub.newsroom.presenters.sending import figures
from vidensbro.hub.newsroom.services import sending
from vidensbro.hub.newsroom.services.approvals import ask_for_approval
from vidensbro.hub.outbox import services as outbox
from vidensbro.hub.outbox.periodic import jobs

Reader = Callable[..., Subscriber]
Scheduled = Callable[[], Version]


@pytest.fixture
def on(scheduled: Scheduled) -> Version:
    with clock_at(NOON):
        return scheduled()


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


@pytest.mark.django_db
def test_the_figures_are_those_of_the_mails(
    on: Version,
    cast: Cast,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
    settings,
) -> None:
    settings.VIDENSBRO_EMAIL_RATE = 3
    office.answers["RCPT"] = ["250 OK", "550 5.1.1 No such user"]
    for number in range(8):
        reader(f"r{number}@example.org")
    with clock_at(HOUR - timedelta(minutes=1)):
        before = figures(cast["member"], on)
        assert before is not None
        assert before.begun is None
        assert not before.goes_on
    with clock_at(HOUR):
        work()
        now = figures(cast["coordinator"], Version.objects.get(pk=on.pk))
        assert now is not None
        assert (now.total, now.sent, now.failed, now.waiting, now.done) == (8, 2, 1, 5, 37)
        assert now.begun == HOUR
        assert (now.goes_on, now.may_retry) == (True, True)
        assert now.rate == 3
        assert now.rest == timedelta(seconds=2)
    assert figures(cast["visitor"], on) is None
    assert figures(cast["secretariat"], on) is not None
    member = figures(cast["member"], on)
    assert member is not None
    assert not member.may_retry
    for later in (1, 2):
        with clock_at(HOUR + timedelta(seconds=later)):
            work()
    sent = Mail.objects.filter(kind="newsroom.release", state="sent").first()
    assert sent is not None
    Returned.objects.create(mail=sent.pk, what="hard", digest="0" * 64)
    done = figures(cast["member"], on)
    assert done is not None
    assert (done.sent, done.waiting, done.came_back, done.done, done.goes_on) == (7, 0, 1, 100, False)


@pytest.mark.django_db
def test_the_page_shows_them_and_tries_again(
    on: Version,
    cast: Cast,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    office.answers["RCPT"] = ["550 5.7.1 no"]
    named = MailingList.objects.create(organisation=cast.company, name="The local press")
    reader("a@example.org")
    path = f"/newsroom/desk/releases/{on.pk}/sending/"
    coordinator = signed_in(cast, "coordinator")
    with clock_at(NOON):
        assert b"The local press" in coordinator.get(path).content
        assert b"The local press" not in signed_in(cast, "member").get(path).content
        assert coordinator.post(f"{path}lists/", {"lists": [str(named.pk)]}).status_code == 302
    assert list(Dispatch.objects.get().lists.all()) == [named]
    assert Client().get(path).status_code == 302
    with clock_at(HOUR):
        assert coordinator.post(f"{path}again/").status_code == 302
        work()
        shown = coordinator.get(path)
        assert shown.status_code == 200
        assert f'action="{path}again/"' in shown.content.decode()
        assert signed_in(cast, "member").post(f"{path}again/").status_code == 403
        assert coordinator.get(f"{path}again/").status_code == 405
        coordinator.post(f"{path}again/")
        work()
        assert b"hx-get" not in coordinator.get(path).content
    assert len(office.mails) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("counted", [False, True])
def test_links_are_counted_in_sum_and_only_if_configured(
    on: Version,
    cast: Cast,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
    settings,
    counted: bool,
) -> None:
    settings.VIDENSBRO_COUNT_LINKS = counted
    reader("a@example.org")
    reader("b@example.org")
    path = f"/newsroom/read/{on.pk}/"
    with clock_at(NOON):
        assert Client().get(path).status_code == 404
    with clock_at(HOUR):
        work()
        words = [one.message.get_body(("plain",)).get_content() for one in office.mails]
        assert {path in one for one in words} == {counted}
        found = Client().get(path)
        assert (found.status_code, found["Location"]) == (302, f"/newsroom/da/{on.slug}/")
        Client().head(path)
        Client().get(path)
        assert Dispatch.objects.get().followed == (2 if counted else 0)
        shown = figures(cast["member"], on)
        assert shown is not None
        assert shown.followed == (2 if counted else None)


@pytest.mark.django_db
def test_those_who_decide_are_asked_for_their_approval(draft: Version, cast: Cast) -> None:
    with clock_at(NOON):
        row = services.hand_in(cast["member"], draft.pk, draft.number)
        outbox.drain({"newsroom.approval"})
    asked = Mail.objects.filter(kind="newsroom.approval")
    assert [one.address for one in asked] == [cast.users["coordinator"].email]
    mail = asked.get()
    assert draft.headline in mail.subject
    assert f"/newsroom/desk/releases/{draft.pk}/" in mail.text
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert ask_for_approval(f"{row.pk}:{row.number}") == 1
    assert asked.count() == 1
    with clock_at(NOON):
        services.take_back(cast["member"], row.pk)
    assert ask_for_approval(f"{row.pk}:{row.number}") == 0
    assert ask_for_approval(f"{row.pk}:99") == 0


@pytest.mark.django_db
def test_what_time_brings_round(on: Version, reader: Reader, office: PostOffice) -> None:  # noqa: F811
    every = {name: one for name, one in jobs().items() if name.startswith(("newsroom.", "mail."))}
    assert every["newsroom.hours"] == timedelta(minutes=1)
    assert {"newsroom.refused", "newsroom.weekly", "mail.bulk_wake"} <= set(every)
    reader("a@example.org")
    office.answers["RCPT"] = ["550 5.1.1 No such user"]
    with clock_at(HOUR):
        # The entry of its hour was lost; the periodic job finds it.
        outbox.Entry.objects.filter(topic="newsroom.hour").delete()
        newsroom.hours(())
        work()
        newsroom.refused(())
        assert Version.objects.get(pk=on.pk).state == "published"
    row = Subscriber.objects.get()
    assert (row.state, row.paused_why) == ("paused", "bounced")
    with clock_at(HOUR):
        # A mailbox that is not there is not tried again.
        assert sending.try_again(SYSTEM, on.pk) == 1
        work()
    assert office.mails == []
    assert Mail.objects.get(kind="newsroom.release").state == "suppressed"


@pytest.mark.django_db
def test_what_is_withdrawn_half_way_has_come_to_its_end(
    on: Version,
    cast: Cast,
    reader: Reader,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "PORTION", 2)
    for number in range(5):
        reader(f"r{number}@example.org")
    with clock_at(HOUR):
        services.note_published(on.pk)
        assert sending._send_portion(on.pk) == 2
        begun = figures(cast["member"], Version.objects.get(pk=on.pk))
        assert begun is not None
        assert (begun.finding, begun.goes_on) == (True, True)
        services.withdraw(SYSTEM, on.pk, "It was wrong.")
        work()
        ended = figures(cast["member"], Version.objects.get(pk=on.pk))
    assert ended is not None
    assert (ended.unwanted, ended.waiting, ended.finding, ended.goes_on) == (2, 0, False, False)
