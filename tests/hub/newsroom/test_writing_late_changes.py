"""What is changed beside the words after an issuer has approved them: no new approval, but nobody is spoken for
unawares."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.files.samples import PDF
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.samples import WORDS as SAID
from tests.hub.newsroom.samples import quarters, saved, upload
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Conflict
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.directory.models import Membership, Organisation
from vidensbro.hub.mail.kinds import optional_kinds
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.announcements import CHANGED
from vidensbro.hub.newsroom.models import Approval, Contact, LateChange, State, Version
from vidensbro.hub.newsroom.privacy import NewsroomPart
from vidensbro.hub.newsroom.services import contacts, documents, ordering, pictures, subjects, telling
from vidensbro.hub.newsroom.services.late_changes import GATHER
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.services import drain

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=1)
TOLD = LATER + GATHER


def decider(organisation: Organisation, name: str, language: str = "en") -> User:
    user = User.objects.create(
        email=f"{name}@example.org", name=name, role=Role.MEMBER, password="!", language=language
    )
    Membership.objects.create(user=user, organisation=organisation, role="coordinator")
    return user


@pytest.fixture
def rector(cast: Cast) -> User:
    """Decides for the university."""
    return decider(cast.university, "rector")


@pytest.fixture
def contact(cast: Cast, draft: Version) -> Contact:
    """Of the company's, in the draft already."""
    return contacts.add(
        cast["member"], draft.release_id, cast.company.pk, name="Bo Eksempelsen", phone="12 34 56 78"
    )


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> None:
    options = {**settings.STORAGES["files"]["OPTIONS"], "location": str(tmp_path)}
    settings.STORAGES = {**settings.STORAGES, "files": {**settings.STORAGES["files"], "OPTIONS": options}}


def give(row: Version, *organisations: Organisation) -> Version:
    """Hand the draft in and approve it for these."""
    with clock_at(NOON):
        services.hand_in(SYSTEM, row.pk, row.number)
        for one in organisations:
            row = services.approve(SYSTEM, row.pk, one.pk, row.number)
    return row


def told() -> list[Mail]:
    return list(Mail.objects.filter(kind="newsroom.changed").order_by("created", "address"))


def addresses() -> list[str]:
    return [one.address for one in told()]


def new_number(cast: Cast, contact: Contact, phone: str = "87 65 43 21", who: str = "coordinator") -> None:
    contacts.edit(cast[who], contact.pk, phone=phone)


def test_who_decides_for_another_issuer_that_had_approved_is_told_once(
    cast: Cast, draft: Version, contact: Contact, rector: User
) -> None:
    partner = Organisation.objects.create(name="Partneren", kind="company", country="DK")
    decider(partner, "partner")
    decider(cast.company, "second")
    with clock_at(NOON):
        issuers = [cast.company.pk, cast.university.pk, partner.pk]
        services.edit_release(SYSTEM, draft.release_id, issuers=issuers)
    give(draft, cast.company, cast.university, partner)
    with clock_at(LATER):
        new_number(cast, contact)
    with clock_at(TOLD - timedelta(seconds=1)):
        drain({CHANGED})
        assert told() == []
    with clock_at(TOLD):
        drain({CHANGED})
        assert addresses() == ["partner@example.org", "rector@example.org"]
        telling.tell_of_changes(draft.release_id)
        assert len(told()) == 2
    mail = told()[1]
    for text in (WORDS.headline, "Contact changed: Bo Eksempelsen (Telephone)", "by Coordinator"):
        assert text in mail.text
        assert text in mail.html
    assert reverse("release-desk", args=[draft.pk]) in mail.text
    assert "87 65 43 21" not in mail.text + mail.html
    draft.refresh_from_db()
    assert draft.state == State.APPROVED
    assert draft.approvals.count() == 3


def test_who_has_not_approved_yet_is_not_told(
    cast: Cast, draft: Version, contact: Contact, rector: User
) -> None:
    give(draft, cast.company)
    with clock_at(LATER):
        new_number(cast, contact, who="member")
    with clock_at(TOLD):
        drain({CHANGED})
    assert addresses() == ["coordinator@example.org"]
    with clock_at(TOLD):
        services.approve(actor_of(rector), draft.pk, cast.university.pk, draft.number)
        new_number(cast, contact, "11 11 11 11")
    with clock_at(TOLD + GATHER):
        drain({CHANGED})
    assert addresses() == ["coordinator@example.org", "rector@example.org"]
    assert LateChange.objects.count() == 2


