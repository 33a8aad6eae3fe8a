"""Accounts from the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hub.cli.command import run

pytestmark = pytest.mark.xdist_group("cli_users")

PASSWORD = "en-lang-og-god-sætning"


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """An installation with one administrator."""
    folder = tmp_path_factory.mktemp("users") / "data"
    done = run(
        folder, "users", "add", "Ada@Example.org", "--name", "Ada", "--role", "administrator", "--password-stdin",
        "--json", stdin=PASSWORD + "\n",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert done.json["email"] == "ada@example.org"
    return folder


def test_the_account_is_listed(data: Path) -> None:
    found = run(data, "users", "list", "--json").json
    assert [(one["email"], one["role"], one["active"]) for one in found] == [
        ("ada@example.org", "administrator", True)
    ]
    assert "ada@example.org" in run(data, "users", "list").out


def test_the_only_administrator_stays(data: Path) -> None:
    for line in (["role", "ada@example.org", "member"], ["deactivate", "ada@example.org"]):
        done = run(data, "users", *line)
        assert done.code == 1
        assert "administrator" in done.err


def test_an_account_is_closed_and_opened(data: Path) -> None:
    added = run(data, "users", "add", "bo@example.org", "--json")
    assert (added.code, added.json["role"]) == (0, "member")
    assert "users password" in added.err
    assert run(data, "users", "deactivate", "bo@example.org", "--json").json["active"] is False
    assert run(data, "users", "activate", "bo@example.org", "--json").json["active"] is True
    assert run(data, "users", "role", "bo@example.org", "secretariat", "--json").json["role"] == "secretariat"


@pytest.mark.parametrize(
    ("line", "stdin", "code", "told"),
    [
        (["add", "ada@example.org"], "", 1, "account"),
        (["add", "no address"], "", 2, "email"),
        (["add", "x@example.org", "--role", "king"], "", 2, "role"),
        (["add", "x@example.org", "--password-stdin"], "short\n", 2, "password"),
        (["password", "nobody@example.org", "--password-stdin"], PASSWORD, 1, "nobody@example.org"),
        (["password", "ada@example.org"], "", 2, "--password-stdin"),
    ],
)
def test_what_is_wrong_is_said(data: Path, line: list[str], stdin: str, code: int, told: str) -> None:
    done = run(data, "users", *line, stdin=stdin)
    assert (done.code, done.out) == (code, "")
    assert told in done.err.lower()


def test_a_new_password_is_set(data: Path) -> None:
    assert (
        run(data, "users", "password", "ada@example.org", "--password-stdin", stdin=PASSWORD + "!\n").code
        == 0
    )


def test_somebody_is_invited(data: Path) -> None:
    sent = run(data, "users", "invite", "New@Example.org", "--role", "visitor", "--language", "en", "--json")
    assert (sent.code, sent.json["email"], sent.json["role"]) == (0, "new@example.org", "visitor")
    again = run(data, "users", "invite", "new@example.org")
    assert (again.code, again.out) == (1, "")
    assert "invitation" in again.err
    nowhere = run(data, "users", "invite", "x@example.org", "--organisation", "nowhere")
    assert nowhere.code == 1
    assert "There is no organisation “nowhere”." in nowhere.err
    assert run(data, "users", "invite", "x@example.org", "--role", "king").code == 2


def test_second_factors_are_removed(data: Path) -> None:
    done = run(data, "users", "reset-second-factor", "ada@example.org", "--json")
    assert (done.code, done.json["removed"]) == (0, 0)
    assert "no second factor" in run(data, "users", "reset-second-factor", "ada@example.org").out
    assert run(data, "users", "reset-second-factor", "nobody@example.org").code == 1
