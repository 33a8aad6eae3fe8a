"""What personal data are kept for: each purpose with its legal basis and how long, as data.

An app that keeps anything has a module `privacy` with a tuple `PURPOSES` and a mapping `MODELS`, which says of each of
its models which purpose it serves. The record of processing activities (GDPR article 30) is made from them, and so
is the job that deletes what is past its time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from types import ModuleType

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

Words = str | Promise
Expire = Callable[[datetime], int]
"""Deletes or empties what came to its end before that moment; the number of rows touched. Safe to repeat."""

NONE = "none"
"""What a model serves that holds no personal data. Where it has a text or points to somebody, a reason follows after
a colon: "none: words of the program"."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """One processing activity (GDPR article 30).

    `legal_basis` are places in article 6 or 9 ("6(1)(f)"); `why` says in words what makes them apply (the
    legitimate interest, the contract). `retention` counts from the end of what the row is about; None with `kept`
    saying how long instead. `expire` does away with what is past its time.
    """

    code: str
    label: Words
    legal_basis: tuple[str, ...]
    why: Words
    subjects: tuple[Words, ...]
    data: tuple[Words, ...]
    sources: tuple[Words, ...]
    recipients: tuple[Words, ...]
    kept: Words
    retention: timedelta | None = None
    expire: Expire | None = field(default=None, compare=False)


USERS: Words = _("those who have an account")
LISTED: Words = _("researchers, clinicians and specialists in the directory")
ASKED: Words = _("those who are asked for an introduction")
CONTACTS: Words = _("those who are named as contacts")
THEMSELVES: Words = _("themselves")
PUBLIC_SOURCES: Words = _("public registers: ROR, OpenAlex, CORDIS, ORCID, repositories of universities")
COLLEAGUES: Words = _("their organisation")
SECRETARIAT: Words = _("the secretariat")
ADMINISTRATORS: Words = _("those who run the installation")
EVERYBODY: Words = _("everybody, or members only, as the person has chosen")
OTHER_SIDE: Words = _("the other side of an introduction, step by step as agreed")


def days(count: int) -> timedelta:
    """A retention in days."""
    return timedelta(days=count)


def purposes() -> Mapping[str, Purpose]:
    """Every purpose of the installed apps by code, the lowest app first. Raises LookupError: two have one code."""
    return _found()[0]


def models() -> Mapping[str, str]:
    """What each model serves: label ("needs.Need") -> code of a purpose, or "none" with its reason.

    Raises LookupError: two apps name one model.
    """
    return _found()[1]


def served_by_part() -> Mapping[str, tuple[str, ...]]:
    """The codes of the purposes that each part of an export serves, by the part's name."""
    return _found()[2]


def privacy_modules() -> Iterator[ModuleType]:
    """The `privacy` modules of the installed apps, the lowest app first."""
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "privacy"):
            yield import_module(f"{config.name}.privacy")


@cache
def _found() -> tuple[Mapping[str, Purpose], Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    told: dict[str, Purpose] = {}
    served: dict[str, str] = {}
    by_part: dict[str, tuple[str, ...]] = {}
    for module in privacy_modules():
        for purpose in getattr(module, "PURPOSES", ()):
            if purpose.code in told:
                raise LookupError(f"two purposes {purpose.code}")
            told[purpose.code] = purpose
        named: Mapping[str, str] = getattr(module, "MODELS", {})
        if twice := named.keys() & served.keys():
            raise LookupError(f"two apps name {', '.join(sorted(twice))}")
        served.update(named)
        codes = tuple(dict.fromkeys(code for code in named.values() if not code.startswith(NONE)))
        several = {part.name for part in getattr(module, "PARTS", ())} & set(codes)
        for part in getattr(module, "PARTS", ()):
            # Where an app has a part for each of its purposes, they have the same names.
            by_part[part.name] = (part.name,) if part.name in several else codes
    return told, served, by_part
