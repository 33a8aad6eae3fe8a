"""What both sides can do besides asking and answering: times, showing more unasked, files, a broker; page by page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.hub.introductions.conftest import Scene
from vidensbro.hub.common import clock
from vidensbro.hub.introductions import disclosure, documents, services
from vidensbro.hub.introductions.models import AnswerLink, Introduction
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.mail.models import Mail

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
TITLE = "Bandage that Nordsensor keeps to itself"
Browse = Callable[..., Client]


@pytest.fixture
def browse(scene: Scene) -> Browse:
    """A client that somebody uses."""

    def client(name: str = "visitor", language: str = "en") -> Client:
        made = Client(headers={"accept-language": language})
        if name != "visitor":
            made.force_login({**scene.cast.users, **scene.users}[name])
        return made

    return client


def text(response) -> str:
    return response.content.decode()


def upload(name: str = "drawing.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def newest(kind: str, address: str) -> Mail:
    return Mail.objects.filter(kind=kind, address=address).latest("pk")


def path_in(mail: Mail) -> str:
    found = re.search(r"http://localhost:8000(/answer/[\w.-]+/)", mail.text)
    assert found is not None, mail.text
    return found[1]


def introduced(scene: Scene, visibility: str = "sealed", **to: object) -> Introduction:
    """Both have said yes, without a time; the counterpart has no account."""
    row = scene.asked(scene.need(visibility, title=TITLE), person_id=scene.clinician.pk, **to)
    return services.accept(Answerer(scene["visitor"], via_link=True, person_id=row.person_id), row.pk)


def days_ahead(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def test_times_that_are_offered_later_are_chosen_by_link(scene: Scene, browse: Browse) -> None:
    row = introduced(scene)
    owner, stranger = browse("owner"), browse()
    assert f"/introductions/{row.pk}/times/" in text(owner.get(f"/introductions/{row.pk}/"))
    given = {"day1": days_ahead(7), "at1": "10:00", "day2": days_ahead(8), "at2": "14:30"}
    response = owner.post(f"/introductions/{row.pk}/times/", given)
    assert response["Location"] == f"/introductions/{row.pk}/"
    assert [one.ends - one.starts for one in row.times.all()] == [timedelta(minutes=30)] * 2
    mail = newest("introduction.meeting", "aase@example.org")
    link = path_in(mail)
    assert [len(re.findall(wanted, mail.text)) for wanted in (r"10[.:]00", r"14[.:]30")] == [1, 1]
    page = text(stranger.get(link))
    assert "Choose a time" in page
    assert "Yes, please" not in page
    assert TITLE not in page
    wanted = row.times.last()
    response = stranger.post(f"{link}time/", {"time_id": str(wanted.pk)})
    assert response["Location"] == link
    wanted.refresh_from_db()
    assert wanted.chosen
    page = text(stranger.get(link))
    assert "Choose a time" not in page
    calendar = stranger.get(f"{link}meeting.ics")
    assert calendar.content.startswith(b"BEGIN:VCALENDAR")
    for address in ("aase@example.org", "owner@example.org"):
        assert len(newest("introduction.meeting", address).attachments) == 1
    assert stranger.post(f"{link}time/", {"time_id": str(wanted.pk)}).status_code in {400, 409}
    assert "times/" not in text(owner.get(f"/introductions/{row.pk}/"))


def test_the_same_times_once_more_tell_nobody(scene: Scene) -> None:
    row = introduced(scene)
    begin = clock.now() + timedelta(days=5)
    times = [(begin, begin + timedelta(minutes=30))]
    services.request_times(scene["owner"], row.pk, times)
    services.request_times(scene["owner"], row.pk, times)
    assert Mail.objects.filter(kind="introduction.meeting").count() == 1
    services.request_times(scene["owner"], row.pk, [])
    assert (row.times.count(), Mail.objects.filter(kind="introduction.meeting").count()) == (0, 1)


def test_who_is_asked_finds_later_times_with_the_request_and_gets_no_mail(scene: Scene) -> None:
    row = scene.asked(person_id=scene.clinician.pk)
    before = Mail.objects.count()
    begin = clock.now() + timedelta(days=5)
    services.request_times(scene["secretariat"], row.pk, [(begin, begin + timedelta(minutes=30))])
    assert Mail.objects.count() == before
    assert "When does it suit you?" in text(
        Client(headers={"accept-language": "en"}).get(f"/answer/{scene.link(row)}/")
    )


def test_a_time_is_chosen_signed_in(scene: Scene, browse: Browse) -> None:
    row = scene.asked(scene.need("public"))
    services.accept(Answerer(scene["researcher"]), row.pk)
    begin = clock.now() + timedelta(days=5)
    services.request_times(scene["owner"], row.pk, [(begin, begin + timedelta(minutes=30))])
    mail = newest("introduction.meeting", "researcher@example.org")
    assert f"/introductions/{row.pk}/" in mail.text
    assert "/answer/" not in mail.text
    client = browse("researcher")
    assert "Choose a time" in text(client.get(f"/introductions/{row.pk}/"))
    address = f"/introductions/{row.pk}/time/"
    assert client.post(address, {}).status_code == 400
    assert browse("owner").post(address, {"time_id": str(row.times.get().pk)}).status_code == 403
    assert browse("outsider").post(address, {"time_id": str(row.times.get().pk)}).status_code == 404
    assert client.post(address, {"time_id": str(row.times.get().pk)}).status_code == 302
    assert row.times.get().chosen


def test_times_that_cannot_be(scene: Scene, browse: Browse) -> None:
    row = scene.asked()
    address, client = f"/introductions/{row.pk}/times/", browse("owner")
    assert client.get(address).status_code == 200
    response = client.post(address, {"day1": "2020-01-01", "at1": "10:00"})
    assert response.status_code == 400
    assert "This time has passed." in text(response)
    assert browse("researcher").get(address).status_code == 403
    assert browse("outsider").get(address).status_code == 404
    services.withdraw(scene["owner"], row.pk)
    assert client.post(address, {"day1": days_ahead(3), "at1": "10:00"}).status_code == 409


def test_the_owner_shows_the_next_step_unasked(scene: Scene, browse: Browse) -> None:
    row = scene.asked(scene.need("sealed", title=TITLE), person_id=scene.clinician.pk)
    owner, address = browse("owner"), f"/introductions/{row.pk}/show/"
    assert "Show the next step: description" in text(owner.get(f"/introductions/{row.pk}/"))
    assert owner.post(address, {"stage": "identity"}).status_code == 409
    assert owner.post(address, {"stage": "nonsense"}).status_code == 400
    assert browse("secretariat").post(address, {"stage": "description"}).status_code == 403
    assert browse("outsider").post(address, {"stage": "description"}).status_code == 404
    assert owner.post(address, {"stage": "description"}).status_code == 302
    mail = newest("introduction.disclosure", "aase@example.org")
    assert "asked" not in mail.subject.lower()
    page = text(browse().get(path_in(mail)))
    assert TITLE in page
    assert "Yes, please" in page
    assert "Show the next step: who it is" in text(owner.get(f"/introductions/{row.pk}/"))


def test_an_agreement_that_was_asked_for_unasked_comes_first(scene: Scene, browse: Browse) -> None:
    row = scene.asked(scene.need("sealed", title=TITLE), person_id=scene.clinician.pk)
    browse("owner").post(
        f"/introductions/{row.pk}/show/", {"stage": "description", "needs_confidentiality": "on"}
    )
    link, stranger = path_in(newest("introduction.disclosure", "aase@example.org")), browse()
    assert TITLE not in text(stranger.get(link))
    step = disclosure.row_of(row, "description")
    response = stranger.post(
        f"{link}more/", {"more": "accept", "disclosure": str(step.pk), "name": "Åse Prøve"}
    )
    assert response["Location"] == link
    assert TITLE in text(stranger.get(link))
    assert "Show the next step: description" not in text(browse("owner").get(f"/introductions/{row.pk}/"))


def test_the_link_of_a_decision_answers_once_and_no_more(scene: Scene, browse: Browse) -> None:
    row = scene.asked(scene.need("sealed"), person_id=scene.clinician.pk)
    first = scene.link(row, "a-secret")
    by = Answerer(scene["visitor"], via_link=True, person_id=row.person_id)
    step = disclosure.ask_for(by, row.pk, "description")
    disclosure.decide(scene["owner"], step.pk, True)
    link, stranger = path_in(newest("introduction.disclosure", "aase@example.org")), browse()
    assert stranger.post(link, {"answer": "yes"})["Location"] == "/answer/given/yes/"
    for dead in (link, f"/answer/{first}/"):
        response = stranger.get(dead)
        assert response.status_code == 410
        assert "An answer has been given" in text(response)
        assert stranger.post(f"{dead}more/", {"stage": "identity"}).status_code == 410
        assert stranger.post(f"{dead}time/", {"time_id": "1"}).status_code == 410


def test_a_link_that_reads_answers_nothing_and_ends_with_the_introduction(
    scene: Scene, browse: Browse
) -> None:
    row = introduced(scene, "public")
    link, stranger = path_in(newest("introduction.introduced", "aase@example.org")), browse()
    page = text(stranger.get(link))
    assert "You have been introduced" in page
    assert "owner@example.org" in page
    assert "Yes, please" not in page
    assert stranger.post(link, {"answer": "no", "reason": "no_time"}).status_code == 409
    row.refresh_from_db()
    assert row.state == "introduced"
    reading = AnswerLink.objects.get(introduction=row, reading=True)
    assert reading.used_at is None
    with clock.clock_at(reading.expires):
        assert stranger.get(link).status_code == 410
    services.close(scene["owner"], row.pk, "met")
    response = stranger.get(link)
    assert response.status_code == 410
    assert "This introduction is over" in text(response)
    assert "owner@example.org" not in text(response)
    assert stranger.get(f"{link}meeting.ics").status_code == 404


def test_who_has_an_account_gets_no_link(scene: Scene) -> None:
    row = scene.asked(scene.need("public"))
    services.accept(Answerer(scene["researcher"]), row.pk)
    assert not AnswerLink.objects.filter(reading=True).exists()
    assert f"/introductions/{row.pk}/" in newest("introduction.introduced", "researcher@example.org").text


def test_files_are_handed_over_and_fetched_by_link_once_they_are_shown(scene: Scene, browse: Browse) -> None:
    row = scene.asked(scene.need("public"), person_id=scene.clinician.pk)
    owner, stranger = browse("owner"), browse()
    response = owner.post(f"/introductions/{row.pk}/documents/", {"file": upload()})
    assert response["Location"] == f"/introductions/{row.pk}/"
    handed = row.documents.get()
    page = text(owner.get(f"/introductions/{row.pk}/"))
    assert f"/files/{handed.file_id}/" in page
    assert "cannot read these before" in page
    token = scene.link(row, "a-secret")
    fetch = f"/answer/{token}/documents/{handed.pk}/"
    assert "drawing.pdf" not in text(stranger.get(f"/answer/{token}/"))
    assert stranger.get(fetch).status_code == 404
    owner.post(f"/introductions/{row.pk}/show/", {"stage": "documents"})
    assert fetch in text(stranger.get(f"/answer/{token}/"))
    response = stranger.get(fetch)
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="drawing.pdf"'
    assert "sandbox" in response["Content-Security-Policy"]
    assert stranger.get(f"/files/{handed.file_id}/").status_code in {302, 404}
    other = scene.asked(scene.need("public"), person_id=None, organisation_id=scene.cast.university.pk)
    assert stranger.get(f"/answer/{scene.link(other, 'another')}/documents/{handed.pk}/").status_code == 404
    response = owner.post(f"/introductions/documents/{handed.pk}/remove/")
    assert response["Location"] == f"/introductions/{row.pk}/"
    assert stranger.get(fetch).status_code == 404


def test_who_is_signed_in_fetches_the_file_too(scene: Scene, browse: Browse) -> None:
    row = scene.asked(scene.need("public"))
    handed = documents.add(scene["owner"], row.pk, upload())
    address, client = f"/files/{handed.file_id}/", browse("researcher")
    assert client.get(address).status_code == 404
    disclosure.offer(scene["owner"], row.pk, "documents")
    assert address in text(client.get(f"/introductions/{row.pk}/"))
    assert b"".join(client.get(address).streaming_content) == PDF


def test_what_is_wrong_with_a_file_is_said_beside_it(scene: Scene, browse: Browse) -> None:
    row = scene.asked()
    address = f"/introductions/{row.pk}/documents/"
    for given in ({}, {"file": upload("run.exe", b"MZ\x90\x00")}, {"file": upload(content=b"<html></html>")}):
        response = browse("owner").post(address, given)
        assert response.status_code == 400
        assert "form-error-message" in text(response)
    for name, status in (("secretariat", 403), ("researcher", 403), ("outsider", 404)):
        assert browse(name).post(address, {"file": upload()}).status_code == status
    assert not row.documents.exists()


def test_a_file_is_not_taken_away_by_others(scene: Scene, browse: Browse) -> None:
    row = scene.asked(scene.need("public"))
    handed = documents.add(scene["owner"], row.pk, upload())
    address = f"/introductions/documents/{handed.pk}/remove/"
    for name, status in (("secretariat", 403), ("researcher", 404), ("outsider", 404)):
        assert browse(name).post(address).status_code == status
    assert row.documents.exists()


def test_the_secretariat_hands_an_introduction_to_a_colleague(scene: Scene, browse: Browse) -> None:
    row, colleague = scene.asked(), scene.cast.users["secretariat"]
    address, client = f"/introductions/{row.pk}/broker/", browse("secretariat")
    assert address in text(client.get(f"/introductions/{row.pk}/"))
    assert address not in text(browse("owner").get(f"/introductions/{row.pk}/"))
    assert client.post(address, {"broker": str(colleague.pk)}).status_code == 302
    row.refresh_from_db()
    assert row.broker == colleague
    assert client.post(address, {"broker": str(scene.cast.users["owner"].pk)}).status_code == 400
    assert browse("owner").post(address, {"broker": str(colleague.pk)}).status_code == 403
    assert browse("outsider").post(address, {"broker": str(colleague.pk)}).status_code == 404
    assert client.post(address, {"broker": ""}).status_code == 302
    row.refresh_from_db()
    assert row.broker is None


def test_only_the_secretariat_is_told_how_much_somebody_is_asked(scene: Scene, browse: Browse) -> None:
    row = scene.asked(minutes=45)
    scene.asked(minutes=30)
    assert "2 requests, 75 minutes in all" in text(browse("secretariat").get(f"/introductions/{row.pk}/"))
    for name in ("owner", "researcher"):
        assert "minutes in all" not in text(browse(name).get(f"/introductions/{row.pk}/"))


def test_the_public_figures_and_ones_own_wishes_are_linked(scene: Scene, browse: Browse) -> None:
    for path in ("/", "/about/"):
        page = text(browse().get(path))
        assert 'href="/figures/introductions/"' in page
        assert 'href="/neutrality/"' in page
    page = text(browse("owner").get("/account/"))
    for path in ("/account/asking/", "/introductions/", "/account/mail/", "/account/second-factor/"):
        assert f'href="{path}"' in page
