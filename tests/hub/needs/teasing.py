"""What the tests of teasers are played with."""

from __future__ import annotations

from tests.hub.cast import Cast
from vidensbro.hub.directory.models import Office, Organisation, OrganisationField
from vidensbro.hub.needs import services
from vidensbro.hub.needs.models import NeedTeaser

CLEAN = "We look for somebody who can try a plaster on skin that does not heal."


def crowd_of(cast: Cast, number: int, **columns: str) -> list[Organisation]:
    """So many organisations that are alike."""
    rows = []
    for one in range(number):
        given = {"kind": "company", "city": "Odense", "field": "wound-care", **columns}
        row = Organisation.objects.create(name=f"{given} {one}", kind=given["kind"], country="DK")
        Office.objects.create(organisation=row, city=given["city"], region="Syddanmark", country="DK")
        OrganisationField.objects.create(organisation=row, notation=given["field"])
        rows.append(row)
    return rows


def written(
    cast: Cast, visibility: str = "sealed", *, approved: bool = True, audience: str = "public"
) -> NeedTeaser:
    columns = {"audience": [cast.company.pk]} if visibility == "organisations" else {}
    need = cast.need(visibility, **columns)
    row = services.write_teaser(cast["owner"], need.pk, CLEAN, audience=audience)
    return approve(cast, row) if approved else row


def approve(cast: Cast, row: NeedTeaser) -> NeedTeaser:
    return services.approve_teaser(cast["owner"], row.need_id, row.text, warnings_seen=True)