def test_several_changes_within_minutes_are_one_mail(
    cast: Cast, draft: Version, contact: Contact, rector: User
) -> None:
    give(draft, cast.company, cast.university)
    need = cast.need("members", title="Synlig madras")
    with clock_at(LATER):
        new_number(cast, contact)
        picture = upload("seng.jpg", saved(quarters(60, 40)))
        row = pictures.add_to_release(cast["coordinator"], draft.release_id, picture, **SAID)
    with clock_at(LATER + timedelta(minutes=2)):
        pictures.edit(cast["coordinator"], row.pk, credit="Cia Eksempelsen")
        pictures.remove(cast["coordinator"], row.pk)
        documents.add(cast["coordinator"], draft.release_id, upload("r.pdf", PDF), title="Rapporten")
    with clock_at(LATER + timedelta(minutes=4)):
        subjects.add(cast["coordinator"], draft.release_id, "need", need.pk)
        services.edit_release(cast["coordinator"], draft.release_id, place_da="Odense", fields=["biotech"])
        contacts.add(cast["coordinator"], draft.release_id, cast.company.pk, name="Dan", phone="12")
        ordering.move(cast["coordinator"], draft.release_id, "contacts", contact.pk, 1)
    with clock_at(TOLD):
        drain({CHANGED})
    (mail,) = told()
    said = re.findall(r"^- (.*)$", mail.text, re.MULTILINE)
    assert said == [
        "Contact changed: Bo Eksempelsen (Telephone)",
        f"Picture added: {SAID['alt_en']}",
        f"What is said of a picture changed: {SAID['alt_en']} (Credit)",
        f"Picture removed: {SAID['alt_en']}",
        "Document added: Rapporten",
        "Link to what it is about added: Synlig madras",
        "Settings changed (Place in Danish, Fields)",
        "Contact added: Dan",
        "Contacts put in another order",
    ]


def test_changes_right_before_the_hour_are_told_while_there_is_time(
    cast: Cast, draft: Version, contact: Contact, rector: User
) -> None:
    give(draft, cast.company, cast.university)
    with clock_at(NOON):
        services.schedule(cast["coordinator"], draft.pk, HOUR)
    with clock_at(HOUR - timedelta(minutes=10)):
        new_number(cast, contact)
    with clock_at(HOUR - timedelta(minutes=7, seconds=30)):
        drain({CHANGED})
    (mail,) = told()
    assert "can take it back" in mail.text
    assert "Until 3 March 2026, 12:00, when everybody sees it" in mail.text


def test_nothing_is_changed_and_published_at_once_behind_the_others_backs(
    cast: Cast, draft: Version, contact: Contact, rector: User
) -> None:
    give(draft, cast.company, cast.university)
    with clock_at(LATER + timedelta(seconds=40)):
        new_number(cast, contact)
    with clock_at(LATER + timedelta(seconds=50)):
        services.schedule(cast["coordinator"], draft.pk, LATER)
        drain({CHANGED, "newsroom.hour"})
        drain({CHANGED})
    (mail,) = told()
    assert mail.address == "rector@example.org"
    assert "It has come out meanwhile." in mail.text
    assert not LateChange.objects.exists()


def test_what_is_changed_once_it_is_out_is_told_to_nobody(
    cast: Cast, draft: Version, contact: Contact, rector: User
) -> None:
    give(draft, cast.company, cast.university)
    with clock_at(NOON):
        services.schedule(cast["coordinator"], draft.pk, HOUR)
    with clock_at(HOUR):
        new_number(cast, contact)
        services.note_all_published()
        contacts.remove(cast["coordinator"], contact.pk)
    with clock_at(HOUR + timedelta(hours=1)):
        drain({CHANGED})
    assert told() == []
    assert not LateChange.objects.exists()


def test_what_was_told_is_forgotten_at_the_hour_and_when_it_is_a_draft_again(
    cast: Cast, draft: Version, contact: Contact, rector: User
) -> None:
    for end in (
        lambda: services.take_back(cast["coordinator"], draft.pk),
        lambda: services.edit(cast["member"], draft.pk, 1, services.Wording("Ny", "Ny.", "Ny.")),
        lambda: services.schedule(cast["coordinator"], draft.pk, TOLD),
    ):
        draft.refresh_from_db()
        give(draft, cast.company, cast.university)
        with clock_at(LATER):
            new_number(cast, contact, f"12 {Mail.objects.count()}")
        with clock_at(TOLD):
            drain({CHANGED})
            assert LateChange.objects.count() == 1
            end()
            services.note_all_published()
            drain({CHANGED})
            assert not LateChange.objects.exists()
    assert len(told()) == 3


