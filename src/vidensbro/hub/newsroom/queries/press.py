"""What the press desk looks at: what is planned, which approvals wait, who asked what; and what press kits show."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import require
from vidensbro.hub.audit.models import Event
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import as_uuid, key_of
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.newsroom.models import (
    Contact,
    Inquiry,
    Issuer,
    Picture,
    PressKit,
    Release,
    State,
    Version,
)
from vidensbro.hub.newsroom.queries import versions
from vidensbro.hub.newsroom.queries.versions import Choice
from vidensbro.hub.newsroom.rules import (
    approves_for,
    keeps_desk,
    see_inquiry,
    write_release,
)

CONTACTS_FROM = 20
"""The newest releases whose contacts a press kit shows."""
MOST_CONTACTS = 6


@dataclass(frozen=True, slots=True)
class InquirySearch:
    """What inquiries are narrowed to; empty means any. `organisation` is an id."""

    text: str = ""
    state: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An approval that is asked of an organisation, since a moment; `own`: the actor can give it."""

    version: Version
    organisation: Organisation
    since: datetime
    own: bool


def require_desk(actor: Actor) -> None:
    """Do nothing if the actor has a press desk. Raises Denied."""
    require(actor, keeps_desk, "not_yours")


def planned(actor: Actor, since: datetime, until: datetime) -> QuerySet[Version]:
    """Versions that appear, or appeared, between these moments, of releases that the actor writes; the first one first.

    Raises:
        Denied: the actor has no press desk.
    """
    require_desk(actor)
    written = write_release.visible(actor, Release.objects.filter(pk=OuterRef("release")))
    rows = versions.visible(actor).filter(Exists(written))
    shown = rows.filter(state__in=[State.SCHEDULED, State.PUBLISHED, State.CORRECTED])
    return (
        shown.filter(publish_at__gte=since, publish_at__lt=until)
        .prefetch_related(with_issuers())
        .order_by("publish_at", "language", "pk")
    )


def waiting(actor: Actor) -> list[Waiting]:
    """Approvals that wait for the actor's organisations, or for anybody's if the actor brokers; the oldest first.

    Raises:
        Denied: the actor has no press desk.
    """
    require_desk(actor)
    rows = versions.visible(actor).filter(state=State.IN_REVIEW).prefetch_related(with_issuers(), "approvals")
    wanted = [
        (row, issuer.organisation)
        for row in rows
        for issuer in row.release.issuers.all()
        if _asks(actor, issuer) and not _approved(row, issuer.organisation_id)
    ]
    since = _handed_in({row.pk for row, _ in wanted})
    found = [
        Waiting(row, one, since.get(row.pk, row.changed), approves_for(actor, one.pk)) for row, one in wanted
    ]
    return sorted(found, key=lambda one: (one.since, str(one.version.pk)))


def inquiries(actor: Actor, search: InquirySearch | None = None) -> QuerySet[Inquiry]:
    """Questions to the actor's press desks: those that wait first, by deadline, then what was dealt with last.

    Raises:
        Denied: the actor has no press desk.
    """
    require_desk(actor)
    wanted = search or InquirySearch()
    rows = see_inquiry.visible(actor, Inquiry.objects.all())
    if not actor.is_secretariat and not actor.system:
        # One's own questions to others are no business of one's desk.
        rows = rows.filter(organisation_id__in=actor.organisations)
    rows = rows.filter(proven__isnull=False)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if organisation := as_uuid(wanted.organisation):
        rows = rows.filter(organisation=organisation)
    for word in wanted.text.split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(outlet__icontains=word)
            | Q(email__icontains=word)
            | Q(text__icontains=word)
        )
    return rows.select_related("organisation", "handled_by").order_by(
        F("handled").desc(nulls_first=True), F("deadline").asc(nulls_last=True), "at", "pk"
    )


def open_inquiries(actor: Actor) -> QuerySet[Inquiry]:
    """Those that wait, the nearest deadline first; without one they come last, the oldest first. Raises Denied."""
    return inquiries(actor, InquirySearch(state=Inquiry.State.OPEN))


def inquiry(actor: Actor, inquiry_id: uuid.UUID | str) -> Inquiry:
    """One question. Raises NotFound: there is none, or not for the actor."""
    rows = see_inquiry.visible(actor, Inquiry.objects.select_related("organisation", "handled_by"))
    row = rows.filter(pk=key_of(inquiry_id)).first()
    if row is None:
        raise NotFound("inquiry", inquiry_id)
    return row


def earlier_of(actor: Actor, row: Inquiry) -> QuerySet[Inquiry]:
    """What the same address has asked the actor's desks besides, the newest first; nothing for one without a desk."""
    if not keeps_desk(actor):
        return Inquiry.objects.none()
    return inquiries(actor).filter(email=row.email).exclude(pk=row.pk).order_by("-at", "-pk")


def places_asked(actor: Actor) -> list[Organisation]:
    """Organisations that the actor's desks were asked on behalf of, by name. Raises Denied."""
    asked = inquiries(actor).order_by().values("organisation")
    return list(Organisation.objects.filter(pk__in=asked).order_by("name_key", "pk"))


