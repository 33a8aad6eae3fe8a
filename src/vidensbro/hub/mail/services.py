"""Writing mail, choosing which kinds one wants, and trying again. Sending itself is `delivery`."""

from __future__ import annotations

import hashlib
import uuid
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from vidensbro.hub.audit.services import HasReference, record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.mail import rules
from vidensbro.hub.mail.composing import message_domain
from vidensbro.hub.mail.content import Attachment, Recipient, address_key, check
from vidensbro.hub.mail.kinds import MailKind, kind_of, optional_kinds
from vidensbro.hub.mail.letters import Copy
from vidensbro.hub.mail.links import choices_url
from vidensbro.hub.mail.models import Letter, Mail, MailChoice, State
from vidensbro.hub.mail.rendering import Rendered, Words, render, render_together
from vidensbro.hub.outbox import services as outbox

SEND = "mail.send"
"""The outbox topic of mail that is to be handed over."""
CHUNK = 250
"""Rows that are written in one statement."""


def send(
    kind: str,
    recipient: Recipient,
    template: str,
    context: Mapping[str, Any],
    *,
    key: str,
    thread: str = "",
    attachments: Sequence[Attachment] = (),
    reply_to: str = "",
    leave_url: str = "",
) -> Mail | None:
    """Have a mail sent once the running transaction is committed; the mail, or None if it is not wanted.

    `template` names three templates, `<template>.subject.txt`, `<template>.txt` and `<template>.html`; they get
    `context` and besides `theme`, `base_url`, `recipient`, `choices_url` ("" unless the kind is optional), and are
    rendered now, in the recipient's language. `key` names the reason: a second call with the same key writes
    nothing and gives the first mail. `thread` names a conversation: later mails of it to the same address answer
    the first. `reply_to` is "Name <address>" or an address. `leave_url` is where the reader stops what an app of its
    own keeps track of, with one POST (RFC 8058); it then stands in the header instead of `choices_url`.

    Raises:
        LookupError: no app has this kind.
        Invalid: an address is none, or a name holds line ends or other control characters.
        OutsideTransaction: there is no transaction that the mail could belong to.
    """
    described = kind_of(kind)
    check(recipient, attachments, reply_to)
    if existing := Mail.objects.filter(key=key).first():
        return _wanted(existing)
    mail = _new(described, recipient, key, thread, clock.now())
    mail.reply_to_ids = _first_of(thread, [mail.address])
    if is_off(mail.address, kind):
        mail.state = State.SUPPRESSED
    else:
        url = choices_url(mail.pk) if described.optional and not leave_url else ""
        _fill(mail, render(template, context, recipient, url), attachments, leave_url or url)
        mail.reply_to = reply_to
    return _wanted(_written([mail])[0])


def send_together(
    kind: str,
    recipients: Iterable[Recipient],
    template: str,
    words: Words,
    *,
    key: str,
    thread: str = "",
    attachments: Sequence[Attachment] = (),
) -> list[Mail]:
    """Have one mail sent to several readers, who all see whom it goes to; a row for each, in their order.

    It is the same mail for each of them: Message-ID, date, subject, text, files. An answer to it goes to all. Each
    row is delivered by itself, so that one reader's server keeps no other reader waiting. The mail is in every
    language that one of them reads, in the order of the readers; `words` gives the context of the templates, once in
    each language. The templates hold what is said, without a frame (see `rendering.render_together`); they know no
    `recipient`, and nothing that is meant for one reader alone belongs there. `key` and `thread` are as in `send`:
    the mail answers the first mail of the conversation at each of the addresses.

    Raises:
        LookupError: no app has this kind.
        ValueError: the kind is optional, and each would have to switch it off alone; or there is no reader.
        Invalid, OutsideTransaction: as `send`.
    """
    described, readers = kind_of(kind), _once(recipients)
    if described.optional or not readers:
        raise ValueError(f"{kind} cannot be one mail to {len(readers)} readers")
    for one in readers.values():
        check(one, attachments, "")
    # An address is content: it is not written into a key.
    keys = [f"{key}:{hashlib.sha256(address.encode()).hexdigest()[:16]}" for address in readers]
    if existing := list(Mail.objects.filter(key__in=keys).order_by("pk")):
        return existing
    moment = clock.now()
    mails = [
        _new(described, one, own, thread, moment) for one, own in zip(readers.values(), keys, strict=True)
    ]
    languages = list(dict.fromkeys(one.language for one in readers.values()))
    rendered = render_together(template, words, languages)
    answers = _first_of(thread, list(readers))
    for mail in mails:
        _fill(mail, rendered, attachments)
        mail.message_id, mail.reply_to_ids = mails[0].message_id, answers
        mail.together = [[one.name, one.address] for one in mails]
        mail.headers["Content-Language"] = ", ".join(languages)
    return _written(mails)


