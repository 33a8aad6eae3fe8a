"""A small world with one of everything that has an address, and the nine who walk through it.

| who | what |
|---|---|
| visitor | nobody signed in |
| newcomer | has an account and no organisation (role visitor) |
| owner | acts for Nordsensor, a company, and owns its needs |
| colleague | acts for Nordsensor as well |
| coordinator | decides for Nordsensor |
| researcher | acts for the university; is the person in the directory who is asked |
| outsider | acts for a third organisation |
| secretariat | brokers |
| administrator | runs the installation |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.hub.cast import SYSTEM, Cast, assemble
from tests.hub.directory.joining_cast import token_to
from tests.hub.files.samples import PDF, upload
from tests.hub.introductions.conftest import Scene, make_scene
from tests.hub.permissions.newsroom_world import put_newsroom
from tests.hub.permissions.press_world import put_press
from tests.hub.permissions.table import MEMBERS
from tests.hub.permissions.writing_world import put_writing
from vidensbro.hub.accounts.actors import VISITOR, Actor
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.accounts.services.addresses import change_token
from vidensbro.hub.collaborations import facts
from vidensbro.hub.collaborations import services as collaborations
from vidensbro.hub.collaborations.facts import Evidence
from vidensbro.hub.collaborations.models import Collaboration
from vidensbro.hub.collaborations.services import PartyGiven
from vidensbro.hub.desk import saving as desk
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.directory.models import Membership, PersonRequest
from vidensbro.hub.imports.models import ImportProblem, ImportRun, MergeProposal
from vidensbro.hub.imports.services import add_schedule
from vidensbro.hub.imports.services.joining import join
from vidensbro.hub.imports.wishes import Wish
from vidensbro.hub.introductions import disclosure, documents, protection
from vidensbro.hub.introductions import services as introductions
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.introductions.services.links import signed
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.knowledge.models import Work
from vidensbro.hub.mail.links import choices_token
from vidensbro.hub.mail.models import Mail, State
from vidensbro.hub.matches import services as matches
from vidensbro.hub.needs import services as needs
from vidensbro.hub.needs.models import Need
from vidensbro.hub.outbox.services import drain

PROVIDERS = f"""\
providers:
  - id: wayf
    kind: saml
    name: WAYF
    profile: wayf
    issuer: https://idp.example/saml
    sign_in_address: https://idp.example/sso
    certificates:
      - MIIC{"A" * 400}
