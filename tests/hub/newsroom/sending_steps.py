"""Workers that are killed while a release is mailed. Run as a program, in a process of its own; talks JSON lines.

`python sending_steps.py kill PORT`: a forked worker dies by SIGKILL at one step after the other on the way, and another
goes on an hour later. `python sending_steps.py race PORT`: several workers mail the same release at the same time.
`kill_weekly` and `race_weekly` do the same with the mail of the week: each try is another week.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import django

READERS = 7
PORTION = 3
EVERY = 23
"""Of the steps on the way so many are passed over. Those around the ends of transactions and around last words are
tried besides: all while readers are found, some later."""


def make_readers() -> None:
    from vidensbro.hub.common import clock
    from vidensbro.hub.newsroom.models import Subscriber

    Subscriber.objects.bulk_create(
        Subscriber(address=f"r{number}@example.org", language="da", state="active", confirmed=clock.now())
        for number in range(READERS)
    )


def publish(name: str, topic: str = "") -> None:
    """A release that is out, with the entry for mailing it, if there is a topic for that."""
    from django.db import transaction

    from vidensbro.hub.common import clock
    from vidensbro.hub.directory.models import Organisation
    from vidensbro.hub.newsroom.models import Issuer, Release, Version
    from vidensbro.hub.outbox import services as outbox

    with transaction.atomic():
        issuer, _ = Organisation.objects.get_or_create(name="Nordsensor")
        release = Release.objects.create()
        Issuer.objects.create(release=release, organisation=issuer)
        moment = clock.now()
        row = Version.objects.create(
            release=release,
            language="da",
            slug=name,
            headline=name,
            lead="Kort",
            body="Langt",
            state="published",
            publish_at=moment,
            published=moment,
        )
        if topic:
            outbox.put(topic, str(row.pk))


@dataclass
class AtOnce:
    """A release that is mailed as soon as it is out."""

    name: str
    topic: ClassVar[str] = "newsroom.send"

    def prepare(self) -> None:
        publish(self.name, self.topic)

    def go(self) -> None:
        drain(self.topic)

    def go_on(self) -> None:
        """What follows when the dead worker's time is up."""
        from vidensbro.hub.common import clock
        from vidensbro.hub.common.clock import clock_at
        from vidensbro.hub.mail import bulk

        for hours in (1, 2, 3):
            with clock_at(clock.now() + timedelta(hours=hours)):
                # As the periodic job does each minute.
                bulk.wake_if_any()
                drain(self.topic)

    def told(self) -> dict[str, Any]:
        from vidensbro.hub.mail.models import Letter
        from vidensbro.hub.newsroom.models import Dispatch, Version
        from vidensbro.hub.newsroom.services.letters import about

        row = Version.objects.get(slug=self.name)
        mails = states(Letter.objects.filter(about=about(row)))
        return {**mails, "queued": Dispatch.objects.get(version=row).queued is not None}


@dataclass
class Weekly:
    """The mail of a week, with one release in it. Each try has a week of its own, one after the other."""

    name: str
    number: int
    topic: ClassVar[str] = "newsroom.weekly"
    first: ClassVar[datetime] = datetime(2031, 1, 6, 6, 0, tzinfo=UTC)

    @property
    def monday(self) -> datetime:
        from vidensbro.hub.newsroom.services.weekly import last_monday

        # A week's Monday morning may be an hour earlier by this clock: in summer.
        return last_monday(self.first + timedelta(weeks=self.number, minutes=1))

    def prepare(self) -> None:
        from vidensbro.hub.common.clock import clock_at
        from vidensbro.hub.newsroom.models import Subscriber

        begun = self.monday - timedelta(days=7)
        with clock_at(self.monday - timedelta(days=2)):
            publish(self.name)
        with clock_at(self.monday):
            Subscriber.objects.update(pace="weekly", weekly_until=begun)
            due(self.topic)

    def go(self) -> None:
        from vidensbro.hub.common.clock import clock_at

        with clock_at(self.monday + timedelta(minutes=1)):
            drain(self.topic)

    def go_on(self) -> None:
        from vidensbro.hub.common.clock import clock_at
        from vidensbro.hub.mail import bulk

        for hours in (1, 2, 3):
            with clock_at(self.monday + timedelta(hours=hours)):
                # As the periodic jobs do.
                due(self.topic)
                bulk.wake_if_any()
                drain(self.topic)

    def told(self) -> dict[str, Any]:
        from vidensbro.hub.mail.models import Letter
        from vidensbro.hub.newsroom.models import Subscriber, Version

        row = Version.objects.get(slug=self.name)
        mails = states([one for one in Letter.objects.all() if one.items == [f"{row.pk}:{row.number}"]])
        return {**mails, "queued": not Subscriber.objects.exclude(weekly_until=self.monday).exists()}