def send_copies(kind: str, letter: Letter, copies: Iterable[Copy]) -> int:
    """Have a copy of a letter sent to each of these readers; how many are new. Call inside a transaction.

    A copy whose key is there already is not written again. Copies leave behind all other mail, and no faster than
    the settings allow; each is then a mail like any other.

    Raises:
        LookupError: no app has this kind.
        ValueError: the kind is optional: readers leave by the link of the copy.
        Invalid: an address is none.
    """
    described, moment = kind_of(kind), clock.now()
    if described.optional:
        raise ValueError(kind)
    mails = []
    for one in copies:
        check(one.recipient, (), "")
        mail = _new(described, one.recipient, one.key, "", moment)
        mail.letter, mail.subject, mail.slots, mail.not_before = letter, letter.subject, {**one.slots}, moment
        mail.headers = _headers(one.leave_url)
        mails.append(mail)
    there = set(Mail.objects.filter(key__in=[one.key for one in mails]).values_list("key", flat=True))
    new = [one for one in mails if one.key not in there]
    Mail.objects.bulk_create(new, batch_size=CHUNK, ignore_conflicts=True)
    return len(new)


def is_off(address: str, kind: str) -> bool:
    """Has whoever reads this address switched the kind off? Only optional kinds can be."""
    if not kind_of(kind).optional:
        return False
    return MailChoice.objects.filter(address=address_key(address), kind=kind, off=True).exists()


@transaction.atomic
def choose(actor: HasReference, address: str, off: Iterable[str]) -> list[str]:
    """Let exactly these optional kinds be switched off for an address; the codes whose state changed.

    The caller has made sure that the address is the actor's: by the account or by a signed link.

    Raises:
        Invalid: a kind is not optional or not known.
    """
    address, wanted_off = address_key(address), set(off)
    known = {one.code for one in optional_kinds()}
    if not wanted_off <= known:
        raise Invalid({"kinds": ("invalid_choice",)})
    rows = {one.kind: one for one in MailChoice.objects.select_for_update().filter(address=address)}
    changed = sorted(code for code in known if (code in wanted_off) != (code in rows and rows[code].off))
    for code in changed:
        values = {"off": code in wanted_off, "changed": clock.now()}
        MailChoice.objects.update_or_create(address=address, kind=code, defaults=values)
    if changed:
        # The address itself is content, not a reference: the record says which kinds, not whose.
        record(actor, "mail.chosen", "mail", "choices", {"kinds": changed})
    return changed


@transaction.atomic
def switch_off(actor: HasReference, address: str, kind: str) -> None:
    """Switch one optional kind off for an address, as one click in a mail program does. Idempotent."""
    off = MailChoice.objects.filter(address=address_key(address), off=True).values_list("kind", flat=True)
    known = {one.code for one in optional_kinds()}
    choose(actor, address, {*(set(off) & known), kind})


@transaction.atomic
def retry(actor: rules.Asker, mail_id: uuid.UUID | str) -> Mail:
    """Try a mail again that was given up. For staff.

    Raises:
        Denied, NotFound
        Conflict: it was not given up ("mail_not_given_up").
    """
    rules.require_staff(actor)
    mail = Mail.objects.select_for_update().filter(pk=mail_id).first()
    if mail is None:
        raise NotFound("mail", mail_id)
    if mail.state != State.GIVEN_UP:
        raise Conflict("mail_not_given_up")
    _again(mail)
    record(actor, "mail.retried", "mail", mail.pk)
    return mail


@transaction.atomic
def retry_copies(letters: Iterable[Letter]) -> int:
    """Try those copies of letters again that were given up; how many. The caller has made sure who may.

    What was refused for good is tried as well: whether it is still wanted, its kind says.
    """
    keys = [one.pk for one in letters]
    return Mail.objects.filter(letter__in=keys, state=State.GIVEN_UP).update(**_anew())


