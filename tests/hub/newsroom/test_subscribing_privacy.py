"""What the newsroom keeps about people: handed out, erased, joined, and past its time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.hub.cast import NOON, Cast
from tests.hub.newsroom.conftest import HOUR
from tests.hub.newsroom.readers import READER, WORDS, ask, subscribed
from vidensbro.hub.audit.privacy import Subject, completed, export
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.directory.models import Person
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.newsroom import links
from vidensbro.hub.newsroom.models import (
    Contact,
    Inquiry,
    ListEntry,
    MailingList,
    PressKit,
    Quote,
    Subscriber,
    SubscriberOrganisation,
    Suppression,
    Version,
)
from vidensbro.hub.newsroom.privacy import PURPOSES, NewsroomPart
from vidensbro.hub.newsroom.services import subscribing

pytestmark = pytest.mark.django_db
PART = NewsroomPart()
EXPIRE = {one.code: one for one in PURPOSES}


def test_a_reader_gets_what_is_kept_and_is_erased(cast: Cast) -> None:
    subscribed(organisations=(cast.company.pk,))
    subscribed("other@example.org")
    Inquiry.objects.create(
        organisation=cast.company, name="Rita", email="Rita@Example.org", language="da", text="Hvornår?"
    )
    subject = completed(Subject(addresses=frozenset({READER})))
    told = export(subject)["newsroom"]
    json.dumps(told)
    assert told["subscriptions"][0]["consent"]["given"]["words"] == WORDS
    assert told["inquiries"][0]["text"] == "Hvornår?"
    PART.erase(subject)
    assert [one.address for one in Subscriber.objects.all()] == ["other@example.org"]
    assert not Inquiry.objects.exists()


def test_the_promise_never_to_write_outlasts_the_data() -> None:
    subscribing.never_again(links.reader_of(subscribed()))
    PART.erase(completed(Subject(addresses=frozenset({READER}))))
    assert not Subscriber.objects.exists()
    assert READER not in str(list(Suppression.objects.values()))
    count = Mail.objects.count()
    ask()
    assert Mail.objects.count() == count


def test_what_nobody_confirms_is_forgotten_within_a_week_and_nothing_else() -> None:
    purpose = EXPIRE["subscriptions"]
    assert purpose.retention == timedelta(days=7)
    with clock_at(NOON - timedelta(days=1)):
        left = subscribed("left@example.org")
        subscribing.leave(links.reader_of(left))
        subscribed("active@example.org")
    with clock_at(NOON):
        ask()
        ask("left@example.org")
    with clock_at(NOON + timedelta(days=6)):
        ask("late@example.org")
        assert purpose.expire(NOON + timedelta(days=6) - purpose.retention) == 0
    with clock_at(NOON + timedelta(days=7, hours=1)):
        assert purpose.expire(NOON + timedelta(hours=1)) == 2
    kept = {one.address[: one.address.index("@")] for one in Subscriber.objects.all()}
    assert kept == {"left", "active", "late"}
    left.refresh_from_db()
    assert left.consent["waiting"] == {}
    assert left.consent["earlier"][0]["words"] == WORDS
    with clock_at(NOON + timedelta(days=500)):
        purpose.expire(NOON + timedelta(days=493))
    assert [one.address for one in Subscriber.objects.all()] == ["active@example.org"]


def test_a_release_that_is_out_stays_as_it_was_published_and_a_draft_does_not(cast: Cast, scheduled) -> None:
    person = Person.objects.create(name="Asta Eksempelsen")
    with clock_at(NOON):
        version = scheduled()
        Quote.objects.filter(version=version).update(person=person)
        Contact.objects.create(
            release=version.release, organisation=cast.company, name="Asta Eksempelsen", person=person
        )
    subject = Subject(person_id=person.pk, words=frozenset({"Asta Eksempelsen"}))
    with clock_at(HOUR):
        assert PART.export(subject)["quotes"][0]["name"] == "Asta Eksempelsen"
        PART.erase(subject)
    quote = Quote.objects.get()
    assert (quote.speaker, quote.person_id) == ("Asta Eksempelsen", None)
    assert not Contact.objects.exists()
    with clock_at(NOON):
        PART.erase(subject)
    assert Quote.objects.get().speaker == "[…]"


def test_an_account_is_named_nowhere_after_erasure(cast: Cast, draft: Version) -> None:
    user = cast.users["member"]
    PART.erase(Subject(user_id=user.pk))
    draft.refresh_from_db()
    assert (draft.changed_by_id, draft.release.created_by_id) == (None, None)
    assert set(draft.revisions.values_list("by_id", flat=True)) == {None}


def test_two_organisations_become_one_and_nobody_loses_anything(cast: Cast, draft: Version) -> None:
    kept, gone = cast.company, cast.university
    row = subscribed(organisations=(kept.pk, gone.pk))
    PressKit.objects.create(organisation=gone, about_da="Om os")
    here = MailingList.objects.create(organisation=kept, name="Presse")
    there = MailingList.objects.create(organisation=gone, name="Presse")
    for one, address in ((here, "a@example.org"), (there, "a@example.org"), (there, "b@example.org")):
        ListEntry.objects.create(list=one, address=address, language="da")
    ListEntry.objects.filter(list=there, address="a@example.org").update(left=NOON)
    PART.merge("organisation", kept.pk, gone.pk)
    assert [one.organisation_id for one in SubscriberOrganisation.objects.filter(subscriber=row)] == [kept.pk]
    assert [one.organisation_id for one in draft.release.issuers.all()] == [kept.pk]
    assert PressKit.objects.get().organisation_id == kept.pk
    found = {one.address: one.left is not None for one in ListEntry.objects.filter(list=here)}
    assert found == {"a@example.org": True, "b@example.org": False}
    assert MailingList.objects.count() == 1


def test_two_people_become_one(cast: Cast, draft: Version) -> None:
    kept, gone = Person.objects.create(name="Asta E."), Person.objects.create(name="Asta Eksempelsen")
    Quote.objects.update(person=gone)
    PART.merge("person", kept.pk, gone.pk)
    assert Quote.objects.get().person_id == kept.pk


def test_a_list_tells_whose_address_it_is(cast: Cast) -> None:
    user = cast.users["outsider"]
    press = MailingList.objects.create(name="Press")
    ListEntry.objects.create(list=press, address="work@example.org", language="da", user=user)
    assert PART.traces(Subject(user_id=user.pk)).addresses == {"work@example.org"}
    assert PART.export(Subject(user_id=user.pk))["lists"][0]["name"] == "Press"
    PART.erase(Subject(user_id=user.pk))
    assert not ListEntry.objects.exists()