def test_a_worker_that_is_killed_on_the_way_tells_everybody_once(
    cast: Cast, draft: Version, contact: Contact, rector: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    decider(cast.university, "vicerector")
    give(draft, cast.company, cast.university)
    with clock_at(LATER):
        new_number(cast, contact)
    send, calls = telling.mail.send, []

    def dies(*args: object, **kwargs: object) -> object:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return send(*args, **kwargs)

    monkeypatch.setattr(telling.mail, "send", dies)
    with clock_at(TOLD), pytest.raises(KeyboardInterrupt):
        drain({CHANGED})
    assert Entry.objects.filter(topic=CHANGED).exists()
    with clock_at(TOLD + timedelta(minutes=5)):
        drain({CHANGED})
    assert addresses() == ["rector@example.org", "vicerector@example.org"]


def test_the_mail_is_in_the_readers_language_and_can_be_switched_off(
    cast: Cast, draft: Version, contact: Contact
) -> None:
    decider(cast.university, "rektor", "da")
    give(draft, cast.company, cast.university)
    with clock_at(LATER):
        new_number(cast, contact)
    with clock_at(TOLD):
        drain({CHANGED})
    (mail,) = told()
    assert mail.language == "da"
    assert "newsroom.changed" in {one.code for one in optional_kinds()}
    assert "List-Unsubscribe" in mail.headers


def test_a_link_is_told_only_to_who_may_see_what_is_linked(
    cast: Cast, draft: Version, contact: Contact, rector: User
) -> None:
    sealed = cast.need("sealed", title="Forseglet madras")
    give(draft, cast.company, cast.university)
    with clock_at(LATER):
        subjects.add(SYSTEM, draft.release_id, "need", sealed.pk)
    with clock_at(TOLD):
        drain({CHANGED})
        assert "rector@example.org" not in addresses()
        client = Client(headers={"accept-language": "en"})
        client.force_login(rector)
        page = client.get(reverse("release-desk", args=[draft.pk])).text
    assert "Forseglet" not in page
    assert "Changed after approval" not in page


def test_the_desk_shows_what_was_changed_until_it_is_out(
    cast: Cast, draft: Version, contact: Contact, rector: User
) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(rector)
    page = reverse("release-desk", args=[draft.pk])
    with clock_at(NOON):
        new_number(cast, contact, "00 00 00 00")
    give(draft, cast.company, cast.university)
    with clock_at(LATER):
        assert "Changed after approval" not in client.get(page).text
        new_number(cast, contact)
        services.schedule(cast["coordinator"], draft.pk, HOUR)
        shown = client.get(page).text
    assert "Changed after approval" in shown
    assert re.search(r"Telephone: <del>.*?00 00 00 00</del> <ins>.*?87 65 43 21</ins>", shown)
    assert "by Coordinator, " in shown
    with clock_at(HOUR):
        assert "Changed after approval" not in client.get(page).text


def test_nobody_approves_what_was_changed_after_the_page_was_opened(
    cast: Cast, draft: Version, contact: Contact
) -> None:
    give(draft)
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.users["coordinator"])
    desk, step = reverse("release-desk", args=[draft.pk]), reverse("release-step", args=[draft.pk, "approve"])

    def sent() -> dict[str, str]:
        names = ("number", "organisation", "seen")
        form = client.get(desk).text.split(step)[1].split("</form>")[0]
        return {name: re.findall(rf'name="{name}" value="([^"]*)"', form)[0] for name in names}

    before = sent()
    new_number(cast, contact, who="member")
    answer = client.post(step, before, follow=True)
    assert "Look at it before you approve" in answer.text
    assert not Approval.objects.exists()
    client.post(step, sent())
    assert Approval.objects.exists()
    with pytest.raises(Conflict, match="material_changed"):
        services.approve(SYSTEM, draft.pk, cast.university.pk, draft.number, seen="")


def test_who_issues_it_no_longer_and_comes_back_is_asked_again(cast: Cast, draft: Version) -> None:
    give(draft, cast.company, cast.university)
    both = [cast.company.pk, cast.university.pk]
    services.edit_release(cast["coordinator"], draft.release_id, issuers=[cast.company.pk])
    services.edit_release(cast["coordinator"], draft.release_id, place_da="Et helt andet sted")
    services.edit_release(cast["coordinator"], draft.release_id, issuers=both)
    draft.refresh_from_db()
    assert draft.state == State.IN_REVIEW
    assert [one.organisation_id for one in draft.approvals.all()] == [cast.company.pk]
    row = services.approve(SYSTEM, draft.pk, cast.university.pk, draft.number)
    assert row.state == State.APPROVED


def test_another_order_and_another_issuer_are_told(cast: Cast, draft: Version, rector: User) -> None:
    give(draft, cast.company, cast.university)
    partner = Organisation.objects.create(name="Partneren", kind="company", country="DK")
    with clock_at(LATER):
        services.edit_release(
            cast["coordinator"], draft.release_id, issuers=[cast.university.pk, cast.company.pk]
        )
        services.edit_release(
            cast["coordinator"], draft.release_id, issuers=[cast.university.pk, cast.company.pk, partner.pk]
        )
        client = Client(headers={"accept-language": "en"})
        client.force_login(rector)
        page = client.get(reverse("release-desk", args=[draft.pk])).text
    with clock_at(TOLD):
        drain({CHANGED})
    (mail,) = told()
    assert mail.text.count("Settings changed (Issued by)") == 2
    assert "Østuniversitetet, Nordsensor, Partneren" in page


def test_who_is_erased_is_not_kept_in_what_was_changed(
    cast: Cast, draft: Version, contact: Contact, rector: User
) -> None:
    give(draft, cast.company, cast.university)
    with clock_at(LATER):
        contacts.edit(cast["coordinator"], contact.pk, email="bo@example.org")
        documents.add(cast["coordinator"], draft.release_id, upload("r.pdf", PDF), title="Af Bo Eksempelsen")
    subject = Subject(
        user_id=cast.users["coordinator"].pk,
        addresses=frozenset({"bo@example.org"}),
        words=frozenset({"Bo Eksempelsen"}),
    )
    NewsroomPart().erase(subject)
    row = LateChange.objects.get()
    assert (row.what, row.name_da, row.by) == ("document", "Af […]", None)
