"""Workers that are killed while a release is mailed. Run as a program, in a process of its own; talks JSON lines.

`python sending_steps.py kill PORT`: a forked worker dies by SIGKILL at one step after the other on the way, and another
goes on an hour later. `python sending_steps.py race PORT`: several workers mail the same release at the same time.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import timedelta
from typing import Any

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


def publish(name: str) -> None:
    """A release that is out, with the entry for mailing it."""
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
        outbox.put("newsroom.send", str(row.pk))


def drain() -> None:
    from vidensbro.hub.mail import bulk
    from vidensbro.hub.outbox import services as outbox

    outbox.drain({"newsroom.send"})
    outbox.drain({bulk.BULK})


def finish(name: str) -> None:
    """What follows when the dead worker's time is up."""
    from tests.hub.mail.steps import tell
    from vidensbro.hub.common import clock
    from vidensbro.hub.common.clock import clock_at
    from vidensbro.hub.mail import bulk
    from vidensbro.hub.mail.models import Letter, Mail
    from vidensbro.hub.newsroom.models import Dispatch, Version
    from vidensbro.hub.newsroom.services.letters import about

    for hours in (1, 2, 3):
        with clock_at(clock.now() + timedelta(hours=hours)):
            # As the periodic job does each minute.
            bulk.wake_if_any()
            drain()
    row = Version.objects.get(slug=name)
    letters = Letter.objects.filter(about=about(row))
    mails = Mail.objects.filter(letter__in=letters)
    tell(
        {
            "name": name,
            "letters": letters.count(),
            "states": sorted(mails.values_list("state", flat=True)),
            "queued": Dispatch.objects.get(version=row).queued is not None,
        }
    )


def broken(number: int, name: str) -> None:
    from tests.hub.mail.steps import watch

    watch(number, name)
    drain()


def tried(number: int) -> tuple[bool, list[str]]:
    """Kill a worker at the step of this number, and let another finish. Did it die, and what had it done by then?"""
    from tests.hub.mail.steps import child, tell

    name = f"release-{number}"
    assert child(lambda: publish(name)) == 0
    kept = f"{name}.json"
    died = child(lambda: broken(number, kept)) == -signal.SIGKILL
    with open(kept, encoding="utf-8") as file:
        steps: list[str] = json.load(file)
    tell({"name": name, "died": died, "steps": steps})
    assert child(lambda: finish(name)) == 0
    return died, steps


def kill() -> None:
    died, steps = tried(10**9)
    assert not died
    ends = [place for place, step in enumerate(steps) if "COMMIT" in step or "dot" in step]
    for number in sorted({*range(0, len(steps), EVERY), *ends[:12], *ends[12::4]}):
        tried(number)


def race() -> None:
    from tests.hub.mail.steps import child, tell

    assert child(lambda: publish("race")) == 0
    workers = []
    for _ in range(4):
        process = os.fork()
        if not process:
            drain()
            os._exit(0)
        workers.append(process)
    assert [os.waitstatus_to_exitcode(os.waitpid(one, 0)[1]) for one in workers] == [0] * 4
    assert child(lambda: finish("race")) == 0
    tell({"name": "race", "died": False, "steps": []})


def prepared() -> Any:
    """Everything is loaded once, before the forks."""
    django.setup()
    from django.conf import settings
    from django.db import connections
    from django.urls import reverse

    from tests.hub.mail.steps import child
    from vidensbro.hub.common.data import prepare
    from vidensbro.hub.mail.kinds import kinds
    from vidensbro.hub.newsroom.services import sending
    from vidensbro.hub.outbox.registry import handlers

    prepare()
    reverse("home")
    kinds()
    handlers()
    connections.close_all()
    sending.PORTION = PORTION
    settings.EMAIL_PORT = int(sys.argv[2])
    assert child(make_readers) == 0


if __name__ == "__main__":
    prepared()
    {"kill": kill, "race": race}[sys.argv[1]]()
