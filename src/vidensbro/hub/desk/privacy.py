"""What the desk says about people: who has what, notes, and the views somebody keeps."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.audit.purposes import SECRETARIAT, USERS, Purpose
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.desk.models import DeskAction, DeskItem, SavedView
from vidensbro.hub.directory.models import JoinRequest, Person, PersonClaim
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.needs.models import Need

ERASED = "—"
"""What stands where an erased name stood."""


class DeskPart:
    """What the secretariat decided and noted about things of a person, and what a broker has and keeps."""

    name = "desk"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        user = subject.user_id or NO_ID
        about = DeskItem.objects.filter(key__in=_things(subject)).exclude(note="")
        return {
            "assigned": [
                {"kind": row.kind, "about": str(row.key), "changed": row.changed.isoformat()}
                for row in DeskItem.objects.filter(assignee_id=user).order_by("changed")
            ],
            "notes_about": [
                {
                    "kind": row.kind,
                    "about": str(row.key),
                    "note": row.note,
                    "changed": row.changed.isoformat(),
                }
                for row in about.order_by("changed")
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
        user = subject.user_id or NO_ID
        things, names = _things(subject), _names(subject)
        touched = DeskItem.objects.filter(assignee_id=user).update(assignee=None)
        touched += DeskItem.objects.filter(key__in=things).exclude(note="").update(note="")
        touched += sum(_without_name(name) for name in names)
        touched += DeskAction.objects.filter(actor_id=user).delete()[0]
        touched += _forget_changes(things, names | {str(user)})
        touched += SavedView.objects.filter(owner_id=user, shared=False).delete()[0]
        touched += SavedView.objects.filter(owner_id=user).update(owner=None)
        return touched + _clear_views(names, user)

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        """Nothing here points to people and organisations but offices, which move themselves."""
        return 0


def _people(subject: Subject) -> list[uuid.UUID]:
    mine = Q(pk=subject.person_id or NO_ID) | Q(user_id=subject.user_id or NO_ID)
    return list(Person.objects.filter(mine).values_list("pk", flat=True))


def _things(subject: Subject) -> set[uuid.UUID]:
    """The keys of everything on the desk that is about the subject."""
    user, people = subject.user_id or NO_ID, _people(subject)
    rows = (
        Introduction.objects.filter(Q(person__in=people) | Q(requested_by_id=user)),
        Need.objects.filter(owner_id=user),
        JoinRequest.objects.filter(user_id=user),
        PersonClaim.objects.filter(Q(user_id=user) | Q(person__in=people)),
        Mail.objects.filter(Q(user_id=user) | Q(person_id__in=people) | Q(address__in=subject.addresses)),
    )
    return {key for some in rows for key in some.values_list("pk", flat=True)}


def _names(subject: Subject) -> set[str]:
    users = User.objects.filter(pk=subject.user_id or NO_ID).values_list("name", "email")
    names = {name for both in users for name in both} | set(subject.addresses)
    names |= set(Person.objects.filter(pk__in=_people(subject)).values_list("name", flat=True))
    return {name for name in names if len(name) > 2}


def _without_name(name: str) -> int:
    rows = list(DeskItem.objects.filter(note__contains=name))
    for row in rows:
        row.note = row.note.replace(name, ERASED)
        row.save(update_fields=["note"])
    return len(rows)


def _forget_changes(things: Collection[uuid.UUID], names: Collection[str]) -> int:
    """Take what is about the subject, or names him or her, out of what can be undone."""
    keys, touched = {str(one) for one in things}, 0
    for row in DeskAction.objects.all():
        kept = [
            one for one in row.changes if one["key"] not in keys and not any(n in str(one) for n in names)
        ]
        if len(kept) < len(row.changes):
            row.changes = kept
            row.save(update_fields=["changes"])
            touched += 1
    return touched


def _clear_views(names: Collection[str], user: uuid.UUID) -> int:
    touched = 0
    for row in SavedView.objects.exclude(query=""):
        given = QueryDict(row.query, mutable=True)
        said = given.get("q", "").casefold()
        if any(name.casefold() in said for name in names):
            del given["q"]
        if given.get("assignee") == str(user):
            del given["assignee"]
        if given.urlencode() != row.query:
            row.query = given.urlencode()
            row.save(update_fields=["query"])
            touched += 1
    return touched


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
        kept=_("as long as what it is about"),
    ),
)
MODELS = {"desk.DeskItem": "desk", "desk.DeskAction": "desk", "desk.SavedView": "desk"}
