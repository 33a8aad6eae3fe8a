"""What mail says about people: their address, their name and what was written to them."""

from __future__ import annotations

import re
import uuid
from base64 import b64decode
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.audit.privacy import Keyed, Part, Subject
from vidensbro.hub.audit.purposes import ASKED, SECRETARIAT, THEMSELVES, USERS, Purpose, days
from vidensbro.hub.audit.traces import cutter, mentions, scrub, telling
from vidensbro.hub.common import clock
from vidensbro.hub.mail.content import address_key
from vidensbro.hub.mail.kinds import optional_kinds
from vidensbro.hub.mail.letters import words_of
from vidensbro.hub.mail.models import Letter, Mail, MailChoice, State
from vidensbro.hub.outbox import services as outbox

FORGET = "mail.forget"
"""Topic whose keys are ids of mails: remove the file that a site without a mail server keeps of it."""
LONGER = timedelta(days=365 * settings.VIDENSBRO_RETENTION_LOG_YEARS)
"""Rows without content last as long as the log: with them goes the link by which mail is switched off."""
_EMPTY: Mapping[str, Any] = {
    "name": "",
    "subject": "",
    "text": "",
    "html": "",
    "answer": "",
    "reply_to": "",
    "together": [],
    "attachments": [],
    "slots": {},
}
_SECRETS = re.compile(r"(https?://[^/\s<>\"]+)/[^\s<>\"]*")
"""Addresses in a mail: behind the site's name they may hold the secret by which a link acts."""
_LETTER = ("subject", "text", "html")
_TEXTS = ("name", "sender", "reply_to", "together", "subject", "text", "html", "headers", "answer")


class MailPart:
    """Mails to the subject, and the kinds that the subject does not want. Erasing deletes both.

    A mail that waits is not sent after that: the step before the last word finds no row.
    """

    name = "mail"
    keyed = (Keyed(Mail, "person_id"),)

    def export(self, subject: Subject) -> Mapping[str, Any]:
        """Mails to the subject and to addresses that are proven to be the subject's.

        Without the links in them: whoever reads the export need not be the one who reads the mailbox, least of all
        where a link confirms an address that somebody has merely typed.
        """
        choices = MailChoice.objects.filter(address__in=_keys(subject.proven)).order_by("address", "kind")
        return {
            "mails": [
                {
                    "to": _readers(row),
                    "name": row.name,
                    "kind": row.kind,
                    "subject": row.subject,
                    "text": _SECRETS.sub(r"\1/…", words_of(row)[0]),
                    "state": row.state,
                    "created": row.created.isoformat(),
                    "sent": row.sent_at.isoformat() if row.sent_at else None,
                }
                for row in _mails(subject, _keys(subject.proven)).select_related("letter").order_by("created")
            ],
            "choices": [{"address": row.address, "kind": row.kind, "off": row.off} for row in choices],
        }

    def erase(self, subject: Subject) -> int:
        """Mails to others that tell of the subject lose their content once they are sent: it may be the subject's own
        words. One that is still to be sent is sent without the name and the addresses."""
        known = _keys(subject.addresses)
        addresses, mails = known | _wanted_at(subject), _mails(subject, known)
        # Where the subject got mail together with others they were told that address, be it a former one by now.
        met = set(mails.exclude(together=[]).values_list("address", flat=True))
        subject = replace(subject, words=subject.words | met)
        _forget(mails.values_list("pk", flat=True))
        touched = MailChoice.objects.filter(address__in=addresses).delete()[0] + mails.delete()[0]
        told = _mentioning(subject)
        _forget(told.values_list("pk", flat=True))
        touched += told.filter(state=State.SENT).update(**_EMPTY)
        touched += _erase_attachments(subject) + _leave_out(known | met)
        touched += _empty_letters(
            Letter.objects.filter(mentions(Letter.objects.all(), subject.words, _LETTER))
        )
        touched += scrub(Letter.objects.all(), subject.words, _LETTER)
        return touched + scrub(Mail.objects.all(), subject.words, _TEXTS)

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        if kind != "person":
            return 0
        return Mail.objects.filter(person_id=gone).update(person_id=kept)


def _empty_letters(rows: QuerySet[Letter]) -> int:
    """Empty letters of which no copy is still to be sent, nor may be tried again. Their copies are rows of their own.

    An emptied one gives its key up: where it is still to be said to somebody, a letter is written anew.
    """
    sent_or_not = [State.SENT, State.SUPPRESSED]
    unsent = Mail.objects.filter(letter=OuterRef("pk")).exclude(state__in=sent_or_not)
    finished = rows.exclude(text="", html="").exclude(Exists(unsent)).values_list("pk", flat=True)
    return sum(
        Letter.objects.filter(pk=key).update(key=f"emptied:{key}", subject="", text="", html="")
        for key in list(finished)
    )


def _by_id(subject: Subject) -> QuerySet[Mail]:
    query = Q(pk__in=[])
    if subject.user_id is not None:
        query |= Q(user_id=subject.user_id)
    if subject.person_id is not None:
        query |= Q(person_id=subject.person_id)
    return Mail.objects.filter(query)


