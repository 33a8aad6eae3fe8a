"""Somebody who saw a teaser can help: who is told, who may, and what is kept of it."""

from __future__ import annotations

import pytest

from tests.hub.cast import SYSTEM, Cast
from tests.hub.needs.teasing import CLEAN, written
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.needs import queries, services
from vidensbro.hub.needs.models import NeedTeaser, TeaserInterest
from vidensbro.hub.needs.privacy import NeedsPart


def test_a_message_reaches_the_owner_and_the_secretariat_once(cast: Cast) -> None:
    row = written(cast)
    told = services.offer_help(cast["outsider"], row.pk, "  We have a clinic.\r\nCall us. ")
    assert told.message == "We have a clinic.\nCall us."
    assert set(Mail.objects.values_list("address", flat=True)) == {
        "owner@example.org",
        "secretariat@example.org",
    }
    for mail in Mail.objects.all():
        assert "We have a clinic." in mail.text
        assert "Østuniversitetet" in mail.text
        assert "We have a clinic." in mail.html
        assert mail.reply_to == "outsider@example.org"
        assert f"/needs/{row.need_id}/teaser/" in mail.text
    with pytest.raises(Conflict, match="interest_told"):
        services.offer_help(cast["outsider"], row.pk, "Again")
    assert Mail.objects.count() == 2
    assert [one.message for one in queries.interests(cast["owner"], row.need)] == [told.message]


def test_without_an_owner_the_coordinators_are_told(cast: Cast) -> None:
    need = services.create_draft(SYSTEM, organisation_id=cast.company.pk, text=CLEAN, visibility="sealed")
    services.post(SYSTEM, need.pk)
    services.write_teaser(SYSTEM, need.pk, CLEAN, audience="public")
    row = services.approve_teaser(SYSTEM, need.pk, CLEAN, warnings_seen=True)
    services.offer_help(cast["outsider"], row.pk, "We can.")
    assert set(Mail.objects.values_list("address", flat=True)) == {
        "coordinator@example.org",
        "secretariat@example.org",
    }


def test_who_may_not_help(cast: Cast) -> None:
    row = written(cast)
    with pytest.raises(Denied, match="sign_in_needed"):
        services.offer_help(cast["visitor"], row.pk, "I can")
    with pytest.raises(Conflict, match="need_seen"):
        services.offer_help(cast["owner"], row.pk, "I can")
    with pytest.raises(Invalid):
        services.offer_help(cast["outsider"], row.pk, " \n ")
    with pytest.raises(Invalid):
        services.offer_help(cast["outsider"], row.pk, "x" * 2001)
    services.withdraw_teaser(cast["owner"], row.need_id)
    with pytest.raises(NotFound):
        services.offer_help(cast["outsider"], row.pk, "I can")
    assert not TeaserInterest.objects.exists()


def test_what_was_written_is_exported_and_erased(cast: Cast) -> None:
    row = written(cast)
    services.offer_help(cast["outsider"], row.pk, "We can.")
    part = NeedsPart()
    helper, owner = (Subject(user_id=cast.users[name].pk) for name in ("outsider", "owner"))
    assert part.export(helper)["interests"][0]["message"] == "We can."
    assert part.export(owner)["needs"][0]["teaser"] == CLEAN
    part.erase(helper)
    assert not TeaserInterest.objects.exists()
    assert NeedTeaser.objects.get().approved_by == cast.users["owner"]
    part.erase(owner)
    assert not NeedTeaser.objects.exists()
