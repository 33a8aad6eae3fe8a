"""Writing mail, choosing which kinds one wants, and trying again. Sending itself is `delivery`."""

from __future__ import annotations

import uuid
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
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
from vidensbro.hub.mail.links import choices_url
from vidensbro.hub.mail.models import Mail, MailChoice, State
from vidensbro.hub.mail.rendering import Rendered, render
from vidensbro.hub.outbox import services as outbox

SEND = "mail.send"
"""The outbox topic of mail that is to be handed over."""


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
) -> Mail | None:
    """Have a mail sent once the running transaction is committed; the mail, or None if it is not wanted.

    `template` names three templates, `<template>.subject.txt`, `<template>.txt` and `<template>.html`; they get
    `context` and besides `theme`, `base_url`, `recipient`, `choices_url` ("" unless the kind is optional), and are
    rendered now, in the recipient's language. `key` names the reason: a second call with the same key writes
    nothing and gives the first mail. `thread` names a conversation: later mails of it to the same address answer
    the first. `reply_to` is "Name <address>" or an address.

    Raises:
        LookupError: no app has this kind.
        Invalid: an address is none, or a name holds line ends or other control characters.
        OutsideTransaction: there is no transaction that the mail could belong to.
    """
    described = kind_of(kind)
    check(recipient, attachments, reply_to)
    if existing := Mail.objects.filter(key=key).first():
        return _wanted(existing)
    mail = _new(described, recipient, key, thread)
    if is_off(mail.address, kind):
        mail.state = State.SUPPRESSED
    else:
        url = choices_url(mail.pk) if described.optional else ""
        _fill(mail, render(template, context, recipient, url), url)
        mail.reply_to = reply_to
        mail.attachments = [_stored(one) for one in attachments]
    # Whoever writes the same key at the same moment comes first or second; neither fails.
    Mail.objects.bulk_create([mail], ignore_conflicts=True)
    stored = Mail.objects.get(key=key)
    if stored.pk == mail.pk and stored.state == State.WAITING:
        outbox.put(SEND, str(stored.pk))
    return _wanted(stored)


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
def retry_all(actor: rules.Asker) -> int:
    """Try everything again that was given up, and see to it that whatever waits has its outbox entry; how many.

    For staff. Raises Denied.
    """
    rules.require_staff(actor)
    given_up = list(Mail.objects.select_for_update().filter(state=State.GIVEN_UP).order_by("pk"))
    for mail in given_up:
        _again(mail)
    revived = outbox.revive(SEND)
    unfinished = Mail.objects.filter(state__in=[State.WAITING, State.SENDING]).values_list("pk", flat=True)
    # One that a worker has in hand gets a second entry, which finds it held and waits.
    outbox.put_many(SEND, [str(one) for one in unfinished])
    if given_up:
        record(actor, "mail.retried", "mail", "all", {"mails": len(given_up)})
    return len(given_up) + revived


def _again(mail: Mail) -> None:
    mail.state, mail.given_up_at, mail.reason = State.WAITING, None, ""
    # A person has looked at it: the count of attempts and the patience begin anew.
    mail.attempts, mail.repeats, mail.handing_over = 0, 0, None
    mail.since = clock.now()
    mail.save()
    outbox.put(SEND, str(mail.pk))


def _wanted(mail: Mail) -> Mail | None:
    return None if mail.state == State.SUPPRESSED else mail


def _new(kind: MailKind, recipient: Recipient, key: str, thread: str) -> Mail:
    identifier = new_id()
    address = address_key(recipient.address)
    return Mail(
        id=identifier,
        key=key,
        kind=kind.code,
        thread=thread,
        message_id=f"<{identifier.hex}@{message_domain()}>",
        reply_to_id=_first_of(thread, address),
        address=address,
        name=recipient.name.strip()[:200],
        language=recipient.language,
        user_id=recipient.user_id,
        person_id=recipient.person_id,
        sender=settings.DEFAULT_FROM_EMAIL,
    )


def _first_of(thread: str, address: str) -> str:
    """The Message-ID of the first mail of the conversation at this address; "" if this is it."""
    if not thread:
        return ""
    told = Mail.objects.filter(thread=thread, address=address).exclude(state=State.SUPPRESSED)
    return told.order_by("created", "pk").values_list("message_id", flat=True).first() or ""


def _fill(mail: Mail, rendered: Rendered, url: str) -> None:
    mail.subject, mail.text, mail.html = rendered.subject, rendered.text, rendered.html
    mail.headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}
    if url:
        # RFC 8058: a mail program may act on this by itself, with one POST.
        mail.headers["List-Unsubscribe"] = f"<{url}>"
        mail.headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


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
    "send",
    "switch_off",
]
