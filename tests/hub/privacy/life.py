"""The person lives everywhere in the hub, through its services."""

from __future__ import annotations

import uuid
from datetime import date

from allauth.mfa.models import Authenticator
from django.test import Client

from tests.hub.cast import SYSTEM, Cast
from tests.hub.files.samples import upload
from tests.hub.introductions.conftest import Scene
from tests.hub.privacy.marked import ACCOUNT, NAME, ORCID, PHONE, WORK, Marks
from vidensbro.hub.accounts import services as accounts
from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.collaborations import facts
from vidensbro.hub.collaborations import services as collaborations
from vidensbro.hub.collaborations.facts import Evidence
from vidensbro.hub.collaborations.services import PartyGiven
from vidensbro.hub.common import clock
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.directory.models import Person
from vidensbro.hub.introductions import disclosure, documents, protection
from vidensbro.hub.introductions import services as introductions
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.matches import services as matches
from vidensbro.hub.needs import services as needs

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"


class Life:
    """One person with an account, in the directory, asking and asked."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.cast, self.marks = scene, scene.cast, Marks()
        self.user = self._account()
        self.person = self._listed()
        self._known()
        self._joined()
        self._needs()
        self._asked()
        self._asks()
        self._collaborates()
        self._objects()

    @property
    def actor(self) -> Actor:
        """The person, signed in."""
        return actor_of(User.objects.get(pk=self.user.pk))

    @property
    def subject(self) -> Subject:
        """The person, as account and in the directory."""
        return Subject(user_id=self.user.pk, person_id=self.person.pk)

    def _account(self) -> User:
        user = accounts.create_user(SYSTEM, ACCOUNT, NAME, role="member", password="a long enough sentence")
        browser = Client(headers={"user-agent": self.marks("browser")})
        for password in ("these are wrong words", "a long enough sentence"):
            browser.post("/sign-in/", {"username": ACCOUNT, "password": password})
        Authenticator.objects.create(
            user=user, type=Authenticator.Type.WEBAUTHN, data={"name": self.marks("key"), "credential": {}}
        )
        accounts.ask_for_address(actor_of(user), f"new.{ACCOUNT}")
        accounts.set_password(actor_of(user), user.pk, "another long sentence")
        return user

    def _listed(self) -> Person:
        row = directory.create_person(
            SYSTEM,
            name=NAME,
            given="Zebulonia",
            family="Quixotebury",
            title=self.marks("title"),
            orcid=ORCID,
            summary_en=self.marks("summary"),
            source="openalex",
            source_id="A77",
            source_url="https://openalex.org/A77",
        )
        directory.add_affiliation(SYSTEM, row.pk, self.cast.university.pk, role=self.marks("role"))
        directory.add_contact_point(SYSTEM, "email", WORK, person_id=row.pk)
        directory.add_contact_point(SYSTEM, "phone", PHONE, person_id=row.pk, label=self.marks("label"))
        directory.claim_person(self.actor, row.pk, self.marks("claim"))
        directory.link_person(SYSTEM, row.pk, self.user.pk)
        return row

    def _known(self) -> None:
        knowledge.create_work(
            SYSTEM,
            title="Pressure ulcers in zebrafish",
            abstract="Pressure ulcers in nursing homes.",
            language="en",
            date=date(2025, 5, 1),
            authorships=[
                {"person": self.person, "organisation": self.cast.university, "raw_name": "Z. Quixotebury"}
            ],
        )
        self.offer = knowledge.create_offer(
            SYSTEM,
            self.cast.university.pk,
            kind="test_site",
            title="Clinic for pressure ulcers",
            body=f"Write to {NAME}, {WORK}, or call {PHONE}.",
            language="en",
            contact=self.person,
        )

    def _joined(self) -> None:
        directory.invite(SYSTEM, WORK, organisation_id=self.cast.university.pk)
        directory.ask_to_join(self.actor, self.cast.university.pk, self.marks("join"))
        directory.add_membership(SYSTEM, self.user.pk, self.cast.company.pk, "member")

    def _needs(self) -> None:
        mine = needs.create_draft(
            self.actor, text=self.marks("sealedneed") * 3, title="Sealed", visibility="sealed"
        )
        needs.post(self.actor, mine.pk)
        theirs = needs.create_draft(
            self.actor,
            organisation_id=self.cast.company.pk,
            text="We seek clinical knowledge of pressure ulcers.",
            title="A need of the company",
            visibility="members",
            contact=f"{NAME} on {PHONE}",
        )
        self.need = needs.post(self.actor, theirs.pk)
        self.scene.found(self.need)
        sealed = self.scene.need("sealed")
        teaser = "Somebody seeks clinical knowledge."
        needs.write_teaser(self.scene["owner"], sealed.pk, teaser, language="en")
        needs.approve_teaser(self.scene["owner"], sealed.pk, teaser, warnings_seen=True)
        sealed.refresh_from_db()
        needs.offer_help(self.actor, sealed.teaser.pk, self.marks("interest"))
        matches.give_feedback(
            self.actor,
            "publication",
            str(self.scene.paper.pk),
            "not_relevant",
            reason="too_old",
            note=self.marks("feedback"),
            need_id=self.need.pk,
        )

    def _asked(self) -> None:
        """Others ask the person; one is answered with no, one with yes."""
        declined = self._request(self.scene.need("sealed"))
        by = Answerer(self.actor)
        step = disclosure.ask_for(by, declined, "description")
        disclosure.decide(self.scene["owner"], step.pk, True, needs_confidentiality=True)
        disclosure.accept_confidentiality(by, step.pk, NAME)
        introductions.decline(
            by, declined, "no_time", self.marks("answer"), f"{NAME} knows a {self.marks('referral')}"
        )
        met = self._request(self.scene.need("members"))
        introductions.accept(by, met, note=self.marks("yes"))
        introductions.agree(self.scene["owner"], met)
        protection.set_preference(self.actor, self.person.pk, per_month=2, digest=True)
        protection.declare(
            self.actor, self.person.pk, organisation_id=self.cast.company.pk, note=self.marks("conflict")
        )

    def _request(self, need) -> uuid.UUID:  # type: ignore[no-untyped-def]
        row = introductions.draft(
            self.scene["secretariat"],
            need.pk,
            person_id=self.person.pk,
            message=f"Dear {NAME}, could you help?",
        )
        return introductions.ask(self.scene["secretariat"], row.pk).pk

    def _asks(self) -> None:
        row = introductions.draft(
            self.actor, self.need.pk, person_id=self.scene.clinician.pk, message=self.marks("request")
        )
        documents.add(self.actor, row.pk, upload("Zebulonia Quixotebury.pdf", PDF + b"% ZQPROPOSALZQ"))
        self.marks.words["proposal"] = "ZQPROPOSALZQ"
        introductions.ask(self.actor, row.pk)

    def _collaborates(self) -> None:
        row = collaborations.begin(
            self.actor,
            title="Plaster",
            purpose="A plaster.",
            date=date(2026, 1, 12),
            evidence=Evidence(by=NAME),
            parties=[
                PartyGiven("company", self.cast.company.pk, user_ids=(self.user.pk,)),
                PartyGiven("research", self.cast.university.pk),
            ],
        )
        collaborations.record_fact(
            self.actor,
            row.pk,
            facts.MilestoneSet("First tests", clock.today()),
            date=date(2026, 2, 1),
            evidence=Evidence(
                file=upload("Report of Zebulonia Quixotebury.pdf", PDF + b"% the parties' report")
            ),
            note=f"{NAME} was there.",
        )

    def _objects(self) -> None:
        directory.ask_about_person(SYSTEM, "correct", f"other.{WORK}", name=NAME, message=self.marks("wish"))
        directory.object_to_being_found(self.actor, self.person.pk, self.marks("objection"))
        directory.withdraw_objection(self.actor, self.person.pk)
        directory.set_person_visibility(self.actor, self.person.pk, "public")


__all__ = ["Cast", "Life"]
