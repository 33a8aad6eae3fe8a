"""Workers that are killed at every step in turn. Run as a program, in a process of its own; talks JSON lines.

`python steps.py kill PORT`: for each step of writing and sending a mail, a forked worker dies by SIGKILL there, and
another goes on an hour later. `python steps.py race PORT`: several workers send the same mails at the same time.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import sys
from collections.abc import Callable
from datetime import timedelta

import django

KEPT = "steps.json"


def tell(fact: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


def watch(left: int, name: str) -> None:
    """Die at the step number `left` from here; without dying, write the names of all steps to a file at the end."""
    from django.db.backends.signals import connection_created

    steps: list[str] = []

    def seen(step: str) -> None:
        steps.append(step)
        with open(name, "w", encoding="utf-8") as file:
            json.dump(steps, file)
        if len(steps) > left:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute, sql, params, many, context):
        what = sql.split(" WHERE")[0][:60]
        seen(f"before {what}")
        result = execute(sql, params, many, context)
        seen(f"after {what}")
        return result

    def connected(connection, **more) -> None:
        connection.execute_wrappers.append(statement)
        begin, commit = connection._start_transaction_under_autocommit, connection._commit

        def beginning() -> None:
            begin()
            seen("after BEGIN")

        def committing() -> None:
            seen("before COMMIT")
            commit()
            seen("after COMMIT")

        connection._start_transaction_under_autocommit, connection._commit = beginning, committing

    real = smtplib.SMTP.getreply

    def getreply(session):
        seen("before an answer")
        reply = real(session)
        seen("after an answer")
        return reply

    def operation(event: str, given: tuple[object, ...]) -> None:
        if event == "smtplib.send":
            seen("before sending " + ("the dot" if given[1] == b".\r\n" else "more"))
        if event == "smtplib.connect":
            seen("before connecting")

    connection_created.connect(connected, weak=False)
    smtplib.SMTP.getreply = getreply
    sys.addaudithook(operation)


def child(work: Callable[[], None]) -> int:
    """Do something in a process of its own; how that ended."""
    process = os.fork()
    if not process:
        work()
        sys.stdout.flush()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def write(key: str) -> None:
    from django.db import transaction

    from vidensbro.hub.mail import services

    with transaction.atomic():
        services.send("mail.test", services.Recipient("a@example.org"), "mail/test", {}, key=key)


def drain() -> None:
    from vidensbro.hub.outbox import services

    services.drain({"mail.send"})


def finish(key: str) -> None:
    """What follows when the dead worker's time is up."""
    from vidensbro.hub.common import clock
    from vidensbro.hub.mail.models import Mail
    from vidensbro.hub.outbox.models import Entry

    for hours in (1, 2):
        with clock.clock_at(clock.now() + timedelta(hours=hours)):
            drain()
    row = Mail.objects.get(key=key)
    told = {"message_id": row.message_id, "state": row.state, "entries": Entry.objects.count()}
    tell(told)


def kill() -> None:
    """Kill at every step of writing, then at every step of sending."""
    for work, name in ((write, "write"), (lambda key: drain(), "send")):
        number = 0
        while True:
            key = f"{name} {number}"
            if name == "send":
                assert child(lambda key=key: write(key)) == 0

            def broken(key: str = key, number: int = number, work=work) -> None:
                watch(number, KEPT)
                work(key)

            died = child(broken) == -signal.SIGKILL
            with open(KEPT, encoding="utf-8") as file:
                steps = json.load(file)
            tell({"phase": name, "died": died, "steps": steps})
            # Whoever wanted the mail tries again, as after any failure; with the same key.
            assert child(lambda key=key: write(key)) == 0
            assert child(lambda key=key: finish(key)) == 0
            if not died:
                break
            number += 1


def race() -> None:
    """Many mails, four workers."""
    for number in range(24):
        assert child(lambda number=number: write(f"race {number}")) == 0
    workers = []
    for _ in range(4):
        process = os.fork()
        if not process:
            drain()
            os._exit(0)
        workers.append(process)
    assert [os.waitstatus_to_exitcode(os.waitpid(one, 0)[1]) for one in workers] == [0] * 4


if __name__ == "__main__":
    django.setup()
    from django.conf import settings
    from django.db import connections
    from django.urls import reverse

    from vidensbro.hub.common.data import prepare
    from vidensbro.hub.mail.kinds import kinds
    from vidensbro.hub.outbox.registry import handlers

    prepare()
    # Loaded once, before the forks.
    reverse("home")
    kinds()
    handlers()
    connections.close_all()
    settings.EMAIL_PORT = int(sys.argv[2])
    {"kill": kill, "race": race}[sys.argv[1]]()
