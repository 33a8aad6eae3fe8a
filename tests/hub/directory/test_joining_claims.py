"""Saying to be a person in the directory."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hub.cast import SYSTEM, Cast
from tests.hub.directory.joining_cast import as_actor, mails, newcomer
from vidensbro.hub.audit.queries import history
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, HubError, NotFound
from vidensbro.hub.directory import queries, services
from vidensbro.hub.directory.models import Person, PersonClaim
from vidensbro.hub.mail.models import Mail


@pytest.fixture
def person(db) -> Person:
    return services.create_person(SYSTEM, name="Ida Testsen")


def owner_of(person: Person) -> object:
    return Person.objects.get(pk=person.pk).user


def test_the_secretariat_confirms(cast: Cast, person: Person) -> None:
    user = newcomer()
    row = services.claim_person(as_actor(user), person.pk, "I work there.")
    assert (row.state, owner_of(person)) == ("asked", None)
    assert mails("directory.claimed") == {"secretariat@example.org"}
    assert list(queries.open_claims(cast["secretariat"])) == [row]
    services.confirm_claim(cast["secretariat"], row.pk)
    assert owner_of(person) == user
    assert mails("directory.claim_decided") == {"newcomer@example.org"}
    assert "person.linked" in [event.action for event in history("person", person.pk)]
    services.edit_person(as_actor(user), person.pk, title="Engineer")


@pytest.mark.parametrize(
    ("value", "confirmed", "known"),
    [
        (" Newcomer@Example.org", True, True),
        ("newcomer@example.org", False, False),
        ("other@example.org", True, False),
    ],
)
def test_a_known_and_confirmed_address_settles_it(
    cast: Cast, person: Person, value: str, confirmed: bool, known: bool
) -> None:
    services.add_contact_point(SYSTEM, "email", value.strip(), person_id=person.pk, audience="secretariat")
    user = newcomer(confirmed=confirmed)
    row = services.claim_person(as_actor(user), person.pk)
    assert row.state == ("confirmed" if known else "asked")
    assert owner_of(person) == (user if known else None)


def test_a_telephone_number_is_no_address(cast: Cast, person: Person) -> None:
    services.add_contact_point(SYSTEM, "phone", "newcomer@example.org", person_id=person.pk)
    assert services.claim_person(as_actor(newcomer()), person.pk).state == "asked"


def test_what_cannot_be_claimed(cast: Cast, person: Person) -> None:
    taken = services.create_person(SYSTEM, name="Taken")
    services.link_person(SYSTEM, taken.pk, cast.users["member"].pk)
    hidden = services.create_person(SYSTEM, name="Hidden", visibility="hidden")
    merged = services.create_person(SYSTEM, name="Merged")
    services.merge_people(SYSTEM, person.pk, merged.pk)
    user = newcomer()
    for claimed, expected in (
        (taken.pk, Conflict),
        (hidden.pk, NotFound),
        (merged.pk, NotFound),
        ("00000000-0000-7000-8000-000000000000", NotFound),
    ):
        with pytest.raises(expected):
            services.claim_person(as_actor(user), claimed)
    with pytest.raises(Conflict, match="user_taken"):
        services.claim_person(cast["member"], person.pk)
    with pytest.raises(Denied, match="sign_in_needed"):
        services.claim_person(cast["visitor"], person.pk)
    services.claim_person(as_actor(user), person.pk)
    with pytest.raises(Conflict, match="already_asked"):
        services.claim_person(as_actor(user), person.pk)


@pytest.mark.parametrize("decide", [services.confirm_claim, services.refuse_claim])
@pytest.mark.parametrize(
    ("name", "error"),
    [("visitor", NotFound), ("outsider", NotFound), ("newcomer", Denied), ("administrator", None)],
)
def test_who_decides_on_claims(
    cast: Cast, person: Person, name: str, error: type[HubError] | None, decide
) -> None:
    user = newcomer()
    row = services.claim_person(as_actor(user), person.pk)
    actor = as_actor(user) if name == "newcomer" else cast[name]
    if error is None:
        decide(actor, row.pk)
        return
    with pytest.raises(error):
        decide(actor, row.pk)
    assert owner_of(person) is None


def test_of_two_claims_one_is_confirmed(cast: Cast, person: Person) -> None:
    first, second = (
        services.claim_person(as_actor(newcomer(name)), person.pk) for name in ("first", "second")
    )
    services.confirm_claim(cast["secretariat"], first.pk)
    with pytest.raises(Conflict, match="person_taken"):
        services.confirm_claim(cast["secretariat"], second.pk)
    services.refuse_claim(cast["secretariat"], second.pk, "Write to us.")
    assert (
        "Write to us." in Mail.objects.get(kind="directory.claim_decided", address="second@example.org").text
    )
    for again in (services.confirm_claim, services.refuse_claim):
        with pytest.raises(Conflict):
            again(cast["secretariat"], second.pk)
    assert owner_of(person) == first.user


def test_taking_a_claim_back(cast: Cast, person: Person) -> None:
    user = newcomer()
    row = services.claim_person(as_actor(user), person.pk)
    with pytest.raises(Denied):
        services.withdraw_claim(cast["secretariat"], row.pk)
    services.withdraw_claim(as_actor(user), row.pk)
    assert PersonClaim.objects.get(pk=row.pk).state == "withdrawn"
    assert services.claim_person(as_actor(user), person.pk).state == "asked"


def test_claiming_again_and_again_has_an_end(cast: Cast, person: Person) -> None:
    actor = as_actor(newcomer())
    other = services.create_person(SYSTEM, name="Another Testsen")
    services.refuse_claim(cast["secretariat"], services.claim_person(actor, person.pk).pk)
    with pytest.raises(Conflict, match="claimed_recently"):
        services.claim_person(actor, person.pk)
    for _ in range(3):
        services.withdraw_claim(actor, services.claim_person(actor, other.pk).pk)
    third = services.create_person(SYSTEM, name="Third Testsen")
    with pytest.raises(Conflict, match="claimed_recently"):
        services.claim_person(actor, third.pk)
    PersonClaim.objects.update(decided_at=clock.now() - timedelta(days=31))
    services.claim_person(actor, person.pk)
