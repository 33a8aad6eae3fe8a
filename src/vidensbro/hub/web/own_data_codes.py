"""What the codes in an export are called, so that nobody need know them."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.models import Role
from vidensbro.hub.collaborations.models import PartyRole, StepKind
from vidensbro.hub.directory.models import ContactPoint, Membership, Person, PersonRequest
from vidensbro.hub.directory.models.joining import RequestState
from vidensbro.hub.introductions.models import DeclineReason, Outcome, Stage
from vidensbro.hub.introductions.models import State as IntroductionState
from vidensbro.hub.knowledge.models import Authorship
from vidensbro.hub.mail.kinds import kinds
from vidensbro.hub.mail.models import State as MailState
from vidensbro.hub.matches.models import Feedback
from vidensbro.hub.needs.models import State as NeedState
from vidensbro.hub.needs.models import Visibility
from vidensbro.hub.newsroom.models import Inquiry, Returned, Subscriber
from vidensbro.hub.web.own_data_words import Words

_CODES: Mapping[tuple[str, str], Mapping[str, Words]] = {
    ("accounts", "role"): dict(Role.choices),
    ("accounts", "language"): dict(settings.LANGUAGES),
    ("directory", "role"): dict(Membership.Role.choices),
    ("directory", "visibility"): dict(Person.Visibility.choices),
    ("directory", "kind"): dict(ContactPoint.Kind.choices),
    ("directory", "audience"): dict(ContactPoint.Audience.choices),
    ("joining", "role"): dict(Membership.Role.choices),
    ("joining", "state"): dict(RequestState.choices),
    ("rights", "kind"): dict(PersonRequest.Kind.choices),
    ("rights", "state"): dict(PersonRequest.State.choices),
    ("knowledge", "role"): dict(Authorship.Role.choices),
    ("needs", "state"): dict(NeedState.choices),
    ("needs", "visibility"): dict(Visibility.choices),
    ("matches", "verdict"): dict(Feedback.Verdict.choices),
    ("matches", "reason"): dict(Feedback.Reason.choices),
    ("matches", "sealed"): {"yes": _("yes")},
    ("introductions", "state"): dict(IntroductionState.choices),
    ("introductions", "reason"): dict(DeclineReason.choices),
    ("introductions", "outcome"): dict(Outcome.choices),
    ("introductions", "stage"): dict(Stage.choices),
    ("collaborations", "kind"): dict(StepKind.choices),
    ("collaborations", "party_role"): dict(PartyRole.choices),
    ("mail", "state"): dict(MailState.choices),
    ("newsroom", "state"): {**dict(Subscriber.State.choices), **dict(Inquiry.State.choices)},
    ("newsroom", "language"): dict(settings.LANGUAGES),
    ("newsroom", "reason"): dict(Subscriber.Why.choices),
    ("newsroom", "kind"): dict(Returned.What.choices),
    ("newsroom", "pace"): dict(Subscriber.Pace.choices),
}


def named(part: str, column: str, code: str) -> Words | None:
    """What a code in a column of an app's export stands for; None for what is no code."""
    if (part, column) == ("mail", "kind"):
        kind = kinds().get(code)
        return kind.label if kind is not None else None
    return _CODES.get((part, column), {}).get(code)
