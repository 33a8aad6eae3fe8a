"""Who may have the files that facts rest on: whoever may see the collaboration."""

from __future__ import annotations

import uuid

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.collaborations.models import Collaboration
from vidensbro.hub.collaborations.rules import see_collaboration


def may_read(actor: Actor, file_id: uuid.UUID) -> bool:
    """Is the file evidence in a collaboration that the actor may see?"""
    return see_collaboration.visible(actor, Collaboration.objects.filter(steps__file_id=file_id)).exists()
