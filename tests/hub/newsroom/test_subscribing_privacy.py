"""What the newsroom keeps about people: handed out, erased, joined, and past its time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.newsroom.conftest import HOUR
from tests.hub.newsroom.feeding import put_on, write
from tests.hub.newsroom.readers import READER, WORDS, ask, subscribed
from tests.hub.newsroom.samples import quarters, saved, upload
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.privacy import Subject, completed, erase, export
from vidensbro.hub.audit.purposes import NONE
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.directory.models import Person
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.newsroom import links, services
from vidensbro.hub.newsroom.addresses import digest_of
from vidensbro.hub.newsroom.models import (
    Contact,
    Dispatch,
    EmbargoAcceptance,
    Inquiry,
    LateChange,
    ListEntry,
    MailingList,
    PressKit,
    Quote,
    Returned,
    Subscriber,
    SubscriberOrganisation,
    Suppression,
    Version,
)
from vidensbro.hub.newsroom.models import Subject as About
from vidensbro.hub.newsroom.privacy import MODELS, PURPOSES, NewsroomPart
from vidensbro.hub.newsroom.services import (
    Facts,
    Said,
    Wording,
    contacts,
    documents,
    inquiries,
    journalists,
    kits,
    lists,
    pictures,
    sending,
    subscribing,
)

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


NAME = "Asta Eksempelsen"


def everything(cast: Cast, user: User, person: Person) -> Version:
    """One row of every model that holds something of a person, with her name or address in it; not out yet."""
    with clock_at(NOON):
        words = Wording(f"{NAME} er ny", f"{NAME} ved det.", f"Skriv til {READER}.")
        words = replace(words, fact_boxes=(Facts(NAME, NAME),))
        words = replace(words, quotes=(Said("Det er nyt.", NAME, "lektor", str(person.pk)),))
        draft = services.create_release(SYSTEM, [cast.company.pk], "da", words)
        told = {"name": NAME, "email": READER, "phone": "12 34 56 78", "hours_da": "9-16"}
        contact = contacts.add(SYSTEM, draft.release_id, cast.company.pk, **told)
        changed = {"what": "contact", "done": "changed", "key": str(contact.pk), "name_da": NAME}
        LateChange.objects.create(
            release=draft.release, **changed, texts=[["email", READER, "b@example.org"]]
        )
        shown = dict.fromkeys(("alt_da", "alt_en", "caption_da", "caption_en", "credit"), f"Foto: {NAME}")
        pictures.add_to_release(SYSTEM, draft.release_id, upload("a.jpg", saved(quarters(64, 64))), **shown)
        documents.add(SYSTEM, draft.release_id, upload("a.txt", b"tal"), title=f"Cv for {NAME}")
        kits.write(SYSTEM, cast.company.pk, f"Spørg {NAME}.", f"Ask {NAME}.")
        About.objects.create(release=draft.release, person=person)
        row = subscribed()
        press = lists.create_list(SYSTEM, f"Med {NAME}")
        lists.add(SYSTEM, press.pk, lists.Listed(READER, NAME, "Avisen"))
        Returned.objects.create(mail=row.pk, what="soft", digest=digest_of(READER))
        Dispatch.objects.create(version=draft, begun=NOON, after=READER)
        asked = inquiries.Question(NAME, READER, f"Hilsen {NAME}", phone="12 34 56 78")
        inquiries.ask(actor_of(user), cast.company.pk, asked)
        journalists.trust(SYSTEM, user.email, "Avisen")
        EmbargoAcceptance.objects.create(release=draft.release, user=user, name=NAME, terms="1")
    return draft


def columns(app: str) -> str:
    """Every value of every row that an app keeps."""
    return str([list(one.objects.values()) for one in apps.get_app_config(app).get_models()])


def test_no_trace_of_whoever_is_erased_is_left(cast: Cast) -> None:
    person = Person.objects.create(name=NAME)
    user = User.objects.create(email=READER, name=NAME, role="visitor", password="!")
    draft = everything(cast, user, person)
    holding = {one for one, purpose in MODELS.items() if not purpose.startswith(NONE)}
    silent = {
        *("newsroom.Approval", "newsroom.Correction", "newsroom.SubscriberField"),
        *("newsroom.SubscriberOrganisation", "newsroom.Suppression"),
    }
    for name in holding - silent:
        assert apps.get_model(name).objects.exists(), name
    whose = Subject(
        user_id=user.pk,
        person_id=person.pk,
        addresses=frozenset({READER}),
        words=frozenset({NAME, "12 34 56 78"}),
    )
    with clock_at(NOON):
        erase(SYSTEM, whose, checked=True)
    for app in ("newsroom", "mail"):
        left = columns(app)
        for trace in (NAME, READER, "12 34 56 78", digest_of(READER), str(user.pk), str(person.pk)):
            assert trace not in left, (app, trace, left[max(left.find(trace) - 300, 0) :][:400])
    assert Version.objects.get(pk=draft.pk).headline == "[…] er ny"


def test_sending_that_began_anew_because_of_an_erasure_writes_to_nobody_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PORTION", 2)
    with clock_at(NOON):
        version = put_on(write(Wording("Ny", "Kort", "Langt"), [cast.company.pk]), HOUR)
        for name in "abcde":
            subscribed(f"{name}@example.org", language="da")
    with clock_at(HOUR):
        assert sending._send_portion(version.pk) == 2
        PART.erase(completed(Subject(addresses=frozenset({"b@example.org"}))))
        assert Dispatch.objects.get().after == ""
        sending.send(version.pk)
    mails = Mail.objects.filter(kind="newsroom.release").order_by("address")
    assert [one.address[0] for one in mails] == ["a", "b", "c", "d", "e"]


def test_who_can_be_called_gets_everything_that_is_said_of_her(cast: Cast) -> None:
    person = Person.objects.create(name=NAME)
    user = User.objects.create(email=READER, name=NAME, role="visitor", password="!")
    everything(cast, user, person)
    with clock_at(NOON):
        told = PART.export(Subject(person_id=person.pk, proven=frozenset({READER})))
        (contact,) = told["contact_for"]
        assert (contact["phone"], contact["hours_da"]) == ("12 34 56 78", "9-16")
        assert PART.export(Subject(addresses=frozenset({READER})))["contact_for"] == []


def test_an_export_tells_nothing_of_a_release_before_the_hour(cast: Cast, scheduled) -> None:
    person = Person.objects.create(name=NAME)
    with clock_at(NOON):
        version = scheduled()
        Quote.objects.filter(version=version).update(person=person)
        About.objects.create(release=version.release, person=person)
        assert version.headline not in json.dumps(
            PART.export(Subject(person_id=person.pk)), ensure_ascii=False
        )
    with clock_at(HOUR):
        told = PART.export(Subject(person_id=person.pk))
        assert [one["title"] for one in (*told["quotes"], *told["told_of_in"])] == [version.headline] * 2


def test_an_earlier_wording_can_be_brought_back_after_a_merge_and_an_erasure(cast: Cast) -> None:
    kept, gone = (Person.objects.create(name=NAME) for _ in range(2))
    first = Wording("Ny", quotes=(Said("Det er nyt.", NAME, "lektor", str(gone.pk)),))
    with clock_at(NOON):
        row = services.create_release(SYSTEM, [cast.company.pk], "da", first)
        services.edit(SYSTEM, row.pk, row.number, Wording("Nyere"))
        PART.merge("person", kept.pk, gone.pk)
        assert row.revisions.earliest("number").content["quotes"][0]["person_id"] == str(kept.pk)
        PART.erase(Subject(person_id=kept.pk))
        assert row.revisions.earliest("number").content["quotes"][0]["person_id"] == ""


def test_an_export_tells_what_came_back_and_what_is_never_to_come(cast: Cast) -> None:
    press = lists.create_list(SYSTEM, "Press")
    lists.add(SYSTEM, press.pk, lists.Listed(READER, NAME, "Avisen", "en"))
    entry = ListEntry.objects.get()
    lists.remove(SYSTEM, press.pk, entry.pk)
    subscribing.leave(links.reader_of(entry))
    lists.add(SYSTEM, lists.create_list(SYSTEM, "Members").pk, lists.Listed("b@example.org", NAME, "Avisen"))
    subscribing.never_again(links.reader_of(ListEntry.objects.get()))
    Returned.objects.create(mail=press.pk, what="soft", digest=digest_of(READER), at=NOON)
    told = PART.export(Subject(proven=frozenset({READER, "b@example.org"})))
    json.dumps(told)
    assert {(one["address"], one["reason"]) for one in told["unwanted"]} == {
        (READER, "own"),
        ("b@example.org", "own"),
    }
    assert told["returned"] == [{"address": READER, "kind": "soft", "at": NOON.isoformat()}]
    (listed,) = told["lists"]
    assert (listed["name"], listed["person"], listed["outlet"], listed["language"]) == (
        "Members",
        NAME,
        "Avisen",
        "da",
    )
    assert not PART.export(Subject(proven=frozenset({"c@example.org"})))["unwanted"]
