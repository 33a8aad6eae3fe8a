"""Subscribing to releases by e-mail, without an account: asking, confirming, choosing, pausing, leaving."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.db import transaction
from django.db.models import Q

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, NotFound, Problems
from vidensbro.hub.directory.fields import taxonomy
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.newsroom import links, notifications
from vidensbro.hub.newsroom.addresses import address_with, canonical, digest_of, keyed_digest
from vidensbro.hub.newsroom.links import Reader
from vidensbro.hub.newsroom.models import (
    Inquiry,
    Language,
    ListEntry,
    MailingList,
    Returned,
    Subscriber,
    SubscriberField,
    SubscriberOrganisation,
    Suppression,
)
from vidensbro.hub.newsroom.services import consent
from vidensbro.hub.newsroom.services.consent import Wishes
from vidensbro.hub.newsroom.services.suppression import keep_off_lists, suppress, unwanted

KIND = "subscriber"
State, Why = Subscriber.State, Subscriber.Why
MOST_CHOSEN = 200
MOST_MAILS = ((3, timedelta(hours=1)), (6, timedelta(days=1)))
"""How many mails an address gets at most because somebody, perhaps somebody else, typed it in."""


@dataclass(frozen=True, slots=True)
class LinkHolder:
    """Whoever opened a signed link of a mail: no account, but the mail reached them."""

    reference: str = "link:newsroom"


@transaction.atomic
def ask(address: str, wishes: Wishes, words: str, shown_in: str) -> None:
    """Ask for releases by e-mail. Nobody gets any before the link in the mail that follows is opened and answered.

    Whoever asks learns nothing of the address: a subscriber is told by mail that the subscription is there, and an
    address that wants no mail, or got enough of these today, gets none. `words` are those of consent that were shown,
    `shown_in` the language of the page; both are kept as proof.

    Raises:
        Invalid: see `addresses.canonical` and `checked`.
    """
    key = canonical(address)
    wanted = checked(wishes)
    if unwanted(key) or _mailed_enough(key):
        return
    row, _ = Subscriber.objects.select_for_update().get_or_create(
        address=key, defaults={"language": wanted.language}
    )
    if row.state == State.ACTIVE:
        notifications.told_already_there(row)
        return
    nonce = secrets.token_hex(8)
    consent.put_waiting(row, nonce, wanted, words, shown_in)
    row.save(update_fields=["consent"])
    notifications.confirmation_asked(row, nonce, shown_in)


@transaction.atomic
def confirm(token: str) -> Subscriber:
    """Let a subscription begin, or begin anew. A second time changes nothing; after leaving, the link is void.

    Raises:
        NotFound: the link was not made here, is too old, has been used, or nobody waits for it any more.
    """
    subscriber, nonce = links.confirmation_of(token)
    row = Subscriber.objects.select_for_update().filter(pk=subscriber).first()
    if row is None:
        raise NotFound("subscription")
    if consent.is_given(row, nonce):
        return row
    asked = consent.in_time(row, nonce)
    if asked is None or unwanted(row.address):
        raise NotFound("subscription")
    consent.give(row, nonce, asked)
    moment = clock.now()
    row.state, row.paused_why, row.confirmed, row.weekly_until = State.ACTIVE, "", moment, moment
    _mailbox_works(row)
    _set(row, Wishes.from_json(asked))
    record(LinkHolder(), "subscription.confirmed", KIND, row.pk)
    return row


@transaction.atomic
def choose(reader: Reader, wishes: Wishes) -> None:
    """Change what comes.

    Raises:
        Invalid: see `checked`. Conflict: there is no subscription any more ("subscription_over").
    """
    row = _held(reader)
    wanted = checked(wishes)
    if wanted == wishes_of(row):
        return
    _set(row, wanted)
    record(LinkHolder(), "subscription.changed", KIND, row.pk)


@transaction.atomic
def pause(reader: Reader) -> None:
    """Let nothing come until the reader says so. Idempotent. Raises Conflict as `choose`."""
    row = _held(reader)
    if row.state == State.PAUSED:
        return
    row.state, row.paused_why, row.changed = State.PAUSED, Why.OWN, clock.now()
    row.save()
    record(LinkHolder(), "subscription.paused", KIND, row.pk)


@transaction.atomic
def come_back(reader: Reader) -> None:
    """Let releases come again after a pause, whoever began it. Idempotent. Raises Conflict as `choose`."""
    row = _held(reader)
    if row.state == State.ACTIVE:
        return
    row.state, row.paused_why, row.changed = State.ACTIVE, "", clock.now()
    # What was published meanwhile is not mailed all at once.
    row.weekly_until = row.changed
    _mailbox_works(row)
    row.save()
    record(LinkHolder(), "subscription.resumed", KIND, row.pk)


@transaction.atomic
def leave(reader: Reader) -> None:
    """End everything that releases come by to the reader's address, lists of the press desk too. Idempotent.

    Of one who never confirmed nothing is kept, nor of questions to a press desk that wait for the address to be proven.
    A list that its reader was taken off before she left remembers nothing of her: then the suppression list does, by
    what the link says, so that the desk does not put her on one again.
    """
    # Whoever is being put on this list, or taken off, is so before it is looked.
    MailingList.objects.select_for_update().filter(pk=reader.key).first()
    address = address_of(reader)
    if address:
        _leave(address)
    if reader.kind == "l" and not ListEntry.objects.filter(list=reader.key, address=address).exists():
        keep_off_lists(reader.digest)


@transaction.atomic
def never_again(reader: Reader) -> bool:
    """Leave, and let nobody have a mail of the newsroom sent to the address again. Idempotent.

    False: nothing of the reader is kept any more, the address neither, so nothing could be promised.
    """
    address = address_of(reader)
    leave(reader)
    if address:
        suppress(address, Why.OWN)
    return bool(address)


@transaction.atomic
def lift(actor: Actor, address: str) -> bool:
    """Let mail go to an address again; was it suppressed? For staff, when the reader has asked for it.

    Raises:
        Denied; Invalid: it is no address.
    """
    require(actor, is_staff, "staff_only")
    key = canonical(address)
    Returned.objects.filter(digest=digest_of(key), counts=True).update(counts=False)
    gone, _ = Suppression.objects.filter(digest__in=[digest_of(key), keyed_digest(key)]).delete()
    if gone:
        # The record names no address, and the digest is one.
        record(actor, "suppression.lifted", "suppression", "one")
    return bool(gone)


def address_of(reader: Reader) -> str:
    """The address that a reader's mail goes to; "" if nothing of the reader is kept.

    Looked for where the mail came from; if it is there no more, wherever addresses are: a link tells nothing by which
    a database could find one.
    """
    subscribers = Subscriber.objects.values_list("address", flat=True)
    entries = ListEntry.objects.values_list("address", flat=True)
    asked = Inquiry.objects.values_list("email", flat=True)
    first = {
        "s": subscribers.filter(pk=reader.key),
        "l": entries.filter(list=reader.key),
        "q": asked.filter(pk=reader.key),
    }[reader.kind]
    rest = (rows.iterator(chunk_size=10_000) for rows in (subscribers, entries, asked))
    return address_with(reader.digest, chain(first, *rest))


def wishes_of(row: Subscriber) -> Wishes:
    """What a subscriber has chosen."""
    return Wishes(
        language=row.language,
        pace=row.pace,
        fields=tuple(row.fields.order_by("notation").values_list("notation", flat=True)),
        organisations=tuple(
            row.organisations.order_by("organisation_id").values_list("organisation_id", flat=True)
        ),
    )


def checked(wishes: Wishes) -> Wishes:
    """The wishes, each once and in order.

    Raises:
        Invalid: a language, pace, field or organisation is not known, or there are too many.
    """
    problems = Problems()
    fields, organisations = sorted({*wishes.fields}), sorted({*wishes.organisations})
    problems.check(wishes.language in Language.values, "language", "invalid_choice")
    problems.check(wishes.pace in Subscriber.Pace.values, "pace", "invalid_choice")
    problems.check(all(one in taxonomy() for one in fields), "fields", "invalid_choice")
    problems.check(len(fields) <= MOST_CHOSEN, "fields", "too_many")
    problems.check(len(organisations) <= MOST_CHOSEN, "organisations", "too_many")
    problems.raise_if_any()
    known = Organisation.objects.filter(pk__in=organisations).count()
    problems.check(known == len(organisations), "organisations", "invalid_choice")
    problems.raise_if_any()
    return Wishes(wishes.language, wishes.pace, tuple(fields), tuple(organisations))


def _set(row: Subscriber, wishes: Wishes) -> None:
    row.language, row.pace, row.changed = wishes.language, wishes.pace, clock.now()
    row.save()
    row.fields.all().delete()
    SubscriberField.objects.bulk_create(
        SubscriberField(subscriber=row, notation=one) for one in wishes.fields
    )
    row.organisations.all().delete()
    # One may have been joined with another since the reader asked.
    there = Organisation.objects.filter(pk__in=wishes.organisations).values_list("pk", flat=True)
    SubscriberOrganisation.objects.bulk_create(
        SubscriberOrganisation(subscriber=row, organisation_id=one) for one in there
    )


def _held(reader: Reader) -> Subscriber:
    """The subscription that the reader has, active or paused."""
    row = Subscriber.objects.select_for_update().filter(address=address_of(reader)).first()
    if row is None or row.state not in (State.ACTIVE, State.PAUSED):
        raise Conflict("subscription_over")
    return row


def _leave(address: str) -> None:
    row = Subscriber.objects.select_for_update().filter(address=address).first()
    touched = ListEntry.objects.filter(address=address, left=None).update(left=clock.now())
    Inquiry.objects.filter(email=address, proven=None).delete()
    if row is not None and row.state == State.PENDING:
        row.delete()
        return
    if row is not None and (row.state != State.LEFT or consent.waiting(row)):
        _end(row)
        touched += 1
    if touched:
        record(LinkHolder(), "subscription.left", KIND, row.pk if row else "list")


def _end(row: Subscriber) -> None:
    if row.state == State.LEFT:
        row.consent = {**row.consent, "waiting": {}}
    else:
        consent.end(row)
    row.state, row.paused_why, row.changed = State.LEFT, "", clock.now()
    row.save()


def _mailbox_works(row: Subscriber) -> None:
    """The reader has answered a mail, or says that mail arrives: what came back no longer counts."""
    row.bounces = 0
    digest = digest_of(row.address)
    Returned.objects.filter(digest=digest, counts=True).update(counts=False)
    Suppression.objects.filter(digest=digest).exclude(why=Why.OWN).delete()


def _mailed_enough(address: str) -> bool:
    codes = [notifications.CONFIRM.code, notifications.KNOWN.code]
    mails = Mail.objects.filter(address=address, kind__in=codes)
    return any(mails.filter(created__gt=clock.now() - time).count() >= most for most, time in MOST_MAILS)


def expire_unconfirmed(before: datetime) -> int:
    """Forget what was asked for before that moment and nobody confirmed; how many. For the privacy registry."""
    touched = 0
    maybe = Subscriber.objects.filter(Q(state=State.PENDING) | ~Q(consent__waiting={}))
    for row in maybe.select_for_update().iterator():
        dropped = consent.drop_waiting(row, before)
        if row.state == State.PENDING and not consent.waiting(row):
            row.delete()
        elif dropped:
            row.save(update_fields=["consent"])
        else:
            continue
        touched += 1
    return touched


def details(row: Subscriber) -> dict[str, Any]:
    """Everything kept about a subscriber, for an export."""
    return {
        "address": row.address,
        "state": row.state,
        "reason": row.paused_why,
        **wishes_of(row).as_json(),
        "created": row.created.isoformat(),
        "confirmed": row.confirmed.isoformat() if row.confirmed else None,
        "consent": row.consent,
    }
