"""Journalists who are trusted to read before the hour: trust, the terms, and a record of every reading."""

from __future__ import annotations

import uuid

from django.db import transaction

from vidensbro.hub.accounts.actors import VISITOR, Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.policies import require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, NotFound, Problems
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.mail.content import address_key, fits_a_header
from vidensbro.hub.newsroom import notifications
from vidensbro.hub.newsroom.attachments import sees_release
from vidensbro.hub.newsroom.models import EmbargoAcceptance, Journalist, State, Version
from vidensbro.hub.newsroom.queries import versions
from vidensbro.hub.newsroom.rules import accept_embargo, see_version, trusts
from vidensbro.hub.newsroom.terms import TERMS, TERMS_WORDS

KIND = "journalist"
READ = "embargo.read"


@transaction.atomic
def trust(actor: Actor, email: str, outlet: str) -> Journalist:
    """Trust whoever has the account with this address, who writes for `outlet`; anew, if that has ended. She is told by
    mail where to read.

    Raises:
        Denied: "secretariat_only". Invalid: no account has the address ("account_unknown"), or the outlet.
    """
    _require(actor)
    told = " ".join(outlet.split())
    user = User.objects.filter(email=address_key(email), is_active=True).first()
    problems = Problems()
    problems.check(user is not None, "email", "account_unknown")
    problems.check(bool(told), "outlet", "required")
    problems.check(len(told) <= 200, "outlet", "max_length")
    problems.check(fits_a_header(told), "outlet", "unstorable")
    problems.raise_if_any()
    assert user is not None
    row = Journalist.objects.select_for_update().filter(user=user).first()
    if row is None or row.ended is not None:
        values = {"outlet": told, "trusted_at": clock.now(), "trusted_by_id": actor.user_id, "ended": None}
        row, _new = Journalist.objects.update_or_create(user=user, defaults=values)
        record(actor, "journalist.trusted", KIND, user.pk)
        notifications.journalist_trusted(row)
    elif row.outlet != told:
        row.outlet = told
        row.save()
        record(actor, "journalist.changed", KIND, user.pk, {"columns": ["outlet"]})
    return row


@transaction.atomic
def end_trust(actor: Actor, user_id: uuid.UUID | str) -> Journalist:
    """Show somebody nothing before the hour any more, from this moment on. What was accepted stays on record and does
    not come back with trust: whoever is trusted again accepts the terms again.

    Raises:
        Denied: "secretariat_only". NotFound: nobody of that id is trusted.
    """
    _require(actor)
    row = Journalist.objects.select_for_update().filter(user_id=key_of(user_id), ended=None).first()
    if row is None:
        raise NotFound(KIND, user_id)
    row.ended = clock.now()
    row.save()
    EmbargoAcceptance.objects.filter(user=row.user_id, lapsed=None).update(lapsed=row.ended)
    record(actor, "journalist.trust_ended", KIND, row.user_id)
    return row


@transaction.atomic
def accept(actor: Actor, version_id: uuid.UUID | str, name: str, terms: str, language: str) -> Version:
    """Accept, by name, the terms under which a release may be read before its hour; gives what can be read now.

    `terms` and `language` say which wording was shown. A second time changes nothing; what was accepted under other
    terms stays on record beside this.

    Raises:
        NotFound: there is none that is open to the actor as a journalist.
        Invalid: the name. Conflict: other terms hold by now ("terms_changed").
    """
    # Trust that is taken away at the same moment is taken away before or after this.
    list(Journalist.objects.select_for_update().filter(user=actor.user_id))
    row = accept_embargo.visible(actor, Version.objects.filter(pk=key_of(version_id))).first()
    if row is None:
        raise NotFound("release_version", version_id)
    told = " ".join(name.split())
    problems = Problems()
    problems.check(bool(told), "name", "required")
    problems.check(len(told) <= 200, "name", "max_length")
    problems.check(fits_a_header(told), "name", "unstorable")
    problems.check(language in TERMS_WORDS, "language", "invalid_choice")
    problems.raise_if_any()
    if terms != TERMS:
        raise Conflict("terms_changed")
    # Nobody else is given a version under embargo.
    assert actor.user_id is not None
    there = EmbargoAcceptance.objects.filter(release=row.release_id, user=actor.user_id, lapsed=None)
    if not there.filter(terms=TERMS).exists():
        there.update(lapsed=clock.now())
        EmbargoAcceptance.objects.create(
            release_id=row.release_id, user_id=actor.user_id, name=told, terms=TERMS
        )
        details = {"terms": TERMS, "language": language, "version": str(row.pk)}
        record(actor, "embargo.accepted", "release", row.release_id, details)
    return row


@transaction.atomic
def log_read(actor: Actor, version: Version) -> bool:
    """Record that a journalist reads a version before its hour; False for everybody else, of whom nothing is recorded.

    For every door that shows the words of a version. Call it for each request that is answered.
    """
    if not _early(actor, version):
        return False
    record(actor, READ, "release_version", version.pk, {"release": str(version.release_id)})
    return True


@transaction.atomic
def log_file(actor: Actor, release_id: uuid.UUID, file_id: uuid.UUID, language: str = "") -> bool:
    """The same for a document or a full picture of a release; False as well if everybody may have it by now.

    `language` is that of the version it goes with, "" if it goes with every one.
    """
    if actor.user_id is None or sees_release(VISITOR, release_id, language):
        return False
    rows = versions.visible(actor).filter(release=release_id, state=State.SCHEDULED)
    if language:
        rows = rows.filter(language=language)
    row = next((one for one in rows if _early(actor, one)), None)
    if row is None:
        return False
    details = {"release": str(release_id), "file": str(file_id)}
    record(actor, READ, "release_version", row.pk, details)
    return True


def _early(actor: Actor, version: Version) -> bool:
    """Does the actor see the version as a journalist, and not because it is out or her own?"""
    return version.state == State.SCHEDULED and see_version.allows(actor, version).reason == "journalist"


def _require(actor: Actor) -> None:
    require(actor, trusts, "secretariat_only")
