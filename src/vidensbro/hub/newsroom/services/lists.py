"""The press desk's own lists of addresses: members, journalists, others."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from itertools import islice

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.policies import is_secretariat, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound, Problems
from vidensbro.hub.common.rows import as_uuid, key_of
from vidensbro.hub.common.text import storable
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.mail.content import fits_a_header
from vidensbro.hub.newsroom.addresses import canonical
from vidensbro.hub.newsroom.models import Language, ListEntry, MailingList
from vidensbro.hub.newsroom.rules import keep_list
from vidensbro.hub.newsroom.services.suppression import kept_off_lists

KIND = "mailing_list"
LONGEST_FILE = 5 << 20
MOST_ENTRIES = 50_000
PORTION = 500
"""Lines of an import that are looked up, and written, together."""
MOST_TOLD = 200
"""Lines of an import of which it is told what is wrong."""
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "address": ("address", "email", "e-mail", "mail", "e-mailadresse", "mailadresse"),
    "name": ("name", "navn"),
    "outlet": ("outlet", "medie", "media", "organisation"),
    "language": ("language", "sprog"),
}
_LANGUAGES = {"da": "da", "dansk": "da", "danish": "da", "en": "en", "engelsk": "en", "english": "en"}


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody to be put on a list."""

    address: str
    name: str = ""
    outlet: str = ""
    language: str = Language.DANISH


@dataclass(slots=True)
class ListImport:
    """What became of the lines of a file: `refused` gives the line, counted from 1, and the code of what is wrong."""

    added: int = 0
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    refused_in_all: int = 0

    def refuse(self, line: int, code: str) -> None:
        """Note what is wrong with a line."""
        self.refused_in_all += 1
        if len(self.refused) < MOST_TOLD:
            self.refused.append((line, code))


@transaction.atomic
def create_list(
    actor: Actor,
    name: str,
    role: str = MailingList.Role.OTHER,
    organisation_id: uuid.UUID | str | None = None,
) -> MailingList:
    """Begin a list of an organisation, or one of the whole site, which the secretariat keeps.

    Raises:
        Denied: "not_yours", "secretariat_only". Invalid: name or role. Conflict: "list_there".
    """
    organisation = as_uuid(organisation_id) if organisation_id else None
    if organisation_id and organisation is None:
        raise Invalid({"organisation": ("invalid_choice",)})
    if organisation is None:
        require(actor, lambda one: bool(one.system) or is_secretariat(one), "secretariat_only")
    elif not (actor.system or is_secretariat(actor) or organisation in actor.organisations):
        raise Denied("not_yours" if actor.signed_in else "sign_in_needed")
    elif not Organisation.objects.filter(pk=organisation).exists():
        raise Invalid({"organisation": ("invalid_choice",)})
    called = _line(name)
    problems = Problems()
    problems.check(bool(called), "name", "required")
    problems.check(len(called) <= 100, "name", "max_length")
    problems.check(role in MailingList.Role.values, "role", "invalid_choice")
    problems.raise_if_any()
    if MailingList.objects.filter(organisation=organisation, name=called).exists():
        raise Conflict("list_there")
    row = MailingList.objects.create(organisation_id=organisation, name=called, role=role)
    record(actor, "list.created", KIND, row.pk, {"role": role})
    return row


@transaction.atomic
def remove_list(actor: Actor, list_id: uuid.UUID | str) -> None:
    """Remove a list with everybody on it. Raises NotFound."""
    row = locked_list(actor, list_id)
    key = row.pk
    row.delete()
    record(actor, "list.removed", KIND, key)


@transaction.atomic
def add(actor: Actor, list_id: uuid.UUID | str, one: Listed) -> bool:
    """Put somebody on a list; False if she is on it already. Who that is the account of the same address says.

    Raises:
        NotFound
        Invalid: the address is none, or a text too long or no line.
        Conflict: the reader has left this list ("entry_left"), or wants no mail ("address_suppressed").
    """
    row = locked_list(actor, list_id)
    if code := _put(row, [_entry(row, one)])[0]:
        if code == "known":
            return False
        raise Conflict(code)
    record(actor, "list.added", KIND, row.pk)
    return True


@transaction.atomic
def remove(actor: Actor, list_id: uuid.UUID | str, entry_id: int) -> None:
    """Take somebody off a list. One who has left is kept, so that nobody adds her again. Raises NotFound."""
    row = locked_list(actor, list_id)
    gone, _ = row.entries.filter(pk=entry_id, left=None).delete()
    if not gone:
        raise NotFound("list_entry", entry_id)
    record(actor, "list.removed_from", KIND, row.pk)


