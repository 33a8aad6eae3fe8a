"""Which organisation a provider means, and what is kept about somebody's sign-ins."""

from __future__ import annotations

import pytest
from allauth.socialaccount.models import SocialAccount

from tests.hub.cast import SYSTEM, Cast, assemble
from vidensbro.hub.accounts.federation.announcements import Belonging, tell
from vidensbro.hub.audit import privacy
from vidensbro.hub.directory.federation import find
from vidensbro.hub.directory.models import Identifier, JoinRequest, Membership, Organisation


@pytest.fixture
def cast(db: None) -> Cast:
    made = assemble()
    Identifier.objects.create(organisation=made.company, scheme="cvr", value="88146328")
    return made


def organisation(name: str, website: str, **columns: object) -> Organisation:
    return Organisation.objects.create(name=name, website=website, country="DK", **columns)


def test_by_number(cast: Cast) -> None:
    assert find([("cvr", "DK 88 14 63 28")]) == cast.company
    assert find([("cvr", "88146329")]) is None
    assert find([("cvr", "no number")]) is None
    assert find([("nonsense", "88146328")]) is None


def test_by_domain_the_whole_and_not_a_part(cast: Cast) -> None:
    whole = organisation("Universitet", "https://www.uni.dk/en")
    organisation("Institut", "https://uni.dk/institut", parent=whole)
    organisation("Andet", "https://notuni.dk/")
    organisation("Skole", "https://uni.dk.evil.example/")
    assert find([("domain", "uni.dk")]) == whole
    assert find([("domain", "institut.uni.dk")]) is None


def test_two_that_could_be_meant_are_none(cast: Cast) -> None:
    organisation("Den ene", "https://delt.dk")
    organisation("Den anden", "http://www.delt.dk/om")
    assert find([("domain", "delt.dk")]) is None


def test_withdrawn_and_merged_ones_are_not_meant(cast: Cast) -> None:
    organisation("Væk", "https://vaek.dk", status=Organisation.Status.WITHDRAWN)
    assert find([("domain", "vaek.dk")]) is None


def test_the_number_counts_before_the_domain(cast: Cast) -> None:
    other = organisation("Anden", "https://anden.dk")
    assert find([("cvr", "88146328"), ("domain", "anden.dk")]) == cast.company
    assert find([("cvr", "10150817"), ("domain", "anden.dk")]) == other


@pytest.mark.parametrize("state", ["refused", "withdrawn"])
def test_what_people_decided_stands(cast: Cast, state: str) -> None:
    user = cast.users["outsider"]
    now = Organisation._meta.get_field("created").get_default()
    JoinRequest.objects.create(user=user, organisation=cast.company, state=state, decided_at=now)
    told = Belonging(user.pk, "mitid", "confirm", (("cvr", "88146328"),))
    assert tell(told) == "nothing"
    assert not Membership.objects.filter(user=user, organisation=cast.company).exists()


def test_a_coordinator_stays_one(cast: Cast) -> None:
    told = Belonging(cast.users["coordinator"].pk, "mitid", "confirm", (("cvr", "88146328"),))
    assert tell(told) == "member"
    assert Membership.objects.get(user=cast.users["coordinator"]).role == "coordinator"


def test_links_are_exported_and_erased(cast: Cast) -> None:
    user = cast.users["member"]
    SocialAccount.objects.create(
        user=user, provider="wayf", uid="ida@oest.dk", extra_data={"email": "ida@oest.dk"}
    )
    subject = privacy.Subject(user_id=user.pk)
    told = privacy.export(subject)["federation"]["connections"]
    assert [(one["provider"], one["identifier"]) for one in told] == [("wayf", "ida@oest.dk")]
    privacy.erase(SYSTEM, subject)
    assert not SocialAccount.objects.exists()
