"""Pictures, documents and contacts of a release, and what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.files.kinds import extensions
from vidensbro.hub.newsroom.forms.shared import SharedForm
from vidensbro.hub.newsroom.models import Contact, Language, Licence, Picture
from vidensbro.hub.newsroom.services import documents, pictures
from vidensbro.hub.ui.forms import PlainText

WHOLE = 100


class PictureForm(SharedForm):
    """What is said of a picture, and the point that every cut keeps, in percent from the upper left corner."""

    alt_da = PlainText(
        label=_("What it shows, in Danish"),
        max_length=500,
        help_text=_("For those who do not see it: people, place, what happens."),
    )
    alt_en = PlainText(label=_("What it shows, in English"), max_length=500)
    caption_da = PlainText(label=_("Caption in Danish"), max_length=500, required=False)
    caption_en = PlainText(label=_("Caption in English"), max_length=500, required=False)
    credit = PlainText(
        label=_("Credit"), max_length=200, help_text=_("Who took or made it, as newspapers print it.")
    )
    licence = forms.ChoiceField(label=_("Licence"), choices=Licence.choices, initial=Licence.PRESS)
    focal_x = forms.FloatField(
        label=_("Most important point: percent from the left"), min_value=0, max_value=WHOLE, initial=50
    )
    focal_y = forms.FloatField(
        label=_("Most important point: percent from the top"), min_value=0, max_value=WHOLE, initial=50
    )
    use_required_attribute = False

    def columns(self) -> dict[str, Any]:
        """What the services take."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "file"}
        for name in ("focal_x", "focal_y"):
            given[name] = given[name] / WHOLE
        return given


class NewPictureForm(PictureForm):
    """The same, with the picture itself."""

    file = forms.FileField(label=_("Picture"))
    field_order = ("file",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = extensions(pictures.KINDS)
        self.fields["file"].help_text = (
            gettext("JPEG, PNG or WebP; at most %s MB.") % settings.VIDENSBRO_FILE_MEGABYTES
        )


def picture_values(row: Picture) -> dict[str, Any]:
    """The form's values for a picture that is there."""
    names = ("alt_da", "alt_en", "caption_da", "caption_en", "credit", "licence")
    given = {name: getattr(row, name) for name in names}
    return {
        **given,
        "focal_x": round(row.focal_x * WHOLE, 1),
        "focal_y": round(row.focal_y * WHOLE, 1),
    }


class DocumentForm(SharedForm):
    """What is said of a document."""

    title = PlainText(label=_("Title"), max_length=200)
    language = forms.ChoiceField(
        label=_("Goes with"), choices=[("", _("every version")), *Language.choices], required=False
    )
    use_required_attribute = False


class NewDocumentForm(DocumentForm):
    """The same, with the document itself."""

    file = forms.FileField(label=_("File"))
    field_order = ("file",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = extensions(documents.KINDS)
        self.fields["file"].help_text = (
            gettext("PDF, Word, Excel, PowerPoint, OpenDocument or text; at most %s MB.")
            % settings.VIDENSBRO_FILE_MEGABYTES
        )


class ContactForm(SharedForm):
    """Somebody whom the press may call."""

    organisation = forms.ChoiceField(label=_("Answers for"))
    name = PlainText(label=_("Name"), max_length=200)
    title_da = PlainText(label=_("Role in Danish"), max_length=200, required=False)
    title_en = PlainText(label=_("Role in English"), max_length=200, required=False)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    phone = PlainText(label=_("Telephone"), max_length=40, required=False)
    hours_da = PlainText(label=_("When the telephone is answered, in Danish"), max_length=200, required=False)
    hours_en = PlainText(
        label=_("When the telephone is answered, in English"), max_length=200, required=False
    )
    use_required_attribute = False

    def __init__(self, *args: Any, organisations: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["organisation"]).choices = list(organisations)

    def columns(self) -> dict[str, Any]:
        """What the services take besides the organisation."""
        return {name: value for name, value in self.cleaned_data.items() if name != "organisation"}


def contact_values(row: Contact) -> dict[str, Any]:
    """The form's values for a contact that is there."""
    names = ("name", "title_da", "title_en", "email", "phone", "hours_da", "hours_en")
    return {**{name: getattr(row, name) for name in names}, "organisation": str(row.organisation_id)}
