"""Which address a user has shown to read mail at."""

from __future__ import annotations

import uuid

from allauth.account.models import EmailAddress
from django.db.models import F
from django.db.models.functions import Lower


def confirmed_address(user_id: uuid.UUID) -> str:
    """The address of an account once its owner has confirmed it, in lower case; "" before that."""
    rows = EmailAddress.objects.annotate(key=Lower("email")).filter(user_id=user_id, verified=True)
    return rows.filter(key=F("user__email")).values_list("key", flat=True).first() or ""
