"""Codes of refusals, conflicts and wrong values in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSALS: dict[str, str | Promise] = {
    "sign_in_needed": _("Sign in to do this."),
    "members_only": _("This is for members."),
    "staff_only": _("This is for the secretariat and administrators."),
    "secretariat_only": _("This is for the secretariat."),
    "administrator_only": _("This is for administrators."),
    "coordinator_only": _("This is for those who coordinate for the organisation."),
    "only_self": _("Only the person concerned can do this."),
    "not_owner": _("Only the owner of the need can do this."),
    "not_yours": _("This belongs to somebody else."),
}
"""Why somebody may not."""

CONFLICTS: dict[str, str | Promise] = {
    "need_closed": _("The need is closed. Take it up again before you change it."),
    "need_not_draft": _("The need has already been posted."),
    "need_not_posted": _("The need is not posted, so this cannot be done now."),
    "need_not_closed": _("The need is open already."),
    "email_taken": _("There is already an account with this address."),
    "last_administrator": _("There must be at least one administrator."),
}
"""Why something cannot be done now."""

PROBLEMS: dict[str, str | Promise] = {
    "blank": _("Fill this in."),
    "required": _("Fill this in."),
    "null": _("Fill this in."),
    "too_short": _("Write a little more: at least ten characters."),
    "max_length": _("This is too long."),
    "invalid": _("This cannot be read. Check how it is written."),
    "invalid_choice": _("Choose one of the values on the list."),
    "unknown": _("Choose one of the values on the list."),
    "min_value": _("The number is too small."),
    "max_value": _("The number is too large."),
    "unique": _("There is one like this already."),
    "owner_missing": _("Say who the need belongs to."),
    "need_readiness_1_to_9": _("Readiness levels go from 1 to 9."),
    "password_too_short": _("The password is too short: use at least twelve characters."),
    "password_too_common": _("The password is one of those that are tried first. Choose another one."),
    "password_too_similar": _("The password is too much like your name or address."),
    "password_entirely_numeric": _("The password must not be only digits."),
}
"""What is wrong with a value."""


def refusal(code: str) -> str:
    """Why somebody may not, in a sentence."""
    return str(REFUSALS.get(code, _("You may not do this.")))


def conflict(code: str) -> str:
    """Why something cannot be done now, in a sentence."""
    return str(CONFLICTS.get(code, _("This cannot be done now. Go back and look at the page again.")))


def problems(codes: Iterable[str]) -> list[str]:
    """What is wrong with a value, a sentence for each code, each once."""
    return list(dict.fromkeys(str(PROBLEMS.get(code, PROBLEMS["invalid"])) for code in codes))
