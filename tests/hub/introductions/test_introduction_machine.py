"""Any moves, in any order, by anybody: the way of an introduction is never left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.hub.cast import NOON, assemble
from tests.hub.introductions.conftest import Scene, make_scene
from vidensbro.hub.audit.models import Event
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, HubError, Invalid
from vidensbro.hub.introductions import services
from vidensbro.hub.introductions.models import AnswerLink, Introduction
from vidensbro.hub.introductions.services import Answerer

WAY: dict[str, set[str]] = {
    "drafted": {"asked", "withdrawn"},
    "asked": {"accepted", "declined", "expired", "withdrawn", "introduced"},
    "accepted": {"introduced", "withdrawn"},
    "introduced": {"closed"},
    "declined": set(),
    "expired": set(),
    "withdrawn": set(),
    "closed": set(),
}
"""Where each state may lead, written down from the description."""
OPEN = {"drafted", "asked", "accepted", "introduced"}
WHO = st.sampled_from(["owner", "secretariat", "researcher", "outsider"])


class Moves(RuleBasedStateMachine):
    """One need, one researcher, any moves; what an example wrote is rolled back after it."""

    scene: Scene

    @initialize()
    def begin(self) -> None:
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.moment = NOON
        self.scene = make_scene(assemble())
        self.need = self.scene.need("sealed")
        self.states: dict[object, str] = {}
        self.tokens: list[str] = []

    def teardown(self) -> None:
        if hasattr(self, "rolled_back"):
            transaction.set_rollback(True)
            self.rolled_back.__exit__(None, None, None)

    def tried(self, who: str, move) -> None:
        """Do it; what is refused must change nothing."""
        before = list(Introduction.objects.order_by("pk").values())
        with clock.clock_at(self.moment):
            try:
                move(self.scene[who])
            except (HubError, Denied, Conflict, Invalid):
                assert list(Introduction.objects.order_by("pk").values()) == before
        for row in Introduction.objects.all():
            old = self.states.get(row.pk)
            assert old is None or row.state == old or row.state in WAY[old], (old, row.state)
            self.states[row.pk] = row.state

    def last(self) -> object:
        return Introduction.objects.order_by("-created", "-pk").values_list("pk", flat=True).first()

    @rule(who=WHO)
    def draft(self, who: str) -> None:
        given = {"person_id": self.scene.researcher.pk, "message": "Hello"}
        self.tried(who, lambda actor: services.draft(actor, self.need.pk, **given))

    @precondition(lambda self: self.states)
    @rule(who=WHO)
    def ask(self, who: str) -> None:
        self.tried(who, lambda actor: services.ask(actor, self.last()))
        row = Introduction.objects.get(pk=self.last())
        if row.state == "asked":
            token = f"secret {len(self.tokens)}"
            with clock.clock_at(self.moment):
                self.tokens.append(self.scene.link(row, token))

    @precondition(lambda self: self.states)
    @rule(who=WHO, answer=st.sampled_from(["yes", "later", "no"]))
    def answer(self, who: str, answer: str) -> None:
        def move(actor) -> None:
            by = Answerer(actor)
            if answer == "yes":
                services.accept(by, self.last())
            elif answer == "later":
                services.postpone(by, self.last(), clock.today() + timedelta(days=20))
            else:
                services.decline(by, self.last(), "other")

        self.tried(who, move)

    @precondition(lambda self: self.tokens)
    @rule(answer=st.sampled_from(["yes", "later", "no"]), data=st.data())
    def answer_by_link(self, answer: str, data) -> None:
        token = data.draw(st.sampled_from(self.tokens))
        given = {"reason": "other", "until": (self.moment + timedelta(days=20)).date()}
        self.tried("visitor", lambda actor: services.answer_by_link(token, answer, **given))

    @precondition(lambda self: self.states)
    @rule(who=WHO, move=st.sampled_from([services.agree, services.withdraw]))
    def decide(self, who: str, move) -> None:
        self.tried(who, lambda actor: move(actor, self.last()))

    @precondition(lambda self: self.states)
    @rule(who=WHO, outcome=st.sampled_from(["met", "not_met"]))
    def close(self, who: str, outcome: str) -> None:
        self.tried(who, lambda actor: services.close(actor, self.last(), outcome))

    @precondition(lambda self: self.states)
    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.moment += timedelta(days=days)
        self.tried("visitor", lambda actor: [services.keep_time(one) for one in services.due_ids()])

    @invariant()
    def one_open_at_most(self) -> None:
        if hasattr(self, "need"):
            assert sum(row.state in OPEN for row in Introduction.objects.all()) <= 1

    @invariant()
    def both_said_yes_before_they_are_introduced(self) -> None:
        for row in (
            Introduction.objects.filter(state__in=["introduced", "closed"]) if hasattr(self, "need") else ()
        ):
            assert row.answered_at
            assert row.agreed_at
            done = Event.objects.filter(object_id=str(row.pk)).values_list("action", flat=True)
            assert list(done).count("introduction.accepted") == 1
            assert list(done).count("introduction.introduced") == 1

    @invariant()
    def a_link_answered_once_at_most(self) -> None:
        if hasattr(self, "need"):
            spent = AnswerLink.objects.filter(used_at__isnull=False).count()
            by_link = Event.objects.filter(details__by_link=True).count()
            assert spent == by_link


@pytest.mark.django_db
def test_the_way_is_never_left() -> None:
    chosen = settings(
        max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Moves, settings=chosen)
