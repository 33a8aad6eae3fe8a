"""The database refuses what the services would never write. These tests go round the services."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.hub.cast import NOON
from tests.hub.introductions.conftest import Scene
from vidensbro.hub.introductions.models import (
    AnswerLink,
    AskPreference,
    DeclaredConflict,
    Disclosure,
    Introduction,
    MeetingTime,
)

DATES = ("asked_at", "expires_at", "answered_at", "agreed_at", "introduced_at", "ended_at")
MUST: dict[str, set[str]] = {
    "drafted": set(),
    "asked": {"asked_at", "expires_at"},
    "accepted": {"asked_at", "expires_at", "answered_at"},
    "declined": {"asked_at", "expires_at", "answered_at", "ended_at"},
    "expired": {"asked_at", "expires_at", "ended_at"},
    "withdrawn": {"ended_at"},
    "introduced": {"asked_at", "expires_at", "answered_at", "agreed_at", "introduced_at"},
    "closed": set(DATES),
}
"""The dates that a state cannot be without."""
MAY: dict[str, set[str]] = {
    "drafted": set(),
    "asked": {"agreed_at"},
    "accepted": set(),
    "declined": {"agreed_at"},
    "expired": {"agreed_at"},
    "withdrawn": set(DATES),
    "introduced": set(),
    "closed": set(),
}
"""The dates that a state may have besides."""
WORDS = {"declined": {"reason": "no_time"}, "closed": {"outcome": "met"}}


def stored(row: Introduction, **columns: Any) -> bool:
    """Does the database take these values?"""
    try:
        with transaction.atomic():
            Introduction.objects.filter(pk=row.pk).update(**columns)
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


def dates(names: set[str]) -> dict[str, Any]:
    values = {name: NOON if name in names else None for name in DATES}
    if values["expires_at"]:
        values["expires_at"] = NOON + timedelta(days=14)
    return values


def possible(state: str, names: set[str], on_behalf: bool) -> bool:
    if not MUST[state] <= names <= MUST[state] | MAY[state]:
        return False
    if state not in {"drafted", "withdrawn"} and not on_behalf and "agreed_at" not in names:
        return False
    if ("asked_at" in names) != ("expires_at" in names):
        return False
    follows = {
        "answered_at": {"asked_at"},
        "agreed_at": {"asked_at"},
        "introduced_at": {"answered_at", "agreed_at"},
    }
    return all(follows.get(name, set()) <= names for name in names)


@pytest.mark.parametrize("state", list(MUST))
def test_every_combination_of_state_and_dates(scene: Scene, state: str) -> None:
    row = scene.drafted()
    for flags in product((False, True), repeat=len(DATES)):
        names = {name for name, there in zip(DATES, flags, strict=True) if there}
        for on_behalf in (False, True):
            taken = stored(row, state=state, on_behalf=on_behalf, **dates(names), **WORDS.get(state, {}))
            assert taken == possible(state, names, on_behalf), (state, names, on_behalf)


@pytest.mark.parametrize("state", list(MUST))
def test_reasons_belong_to_a_no_and_outcomes_to_an_end(scene: Scene, state: str) -> None:
    row = scene.drafted()
    for reason, outcome in product(("", "no_time", "nonsense"), ("", "met", "nonsense")):
        columns = {**dates(MUST[state]), "reason": reason, "outcome": outcome}
        right_reason = reason == ("no_time" if state == "declined" else "")
        right_outcome = outcome == ("met" if state == "closed" else "")
        taken = stored(row, state=state, on_behalf=True, **columns)
        assert taken == (right_reason and right_outcome), (reason, outcome)


def test_other_impossible_rows(scene: Scene) -> None:
    row = scene.asked()
    university = scene.cast.university
    for columns in (
        {"state": "lost"},
        {"person": None},
        {"organisation": university},
        {"minutes": 4},
        {"minutes": 481},
        {"expires_at": row.asked_at},
        {
            "asked_at": None,
            "expires_at": None,
            "state": "drafted",
            "agreed_at": None,
            "postponed_until": NOON,
        },
    ):
        assert not stored(row, **columns), columns
    assert stored(row, person=None, organisation=university)


def test_an_erased_counterpart_is_possible_only_when_nothing_waits_for_it(scene: Scene) -> None:
    row = scene.drafted()
    for state in MUST:
        columns = dates(MUST[state]) | WORDS.get(state, {})
        taken = stored(row, state=state, on_behalf=True, person=None, **columns)
        assert taken == (state not in {"drafted", "asked", "accepted"})


@pytest.mark.parametrize("state", ["drafted", "asked", "accepted", "introduced"])
def test_the_database_keeps_to_one_open_request(scene: Scene, state: str) -> None:
    row = scene.drafted()
    with pytest.raises(IntegrityError), transaction.atomic():
        Introduction.objects.create(
            need=row.need, person=row.person, state=state, on_behalf=True, **dates(MUST[state])
        )
    Introduction.objects.create(
        need=row.need, person=row.person, state="expired", on_behalf=True, **dates(MUST["expired"])
    )


def test_rows_beside_it(scene: Scene) -> None:
    row, other = scene.asked(), scene.researcher
    hour = timedelta(hours=1)
    MeetingTime.objects.create(introduction=row, starts=NOON, ends=NOON + hour, chosen=True)
    Disclosure.objects.create(introduction=row, stage="description")
    AskPreference.objects.create(person=other)
    DeclaredConflict.objects.create(person=other, organisation=scene.cast.company)
    wrong: list[tuple[Any, dict[str, Any]]] = [
        (MeetingTime, {"introduction": row, "starts": NOON + hour, "ends": NOON + hour}),
        (MeetingTime, {"introduction": row, "starts": NOON, "ends": NOON + 2 * hour}),
        (MeetingTime, {"introduction": row, "starts": NOON + hour, "ends": NOON + 2 * hour, "chosen": True}),
        (AnswerLink, {"introduction": row, "digest": "a", "created": NOON, "expires": NOON}),
        (Disclosure, {"introduction": row, "stage": "description"}),
        (Disclosure, {"introduction": row, "stage": "description", "agreed": True, "decided_at": NOON}),
        (Disclosure, {"introduction": row, "stage": "identity", "agreed": True}),
        (Disclosure, {"introduction": row, "stage": "identity", "decided_at": NOON}),
        (AskPreference, {"person": other}),
        (AskPreference, {"person": scene.clinician, "per_month": 32}),
        (AskPreference, {"person": scene.clinician, "quiet_from": NOON.date()}),
        (
            AskPreference,
            {
                "person": scene.clinician,
                "quiet_from": NOON.date(),
                "quiet_until": NOON.date() - timedelta(days=1),
            },
        ),
        (DeclaredConflict, {"person": other}),
        (DeclaredConflict, {"person": other, "organisation": scene.cast.company}),
        (
            DeclaredConflict,
            {"person": other, "organisation": scene.cast.company, "other": scene.clinician},
        ),
    ]
    for model, columns in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(**columns)