def own_places(actor: Actor) -> list[Organisation]:
    """Organisations that the actor acts for, by name."""
    rows = Organisation.objects.current().filter(pk__in=actor.organisations)
    return list(rows.order_by("name_key", "pk"))


def own_inquiries(actor: Actor) -> QuerySet[Inquiry]:
    """What the actor has asked with her account, the newest first."""
    rows = Inquiry.objects.filter(user=actor.user_id) if actor.user_id else Inquiry.objects.none()
    return rows.select_related("organisation").order_by("-at", "-pk")


def headlines(actor: Actor, releases: Iterable[uuid.UUID | None], language: str) -> dict[uuid.UUID, Version]:
    """For each of these releases the version that the actor may see, in the language if there is one."""
    found: dict[uuid.UUID, Version] = {}
    rows = versions.visible(actor).filter(release__in={one for one in releases if one is not None})
    writes = write_release.visible(actor, Release.objects.filter(pk=OuterRef("release")))
    for row in rows.filter(~Q(state=State.WITHDRAWN) | Q(Exists(writes))).order_by("language"):
        if row.release_id not in found or row.language == language:
            found[row.release_id] = row
    return found


def place(actor: Actor, organisation_id: uuid.UUID | str) -> Organisation:
    """An organisation that has a press page: it keeps a press kit, has a release that the actor may read, or the actor
    acts for it.

    Raises:
        NotFound: there is none, or it has none.
    """
    row = current_place(organisation_id)
    if not (_keeps_kit(actor, row) or _has_page(actor, row)):
        raise NotFound("organisation", organisation_id)
    return row


def current_place(organisation_id: uuid.UUID | str) -> Organisation:
    """An organisation that stands, whether or not it has a press page. Raises NotFound."""
    row = Organisation.objects.current().filter(pk=key_of(organisation_id)).first()
    if row is None:
        raise NotFound("organisation", organisation_id)
    return row


def kit_picture(picture_id: uuid.UUID | str) -> Picture | None:
    """A picture of some press kit."""
    rows = Picture.objects.select_related("organisation", "file").prefetch_related("sizes__file")
    return rows.filter(pk=key_of(picture_id), organisation__isnull=False).first()


def kit(row: Organisation) -> PressKit | None:
    """What the organisation says about itself."""
    return PressKit.objects.filter(organisation=row).first()


def kit_pictures(row: Organisation) -> list[Picture]:
    """Its logos and portraits, in order, ready for `pictures.best`."""
    rows = Picture.objects.filter(organisation=row).select_related("file").prefetch_related("sizes__file")
    return list(rows.order_by("position", "pk"))


def releases_of(row: Organisation, language: str) -> QuerySet[Version]:
    """Its releases that everybody may read, the newest first."""
    return versions.out(Choice(language=language, organisation=str(row.pk)))


def contacts_of(row: Organisation) -> list[Contact]:
    """Whom its newest releases name as its contacts, each once."""
    newest = versions.out(Choice(organisation=str(row.pk))).values_list("release", flat=True)[:CONTACTS_FROM]
    place_of = {key: number for number, key in reversed(list(enumerate(newest)))}
    rows = Contact.objects.filter(release__in=list(place_of), organisation=row)
    found: dict[tuple[str, str], Contact] = {}
    for one in sorted(rows, key=lambda one: (place_of[one.release_id], one.position)):
        found.setdefault((one.name.casefold(), one.email.casefold()), one)
    return list(found.values())[:MOST_CONTACTS]


def with_issuers() -> Prefetch[str]:
    """The issuers of a version's release with their organisations, in order."""
    return Prefetch("release__issuers", Issuer.objects.select_related("organisation"))


def _asks(actor: Actor, issuer: Issuer) -> bool:
    return bool(actor.system) or actor.is_secretariat or issuer.organisation_id in actor.organisations


def _approved(row: Version, organisation: uuid.UUID) -> bool:
    return any(
        one.organisation_id == organisation and one.number == row.number for one in row.approvals.all()
    )


def _handed_in(keys: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, datetime]:
    """When each version was handed in last: the audit log knows."""
    found: dict[uuid.UUID, datetime] = {}
    rows = Event.objects.filter(
        kind="release_version", action="release.handed_in", object_id__in=[str(one) for one in keys]
    )
    for row in rows.order_by("at"):
        found[key_of(row.object_id)] = row.at
    return found


def _has_page(actor: Actor, row: Organisation) -> bool:
    told = PressKit.objects.filter(organisation=row).exclude(about_da="", about_en="")
    if told.exists() or Picture.objects.filter(organisation=row).exists():
        return True
    seen = versions.visible(actor).exclude(state=State.WITHDRAWN)
    return versions.narrowed(seen, Choice(organisation=str(row.pk))).exists()


def _keeps_kit(actor: Actor, row: Organisation) -> bool:
    return actor.is_secretariat or bool(actor.system) or row.pk in actor.organisations
