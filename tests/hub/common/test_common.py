"""Identifiers, names, codes, requests."""

from __future__ import annotations

import ast
import time
import uuid
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

import vidensbro.hub
from vidensbro.hub.common.clock import clock_at, now
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.common.messages import known_codes, words_for
from vidensbro.hub.common.requests import RequestIdMiddleware, request_id
from vidensbro.hub.common.rows import as_uuid
from vidensbro.hub.common.text import name_key

HUB = Path(vidensbro.hub.__file__).parent
APPS = (
    *("accounts", "collaborations", "desk", "directory", "files", "imports", "introductions"),
    *("knowledge", "mail", "matches", "needs", "web"),
)


def test_ids_sort_by_their_making() -> None:
    made = [new_id() for _ in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}
    seconds = (made[-1].int >> 80) / 1000
    assert abs(seconds - time.time()) < 60


@given(st.text())
def test_a_name_key_is_stable(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Novo  Nordisk A/S", "novo nordisk a/s", True),
        ("José Müller", "jose muller", True),
        ("Århus", "arhus", False),
        ("Høje", "hoje", False),
        ("A\u030arhus", "Århus", True),
    ],
)
def test_names_are_compared_as_people_do(one: str, other: str, same: bool) -> None:
    assert (name_key(one) == name_key(other)) is same


@given(st.text())
def test_what_is_no_key_is_none(text: str) -> None:
    found = as_uuid(text)
    assert found is None or found == uuid.UUID(text)


def test_every_code_that_a_service_raises_has_words() -> None:
    codes = set()
    for app in APPS:
        for path in (HUB / app).rglob("*.py"):
            if path.name not in {"models.py", "settings.py"} and "migrations" not in path.parts:
                codes |= _codes(ast.parse(path.read_text(encoding="utf-8")))
    assert len(codes) > 15
    assert codes - known_codes() == set()
    assert words_for("no such code") == "no such code"


def _codes(tree: ast.AST) -> set[str]:
    """Texts given to Denied, Conflict, Unavailable, and refusals and problems."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = [
                arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            ]
            if name in {"Denied", "Conflict", "Unavailable"}:
                found |= set(texts)
            if name == "require" and len(texts) == 1:
                found |= set(texts)
            if (
                name in {"check", "add"}
                and len(texts) == 2
                and getattr(node.func.value, "id", "") == "problems"
            ):
                found.add(texts[1])
    return found


def test_a_request_has_a_name_in_the_record_and_the_answer() -> None:
    seen = []

    def view(request):
        seen.append(request_id())
        return HttpResponse()

    door = RequestIdMiddleware(view)
    answer = door(RequestFactory().get("/", headers={"X-Request-ID": "proxy-0001"}))
    assert answer.headers["X-Request-ID"] == seen[0] == "proxy-0001"
    for bad in ("", "short", "line\nbreak-injected", "x" * 65):
        assert door(RequestFactory().get("/", headers={"X-Request-ID": bad})).headers["X-Request-ID"] != bad
    assert request_id() == ""


def test_the_clock_can_be_set() -> None:
    moment = now()
    with clock_at(moment):
        assert now() is moment
    assert now() is not moment
