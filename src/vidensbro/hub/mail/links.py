"""The signed link with which whoever got a mail chooses what comes, without an account."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core import signing
from django.urls import reverse

from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import as_uuid

_SALT = "vidensbro.mail.choices"


def choices_token(mail_id: uuid.UUID) -> str:
    """The token of a mail. It names the mail, not the address, so that no log of requests holds addresses.

    It does not expire: whoever reads an old mail must be able to stop the next one.
    """
    return signing.Signer(salt=_SALT, sep=".").sign(mail_id.hex)


def mail_of(token: str) -> uuid.UUID:
    """The mail that a token was made for. Raises NotFound: it was not made here."""
    try:
        found = as_uuid(signing.Signer(salt=_SALT, sep=".").unsign(token))
    except signing.BadSignature as error:
        raise NotFound("mail") from error
    if found is None:
        raise NotFound("mail")
    return found


def choices_url(mail_id: uuid.UUID) -> str:
    """The whole address of the page behind the link."""
    return settings.VIDENSBRO_BASE_URL + reverse("mail-link", args=[choices_token(mail_id)])
