"""What the log holds: a line with its request's identifier for everything, and nothing of anybody's."""

from __future__ import annotations

import io
import json
import logging
import smtplib
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.hub.matches.conftest import corpus, own_index
from tests.hub.web.conftest import World, browse, empty_cache, world
from vidensbro.hub.accounts import services as accounts
from vidensbro.hub.accounts.actors import system_actor
from vidensbro.hub.config.logs import logging_config
from vidensbro.hub.mail import moves
from vidensbro.hub.mail.models import Mail, State
from vidensbro.hub.outbox.services import drain
from vidensbro.hub.web import health

__all__ = ["browse", "corpus", "empty_cache", "own_index", "world"]

ADDRESS, NAME, PASSWORD = "karen.holmgaard@example.org", "Karen Holmgaard", "en hemmelig lang sætning"
TEXT = "Vi har fundet en uventet bivirkning ved plastret Dermafix"
MARKS = ("karen", "holmgaard", PASSWORD, "bivirkning", "dermafix", "192.0.2.44")


class Log:
    """Every line that would have gone to standard error, at the most talkative level."""

    def __init__(self) -> None:
        config = logging_config("json", "DEBUG")
        described = dict(config["formatters"]["line"])
        self._to = io.StringIO()
        self.handler = logging.StreamHandler(self._to)
        self.handler.setFormatter(described.pop("()")(**described))

    @property
    def text(self) -> str:
        """All of it."""
        return self._to.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each line as the object that it is."""
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    """Writes along."""
    found = Log()
    root, ours = logging.getLogger(), logging.getLogger("vidensbro")
    before = root.level, ours.level
    root.addHandler(found.handler)
    root.setLevel(logging.INFO)
    ours.setLevel(logging.DEBUG)
    yield found
    root.removeHandler(found.handler)
    root.setLevel(before[0])
    ours.setLevel(before[1])


def test_signing_in_mail_and_a_need_leave_no_trace_of_anybody(world: World, log: Log) -> None:
    operator = system_actor("tests")
    client = Client(
        raise_request_exception=False, REMOTE_ADDR="192.0.2.44", headers={"accept-language": "en"}
    )
    client.post(reverse("sign-up"), {"email": ADDRESS, "password1": PASSWORD, "name": NAME})
    user = accounts.create_user(operator, f"b.{ADDRESS}", NAME)
    accounts.set_password(operator, user.pk, PASSWORD)
    for password in ("wrong " + PASSWORD, PASSWORD):
        client.post("/sign-in/", {"username": f"b.{ADDRESS}", "password": password})
    client.post(
        "/sign-in/", {"username": f"b.{ADDRESS}", "password": PASSWORD}, headers={"cookie": "x=" + TEXT[:9]}
    )
    client.get("/about/", {"name": NAME})
    client.get("/directory/", {"q": NAME})
    client.post("/match/", {"text": TEXT})
    client.post(reverse("keep-need"), {"text": TEXT})
    client.post(reverse("new-need"), {"title": TEXT, "text": TEXT, "visibility": "sealed"})
    client.get(f"/privacy/request/{ADDRESS}/")
    client.get(f"/{ADDRESS}/{NAME}/")
    Client(enforce_csrf_checks=True).post("/sign-in/", {"username": ADDRESS})
    given_up = Mail.objects.filter(address__endswith=ADDRESS, state=State.WAITING).first()
    assert given_up is not None
    moves.give_up(given_up, f"550 5.1.1 <{ADDRESS}>: Recipient address rejected: user unknown")
    drain()
    assert {line["event"] for line in log.lines} >= {"request", "request.refused", "mail.given_up"}
    assert len(log.lines) > 12
    assert [mark for mark in MARKS if mark in log.text.lower()] == []
    assert "550 5.1.1 <[address]>" in log.text


def test_every_line_about_a_request_has_its_identifier_and_so_has_the_answer(
    world: World, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ValueError(TEXT)

    monkeypatch.setattr(health, "snapshot", broken)
    client = Client(raise_request_exception=False)
    answers = {
        "about": client.get("/about/", headers={"x-request-id": "proxy-0001.a_b"}),
        "unresolved": client.get("/nothing-here/", headers={"x-request-id": "proxy-0002"}),
        "ready": client.get("/readyz", headers={"x-request-id": "proxy-0003"}),
    }
    assert [one.status_code for one in answers.values()] == [200, 404, 500]
    told = [(line.get("route"), line.get("request_id")) for line in log.lines]
    assert None not in {identifier for _, identifier in told}
    for route, answer in answers.items():
        assert answer.headers["X-Request-ID"].startswith("proxy-000")
        assert (route, answer.headers["X-Request-ID"]) in told
    [failed] = [line for line in log.lines if "exception" in line]
    assert "ValueError" in failed["exception"]
    assert "health.py" in failed["exception"]
    assert TEXT not in log.text


@pytest.mark.parametrize(
    "given", ["short", "x" * 65, "a b c d e f", "12345678\n", '"; drop', "karen@example.org", "æøåæøåæøå"]
)
def test_an_identifier_that_is_not_safe_is_replaced(given: str, db: None, log: Log) -> None:
    answer = Client().get("/healthz", headers={"x-request-id": given})
    made = answer.headers["X-Request-ID"]
    assert made != given
    assert len(made) == 36
    assert {line["request_id"] for line in log.lines} == {made}


def test_an_exception_tells_its_message_only_where_that_is_about_the_machine(log: Log) -> None:
    told = structlog.get_logger("vidensbro.tests")
    for error in (
        ValueError(NAME),
        smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such user")}),
        OSError(28, "No space left on device"),
        OperationalError("connection refused"),
    ):
        try:
            try:
                raise KeyError(TEXT)
            except KeyError as inner:
                raise error from inner
        except (ValueError, OSError, OperationalError):
            told.exception("tests.failed")
    exceptions = [line["exception"] for line in log.lines]
    assert [mark for mark in MARKS if mark in log.text.lower()] == []
    assert [text.splitlines()[-1] for text in exceptions] == [
        "builtins.ValueError",
        "smtplib.SMTPRecipientsRefused",
        "builtins.OSError: [Errno 28] No space left on device",
        "django.db.utils.OperationalError: connection refused",
    ]
    assert all("builtins.KeyError" in text for text in exceptions)


def test_what_the_server_tells_of_a_client_is_left_out(log: Log) -> None:
    server = logging.getLogger("gunicorn.error")
    server.propagate = True
    server.warning("Invalid request from ip=%s: %s", "192.0.2.44", TEXT)
    server.error("Error handling request %s", f"/directory/?q={NAME}")
    server.error("Worker (pid:%s) was sent %s!", 7, "SIGKILL")
    assert [line["event"] for line in log.lines] == [
        "Invalid request",
        "Error handling request",
        "Worker (pid:7) was sent SIGKILL!",
    ]


LOCAL = st.text("abzABZ019._%+-", min_size=1, max_size=20)
DOMAIN = st.builds(
    "{}.{}".format, st.text("abz019-", min_size=1, max_size=15), st.sampled_from(("dk", "org"))
)


@given(st.text(max_size=20), LOCAL, DOMAIN, st.text(max_size=20))
def test_no_address_comes_through_wherever_it_stands(
    before: str, local: str, domain: str, after: str
) -> None:
    from vidensbro.hub.config.log_privacy import without_addresses

    event = {"event": f"{before} <{local}@{domain}> {after}", "more": {"to": [f"{local}@{domain}"]}}
    told = json.dumps(without_addresses(None, "info", event), ensure_ascii=False)
    assert f"{local}@{domain}" not in told
