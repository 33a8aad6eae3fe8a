"""What an organisation is part of, and what is part of it. Both end even if the rows form a circle."""

from __future__ import annotations

import uuid

from vidensbro.hub.directory.models import Organisation

DEEPEST = 20


def ancestors(organisation: Organisation) -> list[Organisation]:
    """What the organisation is part of, the nearest first. One query for each level."""
    found: list[Organisation] = []
    seen = {organisation.pk}
    following = organisation.parent_id
    while following and following not in seen and len(found) < DEEPEST:
        seen.add(following)
        above = Organisation.objects.filter(pk=following).first()
        if above is None:
            break
        found.append(above)
        following = above.parent_id
    return found


def descendant_ids(organisation_id: uuid.UUID) -> set[uuid.UUID]:
    """The organisation and everything that is part of it. One query for each level."""
    seen: set[uuid.UUID] = {organisation_id}
    level = {organisation_id}
    for _ in range(DEEPEST):
        below = Organisation.objects.current().filter(parent_id__in=level).values_list("pk", flat=True)
        level = set(below) - seen
        if not level:
            break
        seen |= level
    return seen
