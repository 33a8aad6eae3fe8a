"""What a page, a feed, a mail or a document shows of a version: put together once, filtered for who reads."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe

from vidensbro.hub.accounts.actors import VISITOR, Actor
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.directory.presenters import organisation_href, person_href
from vidensbro.hub.directory.rules import see_person
from vidensbro.hub.newsroom.models import (
    Contact,
    Document,
    Issuer,
    Picture,
    PictureSize,
    Quote,
    Release,
    State,
    Version,
)
from vidensbro.hub.newsroom.presenters.changes import PARTS, modified_at
from vidensbro.hub.newsroom.presenters.parts import (
    ContactsOf,
    Other,
    ShownContact,
    ShownCorrection,
    ShownDocument,
    ShownFacts,
    ShownIssuer,
    ShownPicture,
    ShownQuote,
    ShownSubject,
    Terms,
    Tombstone,
)
from vidensbro.hub.newsroom.presenters.subjects import subjects_of
from vidensbro.hub.newsroom.queries import versions as queries
from vidensbro.hub.newsroom.queries.pictures import address, best, source_set
from vidensbro.hub.newsroom.rules import see_version, write_release
from vidensbro.hub.newsroom.text import as_html, as_text
from vidensbro.hub.ui.fields import FieldLink, field_links

PAGE_WIDTH = 960
"""How wide, in pixels, the picture is that a page asks for first."""

_PARTS = (
    "fact_boxes",
    Prefetch("quotes", Quote.objects.select_related("person")),
    *PARTS,
    Prefetch("release__contacts", Contact.objects.select_related("organisation")),
    "release__field_tags",
    Prefetch("release__documents", Document.objects.select_related("file")),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A version as one who may see it is shown it.

    Words are in the version's language; `body` is safe HTML whose headings lie below that of the page. `path` is the
    permanent address on this site. `publish_at` and `modified`, when any of this was last changed, are None for what
    has no hour yet. `out`: everybody may see it.
    With a `tombstone` there are no words, pictures and documents but for those who write the release.
    """

    version: Version
    language: str
    headline: str
    lead: str
    body: SafeString
    markdown: str
    fact_boxes: tuple[ShownFacts, ...]
    quotes: tuple[ShownQuote, ...]
    issuers: tuple[ShownIssuer, ...]
    contacts: tuple[ContactsOf, ...]
    pictures: tuple[ShownPicture, ...]
    documents: tuple[ShownDocument, ...]
    subjects: tuple[ShownSubject, ...]
    notations: tuple[str, ...]
    corrections: tuple[ShownCorrection, ...]
    dateline: str
    place: str
    publish_at: datetime | None
    modified: datetime | None
    terms: Terms
    path: str
    out: bool
    tombstone: Tombstone | None
    others: tuple[Other, ...]

    @property
    def url(self) -> str:
        """The permanent address."""
        return str(settings.VIDENSBRO_BASE_URL) + self.path

    @property
    def fields(self) -> list[FieldLink]:
        """What it is about, in the page's language."""
        return field_links(self.notations)

    @property
    def text(self) -> str:
        """The body without any marks."""
        return as_text(self.markdown)

    @property
    def embargoed(self) -> bool:
        """Must whoever reads it keep it to herself?"""
        return not self.out

    @property
    def picture(self) -> ShownPicture | None:
        """The first picture."""
        return next(iter(self.pictures), None)

    @property
    def issuer_names(self) -> list[str]:
        """Who issues it, the first one first."""
        return [one.name for one in self.issuers]


def shown(actor: Actor, version: Version) -> Shown:
    """A version as the actor is shown it. Raises NotFound: the actor may not see it."""
    return shown_all(actor, [version])[0]


def shown_all(actor: Actor, versions: Sequence[Version]) -> list[Shown]:
    """Versions as the actor is shown them, in their order: some twelve queries, however many.

    Raises:
        NotFound: the actor may not see one of them.
    """
    for row in versions:
        if not see_version.allows(actor, row):
            raise NotFound("release_version", row.pk)
    prefetch_related_objects(versions, *_PARTS)
    releases = {row.release_id for row in versions}
    others = _others(actor, releases)
    subjects, dates = subjects_of(actor, releases), modified_at(versions)
    own = _own(actor, [row for row in versions if row.state == State.WITHDRAWN])
    return [
        _shown(
            actor,
            row,
            others=others.get(row.release_id, ()),
            subjects=subjects.get(row.release_id, ()),
            modified=dates.get(row.pk),
            speaks=row.state != State.WITHDRAWN or row.release_id in own,
        )
        for row in versions
    ]


def is_out(row: Version) -> bool:
    """May everybody see the version, or its tombstone?"""
    return bool(see_version.allows(VISITOR, row))


def path_of(row: Version) -> str:
    """The permanent address of a version on this site."""
    return reverse("release", args=[row.language, row.slug])


