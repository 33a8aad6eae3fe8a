"""The press desk's lists: who keeps them, and who gets on them."""

from __future__ import annotations

import pytest

from tests.hub.cast import SYSTEM, Cast
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.newsroom import links
from vidensbro.hub.newsroom.models import ListEntry, MailingList
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
    assert found.refused == [(6, "email_invalid"), (7, "invalid_choice")]
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
