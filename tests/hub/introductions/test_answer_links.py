"""Answering from the mail: a secret that is kept nowhere, used once, and ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hub.introductions.conftest import Scene
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.introductions import announcements, services
from vidensbro.hub.introductions.models import AnswerLink, Introduction


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The secrets that went out."""
    tokens: list[str] = []
    monkeypatch.setattr(announcements, "asked", lambda row, token: tokens.append(token))
    return tokens


def test_the_secret_is_in_the_mail_and_nowhere_else(scene: Scene, sent: list[str]) -> None:
    row = scene.asked()
    (token,) = sent
    link = AnswerLink.objects.get(introduction=row)
    assert len(token) >= 43
    assert token not in repr(vars(link))
    assert len(link.digest) == 64
    assert link.expires == row.expires_at
    assert services.open_link(token) == (link, row)
    assert AnswerLink.objects.get().used_at is None


def test_a_link_answers_once(scene: Scene, sent: list[str]) -> None:
    scene.asked()
    done = services.answer_by_link(sent[0], "yes", note="Gladly.")
    assert (done.state, done.note) == ("introduced", "Gladly.")
    with pytest.raises(Conflict, match="answered"):
        services.answer_by_link(sent[0], "no", reason="no_time")
    with pytest.raises(services.LinkGone) as gone:
        services.open_link(sent[0])
    assert gone.value.reason == "answered"
    with pytest.raises(services.LinkGone) as gone:
        services.read_link(sent[0])
    assert gone.value.reason == "answered"


def test_every_link_of_an_answered_request_is_spent(scene: Scene, sent: list[str]) -> None:
    row = scene.asked()
    reminder = scene.link(row, "from the reminder")
    services.answer_by_link(reminder, "no", reason="no_time")
    with pytest.raises(Conflict, match="answered"):
        services.answer_by_link(sent[0], "yes")


def test_a_link_that_put_it_off_is_spent_and_a_fresh_one_answers(scene: Scene, sent: list[str]) -> None:
    row = scene.asked()
    services.answer_by_link(sent[0], "later", until=clock.today() + timedelta(days=30))
    with pytest.raises(Conflict, match="answered"):
        services.answer_by_link(sent[0], "yes")
    row.refresh_from_db()
    assert services.answer_by_link(scene.link(row, "the next"), "yes").state == "introduced"


def test_links_that_lead_nowhere(scene: Scene, sent: list[str]) -> None:
    row = scene.asked()
    for token in ("", "x", "\x00", "\ud800", sent[0][:-1], sent[0] + "A", sent[0].swapcase()):
        for move in (services.open_link, services.read_link, lambda one: services.answer_by_link(one, "yes")):
            with pytest.raises(NotFound) as gone:
                move(token)
            assert gone.value.reason == "unknown"
    with clock.clock_at(row.expires_at):
        for move in (services.open_link, services.read_link, lambda one: services.answer_by_link(one, "yes")):
            with pytest.raises(NotFound) as gone:
                move(sent[0])
            assert gone.value.reason == "expired"
    services.withdraw(scene["owner"], row.pk)
    with pytest.raises(NotFound) as gone:
        services.open_link(sent[0])
    assert gone.value.reason == "withdrawn"


def test_a_wrong_answer_spends_nothing(scene: Scene, sent: list[str]) -> None:
    scene.asked()
    for answer, given in (
        ("perhaps", {}),
        ("no", {}),
        ("no", {"reason": "nonsense"}),
        ("later", {}),
        ("yes", {"time_id": 7}),
    ):
        with pytest.raises(Invalid):
            services.answer_by_link(sent[0], answer, **given)
    assert services.answer_by_link(sent[0], "yes").state == "introduced"


def test_looking_writes_nothing(scene: Scene, sent: list[str], django_assert_num_queries) -> None:
    scene.asked()
    before = list(AnswerLink.objects.values())
    with django_assert_num_queries(1):
        services.open_link(sent[0])
    assert list(AnswerLink.objects.values()) == before
    assert Introduction.objects.get().state == "asked"
