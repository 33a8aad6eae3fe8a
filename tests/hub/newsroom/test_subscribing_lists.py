"""The press desk's lists: who keeps them, and who gets on them."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client
from django.utils import translation

from tests.hub.cast import SYSTEM, Cast
from tests.hub.newsroom.readers import READER, SITE, subscribed
from vidensbro.hub.cli.commands.newsroom import lift
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.newsroom import links
from vidensbro.hub.newsroom.models import ListEntry, MailingList, Subscriber, Suppression
from vidensbro.hub.newsroom.queries import subscribing as queries
from vidensbro.hub.newsroom.services import lists, subscribing
from vidensbro.hub.newsroom.services.lists import Listed

pytestmark = pytest.mark.django_db
FILE = (
    "Navn;E-mail;Medie;Sprog\r\n"
    "Åse Eksempel;Aase@Example.org;Dagbladet;dansk\r\n"
    "\r\n"
    "Bo;bo@example.org;;engelsk\r\n"
    "Bo igen;BO@example.org;;da\r\n"
    "Forkert;ingen adresse;;\r\n"
    "Klingon;k@example.org;;tlh\r\n"
)


@pytest.fixture
def press(cast: Cast) -> MailingList:
    return lists.create_list(cast["member"], "Presse", "journalists", cast.company.pk)


def test_an_organisations_people_keep_its_lists_and_nobody_elses(cast: Cast, press: MailingList) -> None:
    own = {"member", "colleague", "coordinator", "owner", "secretariat"}
    assert {name for name in cast.names if queries.lists(cast[name]).exists()} == own
    for name in set(cast.names) - own:
        with pytest.raises(NotFound):
            lists.add(cast[name], press.pk, Listed("a@example.org"))
        with pytest.raises(NotFound):
            queries.list_of(cast[name], press.pk)
        with pytest.raises(Denied):
            lists.create_list(cast[name], "Other", organisation_id=cast.company.pk)
    with pytest.raises(Denied):
        lists.create_list(cast["coordinator"], "Everybody's")
    assert lists.create_list(cast["secretariat"], "Members", "members").role == "members"
    with pytest.raises(Conflict, match="list_there"):
        lists.create_list(cast["member"], " Presse ", organisation_id=cast.company.pk)
    with pytest.raises(Invalid):
        lists.create_list(cast["member"], "Presse 2", "kings", cast.company.pk)


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_as_spreadsheets_write_it_is_read_line_by_line(
    cast: Cast, press: MailingList, coding: str
) -> None:
    found = lists.import_csv(cast["member"], press.pk, FILE.encode(coding))
    assert (found.added, found.known) == (2, 1)
    assert found.refused == [(6, "email_invalid"), (7, "list_language")]
    kept = ListEntry.objects.order_by("address").values_list("address", "name", "outlet", "language")
    assert list(kept) == [
        ("aase@example.org", "Åse Eksempel", "Dagbladet", "da"),
        ("bo@example.org", "Bo", "", "en"),
    ]


@pytest.mark.parametrize("content", [b"", b"name\nIda\n", b"\x00\xff", b"x" * (lists.LONGEST_FILE + 1)])
def test_a_file_without_addresses_is_refused(cast: Cast, press: MailingList, content: bytes) -> None:
    with pytest.raises(Invalid, match="file"):
        lists.import_csv(cast["member"], press.pk, content)


def test_who_has_left_is_not_put_on_again(cast: Cast, press: MailingList) -> None:
    lists.add(cast["member"], press.pk, Listed("ida@example.org"))
    assert not lists.add(cast["member"], press.pk, Listed("IDA@example.org"))
    entry = ListEntry.objects.get()
    subscribing.leave(links.reader_of(entry))
    with pytest.raises(Conflict, match="entry_left"):
        lists.add(cast["member"], press.pk, Listed("ida@example.org"))
    with pytest.raises(NotFound):
        lists.remove(cast["member"], press.pk, entry.pk)
    other = lists.create_list(SYSTEM, "Other")
    subscribing.never_again(links.reader_of(entry))
    with pytest.raises(Conflict, match="address_suppressed"):
        lists.add(SYSTEM, other.pk, Listed("ida@example.org"))


def test_an_address_of_an_account_is_tied_to_it(cast: Cast, press: MailingList) -> None:
    lists.add(cast["member"], press.pk, Listed("Outsider@example.org"))
    assert ListEntry.objects.get().user_id == cast.users["outsider"].pk


def test_names_with_headers_in_them_are_one_line(cast: Cast, press: MailingList) -> None:
    lists.add(cast["member"], press.pk, Listed("ida@example.org", "Ida\r\nBcc: x@example.org"))
    assert ListEntry.objects.get().name == "Ida Bcc: x@example.org"
    with pytest.raises(Invalid):
        lists.add(cast["member"], press.pk, Listed("bo@example.org", "Bo\x07"))


def paths(row: Subscriber | ListEntry) -> tuple[str, str]:
    """Where the reader of a row leaves and chooses, as the links in her mail say."""
    reader = links.reader_of(row)
    return links.leave_url(reader).removeprefix(SITE), links.choose_url(reader).removeprefix(SITE)


def test_a_link_in_an_old_mail_works_after_the_desk_removed_and_added_its_reader(
    cast: Cast, press: MailingList, client: Client
) -> None:
    lists.add(cast["member"], press.pk, Listed("bo@example.org"))
    lists.add(cast["member"], press.pk, Listed("ida@example.org"))
    old = ListEntry.objects.get(address="ida@example.org")
    leaving, choosing = paths(old)
    lists.remove(cast["member"], press.pk, old.pk)
    lists.add(cast["member"], press.pk, Listed("ida@example.org"))
    for where in (leaving, choosing):
        assert "ida@example.org" in client.get(where).content.decode()
    assert ListEntry.objects.filter(left=None).count() == 2
    assert client.post(leaving, {"List-Unsubscribe": "One-Click"}).content == b"OK\n"
    assert ListEntry.objects.get(left=None).address == "bo@example.org"
    assert not Suppression.objects.exists()


def test_a_link_of_a_list_that_is_gone_ends_what_comes_otherwise(
    cast: Cast, press: MailingList, client: Client
) -> None:
    lists.add(cast["member"], press.pk, Listed(READER))
    leaving, choosing = paths(ListEntry.objects.get())
    row = subscribed()
    lists.remove_list(cast["member"], press.pk)
    assert client.post(choosing, {"pause": "1"}).status_code == 302
    assert client.post(leaving, {"leave": "1"}).status_code == 200
    row.refresh_from_db()
    assert row.state == Subscriber.State.LEFT


def test_who_leaves_a_list_that_she_is_not_on_any_more_is_not_put_on_it_again(
    cast: Cast, press: MailingList, client: Client
) -> None:
    lists.add(cast["member"], press.pk, Listed(READER))
    entry = ListEntry.objects.get()
    leaving, choosing = paths(entry)
    lists.remove(cast["member"], press.pk, entry.pk)
    page = client.get(leaving, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert 'name="leave"' in page.content.decode()
    assert client.get(choosing).status_code == 404
    assert not Suppression.objects.exists()
    for sent in ({"List-Unsubscribe": "One-Click"}, {"leave": "1"}, {"never": "1"}):
        answer = client.post(leaving, sent)
        assert answer.status_code == 200
        assert READER not in answer.content.decode()
    assert READER not in str(Suppression.objects.values())
    with pytest.raises(Conflict, match="address_suppressed"):
        lists.add(cast["member"], press.pk, Listed(READER))
    found = lists.import_csv(cast["member"], press.pk, f"email\n{READER}\nbo@example.org\n".encode())
    assert (found.added, found.refused) == (1, [(2, "address_suppressed")])
    # She herself may ask again, and staff may lift it.
    assert subscribed().state == Subscriber.State.ACTIVE
    assert subscribing.lift(SYSTEM, READER)
    assert lists.add(cast["member"], press.pk, Listed(READER))


def test_a_link_tells_nobody_its_address(cast: Cast, press: MailingList, settings) -> None:
    lists.add(cast["member"], press.pk, Listed(READER))
    entry = ListEntry.objects.get()
    for link in paths(entry):
        assert "rita" not in link
        # Whoever reads a log of requests may try addresses.
        for known in (hashlib.sha256, hashlib.sha1, hashlib.md5):
            assert known(READER.encode()).hexdigest()[:32] not in link
    before = links.reader_of(entry).digest
    settings.SECRET_KEY = "another installation's"
    assert links.reader_of(entry).digest != before


def test_a_long_file_is_looked_up_in_portions(
    cast: Cast, press: MailingList, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries
) -> None:
    monkeypatch.setattr(lists, "PORTION", 50)
    monkeypatch.setattr(lists, "MOST_ENTRIES", 170)
    many = "email\n" + "".join(f"r{number}@example.org\n" for number in range(200))
    with django_assert_max_num_queries(40):
        found = lists.import_csv(cast["member"], press.pk, many.encode())
    assert (found.added, found.refused[0], found.refused_in_all) == (170, (172, "too_many"), 30)


def test_the_command_lifts_what_a_reader_has_said(capsys: pytest.CaptureFixture[str]) -> None:
    subscribing.never_again(links.reader_of(subscribed()))
    # A command speaks a language of its own.
    with translation.override("en"):
        lift(READER)
        assert not Suppression.objects.exists()
        lift(READER)
    said = capsys.readouterr()
    assert "may go to this address again" in said.out
    assert "Nothing kept mail" in said.err
