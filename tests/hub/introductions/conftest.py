"""The cast, a researcher who can be asked, somebody who decides for the university, and what was found for a need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from tests.hub.cast import SYSTEM, Cast
from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.directory.models import Membership, Person
from vidensbro.hub.introductions import services
from vidensbro.hub.introductions.models import AnswerLink, Introduction
from vidensbro.hub.introductions.services.links import digest_of, signed
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.knowledge.models import Offer, Work
from vidensbro.hub.matches.evidence import evidence_to_json
from vidensbro.hub.matches.models import MatchRow, MatchRun
from vidensbro.hub.needs.models import Need
from vidensbro.kit.matching.model import Contribution, Evidence, Passage, TermPair

MESSAGE = "Would you tell us how nurses judge early redness?"


@dataclass(frozen=True)
class Scene:
    """Everybody of the cast, and those on the other side.

    `researcher` has an account; `clinician` has an address only; `dean` decides for the university.
    """

    cast: Cast
    researcher: Person
    clinician: Person
    paper: Work
    clinic: Offer
    users: dict[str, User]

    def __getitem__(self, name: str) -> Actor:
        """The actor of that name."""
        return actor_of(self.users[name]) if name in self.users else self.cast[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody's name."""
        return (*self.cast.names, *self.users)

    def need(self, visibility: str = "sealed", **columns: object) -> Need:
        """A posted need of the owner for which the researcher, paper, clinic and university were found."""
        row = self.cast.need(visibility, **columns)
        self.found(row)
        return row

    def found(self, need: Need) -> MatchRun:
        """A run for the need, as the engine would have kept it."""
        run = MatchRun.objects.create(
            need=need, text_digest="0" * 64, index_version="1", engine_version="1", as_of=date(2026, 3, 2)
        )
        targets = [
            ("person", self.researcher.pk, self.researcher.name),
            ("person", self.clinician.pk, self.clinician.name),
            ("publication", self.paper.pk, self.paper.title),
            ("test_site", self.clinic.pk, self.clinic.title),
            ("organisation", self.cast.university.pk, self.cast.university.name),
        ]
        for rank, (kind, key, title) in enumerate(targets, start=1):
            MatchRow.objects.create(
                run=run,
                rank=rank,
                kind=kind,
                target_id=str(key),
                title=title,
                score=1 - rank / 10,
                evidence=evidence_to_json(self.evidence()),
            )
        return run

    def evidence(self) -> Evidence:
        """Why something was found."""
        key = f"publication:{self.paper.pk}"
        return Evidence(
            passages=(Passage(key, "Redness was seen two days early.", ((0, 7),)),),
            terms=(TermPair("tryksår", "pressure ulcer", "glossary"),),
            contributions=(Contribution("document", 0.7, key),),
            reservations=(),
            supporting=(key,),
        )

    def drafted(self, need: Need | None = None, by: str = "owner", **to: object) -> Introduction:
        """A draft to the researcher, or to whom `to` names."""
        row = need or self.need()
        given: dict[str, object] = {"person_id": self.researcher.pk, "message": MESSAGE, **to}
        return services.draft(self[by], row.pk, **given)

    def asked(self, need: Need | None = None, by: str = "owner", **to: object) -> Introduction:
        """A request that was sent."""
        return services.ask(self[by], self.drafted(need, by, **to).pk)

    def link(self, row: Introduction, secret: str = "a secret that only the mail knows") -> str:
        """A further link whose secret the test knows; its token."""
        AnswerLink.objects.create(introduction=row, digest=digest_of(secret), expires=row.expires_at)
        return signed(secret)


@pytest.fixture
def scene(cast: Cast) -> Scene:
    """The cast and the other side."""
    return make_scene(cast)


def make_scene(cast: Cast) -> Scene:
    """Put the other side into the database."""
    users = {
        name: User.objects.create(email=f"{name}@example.org", name=name.title(), role=role, password="!")
        for name, role in (("researcher", Role.MEMBER), ("dean", Role.MEMBER))
    }
    Membership.objects.create(user=users["dean"], organisation=cast.university, role="coordinator")
    researcher = directory.create_person(SYSTEM, name="Ida Testsen", summary_en="Works on chronic wounds.")
    directory.link_person(SYSTEM, researcher.pk, users["researcher"].pk)
    directory.add_affiliation(SYSTEM, researcher.pk, cast.university.pk, role="Professor")
    clinician = directory.create_person(SYSTEM, name="Åse Prøve", summary_en="Nurse.")
    directory.add_affiliation(SYSTEM, clinician.pk, cast.university.pk)
    directory.add_contact_point(SYSTEM, "email", "aase@example.org", person_id=clinician.pk)
    paper = knowledge.create_work(
        SYSTEM,
        title="Early detection of pressure ulcers in nursing home residents",
        abstract="A sensor mattress found pressure ulcers two days before nurses did.",
        language="en",
        date=date(2024, 5, 1),
        authorships=[
            {"person": clinician, "organisation": cast.university, "raw_name": "Å. Prøve"},
            {
                "person": researcher,
                "organisation": cast.university,
                "raw_name": "I. Testsen",
                "corresponding": True,
            },
        ],
    )
    clinic = knowledge.create_offer(
        SYSTEM,
        cast.university.pk,
        kind="test_site",
        title="Sårklinik",
        body="Klinikken afprøver hjælpemidler mod tryksår.",
        language="da",
        contact=clinician,
    )
    researcher.refresh_from_db()
    return Scene(cast, researcher, clinician, paper, clinic, users)