"""
TEASER = "Somebody looks for clinical knowledge about wounds in care."
PASSWORD = "a long one that nobody guesses"
ANSWER_SECRET = "a secret that only the mail knows"


@dataclass(frozen=True)
class Thing:
    """What an address is about: the arguments of its route, and what may follow behind a question mark."""

    arguments: Mapping[str, object] = field(default_factory=dict)
    query: str = ""


@dataclass
class World:
    """Everybody with a session each, the things by name, and words that the bodies of the table name."""

    scene: Scene
    users: dict[str, User]
    things: dict[str, Thing] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    _browsers: dict[str, Client] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """The actor of that name, as a request would make it."""
        return actor_of(self.users.get(name))

    def client(self, name: str) -> Client:
        """A browser of somebody, in English, in the session that was begun when the world was made."""
        made = self._browsers.setdefault(name, Client(headers={"accept-language": "en"}))
        made.cookies.clear()
        if name in self.sessions:
            made.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[name]
        return made

    def put(self, name: str, query: str = "", **arguments: object) -> None:
        """Let the table know something."""
        self.things[name] = Thing(arguments, query)


def populate() -> World:
    """Put the world into the database. Everything comes about through the services where there are any."""
    cast = assemble()
    scene = make_scene(cast)
    world = World(scene, _users(cast, scene))
    _sign_everybody_in(world)
    _knowledge(world)
    _needs(world)
    drain()
    _introductions(world)
    _collaborations(world)
    _joining(world)
    _accounts(world)
    _staff(world)
    put_newsroom(world)
    put_writing(world)
    put_press(world)
    return world


def _users(cast: Cast, scene: Scene) -> dict[str, User]:
    """The nine; the outsider acts for a third organisation, the researcher for the university."""
    third = directory.create_organisation(SYSTEM, name="Vestværket", kind="company", country="DK")
    Membership.objects.filter(user=cast.users["outsider"]).update(organisation=third)
    Membership.objects.create(
        user=scene.users["researcher"], organisation=cast.university, role=Membership.Role.MEMBER
    )
    newcomer = User.objects.create(
        email="newcomer@example.org", name="Newcomer", role=Role.VISITOR, password="!"
    )
    everybody = {**cast.users, **scene.users, "newcomer": newcomer}
    made = {name: everybody[name] for name in MEMBERS if name != "visitor"}
    for user in made.values():
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        EmailAddress.objects.get_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
    return made


def _sign_everybody_in(world: World) -> None:
    """A session each, in which somebody has just shown who he or she is."""
    for name, user in world.users.items():
        client = Client()
        client.force_login(user)
        shown = client.post(reverse("confirm-password"), {"password": PASSWORD})
        assert shown.status_code == 302
        world.sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value


def _knowledge(world: World) -> None:
    cast, scene = world.scene.cast, world.scene
    hidden = directory.create_person(SYSTEM, name="Nora Skjult")
    directory.set_person_visibility(SYSTEM, hidden.pk, "hidden")
    members_only = directory.create_person(SYSTEM, name="Mads Medlem")
    directory.set_person_visibility(SYSTEM, members_only.pk, "members")
    offers = {
        audience: knowledge.create_offer(
            SYSTEM,
            cast.university.pk,
            kind="funding",
            title=f"Grant for {audience}",
            body="Money for clinical tests.",
            language="en",
            audience=audience,
        )
        for audience in ("public", "members")
    }
    gone = knowledge.create_work(SYSTEM, title="A work taken back", language="en")
    Work.objects.filter(pk=gone.pk).update(withdrawn=True)
    withdrawn = knowledge.withdraw_offer(SYSTEM, offers["public"].pk)
    world.put("own organisation", organisation_id=cast.company.pk)
    world.put("their organisation", organisation_id=cast.university.pk)
    world.put("public person", person_id=scene.clinician.pk)
    world.put("researcher's person", person_id=scene.researcher.pk)
    world.put("members' person", person_id=members_only.pk)
    world.put("hidden person", person_id=hidden.pk)
    world.put("work", work_id=scene.paper.pk)
    world.put("withdrawn work", work_id=gone.pk)
    world.put("public offer", offer_id=scene.clinic.pk)
    world.put("withdrawn offer", offer_id=withdrawn.pk)
    world.put("members' offer", offer_id=offers["members"].pk)
    world.put("field", notation="wound-care")
    for name, audience, owner in (
        ("company's contact", "secretariat", {"organisation_id": cast.company.pk}),
        ("researcher's contact", "public", {"person_id": scene.researcher.pk}),
    ):
        point = directory.add_contact_point(
            SYSTEM, "email", f"{audience}@example.org", audience=audience, **owner
        )
        world.put(name, contact_point_id=point.pk)


def _needs(world: World) -> None:
    cast, scene = world.scene.cast, world.scene
    rows: dict[str, Need] = {
        "public need": cast.need("public", title="A public need"),
        "members' need": cast.need("members", title="A need for members"),
        "named need": cast.need("organisations", audience=[cast.university.pk], title="A need for some"),
        "sealed need": cast.need("sealed", title="A sealed need"),
        "draft": cast.need("members", posted=False, title="A draft"),
        "sealed draft": cast.need("sealed", posted=False, title="A sealed draft"),
    }
    for name, row in rows.items():
        world.put(name, need_id=row.pk)
        if row.state != "draft":
            scene.found(row)
    match = f"person:{scene.clinician.pk}"
    world.put("match of the members' need", f"match={match}", need_id=rows["members' need"].pk)
    world.put("match of the sealed need", f"match={match}", need_id=rows["sealed need"].pk)
    for name, audience in (("sealed need", "public"), ("named need", "members")):
        needs.write_teaser(cast["owner"], rows[name].pk, TEASER, audience=audience, language="en")
        row = needs.approve_teaser(cast["owner"], rows[name].pk, TEASER, warnings_seen=True)
        world.put(f"teaser of the {name}", teaser_id=row.pk)
    said = matches.give_feedback(
        cast["owner"], "person", str(scene.clinician.pk), "relevant", need_id=rows["sealed need"].pk
    )
    world.put("owner's feedback", feedback_id=said.pk)
    world.words |= {"teaser": TEASER, "match": match, "clinician": str(scene.clinician.pk)}
    world.words["sealed"] = str(rows["sealed need"].pk)


def _need(world: World, name: str) -> Need:
    return Need.objects.get(pk=world.things[name].arguments["need_id"])


def _introductions(world: World) -> None:
    scene = world.scene
    sealed = scene.asked(_need(world, "sealed need"))
    behalf = scene.asked(_need(world, "named need"), by="secretariat")
    drafted = scene.drafted(_need(world, "members' need"), person_id=scene.clinician.pk)
    starts = datetime(2099, 5, 4, 9, tzinfo=UTC)
    met = scene.asked(_need(world, "public need"), times=[(starts, starts + timedelta(minutes=30))])
    researcher = Answerer(scene["researcher"], person_id=scene.researcher.pk)
    met = introductions.accept(researcher, met.pk, time_id=met.times.get().pk)
    rows: dict[str, Introduction] = {
        "request of the sealed need": sealed,
        "request on the owner's behalf": behalf,
        "drafted request": drafted,
        "made introduction": met,
    }
    for name, row in rows.items():
        world.put(name, introduction_id=row.pk)
    paper = documents.add(scene["owner"], sealed.pk, upload("tegning.pdf", PDF))
    world.put("document of the sealed need", file_id=paper.file_id)
    world.put("handed document", document_id=paper.pk)
    world.put("handed document by link", token=signed(ANSWER_SECRET), document_id=paper.pk)
    world.put("link of the mail", token=scene.link(sealed, ANSWER_SECRET))
    step = disclosure.ask_for(researcher, sealed.pk, "description")
    world.put("step of disclosure", disclosure_id=step.pk)
    declared = protection.declare(
        scene["researcher"], scene.researcher.pk, organisation_id=str(_third(world).pk)
    )
    world.put("declared conflict", conflict_id=declared.pk)
    world.put("answer that was given", said="yes")


def _third(world: World):
    return Membership.objects.get(user=world.users["outsider"]).organisation


def _collaborations(world: World) -> None:
    cast, scene = world.scene.cast, world.scene
    row = _collaboration(world, "The parties' own", [])
    watched = _collaboration(world, "One that is watched", [PartyGiven("observer", _third(world).pk)])
    evidence = Evidence(file=upload("referat.pdf", PDF))
    step = collaborations.record_fact(
        cast["owner"], row.pk, facts.Event(), date=date(2026, 2, 2), evidence=evidence, note="We met"
    )
    seen = watched.steps.get(kind="begun")
    world.put("file of a collaboration", file_id=step.file_id)
    world.put("observed collaboration", collaboration_id=watched.pk)
    world.put("fact of the observed collaboration", collaboration_id=watched.pk, step_id=seen.pk)
    key: dict[str, object] = {"collaboration_id": row.pk}
    world.put("collaboration", **key)
    world.put("fact of the collaboration", **key, step_id=step.pk)
    world.put("new fact of the collaboration", **key, kind="note")
    university = row.parties.get(organisation=cast.university)
    world.put("party of the collaboration", **key, party_id=university.pk)
    world.put(
        "researcher in the collaboration",
        **key,
        named_id=university.people.get(person=scene.researcher).pk,
    )
    world.words["step"] = str(step.pk)
    world.put("board as a file", form="csv")
    world.put("desk as a file", form="csv")


def _collaboration(world: World, title: str, more: list[PartyGiven]) -> Collaboration:
    """Nordsensor takes part as a whole, of the university the researcher alone."""
    cast, person = world.scene.cast, world.scene.researcher
    ours = PartyGiven("company", cast.company.pk)
    theirs = PartyGiven("research", cast.university.pk, shared=False, person_ids=(person.pk,))
    return collaborations.begin(
        cast["owner"], title=title, date=date(2026, 1, 12), parties=[ours, theirs, *more]
    )


def _joining(world: World) -> None:
    cast, newcomer = world.scene.cast, world.actor("newcomer")
    asked = directory.ask_to_join(newcomer, cast.company.pk, "I work there.")
    world.put("request to join", request_id=asked.pk)
    claim = directory.claim_person(newcomer, world.scene.clinician.pk, "It is me.")
    world.put("claim to be somebody", claim_id=claim.pk)
    own = directory.invite(cast["coordinator"], "guest@example.org", organisation_id=cast.company.pk)
    world.put("invitation to the organisation", invitation_id=own.pk)
    world.put("link of the invitation", token=token_to("guest@example.org"))
    general = directory.invite(cast["secretariat"], "guest2@example.org", role=Role.MEMBER)
    world.put("invitation to the installation", invitation_id=general.pk)
    waiting = directory.invite(
        cast["secretariat"], newcomer_address(world), organisation_id=cast.university.pk
    )
    world.put("invitation of the newcomer", invitation_id=waiting.pk)
    for name, organisation, user in (
        ("colleague in the organisation", cast.company, "colleague"),
        ("researcher in the university", cast.university, "researcher"),
    ):
        world.put(name, organisation_id=organisation.pk, user_id=world.users[user].pk)


def newcomer_address(world: World) -> str:
    """The address of the one without an organisation."""
    return world.users["newcomer"].email


def _accounts(world: World) -> None:
    owner = world.users["owner"]
    begun = UserSession.objects.create(
        user=owner, session_key="x" * 32, ip="192.0.2.0", user_agent="elsewhere", last_seen_at=timezone.now()
    )
    world.put("owner's other session", session_id=begun.pk)
    another = User.objects.create(email="new@example.org", name="New", role=Role.VISITOR, password="!")
    unconfirmed = EmailAddress.objects.create(user=another, email=another.email, verified=False)
    world.put("link of a new account", key=EmailConfirmationHMAC(unconfirmed).key)
    key = Authenticator.objects.create(user=another, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
    world.put("another's passkey", pk=key.pk)
    world.put("link of a new address", token=change_token(owner, "changed@example.org"))
    token = default_token_generator.make_token(owner)
    world.put("link of a new password", uid=user_pk_to_url_str(owner), token=token)
    world.put("provider", provider_id="wayf")


def _staff(world: World) -> None:
    view = desk.save_view(world.actor("secretariat"), "Mine", "kind=weak", shared=True)
    world.put("view of the desk", view_id=view.pk)
    clinician = world.scene.clinician.pk
    directory.ask_about_person(VISITOR, "correct", "aase@example.org", person_id=clinician, message="Mrs")
    told = Mail.objects.filter(address="aase@example.org").order_by("-created", "-pk").first()
    assert told is not None
    found = re.search(r"/privacy/request/([A-Za-z0-9_-]+)/", told.text)
    assert found is not None
    world.put("link about oneself", token=found[1])
    directory.ask_about_person(VISITOR, "erase", "somebody@example.org", name="Somebody")
    waiting = PersonRequest.objects.get(email="somebody@example.org")
    world.put("request about oneself", request_id=waiting.pk)
    run = ImportRun.objects.create(source="plain", actor="system:cli", state=ImportRun.State.DONE)
    ImportProblem.objects.create(run=run, file="people.csv", line=3, field="name", code="required")
    world.put("import run", run_id=run.pk)
    world.put("schedule of imports", schedule_id=add_schedule(SYSTEM, "cordis", Wish(), 24).pk)
    twins = sorted(directory.create_person(SYSTEM, name="Ib Dobbelt").pk for _ in range(2))
    proposal = MergeProposal.objects.create(
        kind=MergeProposal.Kind.PERSON, left=twins[0], right=twins[1], score=0.9
    )
    world.put("proposal to merge", proposal_id=proposal.pk)
    one, other = (directory.create_person(SYSTEM, name="Ea Dobbelt").pk for _ in range(2))
    world.put("merge to undo", merge_id=join(SYSTEM, "person", one, other).pk)
    lost = Mail.objects.filter(kind="directory.invited").order_by("pk").first()
    assert lost is not None
    Mail.objects.filter(pk=lost.pk).update(state=State.GIVEN_UP, given_up_at=timezone.now(), reason="refused")
    world.put("mail that was given up", mail_id=lost.pk)
    world.put("link in a mail's foot", token=choices_token(lost.pk))
