"""A version as its writers see it: where it is on its way, who is missing, what can be done next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.newsroom.differences import Difference, changed_parts
from vidensbro.hub.newsroom.models import Contact, Language, Picture, PictureSize, Revision, State, Version
from vidensbro.hub.newsroom.presenters.late_changes import ShownChange, shown_changes
from vidensbro.hub.newsroom.presenters.subjects import subjects_of
from vidensbro.hub.newsroom.queries import versions
from vidensbro.hub.newsroom.queries import writing as queries
from vidensbro.hub.newsroom.queries.pictures import address, best
from vidensbro.hub.newsroom.rules import approves_for
from vidensbro.hub.newsroom.services import Wording, wording_of
from vidensbro.hub.newsroom.services.drafting import hour_has_come
from vidensbro.hub.newsroom.services.late_changes import last_change

PREVIEW_WIDTH = 480


@dataclass(frozen=True, slots=True)
class Approver:
    """An issuer: when it said yes to the words as they are now, and whether the actor may say it."""

    key: str
    name: str
    at: datetime | None
    by: str
    may: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A version in the list of one's own."""

    version: Version
    href: str
    state: str
    issuers: str
    language: str


@dataclass(frozen=True, slots=True)
class OwnSubject:
    """What the release is about; `key` is that of the link."""

    key: int
    kind: str
    title: str
    language: str
    href: str


@dataclass(frozen=True, slots=True)
class OwnPicture:
    """A picture with the address of its preview, "" before a worker has made any size, and what it shows, in the
    version's language."""

    picture: Picture
    src: str
    said: str


@dataclass(frozen=True, slots=True)
class Other:
    """The release in another language: a version that is there (`href`), or one that can be begun."""

    code: str
    language: str
    state: str
    href: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on the page of a version for its writers; `may_...` say what the actor may do now.

    `late` is what was changed beside the words after an issuer had approved them, until it is out. `seen` names the
    last such change that the page knows of, for whoever approves.
    """

    version: Version
    state: str
    out: bool
    waits: bool
    approvers: list[Approver]
    late: list[ShownChange]
    seen: str
    others: list[Other]
    contacts: list[tuple[str, list[Contact]]]
    pictures: list[OwnPicture]
    documents: list[object]
    subjects: list[OwnSubject]
    may_change: bool
    may_hand_in: bool
    may_take_back: bool
    may_schedule: bool
    may_unschedule: bool
    may_correct: bool
    may_remove: bool
    may_change_material: bool
    missing: list[str]

    @property
    def tells(self) -> bool:
        """Are those who have approved told of what is changed beside the words?"""
        return not self.out and any(one.at is not None for one in self.approvers)

    @property
    def absent(self) -> list[Approver]:
        """Issuers that have not approved these words."""
        return [one for one in self.approvers if one.at is None]


def desk(actor: Actor, row: Version) -> Desk:
    """The page of a version. `row` should come from `queries.writing.own`."""
    state, out = state_now(row), queries.is_out(row)
    decides = queries.decides(actor, row)
    approvers = _approvers(actor, row)
    settled = row.release.versions.exclude(state__in=(State.DRAFT, State.IN_REVIEW)).exists()
    return Desk(
        version=row,
        state=state,
        out=out,
        waits=row.state == State.SCHEDULED and not out,
        approvers=approvers,
        late=[] if out else _late(actor, row, approvers),
        seen=last_change(row.release) if any(one.may for one in approvers) else "",
        others=_others(actor, row),
        contacts=_contacts(row),
        pictures=[
            OwnPicture(one, preview(one), one.alt_da if row.language == Language.DANISH else one.alt_en)
            for one in row.release.pictures.prefetch_related("sizes__file")
        ],
        documents=list(row.release.documents.select_related("file")),
        subjects=_subjects(actor, row),
        may_change=not out,
        may_hand_in=state == State.DRAFT,
        may_take_back=state in (State.IN_REVIEW, State.APPROVED, State.SCHEDULED),
        may_schedule=decides and state in (State.APPROVED, State.SCHEDULED),
        may_unschedule=decides and state == State.SCHEDULED,
        may_correct=decides and state in (State.PUBLISHED, State.CORRECTED),
        may_remove=not out,
        may_change_material=decides or not settled,
        missing=_missing(row),
    )


def rows(page: Iterable[Version]) -> list[Row]:
    """Versions of a list; their issuers should have been fetched."""
    return [
        Row(
            one,
            reverse("release-desk", args=[one.pk]),
            state_words(one),
            ", ".join(organisation_name(issuer.organisation) for issuer in one.release.issuers.all()),
            language_label(one.language),
        )
        for one in page
    ]


def state_now(row: Version) -> str:
    """The state that everybody sees: at its hour a version is published, whether or not a worker has noted that."""
    return str(State.PUBLISHED) if hour_has_come(row) else row.state


def state_words(row: Version) -> str:
    """The state in the page's language."""
    return str(State(state_now(row)).label)


def language_label(code: str) -> str:
    """The name of a language in the page's language."""
    return str(Language(code).label)


def preview(row: Picture) -> str:
    """The address of a small size of a picture; "" before a worker has made any."""
    size = best(row, PictureSize.Shape.WHOLE, PREVIEW_WIDTH)
    return address(size) if size is not None else ""


def part_label(part: str) -> str:
    """A part of a wording in the page's language."""
    labels = {
        "headline": _("Headline"),
        "lead": _("Lead"),
        "body": _("Text"),
        "fact_boxes": _("Fact boxes"),
        "quotes": _("Quotations"),
    }
    return labels.get(part, part)


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """How one part was changed, with its name in the page's language."""

    label: str
    difference: Difference


