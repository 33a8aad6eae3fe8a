"""Whom a request can go to, and how it may begin."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.directory.models import Person
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.introductions import conflicts, queries, wording
from vidensbro.hub.introductions.models.introductions import OPEN
from vidensbro.hub.introductions.queries import Counterpart
from vidensbro.hub.knowledge.models import Authorship
from vidensbro.hub.needs.models import Need, Visibility

ROLES: dict[str, str | Promise] = {
    **dict(Authorship.Role.choices),
    "contact": gettext_lazy("contact person"),
    "corresponding": gettext_lazy("corresponding author"),
    "first": gettext_lazy("first author"),
    "affiliation": gettext_lazy("the organisation behind it"),
}
"""What a counterpart is to a match; others are not told."""


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody who cannot be asked now, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Whom a request can go to, as choices of a form, and who is passed over. `first` is the most fitting."""

    open: tuple[tuple[str, str], ...]
    passed: tuple[Passed, ...]

    @property
    def first(self) -> str:
        """The choice that is made beforehand: the only one, else the most fitting; "" without any."""
        return self.open[0][0] if self.open else ""


def choices(actor: Actor, need: Need, match_key: str) -> Choices:
    """Those who stand behind a match, with what speaks against asking each."""
    behind = queries.counterparts(actor, match_key)
    people = [one.row.pk for one in behind if isinstance(one.row, Person)]
    places = [one.row.pk for one in behind if not isinstance(one.row, Person)]
    between = conflicts.between(need, people, places)
    asked = _asked_already(actor, need)
    found: list[tuple[str, str]] = []
    passed: list[Passed] = []
    for one in behind:
        there = between.get(one.key, [])
        hard = next((conflict for conflict in there if conflict.hard), None)
        if one.key in asked:
            passed.append(Passed(name_of(one), _("Has been asked already.")))
        elif one.reason:
            passed.append(Passed(name_of(one), wording.unavailable(one.reason)))
        elif hard is not None and not actor.is_secretariat:
            passed.append(Passed(name_of(one), wording.conflict(hard)))
        else:
            found.append((one.key, " – ".join([_labelled(one), *(wording.conflict(each) for each in there)])))
    return Choices(tuple(found), tuple(passed))


def starter(need: Need) -> str:
    """The beginning of a message, in the page's language, to be finished by whoever asks."""
    if need.visibility == Visibility.SEALED:
        return _(
            "We are working on a problem that you know a lot about, and would like to ask you about it.\n\n"
            "We have tried: …\n\nWe would like to know from you: …\n\n"
            "A first talk would help us decide whether working together makes sense."
        )
    return _(
        "We are looking for knowledge about the need that you see here, and found your work.\n\n"
        "We have tried: …\n\nWe would like to know from you: …\n\n"
        "A first talk would help us decide whether working together makes sense."
    )


def name_of(one: Counterpart) -> str:
    """What a counterpart is called."""
    return one.row.name if isinstance(one.row, Person) else organisation_name(one.row)


def _labelled(one: Counterpart) -> str:
    role = ROLES.get(one.role)
    if role is None:
        return name_of(one)
    return pgettext("name and role", "%(name)s, %(role)s") % {"name": name_of(one), "role": role}


def _asked_already(actor: Actor, need: Need) -> frozenset[str]:
    rows = [row for row in queries.for_needs(actor, [need.pk]) if row.state in OPEN]
    return frozenset(
        f"person:{row.person_id}" if row.person_id else f"organisation:{row.organisation_id}" for row in rows
    )
