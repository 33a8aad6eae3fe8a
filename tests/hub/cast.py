"""The people and organisations that the tests are played with, always the same.

| who | what |
|---|---|
| visitor | nobody signed in |
| member | acts for Nordsensor (a company) |
| colleague | acts for Nordsensor as well |
| coordinator | decides for Nordsensor |
| outsider | acts for the university |
| secretariat | brokers |
| administrator | runs the installation |
| owner | owns the needs; acts for Nordsensor |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from vidensbro.hub.accounts.actors import VISITOR, Actor, system_actor
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.directory.announcements import index_changed
from vidensbro.hub.directory.models import Membership, Office, Organisation
from vidensbro.hub.needs import services as needs
from vidensbro.hub.needs.models import Need

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
SYSTEM = system_actor("tests")
WOUND_TEXT = (
    "We develop a sensor that detects pressure ulcers early in nursing homes and need clinical knowledge."
)


@dataclass(frozen=True)
class Cast:
    """Everybody, with what they are called in the table above."""

    company: Organisation
    university: Organisation
    users: dict[str, User]

    def __getitem__(self, name: str) -> Actor:
        """The actor of that name, as a request would make it."""
        return VISITOR if name == "visitor" else actor_of(self.users[name])

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody's name, the visitor first."""
        return ("visitor", *self.users)

    def need(self, visibility: str = "members", *, posted: bool = True, **columns: object) -> Need:
        """A need of the owner on behalf of the company."""
        given = {"text": WOUND_TEXT, "title": "Early detection of pressure ulcers", **columns}
        row = needs.create_draft(
            self["owner"], organisation_id=self.company.pk, visibility=visibility, **given
        )
        return needs.post(self["owner"], row.pk) if posted else row


def assemble() -> Cast:
    """Put the cast into the database."""
    company = Organisation.objects.create(name="Nordsensor", kind="company", country="DK")
    Office.objects.create(organisation=company, city="Aalborg", country="DK", head=True)
    university = Organisation.objects.create(name="Østuniversitetet", kind="university", country="DK")
    Office.objects.create(organisation=university, city="Aarhus", country="DK", head=True)
    users = {
        name: User.objects.create(email=f"{name}@example.org", name=name.title(), role=role, password="!")
        for name, role in (
            ("member", Role.MEMBER),
            ("colleague", Role.MEMBER),
            ("coordinator", Role.MEMBER),
            ("outsider", Role.MEMBER),
            ("secretariat", Role.SECRETARIAT),
            ("administrator", Role.ADMINISTRATOR),
            ("owner", Role.MEMBER),
        )
    }
    EmailAddress.objects.bulk_create(
        EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in users.values()
    )
    for name, place, role in (
        ("member", company, "member"),
        ("colleague", company, "member"),
        ("coordinator", company, "coordinator"),
        ("owner", company, "member"),
        ("outsider", university, "member"),
    ):
        Membership.objects.create(user=users[name], organisation=place, role=role)
    with transaction.atomic():
        index_changed("organisation", [company.pk, university.pk])
    return Cast(company, university, users)
