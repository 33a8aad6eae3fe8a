"""The predicate and the queryset of a policy say the same, for everybody and everything."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from django.db.models import QuerySet

from tests.hub.cast import SYSTEM, Cast
from vidensbro.hub.accounts.policies import Policy
from vidensbro.hub.common.errors import Denied, NotFound
from vidensbro.hub.directory import rules as directory_rules
from vidensbro.hub.directory.models import ContactPoint, Organisation, Person
from vidensbro.hub.knowledge import rules as knowledge_rules
from vidensbro.hub.knowledge.models import Offer, Work
from vidensbro.hub.needs import rules as needs_rules
from vidensbro.hub.needs.models import Need

POLICIES: list[tuple[str, Policy, type]] = [
    ("see_organisation", directory_rules.see_organisation, Organisation),
    ("edit_organisation", directory_rules.edit_organisation, Organisation),
    ("see_person", directory_rules.see_person, Person),
    ("edit_person", directory_rules.edit_person, Person),
    ("see_contact", directory_rules.see_contact, ContactPoint),
    ("see_work", knowledge_rules.see_work, Work),
    ("edit_work", knowledge_rules.edit_work, Work),
    ("see_offer", knowledge_rules.see_offer, Offer),
    ("edit_offer", knowledge_rules.edit_offer, Offer),
    ("see_need", needs_rules.see_need, Need),
    ("edit_need", needs_rules.edit_need, Need),
    ("see_matches", needs_rules.see_matches, Need),
]


@pytest.fixture
def world(cast: Cast) -> Cast:
    """Rows of every state that a permission could depend on."""
    users = (None, cast.users["member"], cast.users["coordinator"])
    places = (cast.company, cast.university)
    for user, visibility in zip(users, Person.Visibility.values, strict=True):
        person = Person.objects.create(name=f"{visibility}", visibility=visibility, user=user)
        for audience in ContactPoint.Audience.values:
            ContactPoint.objects.create(person=person, kind="email", value="a@example.org", audience=audience)
    for place, audience in itertools.product(places, ContactPoint.Audience.values):
        ContactPoint.objects.create(
            organisation=place, kind="email", value="a@example.org", audience=audience
        )
    for place, audience, withdrawn in itertools.product(places, Offer.Audience.values, (True, False)):
        Offer.objects.create(
            organisation=place, title="x", kind="service", audience=audience, withdrawn=withdrawn
        )
    for withdrawn in (True, False):
        Work.objects.create(title="x", withdrawn=withdrawn)
    owners = (cast.users["owner"], cast.users["coordinator"], None)
    when = {"draft": (None, None), "posted": ("p", None), "answered": ("p", None), "closed": ("p", "c")}
    moment = Need._meta.get_field("created").get_default()
    for owner, place, visibility, (state, (posted, closed)) in itertools.product(
        owners, (cast.company, cast.university, None), ("public", "members", "sealed"), when.items()
    ):
        Need.objects.create(
            text="x",
            owner=owner,
            organisation=place,
            visibility=visibility,
            state=state,
            posted=moment if posted else None,
            closed=moment if closed else None,
            deadline=date(2026, 1, 1),
        )
    return cast


@pytest.mark.parametrize(("name", "policy", "model"), POLICIES, ids=[one[0] for one in POLICIES])
def test_predicate_and_queryset_agree(world: Cast, name: str, policy: Policy, model: type) -> None:
    rows: QuerySet = model.objects.all()
    assert rows.count() > 1
    for actor in [*(world[who] for who in world.names), SYSTEM]:
        listed = set(policy.visible(actor, rows).values_list("pk", flat=True))
        asked = {row.pk for row in rows if policy.allows(actor, row)}
        assert listed == asked, actor.reference


@pytest.mark.parametrize(("name", "policy", "model"), POLICIES, ids=[one[0] for one in POLICIES])
def test_every_answer_has_a_reason(world: Cast, name: str, policy: Policy, model: type) -> None:
    for who in world.names:
        for row in model.objects.all()[:10]:
            assert policy.allows(world[who], row).reason


def test_a_list_has_no_row_twice(world: Cast) -> None:
    for _, policy, model in POLICIES:
        listed = list(policy.visible(world["coordinator"], model.objects.all()).values_list("pk", flat=True))
        assert len(listed) == len(set(listed))


def test_what_one_may_not_see_is_not_there(world: Cast) -> None:
    sealed = Need.objects.filter(visibility="sealed", state="posted", owner=world.users["owner"])[0]
    with pytest.raises(NotFound):
        needs_rules.edit_need.require(world["outsider"], sealed, see=needs_rules.see_need)
    with pytest.raises(Denied, match="not_owner"):
        needs_rules.edit_need.require(world["outsider"], sealed)