def _shown(
    actor: Actor,
    row: Version,
    *,
    others: Sequence[Version],
    subjects: Sequence[ShownSubject],
    modified: datetime | None,
    speaks: bool,
) -> Shown:
    release, language = row.release, row.language
    issuers = [_issuer(one, language) for one in release.issuers.all()]
    return Shown(
        version=row,
        language=language,
        headline=row.headline if speaks else "",
        lead=row.lead if speaks else "",
        body=as_html(row.body) if speaks else mark_safe(""),
        markdown=row.body if speaks else "",
        fact_boxes=tuple(
            ShownFacts(one.heading, as_html(one.body, below=2), one.body) for one in row.fact_boxes.all()
        )
        if speaks
        else (),
        quotes=tuple(_quote(actor, one) for one in row.quotes.all()) if speaks else (),
        issuers=tuple(issuers),
        contacts=_contacts(release.contacts.all(), issuers, language),
        pictures=tuple(pictures_of(release.pictures.all(), language)) if speaks else (),
        documents=tuple(_documents(release.documents.all(), language)) if speaks else (),
        subjects=tuple(subjects) if speaks else (),
        notations=tuple(sorted(tag.notation for tag in release.field_tags.all())),
        corrections=tuple(
            ShownCorrection(one.at, one.note) for one in sorted(row.corrections.all(), key=lambda one: one.at)
        )
        if speaks
        else (),
        dateline=dateline(row),
        place=place_of(release, language),
        publish_at=row.publish_at,
        modified=modified,
        terms=Terms(release.text_licence),
        path=path_of(row),
        out=is_out(row),
        tombstone=Tombstone(row.withdrawn, row.withdrawal_note) if row.withdrawn is not None else None,
        others=tuple(_other(one) for one in others if one.pk != row.pk),
    )


def pictures_of(rows: Iterable[Picture], language: str, width: int = PAGE_WIDTH) -> Iterator[ShownPicture]:
    """Pictures whose sizes a worker has made; `src` is at least `width` pixels wide where the picture is."""
    for row in rows:
        size = best(row, PictureSize.Shape.WHOLE, width)
        if size is None:
            continue
        card = best(row, PictureSize.Shape.CARD)
        danish = language == "da"
        yield ShownPicture(
            id=str(row.pk),
            src=address(size),
            source_set=source_set(row.sizes.all()),
            width=size.width,
            height=size.height,
            alt=row.alt_da if danish else row.alt_en,
            caption=row.caption_da if danish else row.caption_en,
            credit=row.credit,
            terms=Terms(row.licence),
            card=address(card) if card is not None else address(size),
            download=reverse("download-release-picture", args=[row.pk]),
            full_width=row.width,
            full_height=row.height,
        )


def place_of(release: Release, language: str) -> str:
    """The place of the date line in a language, else in the other one."""
    both = (release.place_da, release.place_en)
    own, other = both if language == "da" else both[::-1]
    return own or other


def dateline(row: Version) -> str:
    """Place and day, as the version's language writes them; the day is that of the clock here."""
    day = ""
    if row.publish_at is not None:
        with translation.override(row.language):
            day = date_format(timezone.localtime(row.publish_at), "DATE_FORMAT")
    return ", ".join(part for part in (place_of(row.release, row.language), day) if part)


def _own(actor: Actor, rows: Sequence[Version]) -> frozenset[uuid.UUID]:
    """Releases of these versions whose words the actor may read though they were withdrawn."""
    if not rows or not actor.signed_in:
        return frozenset()
    keys = {row.release_id for row in rows}
    found = write_release.visible(actor, Release.objects.filter(pk__in=keys))
    return frozenset(found.values_list("pk", flat=True))


def _others(actor: Actor, releases: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[Version]]:
    found: dict[uuid.UUID, list[Version]] = defaultdict(list)
    rows = queries.visible(actor).filter(release__in=[*releases]).exclude(state=State.WITHDRAWN)
    for row in rows.order_by("language"):
        found[row.release_id].append(row)
    return found


def _other(row: Version) -> Other:
    return Other(row.language, settings.VIDENSBRO_BASE_URL + path_of(row), row.headline, is_out(row))


def _issuer(row: Issuer, language: str) -> ShownIssuer:
    organisation = row.organisation
    return ShownIssuer(str(organisation.pk), organisation.name_in(language), organisation_href(organisation))


def _contacts(
    rows: Iterable[Contact], issuers: Sequence[ShownIssuer], language: str
) -> tuple[ContactsOf, ...]:
    """Contacts of each organisation, in the order in which they issue the release."""
    found: dict[str, list[ShownContact]] = defaultdict(list)
    names = {one.id: one for one in issuers}
    for row in rows:
        key = str(row.organisation_id)
        names.setdefault(
            key, ShownIssuer(key, row.organisation.name_in(language), organisation_href(row.organisation))
        )
        found[key].append(contact_of(row, language))
    return tuple(ContactsOf(names[key], tuple(found[key])) for key in names if found.get(key))


def contact_of(row: Contact, language: str) -> ShownContact:
    """Somebody to call, in a language as far as it is told in that."""
    return ShownContact(
        row.name,
        _either(row.title_da, row.title_en, language),
        row.email,
        row.phone,
        _either(row.hours_da, row.hours_en, language),
    )


def _either(danish: str, english: str, language: str) -> str:
    return (danish or english) if language == "da" else (english or danish)


def _quote(actor: Actor, row: Quote) -> ShownQuote:
    person = row.person
    known = person is not None and person.successor_id is None and bool(see_person.allows(actor, person))
    return ShownQuote(
        row.text, row.speaker, row.title, person_href(person) if person is not None and known else ""
    )


def _documents(rows: Iterable[Document], language: str) -> Iterable[ShownDocument]:
    """Those that go with every version, or with that in this language."""
    for row in rows:
        if row.language in {"", language}:
            yield ShownDocument(
                row.title,
                row.file.name,
                row.file.content_type,
                row.file.size,
                row.language,
                reverse("release-document", args=[row.pk]),
            )
