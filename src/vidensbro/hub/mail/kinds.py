"""The kinds of mail there are.

An app that sends mail has a module `notifications` with a tuple `KINDS`. They are found here, so that the page
where kinds are switched off knows them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

if TYPE_CHECKING:
    from vidensbro.hub.mail.models import Mail


@dataclass(frozen=True, slots=True)
class MailKind:
    """One kind of mail. `code` is what rows keep ("introduction.asked"); an `optional` kind can be switched off.

    `still`, asked right before a mail is handed over, says whether it is still to be sent, in the transaction that
    takes it in hand. It may let the mail be a copy of another letter, where the other side cannot have it yet.
    """

    code: str
    label: str | Promise
    optional: bool
    still: Callable[[Mail], bool] | None = None


@cache
def kinds() -> Mapping[str, MailKind]:
    """Every kind of the installed apps, by code, in the order of the apps."""
    found: dict[str, MailKind] = {}
    for config in apps.get_app_configs():
        if config.module is None or not module_has_submodule(config.module, "notifications"):
            continue
        for one in getattr(import_module(f"{config.name}.notifications"), "KINDS", ()):
            if one.code in found:
                raise LookupError(f"two kinds of mail {one.code}")
            found[one.code] = one
    return found


def kind_of(code: str) -> MailKind:
    """The kind with this code. Raises LookupError: no installed app sends such mail."""
    if code not in kinds():
        raise LookupError(f"no kind of mail {code}")
    return kinds()[code]


def optional_kinds() -> tuple[MailKind, ...]:
    """The kinds that can be switched off."""
    return tuple(one for one in kinds().values() if one.optional)