@transaction.atomic
def import_csv(actor: Actor, list_id: uuid.UUID | str, content: bytes) -> ListImport:
    """Put everybody of a CSV file on a list. What is wrong with a line is told, and the others go through.

    UTF-8, or what Danish spreadsheets write (Windows-1252); commas, semicolons or tabs between the columns; the first
    line names them: `address` (or `email`), `name`, `outlet`, `language`, in English or Danish, in any order.

    Raises:
        NotFound; Invalid: the file is too large, or holds no column of addresses ("file").
    """
    row = locked_list(actor, list_id)
    found, lines = ListImport(), _read(content)
    while some := list(islice(lines, PORTION)):
        _bring_in(row, some, found)
    record(actor, "list.imported", KIND, row.pk, {"added": found.added, "refused": found.refused_in_all})
    return found


def locked_list(actor: Actor, list_id: uuid.UUID | str) -> MailingList:
    """The list, locked for a change. Raises NotFound: there is none, or the actor does not keep it."""
    rows = keep_list.visible(actor, MailingList.objects.filter(pk=key_of(list_id)))
    # The condition may name other tables, which PostgreSQL does not lock along.
    if not rows.exists():
        raise NotFound(KIND, list_id)
    return MailingList.objects.select_for_update().get(pk=key_of(list_id))


def _bring_in(row: MailingList, lines: Sequence[tuple[int, Listed]], found: ListImport) -> None:
    """Put those of some lines on the list, and note what became of each line."""
    wrong: dict[int, str] = {}
    entries: dict[int, ListEntry] = {}
    for line, one in lines:
        try:
            entries[line] = _entry(row, one)
        except Invalid as error:
            wrong[line] = next(iter(error.problems.values()))[0]
    codes = dict(zip(entries, _put(row, [*entries.values()]), strict=True)) | wrong
    for line, _ in lines:
        if codes[line] == "known":
            found.known += 1
        elif codes[line]:
            found.refuse(line, codes[line])
        else:
            found.added += 1


def _entry(row: MailingList, one: Listed) -> ListEntry:
    """Somebody as she will stand on the list. Raises Invalid."""
    address = canonical(one.address)
    texts = {"name": _line(one.name), "outlet": _line(one.outlet)}
    problems = Problems()
    problems.check(one.language in Language.values, "language", "list_language")
    for name, text in texts.items():
        problems.check(len(text) <= 200, name, "max_length")
        problems.check(fits_a_header(text), name, "unstorable")
    problems.raise_if_any()
    return ListEntry(list=row, address=address, language=one.language, **texts)


def _put(row: MailingList, entries: Sequence[ListEntry]) -> list[str]:
    """Put these on the list, which is locked; for each the code of why not, or ""."""
    addresses = [one.address for one in entries]
    there: dict[str, datetime | None] = dict(
        row.entries.filter(address__in=addresses).values_list("address", "left")
    )
    unwanted, room = kept_off_lists(addresses), MOST_ENTRIES - row.entries.count()
    codes: list[str] = []
    new: list[ListEntry] = []
    for one in entries:
        code = ""
        if one.address in there:
            code = "entry_left" if there[one.address] else "known"
        elif one.address in unwanted:
            code = "address_suppressed"
        elif len(new) >= room:
            code = "too_many"
        else:
            there[one.address] = None
            new.append(one)
        codes.append(code)
    _create(new)
    return codes


def _create(entries: Sequence[ListEntry]) -> None:
    """Write entries, each tied to the account of its address, if there is one."""
    users = User.objects.filter(email__in=[one.address for one in entries], is_active=True)
    accounts = dict(users.values_list("email", "pk"))
    for one in entries:
        one.user_id = accounts.get(one.address)
    ListEntry.objects.bulk_create(entries)


def _read(content: bytes) -> Iterator[tuple[int, Listed]]:
    if len(content) > LONGEST_FILE:
        raise Invalid({"file": ("max_length",)})
    text = storable(_decoded(content)).removeprefix("\ufeff")
    first = text.split("\n", 1)[0]
    between = max(",;\t", key=first.count)
    rows = csv.reader(StringIO(text), delimiter=between)
    try:
        places = _places(next(rows, []))
        if "address" not in places:
            raise Invalid({"file": ("address_column_missing",)})
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield rows.line_num, _listed(cells, places)
    except csv.Error as error:
        raise Invalid({"file": ("invalid",)}) from error


def _places(header: list[str]) -> dict[str, int]:
    known = {word: column for column, words in _COLUMNS.items() for word in words}
    found: dict[str, int] = {}
    for place, cell in enumerate(header):
        if (column := known.get(cell.strip().lower())) is not None:
            found.setdefault(column, place)
    return found


def _listed(cells: list[str], places: Mapping[str, int]) -> Listed:
    told = {column: cells[place].strip() if place < len(cells) else "" for column, place in places.items()}
    language = told.pop("language", "") or "da"
    return Listed(**told, language=_LANGUAGES.get(language.lower(), language))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _line(text: str) -> str:
    return " ".join(storable(text).split())