@transaction.atomic
def retry_all(actor: rules.Asker) -> int:
    """Try everything again that was given up, and see to it that whatever waits has its outbox entry; how many.

    For staff. Raises Denied.
    """
    rules.require_staff(actor)
    given_up = list(Mail.objects.select_for_update().filter(state=State.GIVEN_UP).order_by("pk"))
    for mail in given_up:
        _again(mail)
    revived = outbox.revive(SEND)
    unfinished = Mail.objects.filter(state__in=[State.WAITING, State.SENDING], letter=None)
    # One that a worker has in hand gets a second entry, which finds it held and waits.
    outbox.put_many(SEND, [str(one) for one in unfinished.values_list("pk", flat=True)])
    if given_up:
        record(actor, "mail.retried", "mail", "all", {"mails": len(given_up)})
    return len(given_up) + revived


def _again(mail: Mail) -> None:
    for name, value in _anew().items():
        setattr(mail, name, value)
    mail.save()
    # A copy of a letter leaves with the others that wait (`bulk`).
    if mail.letter_id is None:
        outbox.put(SEND, str(mail.pk))


def _anew() -> dict[str, Any]:
    """How a mail stands that is tried again. A person has looked at it: the count of attempts and the patience begin
    anew."""
    moment = clock.now()
    return {
        "state": State.WAITING,
        "given_up_at": None,
        "reason": "",
        "attempts": 0,
        "repeats": 0,
        "handing_over": None,
        "since": moment,
        "not_before": moment,
    }


def _wanted(mail: Mail) -> Mail | None:
    return None if mail.state == State.SUPPRESSED else mail


def _once(recipients: Iterable[Recipient]) -> dict[str, Recipient]:
    """The readers by address, the first of two with the same one."""
    found: dict[str, Recipient] = {}
    for one in recipients:
        found.setdefault(address_key(one.address), one)
    return found


def _new(kind: MailKind, recipient: Recipient, key: str, thread: str, moment: datetime) -> Mail:
    identifier = new_id()
    address = address_key(recipient.address)
    return Mail(
        id=identifier,
        key=key,
        kind=kind.code,
        thread=thread,
        message_id=f"<{identifier.hex}@{message_domain()}>",
        created=moment,
        since=moment,
        address=address,
        name=recipient.name.strip()[:200],
        language=recipient.language,
        user_id=recipient.user_id,
        person_id=recipient.person_id,
        sender=settings.DEFAULT_FROM_EMAIL,
    )


def _first_of(thread: str, addresses: Sequence[str]) -> str:
    """The Message-IDs of the conversation's first mail at each of these addresses; "" if this is it everywhere."""
    if not thread:
        return ""
    told = Mail.objects.filter(thread=thread, address__in=addresses).exclude(state=State.SUPPRESSED)
    first: dict[str, str] = {}
    for address, message_id in told.order_by("created", "pk").values_list("address", "message_id"):
        first.setdefault(address, message_id)
    return " ".join(dict.fromkeys(first[address] for address in addresses if address in first))


def _written(mails: Sequence[Mail]) -> list[Mail]:
    """The rows as they are stored, each with its outbox entry if it is to be sent."""
    # Whoever writes the same key at the same moment comes first or second; neither fails.
    Mail.objects.bulk_create(mails, ignore_conflicts=True)
    rows = {one.key: one for one in Mail.objects.filter(key__in=[one.key for one in mails])}
    stored = [rows[one.key] for one in mails]
    for mail, row in zip(mails, stored, strict=True):
        if row.pk == mail.pk and row.state == State.WAITING:
            outbox.put(SEND, str(row.pk))
    return stored


def _fill(mail: Mail, rendered: Rendered, attachments: Sequence[Attachment], url: str = "") -> None:
    mail.subject, mail.text, mail.html = rendered.subject, rendered.text, rendered.html
    mail.attachments = [_stored(one) for one in attachments]
    mail.headers = _headers(url)


def _headers(url: str) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}
    if url:
        # RFC 8058: a mail program may act on this by itself, with one POST.
        headers["List-Unsubscribe"] = f"<{url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _stored(attachment: Attachment) -> dict[str, str]:
    content = b64encode(attachment.content).decode("ascii")
    return {"name": attachment.name, "type": attachment.content_type, "content": content}


__all__ = [
    "SEND",
    "Attachment",
    "Recipient",
    "choose",
    "is_off",
    "retry",
    "retry_all",
    "retry_copies",
    "send",
    "send_copies",
    "send_together",
    "switch_off",
]
