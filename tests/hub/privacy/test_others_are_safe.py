"""What somebody says of himself opens nothing that is others', and takes nothing from what others wrote."""

from __future__ import annotations

import json
import re

import pytest

from tests.hub.cast import SYSTEM, Cast
from tests.hub.introductions.conftest import Scene, make_scene
from vidensbro.hub.accounts import services as accounts
from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.collaborations import services as collaborations
from vidensbro.hub.collaborations.facts import Evidence
from vidensbro.hub.collaborations.models import Step
from vidensbro.hub.collaborations.services import PartyGiven
from vidensbro.hub.common import clock
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.directory.models import Invitation, PersonRequest
from vidensbro.hub.introductions import services as introductions
from vidensbro.hub.mail.models import Mail, MailChoice

VICTIM = "Mette Offer"
THEIRS = "mette@example.org"


@pytest.fixture
def scene(cast: Cast) -> Scene:
    """The cast and the other side."""
    return make_scene(cast)


def stranger(name: str = VICTIM, role: str = "visitor") -> User:
    """Somebody who signed up under another's name."""
    return accounts.create_user(SYSTEM, "stranger@example.org", name, role=role)


def exported(actor: Actor) -> str:
    """Everything that the actor is told, as one text."""
    return json.dumps(directory.export_own(actor), ensure_ascii=False)


def test_an_address_that_was_merely_typed_opens_nothing(cast: Cast) -> None:
    actor = actor_of(stranger("Somebody"))
    directory.invite(SYSTEM, THEIRS, organisation_id=cast.company.pk)
    directory.ask_about_person(cast["visitor"], "erase", THEIRS, name=VICTIM, message="A secret illness.")
    MailChoice.objects.create(address=THEIRS, kind="need.answered", off=True)
    before = list(Mail.objects.filter(address=THEIRS).values_list("subject", flat=True))
    accounts.ask_for_address(actor, THEIRS)
    told = directory.export_own(actor)
    assert before
    assert [one["subject"] for one in told["mail"]["mails"]] == [
        Mail.objects.get(user_id=actor.user_id).subject
    ]
    assert (told["mail"]["choices"], told["joining"]["invitations"], told["rights"]["requests"]) == (
        [],
        [],
        [],
    )
    directory.erase_own(actor, "stranger@example.org")
    assert list(Mail.objects.filter(address=THEIRS).values_list("subject", flat=True)) == before
    assert Invitation.objects.filter(email=THEIRS).exists()
    assert PersonRequest.objects.get().message == "A secret illness."
    assert MailChoice.objects.filter(address=THEIRS).exists()


def test_an_address_that_somebody_puts_on_his_own_page_opens_nothing(scene: Scene) -> None:
    directory.add_contact_point(
        scene["researcher"], "email", "office@example.org", person_id=scene.researcher.pk
    )
    directory.add_contact_point(SYSTEM, "email", "office@example.org", organisation_id=scene.cast.company.pk)
    directory.invite(SYSTEM, "office@example.org")
    told = directory.export_own(scene["researcher"])
    assert (told["mail"]["mails"], told["joining"]["invitations"]) == ([], [])


def test_the_links_in_mails_are_not_handed_out(scene: Scene) -> None:
    """Else an address could be confirmed without its mailbox, and a borrowed session choose a new password."""
    actor = actor_of(stranger())
    accounts.ask_for_address(actor, THEIRS)
    path = re.search(r"https?://[^/]+(/\S+)", Mail.objects.get(address=THEIRS).text)
    assert path
    assert path.group(1) not in exported(actor)
    row = scene.asked(scene.need())
    introductions.withdraw(scene["owner"], row.pk, "Nordsensor has found somebody else.")
    text = exported(scene["researcher"])
    assert "/…" in text
    assert "/answer/" not in text
    assert "Nordsensor" not in text


def test_anothers_name_opens_nothing(cast: Cast) -> None:
    directory.ask_about_person(cast["visitor"], "erase", THEIRS, name=VICTIM, message="A secret illness.")
    row = _collaboration(cast)
    text = exported(actor_of(stranger()))
    assert "secret illness" not in text
    assert str(row) not in text


@pytest.mark.parametrize("name", [VICTIM, "of the"])
def test_erasing_oneself_takes_no_words_from_others(cast: Cast, name: str) -> None:
    directory.ask_about_person(cast["visitor"], "erase", THEIRS, name=VICTIM, message="A secret illness.")
    need = cast.need(text=f"Somebody of the company, {VICTIM}, seeks knowledge of pressure ulcers.")
    _collaboration(cast)
    user = stranger(name)
    directory.erase_own(actor_of(user), user.email)
    need.refresh_from_db()
    assert need.text == f"Somebody of the company, {VICTIM}, seeks knowledge of pressure ulcers."
    assert Step.objects.filter(evidence_by=VICTIM).exists()
    assert PersonRequest.objects.exists()


def test_a_name_that_others_vouch_for_goes_and_so_does_one_that_staff_has_checked(cast: Cast) -> None:
    need = cast.need(text=f"Somebody of the company, {VICTIM}, seeks knowledge of pressure ulcers.")
    directory.erase_named(SYSTEM, stranger().email)
    need.refresh_from_db()
    assert VICTIM not in need.text
    other = cast.need(text=f"Somebody of the company, {VICTIM}, seeks knowledge of pressure ulcers.")
    member = stranger(role="member")
    directory.erase_own(actor_of(member), member.email)
    other.refresh_from_db()
    assert VICTIM not in other.text


def test_who_else_says_to_be_the_person_is_told_without_words(scene: Scene) -> None:
    directory.claim_person(scene["outsider"], scene.clinician.pk, "It is me: call 70709917.")
    user = stranger("Åse Prøve")
    directory.link_person(SYSTEM, scene.clinician.pk, user.pk)
    (told,) = directory.export_own(actor_of(user))["joining"]["claims"]
    assert (told["person"], told["message"]) == (str(scene.clinician.pk), "")
    own = directory.export_own(scene["outsider"])["joining"]["claims"]
    assert own[0]["message"] == "It is me: call 70709917."


@pytest.mark.parametrize(("visibility", "by"), [("public", "Nordsensor"), ("members", ""), ("sealed", "")])
def test_of_a_need_that_one_may_not_see_only_the_month_is_told(
    scene: Scene, visibility: str, by: str
) -> None:
    User.objects.filter(pk=scene.users["researcher"].pk).update(role="visitor")
    need = scene.need(visibility)
    (told,) = directory.export_own(actor_of(User.objects.get(pk=scene.users["researcher"].pk)))["matches"][
        "shown_to"
    ]
    assert (told["by"], told["need"]) == (by, need.title if by else "")


def _collaboration(cast: Cast) -> object:
    """One between others, stated by somebody of that name."""
    return collaborations.begin(
        cast["member"],
        title="Plaster",
        purpose="A plaster.",
        date=clock.today(),
        evidence=Evidence(by=VICTIM),
        parties=[PartyGiven("company", cast.company.pk), PartyGiven("research", cast.university.pk)],
    ).pk
