"""What is past its time goes, and nothing else; it is recorded how much."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.files.samples import upload
from tests.hub.introductions.conftest import Scene, make_scene
from tests.hub.privacy.life import PDF
from vidensbro.hub.accounts import services as accounts
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.models import Event
from vidensbro.hub.audit.retention import expire_all
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import Invitation, JoinRequest, Person
from vidensbro.hub.files.models import StoredFile
from vidensbro.hub.introductions import disclosure, documents
from vidensbro.hub.introductions import services as introductions
from vidensbro.hub.introductions.models import AnswerLink, ConfidentialityAcceptance, Document
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.matches.models import MatchRun
from vidensbro.hub.outbox import services as outbox
from vidensbro.hub.outbox.periodic import jobs

YEAR = timedelta(days=366)


@pytest.fixture
def scene(cast: Cast) -> Scene:
    """The cast and the other side."""
    return make_scene(cast)


def later(**time: float) -> datetime:
    """A moment so long after noon."""
    return NOON + timedelta(**time)


def test_it_is_done_every_day() -> None:
    assert jobs()["privacy.retention"] == timedelta(days=1)


def test_the_content_of_sent_mail_goes_and_its_file(cast: Cast, data) -> None:  # type: ignore[no-untyped-def]
    with clock_at(NOON):
        directory.invite(SYSTEM, "guest@example.org")
        outbox.drain(["mail.send"])
    (mail,) = Mail.objects.filter(address="guest@example.org")
    assert mail.state == "sent"
    assert len(list((data / "mail").glob("*.eml"))) == 1
    with clock_at(later(days=29)):
        assert expire_all()["mail"] == 0
    with clock_at(later(days=31)):
        assert expire_all()["mail"] == 1
        assert expire_all()["mail"] == 0
        outbox.drain(["mail.forget"])
    mail.refresh_from_db()
    assert (mail.subject, mail.text, mail.html, mail.attachments) == ("", "", "", [])
    assert list((data / "mail").glob("*.eml")) == []
    event = Event.objects.get(action="privacy.expired", object_id="mail")
    assert (event.actor, event.details) == ("system:retention", {"rows": 1})


def test_mail_that_is_still_to_be_sent_stays(cast: Cast) -> None:
    with clock_at(NOON):
        directory.invite(SYSTEM, "guest@example.org")
    with clock_at(later(days=31)):
        expire_all()
    assert Mail.objects.get(address="guest@example.org").text


def test_a_closed_account_goes_and_the_person_whom_a_source_tells_of_stays(cast: Cast) -> None:
    with clock_at(NOON):
        row = directory.create_person(SYSTEM, name="Ida Testsen", source="openalex", source_id="A5")
        user = accounts.create_user(SYSTEM, "ida@example.org", "Ida Testsen")
        directory.link_person(SYSTEM, row.pk, user.pk)
        accounts.set_active(SYSTEM, user.pk, False)
    with clock_at(later(days=179)):
        expire_all()
    assert User.objects.filter(pk=user.pk).exists()
    with clock_at(later(days=181)):
        expire_all()
    assert not User.objects.filter(pk=user.pk).exists()
    kept = Person.objects.get(pk=row.pk)
    assert (kept.name, kept.visibility, kept.user) == ("Ida Testsen", "public", None)
    assert User.objects.filter(email="owner@example.org").exists()


def test_invitations_and_requests_that_are_over_go(cast: Cast) -> None:
    with clock_at(NOON):
        directory.invite(SYSTEM, "guest@example.org")
        row = directory.ask_to_join(cast["outsider"], cast.company.pk, "Please.")
        directory.refuse_join(SYSTEM, row.pk)
    with clock_at(later(days=300)):
        expire_all()
    assert (Invitation.objects.count(), JoinRequest.objects.count()) == (1, 1)
    with clock_at(NOON + YEAR + timedelta(days=15)):
        expire_all()
    assert (Invitation.objects.count(), JoinRequest.objects.count()) == (0, 0)


def test_the_words_of_what_came_to_nothing_go_and_the_figures_stay(scene: Scene) -> None:
    with clock_at(NOON):
        declined, waiting = scene.asked(), scene.asked()
        introductions.decline(
            Answerer(scene["researcher"]), declined.pk, "no_time", "My husband is ill.", "Åse"
        )
    with clock_at(NOON + YEAR), transaction.atomic():
        expire_all()
    declined.refresh_from_db()
    waiting.refresh_from_db()
    assert (declined.state, declined.reason, declined.note, declined.referral) == (
        "declined",
        "no_time",
        "",
        "",
    )
    assert (declined.message, declined.evidence) == ("", {})
    assert waiting.message
    assert not AnswerLink.objects.filter(introduction=declined).exists()


def test_files_of_a_request_that_is_over_go_and_so_do_those_that_hang_on_nothing(scene: Scene) -> None:
    with clock_at(NOON):
        declined, gone = scene.asked(), scene.asked()
        for row in (declined, gone):
            documents.add(scene["owner"], row.pk, upload(f"{row.pk}.pdf", PDF))
        introductions.decline(Answerer(scene["researcher"]), declined.pk, "no_time")
        gone.need.delete()
    with clock_at(later(hours=23)):
        expire_all()
    assert StoredFile.objects.count() == 2
    with clock_at(later(hours=25)):
        assert expire_all()["files"] == 1
    assert Document.objects.get().introduction == declined
    with clock_at(NOON + YEAR):
        expire_all()
        expire_all()
    assert (Document.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_the_words_of_an_introduction_that_nobody_closed_go_and_it_stays_open(scene: Scene) -> None:
    with clock_at(NOON):
        row = scene.asked()
        introductions.accept(Answerer(scene["researcher"]), row.pk, note="With pleasure.")
    with clock_at(NOON + YEAR):
        expire_all()
    row.refresh_from_db()
    assert (row.state, row.message, row.note, row.evidence) == ("introduced", "", "", {})


def test_confidentiality_is_kept_as_long_as_it_binds(scene: Scene) -> None:
    with clock_at(NOON):
        row, by = scene.asked(), Answerer(scene["researcher"])
        step = disclosure.ask_for(by, row.pk, "description")
        disclosure.decide(scene["owner"], step.pk, True, needs_confidentiality=True)
        disclosure.accept_confidentiality(by, step.pk, "Ida Testsen")
        introductions.decline(by, row.pk, "no_time")
    for moment, left in ((NOON + 2 * YEAR, 1), (NOON + timedelta(days=1095), 1), (NOON + 3 * YEAR, 0)):
        with clock_at(moment):
            expire_all()
        assert ConfidentialityAcceptance.objects.count() == left


def test_trials_and_the_log_go_in_their_time(cast: Cast) -> None:
    with clock_at(NOON):
        MatchRun.objects.create(text_digest="0" * 64, index_version="1", engine_version="1")
        cast.need()
    with clock_at(NOON + YEAR):
        expire_all()
    assert not MatchRun.objects.filter(need=None).exists()
    assert Event.objects.filter(action="need.posted").exists()
    with clock_at(NOON + 6 * YEAR):
        expire_all()
    assert not Event.objects.filter(action="need.posted").exists()
