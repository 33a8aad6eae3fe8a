"""Where somebody is signed in: noted when it begins and when it is used, ended when its owner says so.

The row tells where a session is; the session itself is Django's. Network addresses are shortened before they are
stored: enough to tell home from work, too little to find a household.
"""

from __future__ import annotations

import ipaddress
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Denied, NotFound

KEPT_BITS = {4: 24, 6: 48}
"""How much of an address is kept, by version of the protocol."""
NOTED_EVERY = timedelta(minutes=5)


def shortened(address: str) -> str:
    """The network that an address lies in: "192.0.2.0" for 192.0.2.77; "0.0.0.0" for what is no address.

    >>> shortened("192.0.2.77"), shortened("2001:db8:1:2::3")
    ('192.0.2.0', '2001:db8:1::')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "0.0.0.0"
    network = ipaddress.ip_network(f"{found}/{KEPT_BITS[found.version]}", strict=False)
    return str(network.network_address)


@transaction.atomic
def note_session(user: User, session_key: str, address: str, user_agent: str) -> None:
    """Keep that `user` is signed in under this session."""
    longest = UserSession._meta.get_field("user_agent").max_length
    UserSession.objects.update_or_create(
        session_key=session_key,
        defaults={
            "user": user,
            "ip": shortened(address),
            "user_agent": user_agent[:longest],
            "last_seen_at": clock.now(),
        },
    )


def note_use(session_key: str) -> None:
    """Keep that a session was used, every few minutes at most."""
    now = clock.now()
    UserSession.objects.filter(session_key=session_key, last_seen_at__lt=now - NOTED_EVERY).update(
        last_seen_at=now
    )


def forget(session_key: str) -> None:
    """The session is over, or goes on under another key."""
    UserSession.objects.filter(session_key=session_key).delete()


@transaction.atomic
def end_session(actor: Actor, session_id: int) -> str:
    """Sign out one of one's own sessions; the key that it had.

    Raises:
        Denied: nobody is signed in.
        NotFound: there is none, or it is somebody else's.
    """
    row = _own(actor).filter(pk=session_id).first()
    if row is None:
        raise NotFound("session", session_id)
    _end(row)
    record(actor, "user.session_ended", "user", actor.user_id, {"sessions": 1})
    return str(row.session_key)


@transaction.atomic
def end_other_sessions(actor: Actor, keep: str) -> int:
    """Sign out all of one's own sessions but the one with the key `keep`; how many. Raises Denied."""
    rows = list(_own(actor).exclude(session_key=keep))
    for row in rows:
        _end(row)
    if rows:
        record(actor, "user.session_ended", "user", actor.user_id, {"sessions": len(rows)})
    return len(rows)


def end_all(user: User) -> int:
    """Sign a user out everywhere; how many sessions there were. Call inside a transaction that is recorded."""
    rows = list(UserSession.objects.select_for_update().filter(user=user))
    for row in rows:
        _end(row)
    return len(rows)


def _own(actor: Actor):  # type: ignore[no-untyped-def]  # allauth's manager has no types
    if actor.user_id is None:
        raise Denied("users_only" if actor.signed_in else "sign_in_needed")
    return UserSession.objects.select_for_update().filter(user_id=actor.user_id)


def _end(row: UserSession) -> None:
    SessionStore(row.session_key).delete()
    row.delete()


def rename_session(before: str, after: str) -> None:
    """A session goes on under another key."""
    UserSession.objects.filter(session_key=before).update(session_key=after)
