"""What the desk says about people: who has what, notes, and the views somebody keeps."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.audit.purposes import SECRETARIAT, USERS, Purpose, days
from vidensbro.hub.audit.traces import cut_json, cutter, scrub
from vidensbro.hub.collaborations.models import Collaboration
from vidensbro.hub.common import clock
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.desk.models import KEPT_FOR, DeskAction, DeskItem, SavedView
from vidensbro.hub.directory.models import JoinRequest, Person, PersonClaim
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.needs.models import Need


class DeskPart:
    """What the secretariat decided and noted about things of a person, and what a broker has and keeps."""

    name = "desk"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        user = subject.user_id or NO_ID
        own, about = _own_things(subject), DeskItem.objects.exclude(note="")
        return {
            "assigned": [
                {"kind": row.kind, "about": str(row.key), "changed": row.changed.isoformat()}
                for row in DeskItem.objects.filter(assignee_id=user).order_by("changed")
            ],
            "notes_about": [
                {
                    "kind": row.kind,
                    "about": str(row.key),
                    "note": row.note if row.key in own else "",
                    "changed": row.changed.isoformat(),
                }
                for row in about.filter(key__in=_things(subject)).order_by("changed")
            ],
            "actions": [
                {"at": row.at.isoformat(), "did": row.parts, "items": len(row.changes)}
                for row in DeskAction.objects.filter(actor_id=user).order_by("at")
            ],
            "views": [
                {"name": row.name, "filters": row.query, "shared": row.shared}
                for row in SavedView.objects.filter(owner_id=user)
            ],
        }

    def erase(self, subject: Subject) -> int:
        """What a broker did is no longer undone and says nobody's name; shared views stay, without an owner.

        Notes about the subject's own things go; elsewhere the name is taken out of what is noted.
        """
        user, things = subject.user_id or NO_ID, _things(subject)
        touched = DeskItem.objects.filter(assignee_id=user).update(assignee=None)
        touched += DeskItem.objects.filter(key__in=things).exclude(note="").update(note="")
        touched += scrub(DeskItem.objects.all(), subject.words, ("note",))
        touched += DeskAction.objects.filter(actor_id=user).delete()[0]
        touched += _forget_changes(things, subject)
        touched += SavedView.objects.filter(owner_id=user, shared=False).delete()[0]
        touched += SavedView.objects.filter(owner_id=user).update(owner=None)
        return touched + _clear_views(subject)

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        """Nothing here points to people and organisations but offices, which move themselves."""
        return 0


def _people(subject: Subject) -> list[uuid.UUID]:
    mine = Q(pk=subject.person_id or NO_ID) | Q(user_id=subject.user_id or NO_ID)
    return list(Person.objects.filter(mine).values_list("pk", flat=True))


def _own_things(subject: Subject) -> set[uuid.UUID]:
    """The keys of what the subject wrote: of the notes about these every word is told.

    A note about an introduction or a mail may tell of the other side what the subject is not to know (GDPR article
    15(4)): of it is told that there is one.
    """
    user = subject.user_id or NO_ID
    rows = (
        Need.objects.filter(owner_id=user),
        JoinRequest.objects.filter(user_id=user),
        PersonClaim.objects.filter(user_id=user),
    )
    return {key for some in rows for key in some.values_list("pk", flat=True)}


def _things(subject: Subject) -> set[uuid.UUID]:
    """The keys of everything on the desk that is about the subject."""
    user, people = subject.user_id or NO_ID, _people(subject)
    asked = Q(person__in=people) | Q(requested_by_id=user) | Q(need__owner_id=user)
    mailed = Q(user_id=user) | Q(person_id__in=people) | Q(address__in=subject.proven)
    rows = (
        Introduction.objects.filter(asked),
        PersonClaim.objects.filter(person__in=people),
        Mail.objects.filter(mailed),
    )
    return _own_things(subject) | {key for some in rows for key in some.values_list("pk", flat=True)}


def _forget_changes(things: Collection[uuid.UUID], subject: Subject) -> int:
    """Take what is about the subject, or names him or her, out of what can be undone."""
    keys, touched = {str(one) for one in things}, 0
    cut, user = cutter(subject.words), str(subject.user_id or NO_ID)
    for row in DeskAction.objects.all():
        kept = [
            one
            for one in row.changes
            if one["key"] not in keys and user not in str(one) and cut_json(one, cut) == one
        ]
        if len(kept) < len(row.changes):
            row.changes = kept
            row.save(update_fields=["changes"])
            touched += 1
    return touched


def _clear_views(subject: Subject) -> int:
    """Take the subject out of the filters and names of views that stay."""
    cut, user, touched = cutter(subject.words), str(subject.user_id or NO_ID), 0
    for row in SavedView.objects.all():
        given, name = QueryDict(row.query, mutable=True), cut(row.name)
        if cut(given.get("q", "")) != given.get("q", ""):
            del given["q"]
        if given.get("assignee") == user:
            del given["assignee"]
        if name != row.name:
            # Several views may have been called after the subject, each a little differently.
            name = f"{name} {row.pk.hex[-6:]}"[-60:]
        if (given.urlencode(), name) != (row.query, row.name):
            row.query, row.name = given.urlencode(), name
            row.save(update_fields=["query", "name"])
            touched += 1
    return touched


def _expire(before: datetime) -> int:
    """What can no longer be undone; what was decided about things that are gone, and about introductions that ended."""
    gone = DeskAction.objects.filter(at__lt=clock.now() - KEPT_FOR).delete()[0]
    rows = DeskItem.objects.all()
    for things in (Introduction, Need, JoinRequest, PersonClaim, Mail, Collaboration):
        rows = rows.exclude(Exists(things._default_manager.filter(pk=OuterRef("key"))))
    over = Introduction.objects.filter(ended_at__lt=before)
    gone += DeskItem.objects.filter(key__in=over.values("pk")).delete()[0]
    return int(gone + rows.delete()[0])


PARTS: tuple[Part, ...] = (DeskPart(),)
PURPOSES = (
    Purpose(
        code="desk",
        label=_("The broker's desk"),
        legal_basis=("6(1)(f)",),
        why=_("What waits must be seen to by somebody, and colleagues must know by whom."),
        subjects=(USERS, _("those whom a note is about")),
        data=(_("who has what, notes, what was done at the desk, saved views"),),
        sources=(SECRETARIAT,),
        recipients=(SECRETARIAT,),
        kept=_(
            "as long as what it is about, about an introduction from its end on; what can be undone for a week; saved "
            "views until they are removed"
        ),
        retention=days(settings.VIDENSBRO_RETENTION_TEXT_DAYS),
        expire=_expire,
    ),
)
MODELS = {"desk.DeskItem": "desk", "desk.DeskAction": "desk", "desk.SavedView": "desk"}
