"""Whoever gets mail decides which, with an account or without."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.hub.cast import SYSTEM, Cast
from tests.hub.mail.conftest import ASKED, NEWS, READER, TIPS, PostOffice, write
from vidensbro.hub.audit.models import Event
from vidensbro.hub.audit.privacy import Subject, erase, export
from vidensbro.hub.common.errors import Denied, Invalid, NotFound
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.mail import links, queries, services
from vidensbro.hub.mail.content import Recipient
from vidensbro.hub.mail.models import Mail, MailChoice
from vidensbro.hub.mail.privacy import MailPart
from vidensbro.hub.outbox import services as outbox

pytestmark = pytest.mark.django_db


def path_of(row: Mail) -> str:
    return reverse("mail-link", args=[links.choices_token(row.pk)])


def test_one_click_of_a_mail_program_is_enough(server: PostOffice) -> None:
    write(kind=NEWS)
    outbox.drain({"mail.send"})
    message = server.mails[0].message
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = re.fullmatch(r"<(http://localhost:8000/mail/.+)>", str(message["List-Unsubscribe"]))
    assert url is not None
    assert url[1] in message.get_body(("plain",)).get_content()
    assert url[1] in message.get_body(("html",)).get_content()
    # A mail program has no cookies and follows no redirection (RFC 8058 section 3.1).
    client = Client(enforce_csrf_checks=True)
    answer = client.post(url[1].removeprefix("http://localhost:8000"), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert queries.switched_off(READER.address) == {NEWS.code}
    assert write("two", kind=NEWS) is None
    assert write("two", kind=NEWS) is None
    assert write("three", kind=TIPS) is not None
    assert outbox.drain({"mail.send"}).done == 1
    assert len(server.mails) == 2


def test_looking_at_the_link_changes_nothing(client: Client) -> None:
    row = write(kind=NEWS)
    before = Event.objects.count()
    page = client.get(path_of(row))
    assert page.status_code == 200
    assert READER.address in page.content.decode()
    assert page.headers["Content-Language"] == READER.language
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert (MailChoice.objects.count(), Event.objects.count()) == (0, before)


def test_the_page_behind_the_link_acts_on_post(client: Client) -> None:
    row = write(kind=NEWS)
    assert client.post(path_of(row), {"stop": "1"}).status_code == 302
    assert queries.switched_off(READER.address) == {NEWS.code}
    client.post(path_of(row), {"chosen": "1", "wanted": [NEWS.code]})
    assert NEWS.code not in queries.switched_off(READER.address)
    assert TIPS.code in queries.switched_off(READER.address)
    client.post(path_of(row), {"chosen": "1"})
    assert {NEWS.code, TIPS.code} <= queries.switched_off(READER.address)
    assert client.post(path_of(row), {"chosen": "1", "wanted": [ASKED.code]}).status_code == 400


@pytest.mark.parametrize(
    "change", [lambda one: one[:-1], lambda one: "x" + one, lambda one: one.split(".")[0]]
)
def test_a_forged_link_is_no_link(client: Client, change) -> None:
    row = write(kind=NEWS)
    token = change(links.choices_token(row.pk))
    with pytest.raises(NotFound):
        queries.linked(token)
    for answer in (
        client.get(f"/mail/{token}/"),
        client.post(f"/mail/{token}/", {"List-Unsubscribe": "One-Click"}),
    ):
        assert answer.status_code == 404
    assert not MailChoice.objects.exists()


def test_the_link_of_a_deleted_mail_is_gone(client: Client) -> None:
    row = write(kind=NEWS)
    path = path_of(row)
    row.delete()
    assert client.get(path).status_code == 404


def test_what_must_come_cannot_be_switched_off(client: Client) -> None:
    row = write(kind=ASKED)
    assert "List-Unsubscribe" not in row.headers
    client.post(path_of(row), {"List-Unsubscribe": "One-Click"})
    client.post(path_of(row), {"stop": "1"})
    assert not MailChoice.objects.exists()
    with pytest.raises(Invalid):
        services.switch_off(SYSTEM, READER.address, ASKED.code)
    MailChoice.objects.create(address=READER.address, kind=ASKED.code)
    assert write("two", kind=ASKED) is not None


def test_a_user_chooses_in_the_account(client: Client, cast: Cast) -> None:
    user = cast.users["member"]
    assert client.get(reverse("mail-choices")).status_code == 302
    client.force_login(user)
    page = client.get(reverse("mail-choices"))
    assert user.email in page.content.decode()
    assert client.post(reverse("mail-choices"), {"wanted": [TIPS.code]}).status_code == 302
    assert NEWS.code in queries.switched_off(user.email)
    assert TIPS.code not in queries.switched_off(user.email.upper())
    event = Event.objects.get(action="mail.chosen")
    assert event.actor == f"user:{user.pk}"
    assert user.email not in str(event.details)


def test_only_staff_sees_what_was_given_up(client: Client, cast: Cast, server: PostOffice) -> None:
    server.answers["RCPT"] = ["550 5.1.1 nobody here"]
    row = write()
    outbox.drain({"mail.send"})
    with pytest.raises(Denied):
        queries.given_up(cast["member"])
    client.force_login(cast.users["member"])
    assert client.get(reverse("mail-log")).status_code == 403
    assert client.post(reverse("retry-mail", args=[row.pk])).status_code == 403
    client.force_login(cast.users["secretariat"])
    page = client.get(reverse("mail-log")).content.decode()
    assert "550 5.1.1 nobody here" in page
    assert READER.address in page
    assert row.subject in page
    client.force_login(cast.users["administrator"])
    page = client.get(reverse("mail-log")).content.decode()
    assert READER.address in page
    assert row.subject not in page
    client.force_login(cast.users["secretariat"])
    assert client.post(reverse("retry-mail", args=[row.pk])).status_code == 302
    assert client.post(reverse("retry-mail", args=[row.pk])).status_code == 409
    assert client.post(reverse("retry-mail", args=[new_id()])).status_code == 404
    outbox.drain({"mail.send"})
    assert len(server.mails) == 1


def test_a_person_gets_and_erases_what_was_written(server: PostOffice) -> None:
    user, person = new_id(), new_id()
    write("a", to=Recipient("me@example.org", "Me", "en", user_id=user))
    write("b", to=Recipient("me@work.example.org", "Me", "en", person_id=person))
    write("c", to=Recipient("ME@example.org", "Me", "en"), kind=NEWS)
    write("d", to=READER)
    services.switch_off(SYSTEM, "me@example.org", NEWS.code)
    # What went to an address alone is told to whose address it is, not to whoever once got a mail there.
    assert len(export(Subject(user_id=user, person_id=person))["mail"]["mails"]) == 2
    about = Subject(user_id=user, person_id=person, addresses=frozenset({"me@example.org"}))
    told = export(about)["mail"]
    assert sorted(one["to"] for one in told["mails"]) == [
        "me@example.org",
        "me@example.org",
        "me@work.example.org",
    ]
    assert told["choices"] == [{"address": "me@example.org", "kind": NEWS.code, "off": True}]
    erase(SYSTEM, about)
    assert list(Mail.objects.values_list("key", flat=True)) == ["d"]
    assert not MailChoice.objects.exists()
    outbox.drain({"mail.send"})
    assert [one.recipients for one in server.mails] == [[READER.address]]


def test_an_address_alone_is_found_too() -> None:
    write("a", to=Recipient("me@example.org"))
    about = Subject(person_id=new_id(), addresses=frozenset({"Me@example.org"}))
    assert len(export(about)["mail"]["mails"]) == 1


def test_merged_people_keep_their_mail() -> None:
    kept, gone = new_id(), new_id()
    write("a", to=Recipient("me@example.org", person_id=gone))
    assert MailPart().merge("person", kept, gone) == 1
    assert MailPart().merge("organisation", kept, gone) == 0
    assert Mail.objects.get().person_id == kept
