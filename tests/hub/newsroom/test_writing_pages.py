"""A release from the first word to the tombstone, through the pages of its writers and without a script."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.newsroom.conftest import HOUR, WORDS
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.directory.models import Person
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import Contact, Release, State, Version
from vidensbro.hub.newsroom.services import wording_of

pytestmark = pytest.mark.django_db
Door = Callable[[str], Client]


@pytest.fixture
def door(cast: Cast) -> Door:
    """A browser in which somebody of the cast is signed in, in English."""

    def opened(name: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        if name != "visitor":
            client.force_login(cast.users[name])
        return client

    return opened


def at(name: str, row: Version, *more: object) -> str:
    return reverse(name, args=[row.pk, *more])


def filled(cast: Cast, **changes: object) -> dict[str, object]:
    """What a browser sends for a new release with one fact box and one quotation."""
    return {
        "language": "da",
        "headline": WORDS.headline,
        "lead": WORDS.lead,
        "body": WORDS.body,
        "facts-count": "1",
        "facts-0-heading": "Fakta",
        "facts-0-body": "- 120 beboere\n- 18 måneder",
        "quotes-count": "1",
        "quotes-0-text": "Vi ser det to dage før.",
        "quotes-0-speaker": "Asta Eksempelsen",
        "quotes-0-title": "lektor",
        "contacts-count": "1",
        "contacts-0-name": "Bo Eksempelsen",
        "contacts-0-title": "pressechef",
        "contacts-0-phone": "+45 12 34 56 78",
        "issuers": [str(cast.company.pk), str(cast.university.pk)],
        "first": str(cast.university.pk),
        "place_da": "Aalborg",
        "text_licence": "CC-BY-4.0",
        **changes,
    }


def words_sent(row: Version, **changes: object) -> dict[str, object]:
    """What a browser sends for the words of a version that is there."""
    sent: dict[str, object] = {
        "number": row.number,
        "headline": row.headline,
        "lead": row.lead,
        "body": row.body,
        "facts-count": row.fact_boxes.count(),
        "quotes-count": row.quotes.count(),
    }
    for place, box in enumerate(row.fact_boxes.all()):
        sent |= {f"facts-{place}-heading": box.heading, f"facts-{place}-body": box.body}
    for place, one in enumerate(row.quotes.all()):
        sent |= {
            f"quotes-{place}-text": one.text,
            f"quotes-{place}-speaker": one.speaker,
            f"quotes-{place}-title": one.title,
        }
    return {**sent, **changes}


def test_a_release_is_written_with_everything_that_belongs_to_it(cast: Cast, door: Door) -> None:
    client = door("member")
    assert client.get(reverse("write-release")).status_code == 200
    answer = client.post(reverse("write-release"), filled(cast))
    row = Version.objects.get()
    assert (answer.status_code, answer.url) == (302, at("release-desk", row))
    assert wording_of(row) == WORDS
    assert [one.organisation_id for one in row.release.issuers.all()] == [cast.university.pk, cast.company.pk]
    contact = Contact.objects.get()
    assert (contact.name, contact.title_da, contact.organisation_id) == (
        "Bo Eksempelsen",
        "pressechef",
        cast.university.pk,
    )
    page = client.get(answer.url)
    assert page.status_code == 200
    assert "Bo Eksempelsen" in page.text


def test_nothing_is_stored_and_nothing_is_lost_until_it_all_fits(cast: Cast, door: Door) -> None:
    client = door("member")
    for wrong in (
        {"headline": ""},
        {"facts-0-body": ""},
        {"quotes-0-speaker": ""},
        {"contacts-0-phone": ""},
        {"issuers": []},
        {"issuers": [str(cast.university.pk)]},
        {"first": str(cast.university.pk), "issuers": [str(cast.company.pk)]},
        {"text_licence": "WTFPL"},
    ):
        answer = client.post(reverse("write-release"), filled(cast, **wrong))
        assert answer.status_code == 400, wrong
        assert 'id="form-errors"' in answer.text
        assert "Den næste prøve begynder til foråret." in answer.text
    assert not Release.objects.exists()


def test_groups_grow_shrink_and_move_without_a_script(cast: Cast, door: Door) -> None:
    client = door("member")
    given = filled(cast, **{"quotes-count": "2", "quotes-1-text": "Anden.", "quotes-1-speaker": "Bo"})

    def values(action: str, name: str) -> list[str]:
        page = client.post(reverse("write-release"), {**given, "action": action}).text
        assert 'id="form-errors"' not in page
        assert WORDS.lead in page
        return re.findall(rf'name="{name}-\d+-(?:speaker|heading|name)" value="([^"]*)"', page)

    assert values("add:quotes", "quotes") == ["Asta Eksempelsen", "Bo"]
    assert values("up:quotes:1", "quotes") == ["Bo", "Asta Eksempelsen"]
    assert values("remove:quotes:0", "quotes") == ["Bo"]
    assert values("remove:facts:0", "facts") == []
    for nonsense in ("remove:quotes:9", "up:quotes:0", "add:users", "remove:quotes:-1", "x"):
        assert values(nonsense, "quotes") == ["Asta Eksempelsen", "Bo"]
    page = client.post(reverse("write-release"), {**given, "action": "add:quotes"}).text
    assert 'name="quotes-2-text"' in page
    assert not Release.objects.exists()


def test_an_organisation_is_found_by_name_and_its_tick_stays(cast: Cast, door: Door) -> None:
    given = filled(cast, issuers=[str(cast.company.pk)], first="", issuer_name="østuni", action="find")
    page = door("member").post(reverse("write-release"), given).text
    assert "Østuniversitetet" in page
    assert re.search(rf'value="{cast.company.pk}"[^>]*checked', page)
    assert not re.search(rf'value="{cast.university.pk}"[^>]*checked', page)


def test_the_preview_shows_it_as_it_will_be_read_and_stores_nothing(cast: Cast, door: Door) -> None:
    given = filled(cast, body="**Fed** <script>alert(1)</script>", preview="1")
    page = door("member").post(reverse("write-release"), given)
    assert page.status_code == 200
    assert "<strong>Fed</strong>" in page.text
    assert "<script>alert" not in page.text
    assert not Release.objects.exists()


def test_of_two_editors_the_second_sees_both_texts_and_saves_what_was_typed(
    cast: Cast, draft: Version, door: Door
) -> None:
    second = words_sent(draft, lead="Den anden har skrevet noget nyt.", **{"facts-0-heading": "Tal"})
    first = words_sent(draft, lead="Den første har rettet noget.")
    assert door("colleague").post(at("edit-release", draft), first).status_code == 302
    clash = door("member").post(at("edit-release", draft), second)
    assert clash.status_code == 409
    assert re.search(r"<ins>.*?første", clash.text, re.DOTALL)
    assert "Den anden har skrevet noget nyt.</textarea>" in clash.text
    assert 'value="Tal"' in clash.text
    assert 'name="number" value="2"' in clash.text
    draft.refresh_from_db()
    assert draft.lead == "Den første har rettet noget."
    saved = door("member").post(at("edit-release", draft), {**second, "number": 2})
    assert saved.status_code == 302
    leads = list(draft.revisions.order_by("number").values_list("content__lead", flat=True))
    assert leads == [WORDS.lead, "Den første har rettet noget.", "Den anden har skrevet noget nyt."]


def test_the_history_tells_what_changed_and_brings_a_wording_back(draft: Version, door: Door) -> None:
    client = door("member")
    body = draft.body.replace("to", "tre")
    client.post(at("edit-release", draft), words_sent(draft, body=body))
    page = client.get(at("release-history", draft)).text
    assert re.search(r"<del><span[^>]*>taken out: </span>to</del>", page)
    assert re.search(r"<ins><span[^>]*>put in: </span>tre</ins>", page)
    back = client.post(at("bring-back-wording", draft, 1), {"number": 2})
    assert back.status_code == 302
    draft.refresh_from_db()
    assert (draft.number, wording_of(draft)) == (3, WORDS)
    stale = client.post(at("bring-back-wording", draft, 2), {"number": 2})
    assert stale.url == at("release-history", draft)
    draft.refresh_from_db()
    assert draft.number == 3


def test_everybody_is_shown_the_steps_that_are_theirs(cast: Cast, draft: Version, door: Door) -> None:
    def steps(name: str) -> set[str]:
        page = door(name).get(at("release-desk", draft)).text
        links = ("edit", "schedule", "withdraw", "remove", "correct")
        found = set(re.findall(r"/step/([a-z-]+)/", page))
        return found | {one for one in links if f'href="{at(f"{one}-release", draft)}"' in page}

    assert steps("member") == {"hand-in", "edit", "remove"}
    door("member").post(at("release-step", draft, "hand-in"), {"number": 1})
    assert steps("member") == {"take-back", "edit", "remove"}
    assert steps("coordinator") == {"take-back", "edit", "remove", "approve"}
    assert steps("secretariat") == {"take-back", "edit", "remove"}
    given = {"number": 1, "organisation": str(cast.company.pk)}
    door("coordinator").post(at("release-step", draft, "approve"), given)
    assert steps("coordinator") == {"take-back", "edit", "remove"}
    page = door("member").get(at("release-desk", draft)).text
    assert "approved" in page
    assert re.search(r"Waits for the approval of:\s*Østuniversitetet", page)
    services.approve(SYSTEM, draft.pk, cast.university.pk, 1)
    assert steps("member") == {"take-back", "edit", "remove"}
    ready = {"take-back", "edit", "remove", "schedule", "publish"}
    assert steps("coordinator") == ready
    with clock_at(NOON):
        services.schedule(SYSTEM, draft.pk, HOUR)
        assert steps("coordinator") == ready | {"unschedule"}
    with clock_at(HOUR):
        assert steps("coordinator") == {"correct", "withdraw"}
        assert steps("member") == set()


def test_approval_holds_for_the_words_that_were_read(cast: Cast, draft: Version, door: Door) -> None:
    services.hand_in(SYSTEM, draft.pk, 1)
    given = {"number": 7, "organisation": str(cast.company.pk)}
    answer = door("coordinator").post(at("release-step", draft, "approve"), given, follow=True)
    assert "Somebody has changed the text meanwhile" in answer.text
    assert not draft.approvals.exists()


def test_what_is_missing_is_told_before_it_is_handed_in(cast: Cast, door: Door) -> None:
    row = services.create_release(cast["member"], [cast.company.pk], "da", services.Wording("Kun overskrift"))
    client = door("member")
    assert "must be filled in: Lead, Text" in client.get(at("release-desk", row)).text
    answer = client.post(at("release-step", row, "hand-in"), {"number": 1}, follow=True)
    assert "Lead: This must be filled in." in answer.text
    row.refresh_from_db()
    assert row.state == State.DRAFT


def test_published_at_once_corrected_with_a_note_and_withdrawn(approved: Version, door: Door) -> None:
    client = door("coordinator")
    with clock_at(NOON):
        client.post(at("release-step", approved, "publish"))
        assert "It is out" in client.get(at("release-desk", approved)).text
        approved.refresh_from_db()
        assert approved.publish_at == NOON
        assert client.get(at("edit-release", approved)).url == at("correct-release", approved)
        sent = words_sent(approved, lead="Rettet indledning.")
        assert client.post(at("correct-release", approved), {**sent, "note": " "}).status_code == 400
        done = client.post(at("correct-release", approved), {**sent, "note": "Tallet var forkert."})
        assert done.status_code == 302
        same = client.post(
            at("correct-release", approved), {**sent, "number": approved.number + 1, "note": "Igen"}
        )
        assert same.status_code == 409
        assert "Nothing has been changed." in same.text
        assert "Tallet var forkert." in client.get(at("release-desk", approved)).text
        back = client.get(at("correct-release", approved), {"wording": "1"})
        assert WORDS.lead in back.text
        withdrawn = client.post(at("withdraw-release", approved), {"note": "Tallene holdt ikke."})
        assert withdrawn.status_code == 302
        assert "Tallene holdt ikke." in client.get(at("release-desk", approved)).text
    approved.refresh_from_db()
    assert approved.state == State.WITHDRAWN


def test_the_hour_strikes_while_somebody_writes(scheduled: Callable[[], Version], door: Door) -> None:
    with clock_at(NOON):
        row = scheduled()
    with clock_at(HOUR):
        sent = words_sent(row, lead="Skrevet før timen, sendt efter.")
        answer = door("coordinator").post(at("edit-release", row), sent)
        assert answer.status_code == 409
        assert "Skrevet før timen, sendt efter.</textarea>" in answer.text
        assert f'action="{at("correct-release", row)}"' in answer.text
        member = door("member").post(at("edit-release", row), sent)
        assert (member.status_code, "Skrevet før timen" in member.text) == (409, True)


def test_the_other_language_begins_with_the_words_to_translate(draft: Version, door: Door) -> None:
    client = door("member")
    answer = client.post(at("begin-version", draft), {"language": "en"})
    english = Version.objects.get(language="en")
    assert answer.url == at("edit-release", english)
    assert wording_of(english) == WORDS
    assert at("release-desk", english) in client.get(at("release-desk", draft)).text
    assert client.post(at("begin-version", draft), {"language": "en"}).status_code == 409
    assert client.post(at("begin-version", draft), {"language": "de"}).status_code == 400


def test_two_who_edit_the_settings_at_once_undo_nothing(cast: Cast, draft: Version, door: Door) -> None:
    page = door("member").get(at("release-settings", draft)).text
    seen = re.findall(r'<input type="hidden" name="(initial-[a-z_]+)"(?: value="([^"]*)")?', page)
    sent: dict[str, object] = {"text_licence": "CC-BY-4.0"}
    for name, value in seen:
        sent.setdefault(name, []).append(value)  # type: ignore[attr-defined]
    assert {"initial-issuers", "initial-place_da", "initial-text_licence"} <= set(sent)
    sent["issuers"] = [str(cast.company.pk), str(cast.university.pk)]
    door("colleague").post(at("release-settings", draft), {**sent, "place_da": "Aarhus"})
    answer = door("member").post(at("release-settings", draft), {**sent, "place_en": "Aalborg"})
    assert answer.status_code == 302
    row = Release.objects.get()
    assert (row.place_da, row.place_en) == ("Aarhus", "Aalborg")
    assert row.issuers.count() == 2


def test_a_draft_is_removed_after_asking_once(draft: Version, door: Door) -> None:
    client = door("member")
    assert client.get(at("remove-release", draft)).status_code == 200
    assert Version.objects.exists()
    assert client.post(at("remove-release", draft)).url == reverse("my-releases")
    assert not Release.objects.exists()


def test_nobody_removes_what_somebody_else_has_just_written(draft: Version, door: Door) -> None:
    page = door("member").get(at("remove-release", draft)).text
    read = re.findall(r'name="number" value="(\d+)"', page)
    door("colleague").post(at("edit-release", draft), words_sent(draft, lead="Lige skrevet."))
    answer = door("member").post(at("remove-release", draft), {"number": read[0]})
    assert (answer.status_code, "Somebody has changed the text meanwhile" in answer.text) == (409, True)
    draft.refresh_from_db()
    assert draft.lead == "Lige skrevet."


def test_what_is_typed_for_a_version_that_is_removed_meanwhile_is_not_lost(
    cast: Cast, draft: Version, door: Door
) -> None:
    sent = words_sent(draft, lead="Skrevet, mens den blev fjernet.")
    door("colleague").post(at("remove-release", draft), {"number": draft.number})
    answer = door("member").post(at("edit-release", draft), sent)
    assert answer.status_code == 409
    assert "Skrevet, mens den blev fjernet.</textarea>" in answer.text
    assert f'action="{reverse("write-release")}"' in answer.text
    assert door("administrator").post(at("edit-release", draft), sent).status_code == 403
    assert door("member").get(at("edit-release", draft)).status_code == 404
    assert door("member").post(at("edit-release", Version(pk=draft.release_id)), sent).status_code == 404


def test_somebody_whom_the_directory_does_not_know_is_quoted_without_a_link(
    draft: Version, door: Door
) -> None:
    person = Person.objects.create(name="Asta Eksempelsen")
    client = door("member")
    for wrong in (str(uuid.uuid4()), str(draft.pk)):
        sent = words_sent(draft, lead=f"Nyt {wrong}", **{"quotes-0-person_id": wrong})
        assert client.post(at("edit-release", draft), sent).status_code == 302
        assert draft.quotes.get().person_id is None
        draft.refresh_from_db()
    sent = words_sent(draft, **{"quotes-0-person_id": str(person.pk)})
    assert client.post(at("edit-release", draft), sent).status_code == 302
    assert draft.quotes.get().person_id == person.pk
    draft.refresh_from_db()
    linked = draft.number
    client.post(at("edit-release", draft), words_sent(draft, lead="Til sidst."))
    person.delete()
    draft.refresh_from_db()
    back = client.post(at("bring-back-wording", draft, linked), {"number": draft.number})
    assert back.status_code == 302
    assert draft.quotes.get().speaker == "Asta Eksempelsen"
    connection.check_constraints()


def test_the_list_has_ones_own_and_is_narrowed_by_state(
    cast: Cast, scheduled: Callable[[], Version], door: Door
) -> None:
    with clock_at(NOON):
        row = scheduled()
        other = services.Wording("Kun universitetets")
        services.create_release(cast["outsider"], [cast.university.pk], "en", other)

        def listed(name: str, **narrowed: str) -> int:
            page = door(name).get(reverse("my-releases"), narrowed)
            assert page.status_code == 200
            return page.text.count("<h3")

        assert [listed(name) for name in ("member", "outsider", "administrator", "secretariat")] == [
            1,
            2,
            1,
            2,
        ]
        assert "Kun universitetets" not in door("member").get(reverse("my-releases")).text
        assert listed("outsider", state="draft") == listed("outsider", language="en") == 1
        assert listed("outsider", state="scheduled") == listed("outsider", q="tryksår") == 1
    with clock_at(HOUR + timedelta(hours=1)):
        page = door("member").get(reverse("my-releases"), {"state": "published"})
        assert row.headline in page.text


@pytest.mark.parametrize("name", ["release-desk", "edit-release", "release-history", "release-settings"])
def test_nobody_else_gets_to_the_pages_of_a_draft(cast: Cast, draft: Version, door: Door, name: str) -> None:
    hidden = services.create_release(cast["member"], [cast.company.pk], "da", WORDS)
    assert door("visitor").get(at(name, hidden)).status_code == 302
    for who in ("outsider", "administrator"):
        assert door(who).get(at(name, hidden)).status_code == 404
        assert door(who).post(at("release-step", hidden, "hand-in"), {"number": 1}).status_code == 404
    hidden.refresh_from_db()
    assert hidden.state == State.DRAFT


def test_the_open_pages_of_what_is_out_are_for_its_writers_only(
    scheduled: Callable[[], Version], door: Door
) -> None:
    with clock_at(NOON):
        row = scheduled()
    with clock_at(HOUR):
        for name in ("release-desk", "release-history", "release-settings", "correct-release"):
            assert door("administrator").get(at(name, row)).status_code == 403
        assert door("member").get(at("correct-release", row)).status_code == 403


def test_what_is_pasted_from_word_comes_back_as_markdown(door: Door) -> None:
    html = '<p class="MsoNormal"><b>Fed</b> og <i>kursiv</i><o:p></o:p></p><script>x()</script>'
    answer = door("member").post(reverse("clean-paste"), {"html": html})
    assert (answer.status_code, answer.text) == (200, "**Fed** og *kursiv*")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert door("administrator").post(reverse("clean-paste"), {"html": html}).status_code == 403
    assert door("member").get(reverse("clean-paste")).status_code == 405
