"""Many threads answer one request at the same moment, each on a connection of its own.

As a program (for SQLite, whose database of a test run lives in one connection's memory) it makes a database in the
data folder, plays it, and prints the outcome as JSON.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable

THREADS = 100
CONNECTIONS = 80
"""PostgreSQL lets 100 in as it is installed, a few of them reserved: the others queue for a moment."""


def at_once(work: Callable[[int], str], threads: int = THREADS) -> Counter[str]:
    """What `work` says in each thread; all begin together."""
    from django.db import connection

    told: list[str] = []
    gate, places = threading.Barrier(threads), threading.Semaphore(CONNECTIONS)

    def run(number: int) -> None:
        gate.wait()
        with places:
            try:
                told.append(work(number))
            finally:
                connection.close()

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    return Counter(told)


def answers(token: str) -> Counter[str]:
    """A hundred answers with one link: yes, later and no by turns."""
    from datetime import timedelta

    from vidensbro.hub.common import clock
    from vidensbro.hub.common.errors import Conflict
    from vidensbro.hub.introductions import services

    ways = (
        ("yes", {}),
        ("no", {"reason": "no_time"}),
        ("later", {"until": clock.today() + timedelta(days=30)}),
    )

    def work(number: int) -> str:
        answer, given = ways[number % 3]
        try:
            services.answer_by_link(token, answer, **given)
        except Conflict as error:
            return error.reason
        return "done"

    return at_once(work)


def asks(drafts: list[object], actor: object) -> Counter[str]:
    """Drafts to one person, all sent at the same moment."""
    from vidensbro.hub.common.errors import Conflict
    from vidensbro.hub.introductions import services

    def work(number: int) -> str:
        try:
            services.ask(actor, drafts[number])
        except Conflict as error:
            return error.reason
        return "asked"

    return at_once(work, len(drafts))


def drafts_of(need_id: object, person_id: object, actor: object, threads: int = 20) -> Counter[str]:
    """Drafts for one need to one person, all begun at the same moment."""
    from vidensbro.hub.common.errors import Conflict
    from vidensbro.hub.introductions import services

    def work(number: int) -> str:
        try:
            services.draft(actor, need_id, person_id=person_id, message="Hello")
        except Conflict as error:
            return error.reason
        return "drafted"

    return at_once(work, threads)


def play() -> dict[str, dict[str, int]]:
    """Everything, in a database that is there."""
    from tests.hub.cast import assemble
    from tests.hub.introductions.conftest import make_scene
    from vidensbro.hub.introductions.models import AnswerLink, Introduction
    from vidensbro.hub.mail.models import Mail

    scene = make_scene(assemble())
    row = scene.asked()
    mails = Mail.objects.count()
    told = answers(scene.link(row))
    row.refresh_from_db()
    spent = AnswerLink.objects.filter(introduction=row, used_at__isnull=False).count()
    told["spent links"] = spent
    told["answers that were mailed"] = Mail.objects.filter(kind__in=["introduction.answered"]).count()
    told["mails at most two"] = int(Mail.objects.count() - mails <= 2)
    drafts = [scene.drafted(person_id=scene.clinician.pk).pk for _ in range(12)]
    asked = asks(drafts, scene["owner"])
    asked["rows"] = Introduction.objects.filter(person=scene.clinician, state="asked").count()
    doubled = drafts_of(scene.need().pk, scene.clinician.pk, scene["owner"])
    return {"answers": dict(told), "asks": dict(asked), "drafts": dict(doubled)}


if __name__ == "__main__":
    import django

    django.setup()
    from vidensbro.hub.common.data import prepare

    prepare()
    sys.stdout.write(json.dumps(play()))