def _keys(addresses: Iterable[str]) -> set[str]:
    return {address_key(one) for one in addresses}


def _wanted_at(subject: Subject) -> set[str]:
    """Where the subject once got mail that can be switched off: former addresses as well.

    What cannot be switched off also went to addresses that somebody has merely typed. Evaluated before anything is
    deleted.
    """
    codes = [one.code for one in optional_kinds()]
    return _keys(_by_id(subject).filter(kind__in=codes).values_list("address", flat=True))


def _mails(subject: Subject, addresses: Collection[str]) -> QuerySet[Mail]:
    """The subject's mails: by id, and those to these addresses that belong to nobody else."""
    nobodys = Q(user_id__isnull=True, person_id__isnull=True, address__in=addresses)
    return Mail.objects.filter(Q(pk__in=_by_id(subject).values("pk")) | nobodys)


def empty_threads(threads: Iterable[str]) -> int:
    """Erase the content of sent mails of these conversations: it may be the words of somebody who is erased."""
    rows = Mail.objects.filter(thread__in=list(threads), state=State.SENT)
    _forget(rows.values_list("pk", flat=True))
    return rows.update(**_EMPTY)


def _mentioning(subject: Subject) -> QuerySet[Mail]:
    return Mail.objects.filter(mentions(Mail.objects.all(), subject.words, _TEXTS))


def _readers(row: Mail) -> str:
    """To whom a mail went, as its reader saw it."""
    if not row.together:
        return row.address
    return ", ".join(f"{name} <{address}>" if name else address for name, address in row.together)


def _leave_out(addresses: Iterable[str]) -> int:
    """Take these off the lists of those who got a mail together, in every copy that is left."""
    gone, touched = set(addresses), 0
    for row in Mail.objects.exclude(together=[]).only("pk", "together").iterator():
        kept = [one for one in row.together if one[1] not in gone]
        if len(kept) < len(row.together):
            touched += Mail.objects.filter(pk=row.pk).update(together=kept)
            _forget([row.pk])
    return touched


def _erase_attachments(subject: Subject) -> int:
    """Files that went with mails to others and name the subject: calendar files are texts."""
    if not telling(subject.words):
        return 0
    cut, touched = cutter(subject.words), 0
    for row in Mail.objects.exclude(attachments=[]).only("pk", "attachments").iterator():
        kept = [one for one in row.attachments if not _names(one, cut)]
        if len(kept) < len(row.attachments):
            touched += Mail.objects.filter(pk=row.pk).update(attachments=kept)
            _forget([row.pk])
    return touched


def _names(attachment: Mapping[str, str], cut: Any) -> bool:
    # Lines of calendar files are folded with a line end and a space (RFC 5545 section 3.1).
    text = b64decode(attachment["content"]).decode("utf-8", "replace").replace("\r\n ", "")
    return any(cut(one) != one for one in (text, attachment["name"]))


def _forget(ids: Iterable[uuid.UUID]) -> None:
    outbox.put_many(FORGET, [str(one) for one in ids])


def _expire(before: datetime) -> int:
    """Empty what was sent; remove what was given up or not wanted, and what was emptied years ago."""
    sent = Mail.objects.filter(state=State.SENT, sent_at__lt=before)
    full = sent.exclude(subject="", text="", html="", attachments=[])
    _forget(full.values_list("pk", flat=True))
    touched = full.update(**_EMPTY)
    over = Q(state=State.GIVEN_UP, given_up_at__lt=before) | Q(state=State.SUPPRESSED, created__lt=before)
    old = Mail.objects.filter(over | Q(state=State.SENT, sent_at__lt=min(before, clock.now() - LONGER)))
    touched += old.delete()[0]
    _empty_letters(Letter.objects.filter(created__lt=before))
    none_left = ~Exists(Mail.objects.filter(letter=OuterRef("pk")))
    gone, _ = Letter.objects.filter(none_left, created__lt=before).delete()
    return touched + gone


PARTS: tuple[Part, ...] = (MailPart(),)
PURPOSES = (
    Purpose(
        code="mail",
        label=_("Mail"),
        legal_basis=("6(1)(b)", "6(1)(f)"),
        why=_(
            "Who has an account or is asked for something must be told; each kind that is not needed "
            "can be switched off."
        ),
        subjects=(USERS, ASKED),
        data=(
            _("address, name, language, content of the mail, when it was sent"),
            _("which kinds are not wanted"),
        ),
        sources=(THEMSELVES, _("the address in the directory")),
        recipients=(_("whoever gets the mail, and the mail servers on its way"), SECRETARIAT),
        kept=_(
            "the content from the sending on; that a mail was sent as long as the log; choices until "
            "they are changed"
        ),
        retention=days(settings.VIDENSBRO_RETENTION_MAIL_DAYS),
        expire=_expire,
    ),
)
MODELS = {"mail.Mail": "mail", "mail.MailChoice": "mail", "mail.Letter": "mail"}
