"""Who may look after mail. Mail stands below accounts, so the actor is known here by what it can say of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vidensbro.hub.common.errors import Denied


class Asker(Protocol):
    """Whoever asks: an `accounts.actors.Actor`."""

    @property
    def reference(self) -> str: ...

    @property
    def signed_in(self) -> bool: ...

    @property
    def is_secretariat(self) -> bool: ...

    @property
    def is_administrator(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class LinkHolder:
    """Whoever opened a signed link from a mail: no account, but the mail reached them."""

    reference: str = "link:mail"


def is_staff(actor: Asker) -> bool:
    """The secretariat and administrators."""
    return actor.is_secretariat or actor.is_administrator


def require_staff(actor: Asker) -> None:
    """Do nothing for staff. Raises Denied."""
    if not is_staff(actor):
        raise Denied("staff_only" if actor.signed_in else "sign_in_needed")
