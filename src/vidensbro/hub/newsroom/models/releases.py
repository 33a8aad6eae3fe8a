"""Releases, their versions in each language, and everything that one says."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.directory.models import FieldTag, Organisation, Person

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from vidensbro.hub.newsroom.models.material import Document, Picture, Subject
    from vidensbro.hub.newsroom.models.steps import Approval, Correction, LateChange, Revision


class State(models.TextChoices):
    """Where a version is on its way."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    APPROVED = "approved", _("approved")
    SCHEDULED = "scheduled", _("scheduled")
    PUBLISHED = "published", _("published")
    CORRECTED = "corrected", _("corrected")
    WITHDRAWN = "withdrawn", _("withdrawn")


WRITTEN = (State.DRAFT, State.IN_REVIEW, State.APPROVED)
"""Nobody but those who write and approve it knows of a version in one of these states."""

OUT = (State.PUBLISHED, State.CORRECTED, State.WITHDRAWN)
"""The world has been told; a withdrawn version is a tombstone that says so."""


class Language(models.TextChoices):
    """The languages that a version may be in."""

    DANISH = "da", _("Danish")
    ENGLISH = "en", _("English")


class Licence(models.TextChoices):
    """On what terms a text or a picture may be used. Codes are those of SPDX, where it has one."""

    CC_BY = "CC-BY-4.0", _("Creative Commons Attribution 4.0")
    CC_BY_SA = "CC-BY-SA-4.0", _("Creative Commons Attribution-ShareAlike 4.0")
    CC0 = "CC0-1.0", _("Creative Commons Zero 1.0")
    PRESS = "press", _("free for editorial use, with credit")
    RESERVED = "reserved", _("all rights reserved")


class Release(models.Model):
    """One piece of news, in one or several languages.

    `place` is that of the date line. `text_licence` is that of its texts. `embargo_for_press` lets trusted journalists
    who have accepted the terms read a scheduled version before its hour.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place_da = models.CharField(max_length=100, blank=True)
    place_en = models.CharField(max_length=100, blank=True)
    text_licence = models.CharField(max_length=20, choices=Licence, default=Licence.CC_BY)
    embargo_for_press = models.BooleanField(default=False)
    example = models.BooleanField(default=False)
    created = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    if TYPE_CHECKING:
        versions: ClassVar[RelatedManager[Version]]
        issuers: ClassVar[RelatedManager[Issuer]]
        contacts: ClassVar[RelatedManager[Contact]]
        field_tags: ClassVar[RelatedManager[ReleaseField]]
        pictures: ClassVar[RelatedManager[Picture]]
        documents: ClassVar[RelatedManager[Document]]
        subjects: ClassVar[RelatedManager[Subject]]
        late_changes: ClassVar[RelatedManager[LateChange]]

    def __str__(self) -> str:
        return str(self.pk)


class Issuer(models.Model):
    """An organisation that issues a release, the first one first."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="issuers")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="releases_issued")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["release", "organisation"], name="issuer_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id} issues {self.release_id}"


class ReleaseField(FieldTag):
    """What a release is about."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="field_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "notation"], name="release_field_once")]


class Version(models.Model):
    """A release in one language, with a state and an hour of its own.

    `body` is Markdown (CommonMark 0.31). `number` grows with every change: who saves says which one was read, so that
    of two editors the second is told. `publish_at` is the minute at which everybody may see it: it is compared with the
    clock wherever a version is fetched, so that it appears then, whether or not a worker has noted it.
    `slug` is part of the address for ever, once it is out.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, models.CASCADE, related_name="versions")
    language = models.CharField(max_length=2, choices=Language)
    slug = models.SlugField(max_length=120)
    headline = models.CharField(max_length=200)
    lead = models.TextField(blank=True)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    number = models.PositiveIntegerField(default=1)
    created = models.DateTimeField(default=clock.now, editable=False)
    changed = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    publish_at = models.DateTimeField(null=True, blank=True)
    published = models.DateTimeField(null=True, blank=True)
    withdrawn = models.DateTimeField(null=True, blank=True)
    withdrawal_note = models.TextField(blank=True)

    if TYPE_CHECKING:
        fact_boxes: ClassVar[RelatedManager[FactBox]]
        quotes: ClassVar[RelatedManager[Quote]]
        approvals: ClassVar[RelatedManager[Approval]]
        corrections: ClassVar[RelatedManager[Correction]]
        revisions: ClassVar[RelatedManager[Revision]]

    class Meta:
        indexes = [
            models.Index(fields=["state", "language", "-publish_at"], name="version_state_language"),
            models.Index(fields=["-publish_at"], name="version_publish_at"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["release", "language"], name="version_once_per_language"),
            models.UniqueConstraint(fields=["language", "slug"], name="version_slug_once"),
            models.CheckConstraint(condition=~Q(headline=""), name="version_has_headline"),
            models.CheckConstraint(
                condition=Q(state__in=WRITTEN, published__isnull=True, withdrawn__isnull=True)
                | Q(
                    state=State.SCHEDULED,
                    publish_at__isnull=False,
                    published__isnull=True,
                    withdrawn__isnull=True,
                )
                | Q(
                    state__in=[State.PUBLISHED, State.CORRECTED],
                    publish_at__isnull=False,
                    published__isnull=False,
                    withdrawn__isnull=True,
                )
                | Q(
                    state=State.WITHDRAWN,
                    publish_at__isnull=False,
                    published__isnull=False,
                    withdrawn__isnull=False,
                ),
                name="version_dates_fit_state",
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    @property
    def out_before(self) -> bool:
        """Was it out before it was written down here: brought in with an hour that had passed? Nobody is sent such."""
        # Hours are whole minutes: one that was begun and published within the same minute is new.
        begun = self.created.replace(second=0, microsecond=0)
        return self.publish_at is not None and self.publish_at < begun


class FactBox(models.Model):
    """Facts beside the text; `body` is Markdown."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="fact_boxes")
    position = models.PositiveSmallIntegerField(default=0)
    heading = models.CharField(max_length=200)
    body = models.TextField()

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.heading


class Quote(models.Model):
    """What somebody says, with name and title; `person` if the directory knows who it is."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="quotes")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.TextField()
    speaker = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="quotes")

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.speaker}: {self.text[:60]}"


class Contact(models.Model):
    """Whom to call, for one of the issuers. `hours` say when the telephone is answered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, models.CASCADE, related_name="contacts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="press_contacts")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=200)
    title_da = models.CharField(max_length=200, blank=True)
    title_en = models.CharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    hours_da = models.CharField(max_length=200, blank=True)
    hours_en = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="press_contacts")

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
