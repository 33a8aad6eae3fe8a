"""A desk with everything on it, on 2 March 2026."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import translation

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.introductions.conftest import Scene, make_scene
from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.collaborations import services as collaborations
from vidensbro.hub.collaborations.services import PartyGiven
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.desk import queries
from vidensbro.hub.desk.decided import Ref
from vidensbro.hub.desk.queries import DeskSearch, Item
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.directory.models import Office, Organisation, OrganisationRole
from vidensbro.hub.introductions import services as introductions
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.matches.models import MatchRun
from vidensbro.hub.needs.models import Need

AALBORG, AARHUS, COPENHAGEN = (57.048, 9.9187), (56.1567, 10.2108), (55.6761, 12.5683)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """It is 2 March 2026, and English is spoken."""
    with clock_at(NOON), translation.override("en"):
        yield


@dataclass(frozen=True)
class Desk:
    """The scene of introductions, a second broker, and the cluster with offices in Aalborg and Copenhagen."""

    scene: Scene
    cluster: Organisation
    aalborg: Office
    copenhagen: Office
    second: User

    @property
    def cast(self) -> Cast:
        """The cast."""
        return self.scene.cast

    @property
    def broker(self) -> Actor:
        """The secretariat."""
        return self.cast["secretariat"]

    @property
    def colleague(self) -> Actor:
        """The other one of the secretariat."""
        return actor_of(self.second)

    def items(self, actor: Actor | None = None, **search: str) -> list[Item]:
        """What the desk shows."""
        return list(queries.desk(actor or self.broker, DeskSearch(**search)).items)

    def kinds(self, **search: str) -> list[str]:
        """The kinds of what the desk shows."""
        return [item.matter.kind.value for item in self.items(**search)]

    def one(self, kind: str, **search: str) -> Item:
        """The only item of a kind."""
        (found,) = self.items(kind=kind, **search)
        return found

    def ref(self, kind: str, **search: str) -> list[Ref]:
        """The only item of a kind, to do something with."""
        return [self.one(kind, **search).ref]

    def need(self, **columns: object) -> Need:
        """A posted need for which something good was found."""
        row = self.cast.need(**{"visibility": "members", **columns})
        self.run(row, 0.8)
        return row

    def run(self, need: Need, best: float) -> MatchRun:
        """A run whose best match is so good."""
        return MatchRun.objects.create(
            need=need, text_digest="0" * 64, index_version="1", engine_version="1", best_score=best
        )

    def asked(self, need: Need | None = None, by: str = "owner") -> Introduction:
        """The researcher was asked."""
        return self.scene.asked(need or self.need(visibility="sealed"), by)

    def answer(self, row: Introduction, **given: str) -> None:
        """The researcher says no."""
        introductions.decline(Answerer(self.scene["researcher"]), row.pk, "no_time", **given)

    def quiet(self) -> None:
        """A collaboration of which nothing was recorded for a hundred days."""
        with clock_at(NOON - timedelta(days=100)):
            collaborations.begin(
                self.cast["member"],
                title="Plaster mod tryksår",
                purpose="",
                fields=["wound-care"],
                date=date(2025, 11, 1),
                parties=[
                    PartyGiven("company", self.cast.company.pk),
                    PartyGiven("research", self.cast.university.pk),
                ],
            )

    def lost_mail(self) -> Mail:
        """A mail that was given up."""
        return Mail.objects.create(
            key="k",
            kind="introduction.asked",
            message_id="<1@example.org>",
            address="gone@example.org",
            language="en",
            sender="site@example.org",
            subject="Would you help?",
            state="given_up",
            given_up_at=NOON,
            reason="refused",
        )

    def everything(self) -> None:
        """One thing of nearly each kind."""
        need = self.need(title="A need to route", city="Aalborg", country="DK")
        self.run(self.cast.need(title="A weak one"), 0.05)
        self.asked(need)
        self.quiet()
        self.lost_mail()
        directory.ask_to_join(self.cast["outsider"], self.cluster.pk, message="Hello")
        directory.claim_person(self.cast["colleague"], self.scene.clinician.pk, message="It is me")


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """The desk, empty."""
    scene = make_scene(cast)
    cluster = directory.create_organisation(SYSTEM, name="Klyngen", kind="cluster", country="DK")
    OrganisationRole.objects.create(organisation=cluster, role="host")
    aalborg, copenhagen = (
        Office.objects.create(
            organisation=cluster,
            city=city,
            country="DK",
            latitude=spot[0],
            longitude=spot[1],
            head=head,
        )
        for city, spot, head in (("Aalborg", AALBORG, False), ("København", COPENHAGEN, True))
    )
    second = User.objects.create(
        email="broker@example.org", name="Britt Megler", role=Role.SECRETARIAT, password="!"
    )
    return Desk(scene, cluster, aalborg, copenhagen, second)


@pytest.fixture
def browse(cast: Cast) -> Callable[..., Client]:
    """A client that somebody of the cast uses, in a language."""

    def client(name: str = "secretariat", language: str = "en") -> Client:
        made = Client(headers={"accept-language": language})
        if name != "visitor":
            made.force_login(cast.users[name])
        return made

    return client
