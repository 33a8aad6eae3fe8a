"""Releases to everybody who asked for them, by mail: each reader once for each release.

Recipients are written in portions of `PORTION`, each in one transaction with the address that it ends at: a worker that
is killed has written a portion or has not, and the next goes on behind the last. Should a portion come a second time
nevertheless, the key of each mail is that of the release and the reader's address.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, NotFound
from vidensbro.hub.common.rows import as_uuid, key_of
from vidensbro.hub.mail import bulk
from vidensbro.hub.mail import services as mail
from vidensbro.hub.mail.content import Recipient
from vidensbro.hub.mail.letters import Copy
from vidensbro.hub.mail.models import Letter
from vidensbro.hub.newsroom import links
from vidensbro.hub.newsroom.addresses import digest_of
from vidensbro.hub.newsroom.models import Dispatch, MailingList, Subscriber, Version
from vidensbro.hub.newsroom.notifications import RELEASE
from vidensbro.hub.newsroom.queries import versions
from vidensbro.hub.newsroom.queries.subscribing import suppressed
from vidensbro.hub.newsroom.rules import keep_list, publish_release
from vidensbro.hub.newsroom.services.drafting import locked_version
from vidensbro.hub.newsroom.services.letters import OWN, PRESS, about, release_letter
from vidensbro.hub.newsroom.services.recipients import Row, portion

PORTION = 500
KIND = "release_version"


def send(version_id: uuid.UUID | str) -> int:
    """Write a version to everybody who asked for it; how many mails are new. For jobs. Idempotent.

    What is not out, or was withdrawn, is written to nobody.
    """
    written = 0
    while (new := _send_portion(key_of(version_id))) is not None:
        written += new
    return written


@transaction.atomic
def name_lists(actor: Actor, version_id: uuid.UUID | str, list_ids: Iterable[uuid.UUID | str]) -> None:
    """Let a version go to exactly these lists of the press desk besides.

    Raises:
        NotFound: there is no such version, or a list that the actor does not keep.
        Denied; Conflict: it is on its way already ("sending_begun").
    """
    row = locked_version(actor, version_id)
    publish_release.require(actor, row.release)
    # Sending, which takes the same row, has begun or comes after this.
    dispatch, _ = Dispatch.objects.select_for_update().get_or_create(version=row)
    if dispatch.begun is not None:
        raise Conflict("sending_begun")
    kept = keep_list.visible(actor, MailingList.objects.all())
    wanted = {as_uuid(one) for one in list_ids}
    found = list(kept.filter(pk__in=[one for one in wanted if one is not None]))
    if len(found) != len(wanted):
        raise NotFound("mailing_list")
    # Lists that the actor does not see were named by somebody else, and stay.
    others = dispatch.lists.exclude(pk__in=kept.values("pk"))
    dispatch.lists.set([*others, *found])
    record(actor, "release.lists_named", KIND, row.pk, {"lists": len(found)})


@transaction.atomic
def try_again(actor: Actor, version_id: uuid.UUID | str) -> int:
    """Try those mails of a version again that were given up; how many.

    Raises:
        NotFound; Denied: the actor does not decide for an issuer.
    """
    row = versions.version(actor, version_id)
    publish_release.require(actor, row.release)
    count = mail.retry_copies(Letter.objects.filter(about=about(row)))
    if count:
        bulk.wake()
        record(actor, "release.mail_retried", KIND, row.pk, {"mails": count})
    return count


def count_followed(version: Version) -> None:
    """Count that the link in a version's mail was opened, if the settings want that. Nothing is noted of by whom."""
    if settings.VIDENSBRO_COUNT_LINKS:
        Dispatch.objects.filter(version=version).update(followed=F("followed") + 1)


def mail_key(release: uuid.UUID, address: str) -> str:
    """By what it is known that a reader got a release, in whichever language and for whichever reason."""
    return f"{RELEASE.code}:{release}:{digest_of(address)}"


@transaction.atomic
def _send_portion(version_id: uuid.UUID) -> int | None:
    """One portion: how many mails were written; None if there are no more."""
    row = versions.out().filter(pk=version_id).first()
    if row is None or row.out_before:
        return None
    dispatch, _ = Dispatch.objects.select_for_update().get_or_create(version=row)
    if dispatch.queued is not None:
        return None
    dispatch.version = row
    dispatch.begun = dispatch.begun or clock.now()
    found = portion(dispatch, PORTION)
    written = _write(row, found.rows)
    dispatch.after = found.until
    if not found.until:
        dispatch.queued = clock.now()
    dispatch.save()
    return written


def _write(row: Version, rows: Sequence[Row]) -> int:
    unwanted = suppressed(one.address for one in rows)
    written = 0
    for why, model in ((OWN, True), (PRESS, False)):
        readers = [
            one for one in rows if isinstance(one, Subscriber) is model and one.address not in unwanted
        ]
        if readers:
            letter = release_letter(row, why)
            copies = [copy_for(one, mail_key(row.release_id, one.address), row.language) for one in readers]
            written += mail.send_copies(RELEASE.code, letter, copies)
    if written:
        bulk.wake()
    return written


def copy_for(row: Row, key: str, language: str) -> Copy:
    """A reader's copy of a letter in this language, with the links that are the reader's own."""
    reader = links.reader_of(row)
    leave = links.leave_url(reader)
    user = None if isinstance(row, Subscriber) else row.user_id
    name = "" if isinstance(row, Subscriber) else row.name
    return Copy(
        key=key,
        recipient=Recipient(row.address, name, language, user_id=user),
        slots={"leave_url": leave, "subscription_url": links.choose_url(reader)},
        leave_url=leave,
    )
