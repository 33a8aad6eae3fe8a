"""Pictures, documents, and what a release is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.collaborations.models import Collaboration
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.files.models import StoredFile
from vidensbro.hub.knowledge.models import Work
from vidensbro.hub.needs.models import Need
from vidensbro.hub.newsroom.models.releases import Language, Licence, Release

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

_SHARE = [MinValueValidator(0.0), MaxValueValidator(1.0)]


class Picture(models.Model):
    """A picture of a release, as it was handed in, or a logo or portrait of an organisation's press kit.

    `focal_x` and `focal_y` are the point that every crop keeps, as shares of width and height from the upper left
    corner. `width` and `height` are in pixels, upright.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, models.CASCADE, null=True, blank=True, related_name="pictures")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="press_pictures"
    )
    position = models.PositiveSmallIntegerField(default=0)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="press_pictures")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt_da = models.CharField(max_length=500)
    alt_en = models.CharField(max_length=500)
    caption_da = models.CharField(max_length=500, blank=True)
    caption_en = models.CharField(max_length=500, blank=True)
    credit = models.CharField(max_length=200)
    licence = models.CharField(max_length=20, choices=Licence, default=Licence.PRESS)
    focal_x = models.FloatField(default=0.5, validators=_SHARE)
    focal_y = models.FloatField(default=0.5, validators=_SHARE)

    if TYPE_CHECKING:
        sizes: ClassVar[RelatedManager[PictureSize]]

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(release__isnull=False, organisation__isnull=True)
                | Q(release__isnull=True, organisation__isnull=False),
                name="picture_belongs_to_one",
            ),
            models.CheckConstraint(condition=~Q(alt_da="") & ~Q(alt_en=""), name="picture_has_alternatives"),
            models.CheckConstraint(condition=~Q(credit=""), name="picture_has_credit"),
        ]

    def __str__(self) -> str:
        return self.alt_en


class PictureSize(models.Model):
    """A picture made smaller, or cut to a shape, for pages and cards.

    `credited` tells which credit and licence its file tells of (`crediting.digest`).
    """

    class Shape(models.TextChoices):
        WHOLE = "whole", _("whole")
        CARD = "card", _("card, 1200 by 630")
        SQUARE = "square", _("square")

    picture = models.ForeignKey(Picture, models.CASCADE, related_name="sizes")
    shape = models.CharField(max_length=10, choices=Shape)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="press_picture_sizes")
    credited = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["shape", "width"]
        constraints = [
            models.UniqueConstraint(fields=["picture", "shape", "width"], name="picture_size_once")
        ]

    def __str__(self) -> str:
        return f"{self.shape} {self.width}×{self.height}"


class Document(models.Model):
    """A document that goes with a release; `language` is empty if it goes with every version."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, models.CASCADE, related_name="documents")
    position = models.PositiveSmallIntegerField(default=0)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="release_documents")
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=2, choices=Language, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Subject(models.Model):
    """What a release is about: exactly one row of another app. Whoever may not see that row does not see the link."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="subjects")
    position = models.PositiveSmallIntegerField(default=0)
    need = models.ForeignKey(Need, models.CASCADE, null=True, blank=True, related_name="releases")
    collaboration = models.ForeignKey(
        Collaboration, models.CASCADE, null=True, blank=True, related_name="releases"
    )
    work = models.ForeignKey(Work, models.CASCADE, null=True, blank=True, related_name="releases")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="releases")

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(need__isnull=False, collaboration=None, work=None, person=None)
                | Q(need=None, collaboration__isnull=False, work=None, person=None)
                | Q(need=None, collaboration=None, work__isnull=False, person=None)
                | Q(need=None, collaboration=None, work=None, person__isnull=False),
                name="subject_is_one",
            ),
            *(
                models.UniqueConstraint(
                    fields=["release", column],
                    condition=Q(**{f"{column}__isnull": False}),
                    name=f"subject_{column}_once",
                )
                for column in ("need", "collaboration", "work", "person")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id} is about {self.need_id or self.collaboration_id or self.work_id or self.person_id}"
