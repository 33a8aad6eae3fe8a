"""Newcomers, confirmed addresses and the links in the mail, for the tests of joining."""

from __future__ import annotations

import re

from allauth.account.models import EmailAddress

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.mail.models import Mail

LINK = re.compile(r"/invitations/([A-Za-z0-9_-]+)/")


def newcomer(name: str = "newcomer", *, role: str = Role.VISITOR, confirmed: bool = True) -> User:
    """Somebody who has just made an account."""
    user = User.objects.create(email=f"{name}@example.org", name=name.title(), role=role, password="!")
    if confirmed:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def as_actor(user: User) -> Actor:
    """The actor that a request of this user has by now."""
    return actor_of(User.objects.get(pk=user.pk))


def token_to(address: str) -> str:
    """The token in the newest invitation to an address."""
    mail = Mail.objects.filter(address=address, kind="directory.invited").order_by("-created", "-pk").first()
    assert mail is not None
    found = LINK.search(mail.text)
    assert found is not None
    return found[1]


def mails(kind: str) -> set[str]:
    """The addresses that a kind of mail went to."""
    return set(Mail.objects.filter(kind=kind).values_list("address", flat=True))