Round = AtOnce | Weekly


def states(letters: Any) -> dict[str, Any]:
    from vidensbro.hub.mail.models import Mail

    mails = Mail.objects.filter(letter__in=letters)
    return {"letters": len(letters), "states": sorted(mails.values_list("state", flat=True))}


def due(topic: str) -> None:
    """The entry that the periodic job writes."""
    from django.db import transaction

    from vidensbro.hub.outbox import services as outbox
    from vidensbro.hub.outbox.periodic import KEY

    with transaction.atomic():
        outbox.put(topic, KEY)


def drain(topic: str) -> None:
    from vidensbro.hub.mail import bulk
    from vidensbro.hub.outbox import services as outbox

    outbox.drain({topic})
    outbox.drain({bulk.BULK})


def finish(one: Round) -> None:
    from tests.hub.mail.steps import tell

    one.go_on()
    tell({"name": one.name, **one.told()})


def broken(number: int, one: Round) -> None:
    from tests.hub.mail.steps import watch

    watch(number, f"{one.name}.json")
    one.go()


def tried(number: int, one: Round) -> tuple[bool, list[str]]:
    """Kill a worker at the step of this number, and let another finish. Did it die, and what had it done by then?"""
    from tests.hub.mail.steps import child, tell

    assert child(one.prepare) == 0
    died = child(lambda: broken(number, one)) == -signal.SIGKILL
    with open(f"{one.name}.json", encoding="utf-8") as file:
        steps: list[str] = json.load(file)
    tell({"name": one.name, "died": died, "steps": steps})
    assert child(lambda: finish(one)) == 0
    return died, steps


def kill() -> None:
    died, steps = tried(10**9, AtOnce("release-whole"))
    assert not died
    ends = [place for place, step in enumerate(steps) if "COMMIT" in step or "dot" in step]
    for number in sorted({*range(0, len(steps), EVERY), *ends[:12], *ends[12::4]}):
        tried(number, AtOnce(f"release-{number}"))


def kill_weekly() -> None:
    """As `kill`; the ends of all transactions of the writing are tried, and of handing over those around the first last
    words: what follows is the same for every mail."""
    died, steps = tried(10**9, Weekly("week-whole", 0))
    assert not died
    writing = steps.index("before connecting")
    ends = [place for place, step in enumerate(steps) if "COMMIT" in step or "dot" in step]
    after = [place for place in ends if place > writing]
    chosen = sorted(
        {*range(0, writing, 9), *(one for one in ends if one < writing), *after[:10], *after[10::13]}
    )
    for week, number in enumerate(chosen, start=1):
        tried(number, Weekly(f"week-{number}", week))


def race(one: Round) -> None:
    from tests.hub.mail.steps import child, tell

    assert child(one.prepare) == 0
    workers = []
    for _ in range(4):
        process = os.fork()
        if not process:
            one.go()
            os._exit(0)
        workers.append(process)
    assert [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in workers] == [0] * 4
    assert child(lambda: finish(one)) == 0
    tell({"name": one.name, "died": False, "steps": []})


def race_at_once() -> None:
    race(AtOnce("race"))


def race_weekly() -> None:
    from vidensbro.hub.common.clock import clock_at
    from vidensbro.hub.newsroom.services import weekly

    look = weekly._of_the_weeks

    def slowly(monday: datetime) -> Any:
        # All have found the same readers before any of them writes.
        time.sleep(1)
        return look(monday)

    @dataclass
    class Together(Weekly):
        def go(self) -> None:
            weekly._of_the_weeks = slowly
            # Without an entry of the outbox, which one worker alone would hold.
            with clock_at(self.monday + timedelta(minutes=1)):
                weekly.send_weekly()
                drain(self.topic)

    race(Together("race", 0))


def prepared() -> Any:
    """Everything is loaded once, before the forks."""
    django.setup()
    from django.conf import settings
    from django.db import connections
    from django.urls import reverse

    from tests.hub.mail.steps import child
    from vidensbro.hub.common.data import prepare
    from vidensbro.hub.mail.kinds import kinds
    from vidensbro.hub.newsroom.services import sending, weekly
    from vidensbro.hub.outbox.registry import handlers

    prepare()
    reverse("home")
    kinds()
    handlers()
    connections.close_all()
    sending.PORTION = weekly.PORTION = PORTION
    settings.EMAIL_PORT = int(sys.argv[2])
    assert child(make_readers) == 0


if __name__ == "__main__":
    prepared()
    {"kill": kill, "race": race_at_once, "kill_weekly": kill_weekly, "race_weekly": race_weekly}[
        sys.argv[1]
    ]()