def shown_differences(before: Wording, after: Wording) -> list[ShownDifference]:
    """Only the parts that differ."""
    return [ShownDifference(part_label(one.part), one) for one in changed_parts(before, after)]


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody saved while another wrote: what the first changed, and how the second's words differ from that.

    `theirs` is empty where it is not known which wording the second had read.
    """

    who: str
    at: datetime
    theirs: list[ShownDifference]
    yours: list[ShownDifference]


def clash(row: Version, read: int, typed: Wording) -> Clash:
    """What happened between the wording that was read and the one that is stored now."""
    now = wording_of(row)
    base = row.revisions.filter(number=read).first()
    theirs = shown_differences(Wording.from_json(base.content), now) if base is not None else []
    return Clash(name_of(row.changed_by), row.changed, theirs, shown_differences(now, typed))


def name_of(user: object) -> str:
    """Who did it, by name; somebody whose account is gone has none."""
    return str(user) if user is not None else _("somebody whose account is gone")


@dataclass(frozen=True, slots=True)
class Past:
    """A wording in the history."""

    revision: Revision
    who: str
    now: bool


def history(row: Version, revisions: Iterable[Revision]) -> list[Past]:
    """Wordings as the page of the history lists them."""
    return [Past(one, name_of(one.by), one.number == row.number) for one in revisions]


def handed_in(row: Version) -> str:
    """Who is asked now, in a sentence."""
    count = row.release.issuers.count()
    return ngettext(
        "Handed in. %(count)d organisation is asked for its approval.",
        "Handed in. %(count)d organisations are asked for their approval.",
        count,
    ) % {"count": count}


def issuer_choices(actor: Actor, chosen: Sequence[str], name: str) -> list[tuple[str, str]]:
    """Organisations to choose issuers from, as the form takes them."""
    return [(str(one.pk), organisation_name(one)) for one in queries.issuer_candidates(actor, chosen, name)]


def issuers_of(row: Version) -> list[tuple[str, str]]:
    """Those who issue the release, as the form of a contact takes them."""
    rows = row.release.issuers.select_related("organisation")
    return [(str(one.organisation_id), organisation_name(one.organisation)) for one in rows]


def _missing(row: Version) -> list[str]:
    """What a draft lacks before it can be handed in."""
    return [part_label(name) for name in ("lead", "body") if not getattr(row, name)]


def _approvers(actor: Actor, row: Version) -> list[Approver]:
    given = {one.organisation_id: one for one in row.approvals.select_related("by")}
    found = []
    for issuer in row.release.issuers.select_related("organisation"):
        approval = given.get(issuer.organisation_id)
        holds = approval is not None and (approval.number == row.number or queries.is_out(row))
        asked = row.state == State.IN_REVIEW and not holds
        found.append(
            Approver(
                key=str(issuer.organisation_id),
                name=organisation_name(issuer.organisation),
                at=approval.at if approval is not None and holds else None,
                by=name_of(approval.by) if approval is not None and holds else "",
                may=asked and approves_for(actor, issuer.organisation_id),
            )
        )
    return found


def _late(actor: Actor, row: Version, approvers: Sequence[Approver]) -> list[ShownChange]:
    first = min((one.at for one in approvers if one.at is not None), default=None)
    return shown_changes(actor, queries.changes_since(row, first)) if first is not None else []


def _others(actor: Actor, row: Version) -> list[Other]:
    there = [
        Other(
            one.language,
            language_label(one.language),
            state_words(one),
            reverse("release-desk", args=[one.pk]),
        )
        for one in versions.siblings(actor, row)
    ]
    missing = [Other(one.value, str(one.label), "", "") for one in queries.missing_languages(row)]
    return [*there, *missing]


def _contacts(row: Version) -> list[tuple[str, list[Contact]]]:
    """Contacts of each organisation, issuers in their order first."""
    release = row.release
    issuers = release.issuers.select_related("organisation")
    names = {one.organisation_id: organisation_name(one.organisation) for one in issuers}
    found: dict[object, list[Contact]] = {key: [] for key in names}
    for one in release.contacts.select_related("organisation"):
        names.setdefault(one.organisation_id, organisation_name(one.organisation))
        found.setdefault(one.organisation_id, []).append(one)
    return [(names[key_of(key)], people) for key, people in found.items()]


def _subjects(actor: Actor, row: Version) -> list[OwnSubject]:
    """In their order; what the actor may not see is not told of."""
    seen = subjects_of(actor, [row.release_id]).get(row.release_id, ())
    found = []
    for subject in row.release.subjects.all():
        kind = subject_kind(subject)
        key = str(getattr(subject, f"{kind}_id"))
        one = next((one for one in seen if one.kind == kind and key in one.href), None)
        if one is not None:
            found.append(OwnSubject(subject.pk, kind_label(kind), one.title, one.language, one.href))
    return found


def subject_kind(subject: object) -> str:
    """Which of the four a subject is."""
    kinds = ("need", "collaboration", "work", "person")
    return next(kind for kind in kinds if getattr(subject, f"{kind}_id") is not None)


def kind_label(kind: str) -> str:
    """A kind of subject in the page's language."""
    labels = {
        "need": pgettext("subject of a release", "need"),
        "collaboration": pgettext("subject of a release", "collaboration"),
        "work": pgettext("subject of a release", "work"),
        "person": pgettext("subject of a release", "person"),
    }
    return labels[kind]


def candidates(actor: Actor, text: str) -> list[tuple[str, list[queries.Candidate]]]:
    """What a release could be about, by kind."""
    found = queries.subject_candidates(actor, text)
    kinds = dict.fromkeys(one.kind for one in found)
    return [(kind_label(kind), [one for one in found if one.kind == kind]) for kind in kinds]
