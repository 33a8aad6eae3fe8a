"""Acting on what came back: an address where mail cannot arrive, or is not wanted, is written to no more."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.mail.models import GivenUp, Mail
from vidensbro.hub.mail.models import State as MailState
from vidensbro.hub.newsroom.addresses import digest_of
from vidensbro.hub.newsroom.models import ListEntry, Returned, Subscriber
from vidensbro.hub.newsroom.notifications import KINDS
from vidensbro.hub.newsroom.returned_mail import Report, Told, passing_refusal, reports
from vidensbro.hub.newsroom.services.suppression import suppress

SOFT_ENOUGH = 5
SOFT_WITHIN = timedelta(days=90)
"""Five mails that came back for a passing reason within this time count as one that came back for good."""
UNKNOWN = "unknown"
"""It tells of a mail, but of none that was sent from here to anybody."""
KNOWN = "known"
"""It tells what was known."""
_ACTS = {
    Told.HARD: Returned.What.HARD,
    Told.SOFT: Returned.What.SOFT,
    Told.COMPLAINT: Returned.What.COMPLAINT,
}


def take_in(actor: Actor, lines: Iterable[bytes]) -> Mapping[str, int]:
    """Act on every message of a file; how many told what: a value of `Told`, "unknown" or "known".

    A message counts only if it holds the Message-ID of a mail that went from here: that number is random and only its
    reader has it, so nobody can have another's subscription stopped by writing such a report. The address is the one
    that the mail went to, whatever the report says: it may have been forwarded. May be repeated with the same file.

    Raises:
        Denied: for staff.
    """
    require(actor, is_staff, "staff_only")
    found: Counter[str] = Counter(_note(actor, one) for one in reports(lines))
    return dict(found)


@transaction.atomic
def _note(actor: Actor, report: Report) -> str:
    what = _ACTS.get(report.told)
    if what is None:
        return report.told.value
    mails = Mail.objects.filter(pk__in=[uuid.UUID(one) for one in report.message_ids])
    ours = list(mails.filter(kind__in=_codes()).order_by("pk"))
    if not ours:
        return UNKNOWN
    fresh = [mail for mail in ours if _counted(mail, what)]
    for mail in fresh:
        _act(mail.address, what)
        record(actor, "mail.returned", "mail", mail.pk, {"what": what.value})
    return what.value if fresh else KNOWN


def note_refused(actor: Actor) -> int:
    """Act on mails that the receiving server refused while they were handed over; how many. For jobs. Idempotent."""
    require(actor, is_staff, "staff_only")
    refused = Mail.objects.filter(state=MailState.GIVEN_UP, reason=GivenUp.REFUSED, kind__in=_codes())
    ids = list(
        refused.exclude(pk__in=Returned.objects.values("mail")).order_by("pk").values_list("pk", flat=True)
    )
    return sum(_refused(actor, one) for one in ids)


@transaction.atomic
def _refused(actor: Actor, mail_id: uuid.UUID) -> bool:
    mail = Mail.objects.filter(pk=mail_id).first()
    if mail is None:
        return False
    what = Returned.What.SOFT if passing_refusal(mail.answer) else Returned.What.HARD
    if not _counted(mail, what):
        return False
    _act(mail.address, what)
    record(actor, "mail.returned", "mail", mail.pk, {"what": what.value})
    return True


def _codes() -> list[str]:
    return [one.code for one in KINDS]


def _counted(mail: Mail, what: Returned.What) -> bool:
    """Note it; False if it was."""
    _, made = Returned.objects.get_or_create(
        mail=mail.pk, what=what, defaults={"digest": digest_of(mail.address)}
    )
    return made


def _act(address: str, what: Returned.What) -> None:
    if what == Returned.What.COMPLAINT:
        _stop(address, Subscriber.Why.COMPLAINED)
    elif what == Returned.What.HARD or _count_soft(address) >= SOFT_ENOUGH:
        _stop(address, Subscriber.Why.BOUNCED)


def _count_soft(address: str) -> int:
    since = clock.now() - SOFT_WITHIN
    rows = Returned.objects.filter(
        digest=digest_of(address), what=Returned.What.SOFT, counts=True, at__gt=since
    )
    count = rows.count()
    Subscriber.objects.filter(address=address).update(bounces=count)
    return count


def _stop(address: str, why: Subscriber.Why) -> None:
    """Pause the subscription. On the press desk's lists, whose entries cannot pause, the suppression list stops it."""
    row = Subscriber.objects.select_for_update().filter(address=address).first()
    if row is not None and row.state == Subscriber.State.PENDING:
        # Nobody confirmed, and nobody will.
        row.delete()
    elif row is not None and row.state in (Subscriber.State.ACTIVE, Subscriber.State.PAUSED):
        row.state, row.paused_why, row.changed = Subscriber.State.PAUSED, why, clock.now()
        row.save()
    on_lists = ListEntry.objects.filter(address=address, left=None).exists()
    if on_lists or why == Subscriber.Why.COMPLAINED:
        suppress(address, why)
