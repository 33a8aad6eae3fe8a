"""The way of a version, from the first word to the tombstone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.newsroom.conftest import HOUR, WORDS
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.announcements import APPROVAL
from vidensbro.hub.newsroom.merging import merge_organisation
from vidensbro.hub.newsroom.models import Release, State, Version
from vidensbro.hub.newsroom.rules import see_version
from vidensbro.hub.newsroom.services import wording_of
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.services import drain

pytestmark = pytest.mark.django_db
BEFORE, AFTER = HOUR - timedelta(seconds=1), HOUR


def seen_by(cast: Cast, row: Version) -> set[str]:
    found = {name for name in cast.names if see_version.allows(cast[name], row)}
    queried = {name for name in cast.names if see_version.visible(cast[name], Version.objects.all()).exists()}
    assert found == queried
    return found


def test_everybody_sees_it_from_the_hour_on_and_nobody_else_before(
    cast: Cast, scheduled: Callable[[], Version]
) -> None:
    own = {"member", "colleague", "coordinator", "owner", "outsider", "secretariat"}
    with clock_at(NOON):
        row = scheduled()
        assert seen_by(cast, row) == own
    with clock_at(BEFORE):
        assert seen_by(cast, row) == own
    with clock_at(AFTER):
        assert seen_by(cast, row) == set(cast.names)


def test_a_worker_notes_the_hour_once_and_not_before_it(scheduled: Callable[[], Version]) -> None:
    with clock_at(NOON):
        row = scheduled()
    with clock_at(BEFORE):
        assert services.note_all_published() == 0
    with clock_at(AFTER + timedelta(hours=3)):
        assert services.note_all_published() == 1
        assert services.note_all_published() == 0
    row.refresh_from_db()
    assert (row.state, row.published) == (State.PUBLISHED, HOUR)
    assert Entry.objects.filter(topic="newsroom.send", key=str(row.pk)).count() == 1


def test_each_issuer_approves_for_itself_and_only_who_decides(cast: Cast, draft: Version) -> None:
    services.hand_in(cast["member"], draft.pk, draft.number)
    for name in ("member", "secretariat"):
        with pytest.raises(Denied, match="coordinator_only"):
            services.approve(cast[name], draft.pk, cast.company.pk, draft.number)
    with pytest.raises(Denied, match="coordinator_only"):
        services.approve(cast["coordinator"], draft.pk, cast.university.pk, draft.number)
    row = services.approve(cast["coordinator"], draft.pk, cast.company.pk, draft.number)
    assert row.state == State.IN_REVIEW
    row = services.approve(SYSTEM, draft.pk, cast.university.pk, draft.number)
    assert row.state == State.APPROVED


def test_a_change_voids_approvals_and_the_hour(cast: Cast, scheduled: Callable[[], Version]) -> None:
    with clock_at(NOON):
        row = scheduled()
        row = services.edit(cast["member"], row.pk, row.number, replace(WORDS, lead="En anden indledning."))
    assert (row.state, row.publish_at) == (State.DRAFT, None)
    assert not row.approvals.exists()
    with pytest.raises(Conflict, match="version_not_approved"):
        services.schedule(cast["coordinator"], row.pk, HOUR)


def test_of_two_editors_the_second_is_told_and_nothing_is_lost(cast: Cast, draft: Version) -> None:
    services.edit(cast["member"], draft.pk, 1, replace(WORDS, lead="Den førstes."))
    with pytest.raises(Conflict, match="version_changed"):
        services.edit(cast["colleague"], draft.pk, 1, replace(WORDS, lead="Den andens."))
    row = services.edit(cast["colleague"], draft.pk, 2, replace(WORDS, lead="Den andens."))
    kept = list(row.revisions.order_by("number").values_list("number", "content__lead"))
    assert kept == [(1, WORDS.lead), (2, "Den førstes."), (3, "Den andens.")]


def test_saving_the_same_words_changes_nothing(cast: Cast, draft: Version) -> None:
    row = services.edit(cast["member"], draft.pk, 1, WORDS)
    assert (row.number, row.revisions.count()) == (1, 1)
    assert wording_of(row) == WORDS


def test_what_is_out_is_corrected_with_a_note_at_the_same_address(
    cast: Cast, scheduled: Callable[[], Version]
) -> None:
    with clock_at(NOON):
        row = scheduled()
    with clock_at(AFTER):
        with pytest.raises(Conflict, match="version_out"):
            services.edit(cast["member"], row.pk, row.number, replace(WORDS, lead="Stille ændret."))
        words = replace(WORDS, headline="En helt anden overskrift")
        with pytest.raises(Denied, match="coordinator_only"):
            services.correct(cast["member"], row.pk, row.number, words, "Forkert overskrift")
        with pytest.raises(Invalid, match="note"):
            services.correct(cast["coordinator"], row.pk, row.number, words, "  ")
        fixed = services.correct(cast["coordinator"], row.pk, row.number, words, "Forkert overskrift")
    assert (fixed.state, fixed.slug) == (State.CORRECTED, row.slug)
    assert [one.note for one in fixed.corrections.all()] == ["Forkert overskrift"]


def test_withdrawn_is_a_tombstone(cast: Cast, scheduled: Callable[[], Version]) -> None:
    with clock_at(NOON):
        row = scheduled()
        with pytest.raises(Conflict, match="version_not_out"):
            services.withdraw(cast["coordinator"], row.pk, "For tidligt")
    with clock_at(AFTER):
        row = services.withdraw(cast["coordinator"], row.pk, "Tallene holdt ikke")
        assert (row.state, row.withdrawal_note) == (State.WITHDRAWN, "Tallene holdt ikke")
        assert see_version.allows(cast["visitor"], row)
        with pytest.raises(Conflict, match="version_not_out"):
            services.withdraw(cast["coordinator"], row.pk, "Igen")


def test_strangers_cannot_tell_that_there_is_anything(cast: Cast) -> None:
    row = services.create_release(cast["member"], [cast.company.pk], "da", WORDS)
    for name in ("visitor", "outsider", "administrator"):
        with pytest.raises(NotFound):
            services.edit(cast[name], row.pk, 1, WORDS)
        with pytest.raises(NotFound):
            services.edit_release(cast[name], row.release_id, place_da="Aalborg")
    with pytest.raises(Denied, match="not_yours"):
        services.create_release(cast["outsider"], [cast.company.pk], "da", WORDS)


def test_another_issuer_must_approve_too(cast: Cast) -> None:
    row = services.create_release(cast["member"], [cast.company.pk], "da", WORDS)
    services.hand_in(SYSTEM, row.pk, 1)
    services.approve(SYSTEM, row.pk, cast.company.pk, 1)
    with clock_at(NOON):
        services.schedule(SYSTEM, row.pk, HOUR)
        both = [cast.company.pk, cast.university.pk]
        with pytest.raises(Denied, match="coordinator_only"):
            services.edit_release(cast["member"], row.release_id, issuers=both)
        services.edit_release(cast["coordinator"], row.release_id, issuers=both)
    row.refresh_from_db()
    assert (row.state, row.publish_at) == (State.IN_REVIEW, None)
    row = services.approve(SYSTEM, row.pk, cast.university.pk, 1)
    assert row.state == State.APPROVED


def test_nobody_waits_for_an_issuer_who_has_gone(cast: Cast, draft: Version) -> None:
    services.hand_in(SYSTEM, draft.pk, draft.number)
    row = services.approve(SYSTEM, draft.pk, cast.company.pk, draft.number)
    assert row.state == State.IN_REVIEW
    services.edit_release(cast["member"], row.release_id, issuers=[cast.company.pk])
    row.refresh_from_db()
    assert row.state == State.APPROVED


def test_nobody_waits_for_an_issuer_who_turns_out_to_be_another(cast: Cast, draft: Version) -> None:
    services.hand_in(SYSTEM, draft.pk, draft.number)
    services.approve(SYSTEM, draft.pk, cast.company.pk, draft.number)
    merge_organisation(cast.company.pk, cast.university.pk)
    draft.refresh_from_db()
    assert draft.state == State.APPROVED
    assert [one.organisation_id for one in draft.release.issuers.all()] == [cast.company.pk]


def test_an_issuer_who_comes_later_is_asked(cast: Cast) -> None:
    alone = services.create_release(cast["member"], [cast.company.pk], "da", WORDS)
    services.hand_in(SYSTEM, alone.pk, 1)
    Entry.objects.all().delete()
    services.edit_release(
        cast["coordinator"], alone.release_id, issuers=[cast.company.pk, cast.university.pk]
    )
    (entry,) = Entry.objects.filter(topic=APPROVAL)
    assert entry.key.startswith(f"{alone.pk}:1:")
    assert entry.payload == {"only": [str(cast.university.pk)]}


def test_the_same_words_handed_in_again_are_asked_about_again(cast: Cast, draft: Version) -> None:
    def asked() -> int:
        drain({APPROVAL})
        return Mail.objects.filter(kind="newsroom.approval").count()

    with clock_at(NOON):
        services.hand_in(cast["member"], draft.pk, 1)
        assert asked() == 1
        services.take_back(cast["member"], draft.pk)
    with clock_at(NOON + timedelta(hours=1)):
        services.hand_in(cast["member"], draft.pk, 1)
        assert asked() == 2
        third = Organisation.objects.create(name="En tredje", kind="company", country="DK")
        issuers = [cast.company.pk, cast.university.pk, third.pk]
        services.edit_release(cast["member"], draft.release_id, issuers=issuers)
        assert asked() == 2


def test_a_correction_leaves_a_lead_and_a_text(cast: Cast, scheduled: Callable[[], Version]) -> None:
    with clock_at(NOON):
        row = scheduled()
    with clock_at(AFTER):
        for name in ("lead", "body"):
            with pytest.raises(Invalid, match=name):
                services.correct(
                    cast["coordinator"], row.pk, row.number, replace(WORDS, **{name: ""}), "Tom."
                )
    assert wording_of(Version.objects.get(pk=row.pk)) == WORDS


def test_what_versions_share_is_told_anew_once_they_are_out(
    cast: Cast, scheduled: Callable[[], Version]
) -> None:
    with clock_at(NOON):
        row = scheduled()
    with clock_at(HOUR):
        services.note_published(row.pk)
        Entry.objects.all().delete()
        with pytest.raises(Denied, match="coordinator_only"):
            services.edit_release(cast["member"], row.release_id, place_da="Aarhus")
        assert not Entry.objects.exists()
        services.edit_release(cast["coordinator"], row.release_id, place_da="Aarhus")
    assert {"newsroom.ping", "index.update"} & set(Entry.objects.values_list("topic", flat=True))


def test_versions_in_two_languages_go_their_own_ways(cast: Cast, scheduled: Callable[[], Version]) -> None:
    with clock_at(NOON):
        danish = scheduled()
    english = services.add_version(
        cast["member"], danish.release_id, "en", replace(WORDS, headline="A sensor")
    )
    assert english.state == State.DRAFT
    assert Version.objects.get(pk=danish.pk).state == State.SCHEDULED
    with pytest.raises(Conflict, match="version_there"):
        services.add_version(cast["member"], danish.release_id, "en", WORDS)


def test_a_draft_can_be_removed_what_is_out_cannot(cast: Cast, draft: Version) -> None:
    services.remove_draft(cast["member"], draft.pk)
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    ("headline", "slug"),
    [("Ærø får ny åbning", "aeroe-faar-ny-aabning"), ("???", "release"), ("Æ" * 90, "ae" * 50)],
)
def test_addresses_spell_danish_letters_out(cast: Cast, headline: str, slug: str) -> None:
    row = services.create_release(cast["member"], [cast.company.pk], "da", replace(WORDS, headline=headline))
    assert re.fullmatch(rf"{slug}-[a-km-np-z2-9]{{5}}", row.slug)


def test_an_address_does_not_tell_that_another_has_the_same_headline(cast: Cast) -> None:
    """Whoever tries a headline finds out nothing; and two who begin at once do not collide."""
    rows = [services.create_release(cast["outsider"], [cast.university.pk], "da", WORDS) for _ in range(30)]
    assert len({row.slug for row in rows}) == 30
    # Cut off what is each one's own: what is left is the same, whatever there was before.
    assert len({row.slug[:-5] for row in rows}) == 1
    kept = services.edit(cast["outsider"], rows[0].pk, 1, replace(WORDS, headline="Noget andet"))
    assert (kept.slug[:-5], kept.slug[-5:]) == ("noget-andet-", rows[0].slug[-5:])


def test_the_hour_is_a_minute_to_come_with_a_time_zone(cast: Cast, approved: Version) -> None:
    with clock_at(NOON):
        for wrong in (NOON - timedelta(minutes=1), HOUR.replace(tzinfo=None)):
            with pytest.raises(Invalid, match="publish_at"):
                services.schedule(cast["coordinator"], approved.pk, wrong)
        row = services.schedule(cast["coordinator"], approved.pk, HOUR + timedelta(seconds=42))
        assert row.publish_at == HOUR
        again = services.schedule(cast["coordinator"], approved.pk, HOUR + timedelta(hours=1))
        assert again.publish_at == HOUR + timedelta(hours=1)
