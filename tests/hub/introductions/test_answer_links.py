"""Answering from the mail: a secret that is kept nowhere, used once, and ends."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.signing import Signer

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
    secret, _, signature = token.partition(".")
    # 256 bits each, in URL-safe base64.
    assert (len(secret), len(signature)) == (43, 43)
    assert re.fullmatch(r"[A-Za-z0-9._-]+", token)
    assert link.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in repr(vars(link))
    assert signature not in repr(vars(link))
    assert link.expires == row.expires_at
    assert services.open_link(token) == (link, row)
    assert AnswerLink.objects.get().used_at is None


MOVES: tuple[Callable[[str], object], ...] = (
    services.open_link,
    services.read_link,
    lambda token: services.answer_by_link(token, "yes"),
)


@pytest.mark.parametrize("move", MOVES, ids=["open", "read", "answer"])
def test_a_token_that_was_not_made_here_asks_the_database_nothing(
    scene: Scene, sent: list[str], django_assert_num_queries, move: Callable[[str], object]
) -> None:
    scene.asked()
    (token,) = sent
    secret = token.partition(".")[0]
    changed = [
        token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        for place in range(len(token))
    ]
    others = [
        *("", ".", "x", "\x00", "\ud800", "\ud800.x", "ø.ø", secret, f"{secret}.", f".{token}"),
        *(token[:-1], token + "A", token.swapcase(), token.replace(".", ":")),
        Signer(salt="vidensbro.mail.choices", sep=".").sign(secret),
        Signer(sep=".").sign(secret),
        Signer(key="k" * 50, salt="vidensbro.introductions.answer", sep=".").sign(secret),
    ]
    with django_assert_num_queries(0):
        for forged in (*changed, *others):
            with pytest.raises(services.LinkGone) as gone:
                move(forged)
            assert gone.value.reason == "unknown", forged
    assert services.answer_by_link(token, "yes").state == "introduced"


def test_a_page_of_a_forged_link_asks_nothing_either(
    scene: Scene, sent: list[str], client, django_assert_num_queries
) -> None:
    scene.asked()
    client.get("/answer/warm-up/")
    with django_assert_num_queries(0):
        assert client.get(f"/answer/{sent[0][:-1]}/").status_code == 404
        assert client.post(f"/answer/{sent[0][:-1]}/", {"answer": "yes"}).status_code == 404


def test_links_live_on_when_the_key_is_changed_with_care(scene: Scene, sent: list[str], settings) -> None:
    scene.asked()
    old = str(settings.SECRET_KEY)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key of the site, long enough to sign", []
    with pytest.raises(services.LinkGone):
        services.open_link(sent[0])
    settings.SECRET_KEY_FALLBACKS = [old]
    assert services.open_link(sent[0])[1].state == "asked"


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
