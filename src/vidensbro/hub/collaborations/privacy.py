"""What collaborations say about people."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.audit.purposes import COLLEAGUES, NONE, SECRETARIAT, THEMSELVES, USERS, Purpose
from vidensbro.hub.audit.traces import scrub
from vidensbro.hub.collaborations.models import (
    Agreement,
    AgreementParty,
    Collaboration,
    Funding,
    Milestone,
    Party,
    PartyPerson,
    Result,
    Step,
)
from vidensbro.hub.collaborations.presenters import ERASED
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.directory.models import Person


class CollaborationsPart:
    """The collaborations that somebody takes part in, and what he or she recorded and stated there.

    The facts belong to the organisations and stay; the name goes.
    """

    name = "collaborations"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        named = PartyPerson.objects.filter(_is(subject)).select_related("party__collaboration")
        steps = Step.objects.filter(_recorded(subject)).select_related("collaboration").order_by("recorded")
        return {
            "taking_part": [
                {
                    "collaboration": row.party.collaboration.title,
                    "party_role": row.party.role,
                    "role": row.role,
                    "since": row.party.since.isoformat(),
                }
                for row in named
            ],
            "recorded": [
                {
                    "collaboration": step.collaboration.title,
                    "kind": step.kind,
                    "date": step.date.isoformat(),
                    "note": step.note,
                    "statement_by": step.evidence_by,
                    "recorded": step.recorded.isoformat(),
                }
                for step in steps
            ],
        }

    def erase(self, subject: Subject) -> int:
        gone = Step.objects.filter(_stated(subject)).update(evidence_by=ERASED)
        touched = set(
            PartyPerson.objects.filter(_is(subject)).values_list("party__collaboration_id", flat=True)
        )
        removed, _ = PartyPerson.objects.filter(_is(subject)).delete()
        gone += removed + Step.objects.filter(recorded_by_id=subject.user_id or NO_ID).update(
            recorded_by=None
        )
        gone += Step.objects.filter(withdrawn_by_id=subject.user_id or NO_ID).update(withdrawn_by=None)
        for name in _names(subject):
            # Somebody who takes part without an organisation is a party by name.
            parties = Party.objects.filter(name=name, collaboration_id__in=touched)
            for row in Collaboration.objects.filter(parties__in=parties, title__contains=name):
                row.title = row.title.replace(name, ERASED)
                row.save(update_fields=["title"])
            gone += parties.update(name=ERASED)
        return gone + _scrub(subject)

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        return _merge_person(kept, gone) if kind == "person" else _merge_organisation(kept, gone)


def _scrub(subject: Subject) -> int:
    """Names and addresses in what the parties wrote."""
    gone = scrub(Step.objects.all(), subject.words, ("note", "evidence_by", "link"))
    gone += scrub(Collaboration.objects.all(), subject.words, ("title", "purpose"))
    gone += scrub(Party.objects.filter(organisation__isnull=True), subject.words, ("name",))
    gone += scrub(Agreement.objects.all(), subject.words, ("title",))
    gone += scrub(Milestone.objects.all(), subject.words, ("title",))
    gone += scrub(Funding.objects.all(), subject.words, ("source",))
    return gone + scrub(Result.objects.all(), subject.words, ("title",))


def _is(subject: Subject) -> Q:
    user, person = subject.user_id or NO_ID, subject.person_id or NO_ID
    return Q(user_id=user) | Q(person_id=person) | Q(person__user_id=user)


def _recorded(subject: Subject) -> Q:
    return Q(recorded_by_id=subject.user_id or NO_ID) | _stated(subject)


def _stated(subject: Subject) -> Q:
    """Statements under the subject's name where the subject takes part: elsewhere it is another of the same name."""
    named = PartyPerson.objects.filter(_is(subject)).values("party__collaboration_id")
    return Q(evidence_by__in=_names(subject), collaboration_id__in=named)


def _names(subject: Subject) -> set[str]:
    """What the subject is called here: the name of the account and that of the person, and the address."""
    names: set[str] = set()
    for name, email in User.objects.filter(pk=subject.user_id or NO_ID).values_list("name", "email"):
        names |= {name, email}
    people = Person.objects.filter(Q(pk=subject.person_id or NO_ID) | Q(user_id=subject.user_id or NO_ID))
    names |= set(people.values_list("name", flat=True))
    return {name for name in names if name}


def _merge_person(kept: uuid.UUID, gone: uuid.UUID) -> int:
    there = set(PartyPerson.objects.filter(person_id=kept).values_list("party_id", flat=True))
    rows = PartyPerson.objects.filter(person_id=gone)
    doubled, _ = rows.filter(party_id__in=there).delete()
    return doubled + rows.update(person_id=kept)


def _merge_organisation(kept: uuid.UUID, gone: uuid.UUID) -> int:
    moved = 0
    for party in Party.objects.filter(organisation_id=gone):
        same = Party.objects.filter(
            collaboration_id=party.collaboration_id, organisation_id=kept, until__isnull=True
        ).first()
        if same is None or party.until is not None:
            Party.objects.filter(pk=party.pk).update(organisation_id=kept)
        else:
            _join(same, party)
        moved += 1
    return moved


def _join(kept: Party, gone: Party) -> None:
    """Two parties of one collaboration turn out to be the same organisation."""
    signed = set(kept.agreements.values_list("agreement_id", flat=True))
    AgreementParty.objects.filter(party=gone).exclude(agreement_id__in=signed).update(party=kept)
    for named in PartyPerson.objects.filter(party=gone):
        if not kept.people.filter(
            Q(user_id=named.user_id or NO_ID) | Q(person_id=named.person_id or NO_ID)
        ).exists():
            named.party = kept
            named.save(update_fields=["party"])
    Step.objects.filter(party=gone).update(party=kept)
    gone.delete()


PARTS: tuple[Part, ...] = (CollaborationsPart(),)
PURPOSES = (
    Purpose(
        code="collaborations",
        label=_("Collaborations"),
        legal_basis=("6(1)(f)", "6(1)(c)"),
        why=_(
            "The parties keep what they agreed and did, and public funders must be shown what came of it; the facts "
            "are the organisations', and the names of people go when they ask."
        ),
        subjects=(USERS, _("those who take part for an organisation")),
        data=(_("who takes part for which party, what somebody recorded or stated and when"),),
        sources=(THEMSELVES, COLLEAGUES),
        recipients=(_("the parties"), SECRETARIAT),
        kept=_(
            "as long as the collaboration is kept as evidence of its result; names until their owners ask for erasure"
        ),
    ),
)
_FACT = f"{NONE}: a fact of a step; who recorded it is in Step"
MODELS = {
    "collaborations.Collaboration": "collaborations",
    "collaborations.Party": "collaborations",
    "collaborations.PartyPerson": "collaborations",
    "collaborations.Step": "collaborations",
    "collaborations.CollaborationField": f"{NONE}: fields of collaborations",
    "collaborations.Agreement": _FACT,
    "collaborations.AgreementParty": NONE,
    "collaborations.Milestone": _FACT,
    "collaborations.Reached": NONE,
    "collaborations.Funding": _FACT,
    "collaborations.Result": _FACT,
}
