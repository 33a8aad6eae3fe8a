"""A release of 26 organisations, as a cluster issues it: written, approved by each, out, read, mailed and fed; and it
costs no more queries than one of two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.hub.cast import NOON, SYSTEM
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.feeding import ask, assert_valid, texts, tree
from tests.hub.newsroom.post_office import PostOffice, office, reader, work  # noqa: F401
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.directory.models import Membership, Organisation
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import State, Subscriber, Version
from vidensbro.hub.newsroom.services import steps
from vidensbro.hub.newsroom.services.beginning import Reachable, begin
from vidensbro.hub.newsroom.services.sending import send
from vidensbro.hub.outbox.services import drain

pytestmark = pytest.mark.django_db
MANY = 26
AFTER = HOUR + timedelta(hours=1)


@dataclass(frozen=True)
class Cluster:
    """Organisations, and who decides for each."""

    members: list[Organisation]
    coordinators: list[User]


@pytest.fixture
def cluster(db: None) -> Cluster:
    members = [
        Organisation.objects.create(name=f"Medlem {number:02}", kind="company", country="DK")
        for number in range(MANY)
    ]
    users = [
        User.objects.create(
            email=f"c{number}@example.org", name=f"C {number}", role=Role.MEMBER, password="!"
        )
        for number in range(MANY)
    ]
    Membership.objects.bulk_create(
        Membership(user=user, organisation=one, role="coordinator")
        for user, one in zip(users, members, strict=True)
    )
    return Cluster(members, users)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    def clear() -> None:
        for name in ("pages", "feeds", "default"):
            caches[name].clear()

    clear()
    yield
    clear()


def written(cluster: Cluster, number: int, headline: str) -> Version:
    """A draft of so many of them, with a contact each; by the first."""
    members = cluster.members[:number]
    people = [
        Reachable(f"Person {one.name}", email=f"p{place}@example.org", organisation_id=str(one.pk))
        for place, one in enumerate(members)
    ]
    actor = actor_of(cluster.coordinators[0])
    words = replace(WORDS, headline=headline)
    return begin(actor, [one.pk for one in members], "da", words, people=people, fields=["wound-care"])


def released(cluster: Cluster, number: int, headline: str) -> Version:
    with clock_at(NOON):
        row = written(cluster, number, headline)
        services.hand_in(SYSTEM, row.pk, row.number)
        for one in cluster.members[:number]:
            services.approve(SYSTEM, row.pk, one.pk, row.number)
        return services.schedule(SYSTEM, row.pk, HOUR)


def test_twenty_six_write_approve_and_are_told_of(
    cluster: Cluster,
    reader: Callable[..., Subscriber],  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    names = [one.name for one in cluster.members]
    with clock_at(NOON):
        reader("all@example.org")
        reader("last@example.org", organisations=[cluster.members[-1]])
        row = written(cluster, MANY, "Seksogtyve går sammen")
        services.hand_in(actor_of(cluster.coordinators[0]), row.pk, row.number)
        drain({"newsroom.approval"})
        asked = Mail.objects.filter(kind="newsroom.approval")
        assert sorted(one.address for one in asked) == sorted(one.email for one in cluster.coordinators)
        for place, (user, one) in enumerate(zip(cluster.coordinators, cluster.members, strict=True)):
            assert Version.objects.get(pk=row.pk).state == State.IN_REVIEW, place
            client = Client()
            client.force_login(user)
            page = client.get(reverse("release-desk", args=[row.pk]))
            assert len(page.context["desk"].absent) == MANY - place
            given = {"number": row.number, "organisation": str(one.pk)}
            answer = client.post(reverse("release-step", args=[row.pk, "approve"]), given)
            assert answer.status_code == 302, place
        assert Version.objects.get(pk=row.pk).state == State.APPROVED
        services.schedule(actor_of(cluster.coordinators[3]), row.pk, HOUR)
    with clock_at(AFTER):
        steps.note_all_published()
        work()
        page = Client().get(reverse("release", args=["da", row.slug])).content.decode()
        front = Client(headers={"accept-language": "da"}).get(reverse("newsroom")).content.decode()
        answer = ask("atom")
    for name in names:
        assert name in page
        assert f"Person {name}" in page
    assert "Seksogtyve går sammen" in front
    releases = [one for one in office.mails if one.message["Subject"] == "Seksogtyve går sammen"]
    assert sorted(one.recipients[0] for one in releases) == ["all@example.org", "last@example.org"]
    mailed = releases[0].message.get_body(("plain",)).get_content()
    assert all(name in mailed for name in names)
    assert_valid(tree(answer))
    assert texts(answer, "//a:entry/a:author/a:name") == names


PAGES = {
    "front": lambda row: reverse("newsroom"),
    "archive": lambda row: reverse("newsroom-archive"),
    "release": lambda row: reverse("release", args=["da", row.slug]),
    "atom": lambda row: reverse("feed", args=["da", "atom"]),
    "sitemap": lambda row: reverse("news-sitemap"),
    "release-desk": lambda row: reverse("release-desk", args=[row.pk]),
    "my-releases": lambda row: reverse("my-releases"),
    "press-desk": lambda row: reverse("press-desk"),
    "history": lambda row: reverse("release-history", args=[row.pk]),
    "correct": lambda row: reverse("correct-release", args=[row.pk]),
    "settings": lambda row: reverse("release-settings", args=[row.pk]),
}
"""Addresses that a reader or a writer opens; those of writers are asked by one who decides for an issuer."""
OPEN = {"front", "archive", "release", "atom", "sitemap"}


def cost(cluster: Cluster, name: str, row: Version) -> list[str]:
    client = Client()
    if name not in OPEN:
        client.force_login(cluster.coordinators[0])
    with clock_at(AFTER):
        client.get(PAGES[name](row))
        for one in ("pages", "feeds"):
            caches[one].clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGES[name](row)).status_code == 200
    return [one["sql"] for one in queries]


def test_approvals_that_wait_cost_the_desk_no_more_for_many(cluster: Cluster) -> None:
    """The press desk and the release's page while they wait, for one who decides and for the secretariat."""
    broker = User.objects.create(email="b@example.org", name="B", role=Role.SECRETARIAT, password="!")
    found = []
    for number in (2, MANY):
        with clock_at(NOON):
            row = written(cluster, number, "Venter")
            services.hand_in(SYSTEM, row.pk, row.number)
            for user in (cluster.coordinators[0], broker):
                client = Client()
                client.force_login(user)
                for page in (reverse("press-desk"), reverse("release-desk", args=[row.pk])):
                    client.get(page)
                    with CaptureQueriesContext(connection) as queries:
                        assert client.get(page).status_code == 200
                    found.append(len(queries))
            Version.objects.filter(pk=row.pk).delete()
    assert found[4:] == found[:4]


def test_mail_costs_no_more_queries_for_many(
    cluster: Cluster,
    reader: Callable[..., Subscriber],  # noqa: F811
) -> None:
    found = []
    for number in (2, MANY):
        row = released(cluster, number, f"De er {number}")
        reader(f"r{number}@example.org")
        with clock_at(AFTER):
            steps.note_all_published()
            with CaptureQueriesContext(connection) as queries:
                send(row.pk)
        found.append(len(queries))
        Version.objects.filter(pk=row.pk).delete()
        Subscriber.objects.all().delete()
    assert found[1] <= found[0]


@pytest.mark.parametrize("name", PAGES)
def test_many_issuers_cost_no_more_queries_than_two(cluster: Cluster, name: str) -> None:
    few = cost(cluster, name, two := released(cluster, 2, "To går sammen"))
    Version.objects.filter(pk=two.pk).delete()
    many = cost(cluster, name, released(cluster, MANY, "Seksogtyve går sammen"))
    assert len(many) == len(few)
    assert len(many) <= 40
