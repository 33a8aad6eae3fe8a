"""Accounts: who adds whom, passwords, sign-in."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import identify_hasher
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from tests.hub.cast import SYSTEM, Cast
from vidensbro.hub.accounts import queries, services
from vidensbro.hub.accounts.models import User
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound

PASSWORD = "en-bro-mellem-viden-7"


def attempt(email: str, password: str):
    return authenticate(RequestFactory().post("/sign-in/"), username=email, password=password)


@pytest.mark.django_db
def test_sign_in_by_address_whatever_its_case(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    user = services.create_user(SYSTEM, " Ida@Example.ORG ", "Ida", password=PASSWORD)
    assert user.email == "ida@example.org"
    assert identify_hasher(user.password).algorithm == "argon2"
    assert attempt("IDA@example.org", PASSWORD) == user
    assert attempt("ida@example.org", "wrong") is None


@pytest.mark.django_db
def test_a_closed_account_and_one_without_password_cannot_sign_in() -> None:
    user = services.create_user(SYSTEM, "ida@example.org", "Ida", password=PASSWORD)
    services.set_active(SYSTEM, user.pk, False)
    assert attempt("ida@example.org", PASSWORD) is None
    other = services.create_user(SYSTEM, "bo@example.org", "Bo")
    assert not other.has_usable_password()


@pytest.mark.django_db
def test_one_account_for_an_address() -> None:
    services.create_user(SYSTEM, "ida@example.org", "Ida")
    with pytest.raises(Conflict, match="email_taken"):
        services.create_user(SYSTEM, "IDA@example.org", "Ida again")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(email="ida@example.org").update(email="Ida@example.org")


@pytest.mark.parametrize(
    ("email", "password", "field", "code"),
    [
        ("not-an-address", PASSWORD, "email", "invalid"),
        ("", PASSWORD, "email", "blank"),
        ("a@example.org", "short", "password", "password_too_short"),
        ("a@example.org", "123456789012", "password", "password_entirely_numeric"),
    ],
)
@pytest.mark.django_db
def test_what_is_wrong_is_said(email: str, password: str, field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.create_user(SYSTEM, email, "A", password=password)
    assert code in caught.value.problems[field]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("role", "by"),
    [
        ("visitor", {"secretariat", "administrator"}),
        ("member", {"secretariat", "administrator"}),
        ("secretariat", {"administrator"}),
        ("administrator", {"administrator"}),
    ],
)
def test_who_adds_whom(cast: Cast, role: str, by: set[str]) -> None:
    allowed = set()
    for name in cast.names:
        try:
            services.create_user(cast[name], f"new-{name}@example.org", "New", role=role)
            allowed.add(name)
        except Denied:
            assert not User.objects.filter(email=f"new-{name}@example.org").exists()
    assert allowed == by


def test_roles_change_by_administrators_only_and_one_stays(cast: Cast) -> None:
    member = cast.users["member"]
    with pytest.raises(Denied, match="administrator_only"):
        services.set_role(cast["secretariat"], member.pk, "secretariat")
    services.set_role(cast["administrator"], member.pk, "secretariat")
    member.refresh_from_db()
    assert cast["member"].is_secretariat
    with pytest.raises(Conflict, match="last_administrator"):
        services.set_role(SYSTEM, cast.users["administrator"].pk, "member")
    with pytest.raises(Conflict, match="last_administrator"):
        services.set_active(SYSTEM, cast.users["administrator"].pk, False)


def test_people_change_their_own_name_and_password(cast: Cast) -> None:
    member = cast.users["member"]
    services.edit_user(cast["member"], member.pk, name="New Name", language="en")
    services.set_password(cast["member"], member.pk, PASSWORD)
    with pytest.raises(Denied):
        services.set_password(cast["colleague"], member.pk, PASSWORD)
    with pytest.raises(Invalid):
        services.edit_user(cast["member"], member.pk, role="administrator")


def test_accounts_are_seen_by_their_owner_and_staff(cast: Cast) -> None:
    member = cast.users["member"]
    assert queries.user(cast["member"], member.pk) == member
    assert queries.user_by_email(cast["secretariat"], "MEMBER@example.org ") == member
    with pytest.raises(NotFound):
        queries.user(cast["outsider"], member.pk)
    with pytest.raises(Denied):
        queries.users(cast["member"])


def test_tokens(cast: Cast) -> None:
    company, member = cast.company.pk, cast.users["member"].pk
    assert cast["visitor"].tokens == {"public"}
    assert cast["member"].tokens == {"public", "members", f"org:{company}", f"user:{member}"}
    assert "secretariat" in cast["secretariat"].tokens
    assert "secretariat" not in cast["administrator"].tokens
    assert SYSTEM.tokens == {"public", "members", "secretariat"}
    services.set_active(SYSTEM, member, False)
    cast.users["member"].refresh_from_db()
    assert cast["member"].tokens == {"public"}
