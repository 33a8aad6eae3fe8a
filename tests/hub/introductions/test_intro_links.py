"""Answering with the link of a mail: a GET shows and does nothing, a POST answers once, a dead link tells nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.hub.introductions.conftest import MESSAGE, Scene
from vidensbro.hub.common import clock
from vidensbro.hub.introductions import disclosure, services
from vidensbro.hub.introductions.models import AnswerLink, Introduction
from vidensbro.hub.mail.models import Mail

SECRET_TITLE = "Secret of Nordsensor"
SECRET_TEXT = "Our sensor measures the colour of the skin through a bandage that nobody else has made so far."


def browser(language: str = "en") -> Client:
    return Client(headers={"accept-language": language}, enforce_csrf_checks=False)


def page_of(client: Client, token: str) -> str:
    return client.get(f"/answer/{token}/").content.decode()


def secret_need(scene: Scene):
    return scene.need("sealed", title=SECRET_TITLE, text=SECRET_TEXT)


def tells(page: str) -> bool:
    return any(word in page for word in ("Nordsensor", "Owner", "owner@example.org", "bandage", MESSAGE))


def test_the_mail_holds_a_link_that_answers(scene: Scene) -> None:
    row = scene.asked(scene.need("public"))
    mail = Mail.objects.get(kind="introduction.asked")
    path = re.search(r"http://localhost:8000(/answer/[\w.-]+/)", mail.text)
    assert path is not None
    response = browser().post(path[1], {"answer": "yes", "note": "Gladly"})
    assert response["Location"] == "/answer/given/yes/"
    row.refresh_from_db()
    assert (row.state, row.note) == ("introduced", "Gladly")


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(scene: Scene, method: str) -> None:
    token = scene.link(scene.asked(secret_need(scene)))
    before = list(Introduction.objects.values()), list(AnswerLink.objects.values())
    with CaptureQueriesContext(connection) as captured:
        assert getattr(browser(), method)(f"/answer/{token}/").status_code == 200
    written = [one["sql"] for one in captured if re.match(r"(INSERT|UPDATE|DELETE)\b", one["sql"])]
    assert written == []
    assert (list(Introduction.objects.values()), list(AnswerLink.objects.values())) == before


def test_a_sealed_need_shows_the_message_and_nothing_of_itself(scene: Scene) -> None:
    page = page_of(browser(), scene.link(scene.asked(secret_need(scene))))
    assert MESSAGE in page
    assert "Not told yet" in page
    assert not any(
        word in page for word in (SECRET_TITLE, "Nordsensor", "bandage", "owner@example.org", "Owner")
    )
    assert not any(word in page for word in ("tryksår", "pressure ulcer"))


def test_an_open_need_shows_who_asks_but_no_contact_details(scene: Scene) -> None:
    page = page_of(browser(), scene.link(scene.asked(scene.need("public", contact="Ring 12 34 56 78"))))
    assert "Early detection of pressure ulcers" in page
    assert "Nordsensor" in page
    assert "owner@example.org" not in page
    assert "12 34 56 78" not in page


def test_yes_at_one_of_the_times(scene: Scene) -> None:
    start = clock.now() + timedelta(days=7)
    times = [
        (start, start + timedelta(minutes=30)),
        (start + timedelta(days=1), start + timedelta(days=1, hours=1)),
    ]
    row = scene.asked(scene.need("public"), times=times)
    token, chosen = scene.link(row), row.times.all()[1]
    assert f'value="{chosen.pk}"' in page_of(browser(), token)
    other = scene.asked(scene.need("public"), person_id=scene.clinician.pk, times=times).times.first()
    wrong = browser().post(f"/answer/{token}/", {"answer": "yes", "time_id": str(other.pk)})
    assert wrong.status_code == 400
    browser().post(f"/answer/{token}/", {"answer": "yes", "time_id": str(chosen.pk)})
    assert [one.pk for one in row.times.filter(chosen=True)] == [chosen.pk]


def test_none_of_the_times_is_an_answer_too(scene: Scene) -> None:
    start = clock.now() + timedelta(days=7)
    row = scene.asked(scene.need("public"), times=[(start, start + timedelta(minutes=30))])
    browser().post(f"/answer/{scene.link(row)}/", {"answer": "yes", "time_id": "none"})
    row.refresh_from_db()
    assert row.state == "introduced"
    assert not row.times.filter(chosen=True).exists()


def test_yes_but_later(scene: Scene) -> None:
    row = scene.asked(scene.need("public"))
    token, day = scene.link(row), clock.today() + timedelta(days=40)
    response = browser().post(
        f"/answer/{token}/", {"answer": "later", "until": day.isoformat(), "note": "After Easter"}
    )
    assert response["Location"] == "/answer/given/later/"
    row.refresh_from_db()
    assert (row.state, row.postponed_until) == ("asked", day)


def test_no_with_a_reason_and_whom_else_to_ask(scene: Scene) -> None:
    row = scene.asked(scene.need("public"))
    token = scene.link(row)
    given = {"answer": "no", "reason": "not_my_field", "referral": "Bo Eksempel, Aarhus"}
    assert browser().post(f"/answer/{token}/", given)["Location"] == "/answer/given/no/"
    row.refresh_from_db()
    assert (row.state, row.reason, row.referral) == ("declined", "not_my_field", "Bo Eksempel, Aarhus")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"answer": "later"}, "This field is required"),
        ({"answer": "later", "until": "2020-01-01"}, "Choose a day to come."),
        ({"answer": "no"}, "This field is required"),
        ({"answer": "no", "reason": "because"}, "Select a valid choice"),
        ({"answer": "yes", "note": "x" * 4001}, "at most 4000 characters"),
        ({"answer": "perhaps"}, "This must be filled in."),
        ({}, "This must be filled in."),
    ],
)
def test_a_wrong_answer_is_told_and_the_link_still_works(
    scene: Scene, given: dict[str, str], said: str
) -> None:
    row = scene.asked(scene.need("public"))
    token = scene.link(row)
    response = browser().post(f"/answer/{token}/", given)
    assert response.status_code == 400
    assert said in response.content.decode()
    assert browser().post(f"/answer/{token}/", {"answer": "yes"}).status_code == 302


def test_a_link_answers_once(scene: Scene) -> None:
    row = scene.asked(secret_need(scene))
    token = scene.link(row)
    browser().post(f"/answer/{token}/", {"answer": "no", "reason": "no_time"})
    again = browser().post(f"/answer/{token}/", {"answer": "yes"})
    assert again.status_code == 410
    assert not tells(again.content.decode())
    row.refresh_from_db()
    assert row.state == "declined"
    looked = browser().get(f"/answer/{token}/")
    assert looked.status_code == 410
    assert "An answer has been given" in looked.content.decode()
    assert not tells(looked.content.decode())


@pytest.mark.parametrize("token", ["x", "A" * 43, "' OR 1=1 --", "\x00", "%00", "ø" * 60, "given"])
def test_forged_links_tell_nothing(scene: Scene, token: str) -> None:
    scene.asked(secret_need(scene))
    for response in (
        browser().get(f"/answer/{token}/"),
        browser().post(f"/answer/{token}/", {"answer": "yes"}),
    ):
        assert response.status_code == 404
        assert not tells(response.content.decode())


def test_expired_and_withdrawn_links_tell_nothing(scene: Scene) -> None:
    need = secret_need(scene)
    row = scene.asked(need)
    token = scene.link(row)
    with clock.clock_at(clock.now() + timedelta(days=20)):
        late = browser().post(f"/answer/{token}/", {"answer": "yes"})
    assert late.status_code == 410
    assert "The time for an answer has run out" in late.content.decode()
    assert not tells(late.content.decode())
    services.withdraw(scene["owner"], row.pk)
    gone = browser().get(f"/answer/{token}/")
    assert gone.status_code == 410
    assert "The request was withdrawn" in gone.content.decode()
    assert not tells(gone.content.decode())


def test_pages_of_links_are_not_kept_or_indexed_and_leak_no_address(scene: Scene) -> None:
    response = browser().get(f"/answer/{scene.link(scene.asked())}/")
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex, nofollow">' in response.content.decode()
    assert response["Referrer-Policy"] == "same-origin"


def test_an_answer_needs_the_form_of_this_site(scene: Scene) -> None:
    token = scene.link(scene.asked())
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/answer/{token}/", {"answer": "yes"}).status_code == 403


def test_seeing_more_step_by_step(scene: Scene) -> None:
    row = scene.asked(secret_need(scene))
    token, client = scene.link(row), browser()
    assert "Ask to see: description" in page_of(client, token)
    client.post(f"/answer/{token}/more/", {"more": "ask", "stage": "description"})
    assert "You have asked to see more: description." in page_of(client, token)
    asked = disclosure.row_of(row, "description")
    disclosure.decide(scene["owner"], asked.pk, True, needs_confidentiality=True)
    page = page_of(client, token)
    assert "I will use what I am shown" in page
    agreement = page.replace("&#x27;", "'")
    assert "bandage" not in page
    accept = {"more": "accept", "disclosure": str(asked.pk)}
    assert client.post(f"/answer/{token}/more/", {**accept, "name": ""}).status_code == 400
    client.post(f"/answer/{token}/more/", {**accept, "name": "Ida Testsen"})
    page = page_of(client, token)
    assert "bandage" in page
    assert SECRET_TITLE in page
    assert "owner@example.org" not in page
    asked.refresh_from_db()
    assert asked.acceptance.name == "Ida Testsen"
    assert asked.acceptance.terms in agreement
    assert asked.acceptance.link.introduction == row


@pytest.mark.parametrize(
    "given",
    [
        {"more": "ask", "stage": "documents"},
        {"more": "ask", "stage": "everything"},
        {"more": "ask"},
        {"more": "accept", "disclosure": "1", "name": "Ida"},
        {"more": "accept", "disclosure": "x", "name": "Ida"},
        {"more": "accept", "disclosure": "9" * 40, "name": "Ida"},
    ],
)
def test_steps_cannot_be_skipped(scene: Scene, given: dict[str, str]) -> None:
    row = scene.asked(secret_need(scene))
    response = browser().post(f"/answer/{scene.link(row)}/more/", given)
    assert response.status_code in (400, 404, 409)
    assert not tells(response.content.decode())


def test_thanks_tell_nothing(scene: Scene) -> None:
    assert browser().get("/answer/given/yes/").status_code == 200
    assert browser().get("/answer/given/perhaps/").status_code == 404


def test_signed_in_the_same_answers(scene: Scene) -> None:
    row = scene.asked(scene.need("public"))
    client = browser()
    client.force_login(scene.users["researcher"])
    assert "Would you meet?" in client.get(f"/introductions/{row.pk}/").content.decode()
    response = client.post(f"/introductions/{row.pk}/", {"answer": "yes"}, follow=True)
    assert "You have been introduced" in response.content.decode()
    owner = browser()
    owner.force_login(scene.cast.users["owner"])
    assert owner.post(f"/introductions/{row.pk}/", {"answer": "no", "reason": "no_time"}).status_code == 409


def test_who_decides_for_an_organisation_answers_for_it(scene: Scene) -> None:
    row = scene.asked(scene.need("public"), person_id=None, organisation_id=scene.cast.university.pk)
    client = browser()
    client.force_login(scene.users["dean"])
    client.post(f"/introductions/{row.pk}/", {"answer": "yes"})
    row.refresh_from_db()
    assert row.state == "introduced"
