"""Trusted journalists read before the hour, by name and on record, and not a minute longer than they are trusted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.samples import WORDS as PICTURE
from tests.hub.newsroom.samples import quarters, saved, upload
from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.audit.models import Event
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.newsroom import services as releases
from vidensbro.hub.newsroom.models import EmbargoAcceptance, Journalist, Version
from vidensbro.hub.newsroom.queries import journalists as queries
from vidensbro.hub.newsroom.queries import versions
from vidensbro.hub.newsroom.rules import accept_embargo, see_version
from vidensbro.hub.newsroom.services import documents, inquiries, pictures
from vidensbro.hub.newsroom.services import journalists as services
from vidensbro.hub.newsroom.services.inquiries import Question
from vidensbro.hub.newsroom.services.sizes import make_sizes

pytestmark = pytest.mark.django_db
WORDING = {"2026-1": "21a59acdbeb064bf95741315e8695d0ff504d048e4c80e208db5d65e188571ba"}
"""What was accepted under each name: SHA-256 of the Danish words and the English ones, a line each."""


@pytest.fixture
def rita(cast: Cast) -> User:
    """A journalist with an account and nothing else."""
    return User.objects.create(
        email="rita@example.org", name="Rita Reporter", role=Role.VISITOR, password="!"
    )


@pytest.fixture
def held(scheduled: Callable[[], Version]) -> Iterator[Version]:
    """A release that waits for its hour and is open to the press; the clock stands before it."""
    with clock_at(NOON):
        row = scheduled()
        releases.edit_release(SYSTEM, row.release_id, embargo_for_press=True)
        yield Version.objects.get(pk=row.pk)


def trusted(cast: Cast, user: User) -> Actor:
    services.trust(cast["secretariat"], user.email, "Avisen")
    return actor_of(user)


def accepted(actor: Actor, row: Version) -> None:
    services.accept(actor, row.pk, "Rita Reporter", services.TERMS, "da")


def sees(actor: Actor, row: Version) -> bool:
    return versions.visible(actor).filter(pk=row.pk).exists()


def test_the_secretariat_alone_grants_and_ends_trust(cast: Cast, rita: User) -> None:
    for name in set(cast.names) - {"secretariat"}:
        with pytest.raises(Denied):
            services.trust(cast[name], rita.email, "Avisen")
        with pytest.raises(Denied):
            services.end_trust(cast[name], rita.pk)
        with pytest.raises(Denied):
            queries.journalists(cast[name])
    with clock_at(NOON):
        row = services.trust(cast["secretariat"], " Rita@Example.org ", "  Avisen ")
    assert (row.user_id, row.outlet, row.trusted_at) == (rita.pk, "Avisen", NOON)
    assert row.trusted_by_id == cast.users["secretariat"].pk
    assert services.end_trust(cast["secretariat"], rita.pk).ended is not None
    with pytest.raises(NotFound):
        services.end_trust(cast["secretariat"], rita.pk)
    assert services.trust(cast["secretariat"], rita.email, "Bladet").ended is None
    done = list(Event.objects.filter(kind="journalist").order_by("at", "pk").values_list("action", flat=True))
    assert Mail.objects.filter(address=rita.email, kind="newsroom.trusted").count() == 2
    assert reverse("for-the-press") in Mail.objects.filter(address=rita.email).first().text
    assert done == ["journalist.trusted", "journalist.trust_ended", "journalist.trusted"]


@pytest.mark.parametrize(
    ("email", "outlet"),
    [
        ("nobody@example.org", "Avisen"),
        ("rita@example.org", " "),
        ("rita@example.org", "x" * 201),
        ("rita@example.org", "Avisen\x07"),
    ],
)
def test_nobody_is_trusted_who_is_not_there(cast: Cast, rita: User, email: str, outlet: str) -> None:
    with pytest.raises(Invalid):
        services.trust(cast["secretariat"], email, outlet)
    assert not Journalist.objects.exists()


def test_before_the_terms_are_accepted_not_a_word_is_shown(
    cast: Cast, client: Client, rita: User, held: Version
) -> None:
    actor = trusted(cast, rita)
    assert not sees(actor, held)
    client.force_login(rita)
    for where in (reverse("for-the-press"), reverse("accept-embargo", args=[held.pk])):
        page = client.get(where)
        assert page.status_code == 200
        told = page.content.decode()
        for words in (held.headline, held.slug, WORDS.lead, WORDS.quotes[0].speaker):
            assert words not in told
        assert "Nordsensor" in told
    assert client.get(reverse("release", args=[held.language, held.slug])).status_code == 404


def test_the_terms_are_accepted_by_name_and_what_is_read_is_on_record(
    cast: Cast, client: Client, rita: User, held: Version
) -> None:
    actor = trusted(cast, rita)
    client.force_login(rita)
    where = reverse("accept-embargo", args=[held.pk])
    for wrong in (
        {"name": "", "agreed": "on", "terms": services.TERMS},
        {"name": "Rita", "terms": services.TERMS},
        {"name": "Rita\r\nBcc: a", "agreed": "on", "terms": "2019-1"},
    ):
        assert client.post(where, wrong).status_code == 400
    assert not EmbargoAcceptance.objects.exists()
    given = {"name": "Rita Reporter", "agreed": "on", "terms": services.TERMS}
    answer = client.post(where, given)
    assert answer.url == reverse("release", args=[held.language, held.slug])
    row = EmbargoAcceptance.objects.get()
    assert (row.name, row.terms, row.at, row.user_id) == ("Rita Reporter", services.TERMS, NOON, rita.pk)
    noted = Event.objects.get(action="embargo.accepted")
    assert (noted.actor, noted.object_id) == (f"user:{rita.pk}", str(held.release_id))
    assert noted.details["terms"] == services.TERMS
    assert sees(actor, held)
    for number in (1, 2):
        assert held.headline in client.get(answer.url).content.decode()
        reads = Event.objects.filter(action=services.READ, actor=f"user:{rita.pk}", object_id=str(held.pk))
        assert reads.count() == number
    listed = client.get(reverse("for-the-press"), headers={"accept-language": "en"}).content.decode()
    assert f'lang="da">{held.headline}</a>' in listed
    # The link of the offer leads to the release from now on.
    assert [found.url for found in (client.get(where), client.post(where, given))] == [answer.url] * 2
    assert Event.objects.filter(action="embargo.accepted").count() == 1


def test_a_document_of_the_version_that_still_waits_is_on_record_though_the_other_is_out(
    cast: Cast, client: Client, rita: User, held: Version
) -> None:
    given = {"title": "Report", "language": "en"}
    file = SimpleUploadedFile("tal.txt", b"Numbers", "text/plain")
    document = documents.add(SYSTEM, held.release_id, file, **given)
    english = releases.add_version(SYSTEM, held.release_id, "en", WORDS)
    releases.hand_in(SYSTEM, english.pk, 1)
    for one in english.release.issuers.all():
        releases.approve(SYSTEM, english.pk, one.organisation_id, 1)
    releases.schedule(SYSTEM, english.pk, HOUR + timedelta(days=1))
    accepted(trusted(cast, rita), held)
    client.force_login(rita)
    with clock_at(HOUR):
        found = client.get(reverse("release-document", args=[document.pk]))
        assert (found.status_code, found.getvalue()) == (200, b"Numbers")
    reads = Event.objects.filter(action=services.READ, object_id=str(english.pk))
    assert [one.details["file"] for one in reads] == [str(document.pk)]


def test_no_file_is_read_under_embargo_without_a_record(
    cast: Cast, client: Client, rita: User, held: Version
) -> None:
    """At whichever of its addresses; smaller pictures belong to the page, which is on record itself."""
    text = SimpleUploadedFile("tal.txt", b"Numbers", "text/plain")
    document = documents.add(SYSTEM, held.release_id, text, title="Report")
    image = upload("seng.jpg", saved(quarters(800, 400)))
    picture = pictures.add_to_release(SYSTEM, held.release_id, image, **PICTURE)
    make_sizes(str(picture.pk))
    accepted(trusted(cast, rita), held)
    client.force_login(rita)
    recorded = Event.objects.filter(action=services.READ, actor=f"user:{rita.pk}", object_id=str(held.pk))
    for width, files in ((480, []), (800, [picture.pk])):
        shown = client.get(reverse("release-picture", args=[picture.pk, "whole", width]))
        assert (shown.status_code, shown["Cache-Control"]) == (200, "private, no-store")
        assert [one.details["file"] for one in recorded.all()] == [str(one) for one in files]
    for file in (document.file_id, picture.file_id, *picture.sizes.values_list("file", flat=True)):
        assert client.get(reverse("stored-file", args=[file])).status_code == 404
    client.get(reverse("release-document", args=[document.pk]))
    client.get(reverse("download-release-picture", args=[picture.pk]))
    assert recorded.count() == 3
    with clock_at(HOUR):
        assert client.get(reverse("stored-file", args=[document.file_id])).status_code == 200
        client.get(reverse("release-picture", args=[picture.pk, "whole", 800]))
        assert recorded.count() == 3
    client.force_login(cast.users["member"])
    assert client.get(reverse("stored-file", args=[document.file_id])).status_code == 200


def test_a_release_under_embargo_can_be_asked_about(
    cast: Cast, client: Client, rita: User, held: Version
) -> None:
    actor = trusted(cast, rita)
    client.force_login(rita)
    where = f"{reverse('ask-press', args=[cast.company.pk])}?version={held.pk}"
    assert client.get(where).status_code == 404
    accepted(actor, held)
    assert where in client.get(reverse("release", args=[held.language, held.slug])).content.decode()
    assert held.headline in client.get(where).content.decode()
    kit = client.get(reverse("press-kit", args=[cast.company.pk]))
    assert kit.status_code == 200
    assert held.headline not in kit.content.decode()
    asked = Question("Rita", "", "Hvornår?", version_id=held.pk)
    row = inquiries.ask(actor, cast.company.pk, asked)
    assert row is not None
    assert row.release_id == held.release_id
    told = Mail.objects.filter(kind__in=["newsroom.inquiry", "newsroom.inquiry_own"])
    assert {one.address: held.headline in one.text for one in told} == {
        "coordinator@example.org": True,
        "rita@example.org": True,
    }
    services.end_trust(SYSTEM, rita.pk)
    client.force_login(rita)
    assert held.headline not in client.get(reverse("press-inquiry", args=[row.pk])).content.decode()


def test_only_journalists_before_the_hour_are_recorded(cast: Cast, rita: User, held: Version) -> None:
    actor = trusted(cast, rita)
    accepted(actor, held)
    for name in cast.names:
        assert not services.log_read(cast[name], held)
    assert services.log_read(actor, held)
    with clock_at(HOUR):
        assert not services.log_read(actor, held)
    assert Event.objects.filter(action=services.READ).count() == 1


def test_ended_trust_a_closed_embargo_and_a_closed_account_show_nothing_at_once(
    cast: Cast, client: Client, rita: User, held: Version
) -> None:
    actor = trusted(cast, rita)
    accepted(actor, held)
    client.force_login(rita)
    where = reverse("release", args=[held.language, held.slug])
    assert client.get(where).status_code == 200
    services.end_trust(cast["secretariat"], rita.pk)
    assert not sees(actor, held)
    assert client.get(where).status_code == 404
    assert client.get(reverse("for-the-press")).status_code == 403
    assert client.get(reverse("accept-embargo", args=[held.pk])).status_code == 404
    services.trust(cast["secretariat"], rita.email, "Avisen")
    accepted(actor, held)
    assert sees(actor, held)
    releases.edit_release(SYSTEM, held.release_id, embargo_for_press=False)
    assert not sees(actor, held)
    assert queries.offered(actor) == []
    releases.edit_release(SYSTEM, held.release_id, embargo_for_press=True)
    User.objects.filter(pk=rita.pk).update(is_active=False)
    assert not sees(actor, held)
    with pytest.raises(NotFound):
        queries.offer(actor, held.pk)


def test_nothing_but_what_waits_for_its_hour_and_is_open_to_the_press_is_offered(
    cast: Cast, rita: User, held: Version
) -> None:
    actor = trusted(cast, rita)
    assert [one.outline.pk for one in queries.offered(actor)] == [held.pk]
    assert [one.version for one in queries.offered(actor)] == [None]
    for name in cast.names:
        with pytest.raises(Denied):
            queries.offered(cast[name])
        with pytest.raises(NotFound):
            services.accept(cast[name], held.pk, "Somebody", services.TERMS, "en")
    with clock_at(HOUR):
        assert queries.offered(actor) == []
        with pytest.raises(NotFound):
            accepted(actor, held)
    releases.unschedule(SYSTEM, held.pk)
    assert queries.offered(actor) == []


def test_the_rule_of_what_is_offered_says_the_same_of_one_and_of_all(
    cast: Cast, rita: User, held: Version
) -> None:
    actors = [trusted(cast, rita), *(cast[name] for name in cast.names)]
    for moment in (NOON, HOUR - timedelta(seconds=1), HOUR):
        with clock_at(moment):
            for actor in actors:
                there = set(accept_embargo.visible(actor, Version.objects.all()))
                assert there == {row for row in Version.objects.all() if accept_embargo.allows(actor, row)}
                assert bool(there) == (actor is actors[0] and moment < HOUR)


def test_other_terms_than_those_that_hold_are_not_accepted(cast: Cast, rita: User, held: Version) -> None:
    actor = trusted(cast, rita)
    with pytest.raises(Conflict, match="terms_changed"):
        services.accept(actor, held.pk, "Rita Reporter", "2019-1", "da")
    with pytest.raises(Invalid, match="name"):
        services.accept(actor, held.pk, "Rita\x00", services.TERMS, "da")
    EmbargoAcceptance.objects.create(
        release=held.release, user=rita, name="Rita", terms="2019-1", at=NOON - timedelta(days=9)
    )
    assert not sees(actor, held)
    assert not see_version.allows(actor, held)
    assert [one.version for one in queries.offered(actor)] == [None]
    accepted(actor, held)
    assert sees(actor, held)
    old, new = EmbargoAcceptance.objects.order_by("at")
    assert (new.terms, new.at, new.lapsed) == (services.TERMS, NOON, None)
    assert (old.terms, old.at, old.lapsed) == ("2019-1", NOON - timedelta(days=9), NOON)


def test_trust_that_is_given_anew_revives_nothing_that_was_accepted(
    cast: Cast, client: Client, rita: User, held: Version
) -> None:
    actor = trusted(cast, rita)
    accepted(actor, held)
    services.end_trust(cast["secretariat"], rita.pk)
    services.trust(cast["secretariat"], rita.email, "Avisen")
    client.force_login(rita)
    where = reverse("release", args=[held.language, held.slug])
    assert not sees(actor, held)
    assert not see_version.allows(actor, held)
    assert client.get(where).status_code == 404
    assert held.headline not in client.get(reverse("for-the-press")).content.decode()
    assert [one.version for one in queries.offered(actor)] == [None]
    accepted(actor, held)
    assert client.get(where).status_code == 200
    # The first acceptance stays on record, in the table, in the log, and where the secretariat looks.
    assert [one.lapsed for one in EmbargoAcceptance.objects.order_by("pk")] == [NOON, None]
    assert Event.objects.filter(action="embargo.accepted").count() == 2
    page = Client(headers={"accept-language": "en"})
    page.force_login(cast.users["secretariat"])
    told = page.get(reverse("journalists")).content.decode()
    assert told.count("terms 2026-1") == 2
    assert told.count("no longer counts, since") == 1


def test_what_was_accepted_before_acceptances_could_lapse(cast: Cast, rita: User, held: Version) -> None:
    step = import_module("vidensbro.hub.newsroom.migrations.0005_acceptance_lapsed")
    early, late = NOON - timedelta(days=2), NOON + timedelta(hours=1)
    for trusted_at, ended, lapsed in ((early, None, None), (late, None, late), (early, late, late)):
        Journalist.objects.update_or_create(
            user=rita, defaults={"outlet": "Avisen", "trusted_at": trusted_at, "ended": ended}
        )
        row = EmbargoAcceptance.objects.create(release=held.release, user=rita, name="Rita", terms="2026-1")
        step.lapse(apps, None)
        row.refresh_from_db()
        assert row.lapsed == lapsed
        row.delete()


def test_the_terms_keep_their_name_only_as_long_as_their_words() -> None:
    assert {len(words) for words in services.TERMS_WORDS.values()} == {4}
    words = "\n".join([*services.TERMS_WORDS["da"], *services.TERMS_WORDS["en"]])
    assert hashlib.sha256(words.encode()).hexdigest() == WORDING[services.TERMS]


def test_the_secretariat_sees_who_accepted_and_read(
    cast: Cast, client: Client, rita: User, held: Version
) -> None:
    actor = trusted(cast, rita)
    accepted(actor, held)
    services.log_read(actor, held)
    client.force_login(cast.users["secretariat"])
    page = client.get(reverse("journalists"))
    assert page.status_code == 200
    assert [one.user for one, _ in page.context["accepted"]] == [rita]
    assert [(one.user, one.version) for one in page.context["readings"]] == [(rita, held)]
    assert client.post(reverse("end-trust", args=[rita.pk])).status_code == 302
    assert Journalist.objects.get().ended == NOON
    for name in ("member", "coordinator", "administrator"):
        client.force_login(cast.users[name])
        assert client.get(reverse("journalists")).status_code == 403
        assert client.post(reverse("end-trust", args=[rita.pk])).status_code == 403
