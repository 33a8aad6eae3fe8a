"""The mail that tells the other parties of what is important."""

from __future__ import annotations

from functools import partial

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.collaborations import presenters
from vidensbro.hub.collaborations.models import Collaboration, Party, PartyPerson, Step, StepKind
from vidensbro.hub.directory.models import Membership
from vidensbro.hub.mail.content import Recipient
from vidensbro.hub.mail.kinds import MailKind
from vidensbro.hub.mail.services import send

CHANGED = MailKind(
    "collaboration.changed", _("Collaborations: something important has happened"), optional=True
)
KINDS = (CHANGED,)
IMPORTANT = frozenset(
    {StepKind.BEGUN, StepKind.STAGE, StepKind.AGREEMENT, StepKind.RESULT, StepKind.JOINED, StepKind.LEFT}
)


def recorded(actor: Actor, row: Collaboration, step: Step) -> None:
    """Tell everybody who takes part but the one who recorded it, if the step is important.

    The mail says that something happened and of what kind; what it was is read on the page, by those who may.
    """
    if step.kind not in IMPORTANT:
        return
    for user in people_of(row):
        if user.pk == actor.user_id:
            continue
        recipient = Recipient(user.email, user.name, user.language, user_id=user.pk)
        context = {
            "collaboration": row,
            "step": step,
            "href": presenters.href(row),
            "kind": partial(presenters.happened, step),
        }
        send(
            CHANGED.code,
            recipient,
            "collaborations/mail/changed",
            context,
            key=f"collaboration:{step.pk}:{user.pk}",
            thread=f"collaboration:{row.pk}",
        )


def people_of(row: Collaboration) -> list[User]:
    """Accounts that are told: the people named by each party, and where nobody is named, its coordinators."""
    parties = Party.objects.filter(collaboration=row, until__isnull=True)
    named = PartyPerson.objects.filter(party__in=parties)
    heard = {
        one.party_id
        for one in named.select_related("person")
        if one.user_id or (one.person and one.person.user_id)
    }
    silent = parties.filter(shared=True).exclude(pk__in=heard).values("organisation_id")
    deciding = Membership.objects.filter(organisation__in=silent, role=Membership.Role.COORDINATOR)
    told = (
        Q(pk__in=named.values("user_id"))
        | Q(person__in=named.values("person_id"))
        | Q(pk__in=deciding.values("user_id"))
    )
    return list(User.objects.filter(told, is_active=True).distinct().order_by("email"))
