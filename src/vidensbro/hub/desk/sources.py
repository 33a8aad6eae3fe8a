"""What waits for the secretariat, found where it lies: one function for each place, a few statements each."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.collaborations import presenters as collaborating
from vidensbro.hub.collaborations import queries as collaborations
from vidensbro.hub.common import clock
from vidensbro.hub.desk.models import DeskItem, Kind
from vidensbro.hub.directory import queries as directory
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.introductions import queries as introductions
from vidensbro.hub.introductions.addresses import counterpart_name
from vidensbro.hub.introductions.models import Introduction, State
from vidensbro.hub.introductions.services.timekeeping import REMIND_BEFORE
from vidensbro.hub.mail import queries as mail
from vidensbro.hub.mail.kinds import kinds as mail_kinds
from vidensbro.hub.matches import queries as matches
from vidensbro.hub.needs import queries as needs
from vidensbro.hub.needs.models import Need
from vidensbro.hub.needs.models import State as NeedState
from vidensbro.hub.needs.presenters import circle, need_href, need_title
from vidensbro.hub.ui.words import quoted

MOST = 1000
"""How many of a source are looked at; the desk says so when there are more."""

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that waits. `since` is when it came up, `due` the day on which it is too late.

    `language` is that of the title, "" when it is a name. `need`: what it is about can be routed. `broker` has the
    introduction.
    """

    kind: Kind
    key: uuid.UUID
    since: datetime
    title: str
    language: str
    href: str
    facts: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()
    due: date | None = None
    need: Need | None = None
    broker: User | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which matters: those dealt with (`done`), the others (`waiting`), or both; only those with these keys."""

    waiting: bool = True
    done: bool = False
    keys: Collection[uuid.UUID] | None = None

    def of(self, rows: QuerySet[M], kind: Kind, since: str) -> QuerySet[M]:
        """The rows that are wanted; `since` names the moment after which having been dealt with counts."""
        return self.named(rows).filter(self.dealt_with(kind, since))

    def named(self, rows: QuerySet[M]) -> QuerySet[M]:
        """The rows with the keys that are wanted."""
        return rows if self.keys is None else rows.filter(pk__in=self.keys)

    def dealt_with(self, kind: Kind | OuterRef, since: str) -> Q:
        """The rows that have (not) been dealt with, as wanted."""
        if self.waiting and self.done:
            # An empty Q would vanish from an OR.
            return ~Q(pk__in=[])
        rows = DeskItem.objects.filter(kind=kind, key=OuterRef("pk"), done_at__gte=OuterRef(since))
        return Q(Exists(rows)) if self.done else ~Q(Exists(rows))


Found = Iterator[Matter]


def to_route(actor: Actor, wanted: Wanted) -> Found:
    """Needs that are posted and with no office. Two queries."""
    rows = needs.needs(actor, needs.NeedSearch(state=NeedState.POSTED)).order_by("posted", "pk")
    for row in _limited(wanted.of(rows, Kind.ROUTE, "posted")):
        assert row.posted is not None
        yield _of_need(Kind.ROUTE, row, row.posted)


def weak(actor: Actor, wanted: Wanted) -> Found:
    """Open needs for which nothing good was found. Two queries."""
    for row in _limited(wanted.of(matches.weak_needs(actor), Kind.WEAK, "changed")):
        best = _("best answer: %(points)s of 100") % {"points": round(row.best_score * 100)}  # type: ignore[attr-defined]
        yield _of_need(Kind.WEAK, row, row.changed, best)


def asked(actor: Actor, wanted: Wanted) -> Found:
    """Introductions of open needs that wait for an answer, were declined, or ended without one. Two queries."""
    states = [State.ASKED, State.ACCEPTED, State.DECLINED, State.EXPIRED]
    rows = introductions.introductions(actor).filter(state__in=states).exclude(need__state=NeedState.CLOSED)
    far = Q(state=State.ASKED, postponed_until__gt=clock.today())
    live = Q(state__in=[State.ASKED, State.ACCEPTED])
    # The kind of one that has ended is called as its state is.
    rows = rows.exclude(far).filter(live | wanted.dealt_with(OuterRef("state"), "ended_at"))
    rows = rows.prefetch_related(None).prefetch_related("need__field_tags").defer("evidence")
    for row in _limited(wanted.named(rows).order_by("asked_at", "pk")):
        yield _of_introduction(row)


def quiet(actor: Actor, wanted: Wanted) -> Found:
    """Collaborations of which nothing has been recorded for a long time. Three queries."""
    after = settings.VIDENSBRO_QUIET_DAYS
    for row in _limited(wanted.named(collaborations.quiet_collaborations(actor, after))):
        days = collaborating.quiet_days(row)
        told = ngettext("quiet for %(days)s day", "quiet for %(days)s days", days) % {"days": days}
        yield Matter(
            Kind.QUIET,
            row.pk,
            row.moved + timedelta(days=after),
            row.title,
            row.language,
            collaborating.href(row),
            _present(collaborating.party_names(row), collaborating.stage_label(row.stage), told),
            frozenset(tag.notation for tag in row.field_tags.all()),
        )


def joining(actor: Actor, wanted: Wanted) -> Found:
    """Requests to join an organisation that nobody decides for. One query."""
    for row in _limited(wanted.of(directory.unattended_requests(actor), Kind.JOIN, "created")):
        href = reverse("invitations") + "#requests"
        facts = _present(
            organisation_name(row.organisation), row.user.email, row.message and quoted(row.message)
        )
        yield Matter(Kind.JOIN, row.pk, row.created, str(row.user), "", href, facts)


def claims(actor: Actor, wanted: Wanted) -> Found:
    """Users who say to be a person in the directory. Two queries."""
    rows = directory.open_claims(actor).prefetch_related(None)
    for row in _limited(wanted.of(rows, Kind.CLAIM, "created")):
        href = reverse("invitations") + "#claims"
        who = _("says to be %(person)s") % {"person": row.person.name}
        facts = _present(who, row.user.email, row.message and quoted(row.message))
        yield Matter(Kind.CLAIM, row.pk, row.created, str(row.user), "", href, facts)


def mails(actor: Actor, wanted: Wanted) -> Found:
    """Mails that could not be delivered. One query."""
    known = mail_kinds()
    for row in _limited(wanted.of(mail.given_up(actor).defer("text", "html"), Kind.MAIL, "given_up_at")):
        assert row.given_up_at is not None
        kind = str(known[row.kind].label) if row.kind in known else row.kind
        facts = _present(row.address, kind, str(row.get_reason_display()))
        title = row.subject or kind
        yield Matter(Kind.MAIL, row.pk, row.given_up_at, title, row.language, reverse("mail-log"), facts)


SOURCES = (to_route, weak, asked, quiet, joining, claims, mails)


def _limited(rows: QuerySet[M]) -> list[M]:
    return list(rows[: MOST + 1])


def _of_need(kind: Kind, row: Need, since: datetime, *facts: str) -> Matter:
    place = organisation_name(row.organisation) if row.organisation else ""
    return Matter(
        kind,
        row.pk,
        since,
        need_title(row),
        row.language,
        need_href(row),
        _present(place, row.city, circle(row), *facts),
        _fields(row),
        row.deadline,
        row,
    )


def _of_introduction(row: Introduction) -> Matter:
    kind, since = _stands(row)
    need = row.need
    place = organisation_name(need.organisation) if need.organisation else ""
    counterpart = counterpart_name(row)
    asks = _("%(name)s was asked") % {"name": counterpart} if counterpart else ""
    due = row.expires_at and timezone.localtime(row.expires_at).date()
    return Matter(
        kind,
        row.pk,
        since,
        need_title(need),
        need.language,
        reverse("introduction", args=[row.pk]),
        _present(place, circle(need), asks, *_answer(row)),
        _fields(need),
        due if row.state == State.ASKED else None,
        need,
        row.broker,
    )


def _stands(row: Introduction) -> tuple[Kind, datetime]:
    """Why an introduction is on the desk, and since when."""
    assert row.asked_at is not None
    if row.state == State.ACCEPTED:
        return Kind.OWNER, row.answered_at or row.asked_at
    if row.state != State.ASKED:
        return Kind(row.state), row.ended_at or row.asked_at
    assert row.expires_at is not None
    if row.postponed_until is not None:
        return Kind.LATER, timezone.make_aware(datetime.combine(row.postponed_until, time()))
    if row.escalated_at is not None:
        return Kind.ESCALATED, row.escalated_at
    if row.expires_at - REMIND_BEFORE <= clock.now():
        return Kind.EXPIRING, row.expires_at - REMIND_BEFORE
    return Kind.WAITING, row.asked_at


def _answer(row: Introduction) -> Iterator[str]:
    if row.state == State.ASKED and row.expires_at is not None:
        day = date_format(timezone.localtime(row.expires_at), "DATE_FORMAT")
        yield _("over on %(day)s") % {"day": day}
    if row.reason:
        yield str(row.get_reason_display())
    if row.note:
        yield quoted(_short(row.note))
    if row.referral:
        yield _("asks you to try: %(whom)s") % {"whom": _short(row.referral)}


def _short(text: str, longest: int = 160) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + " …"


def _fields(row: Need) -> frozenset[str]:
    return frozenset(tag.notation for tag in row.field_tags.all())


def _present(*facts: Any) -> tuple[str, ...]:
    return tuple(str(fact) for fact in facts if fact)
