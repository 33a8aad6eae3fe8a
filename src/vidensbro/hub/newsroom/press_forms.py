"""Forms of the press desk, and of asking it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.forms import LANGUAGES
from vidensbro.hub.common import clock
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.introductions.forms import local_moment
from vidensbro.hub.newsroom.models import Inquiry, Licence, MailingList, Picture
from vidensbro.hub.newsroom.services.inquiries import FURTHEST, LONGEST
from vidensbro.hub.newsroom.services.kits import LONGEST as LONGEST_ABOUT
from vidensbro.hub.newsroom.services.pictures import KINDS
from vidensbro.hub.ui.forms import PlainText

LEAST_SECONDS = 3
MOST_SECONDS = 12 * 60 * 60
_SALT = "vidensbro.newsroom.form"


def _line(
    label: Any, longest: int, *, required: bool = True, hint: Any = "", fills: str = ""
) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": fills} if fills else {})
    return forms.CharField(label=label, max_length=longest, required=required, help_text=hint, widget=widget)


def _text(label: Any, longest: int, rows: int, *, required: bool = True, hint: Any = "") -> PlainText:
    widget = forms.Textarea(attrs={"rows": rows})
    return PlainText(label=label, max_length=longest, required=required, help_text=hint, widget=widget)


class GuardedForm(forms.Form):
    """A form that anybody may send, and programs that fill in whatever they find may not.

    There is no puzzle to solve and nobody else is asked. A field that people do not see must stay empty, and the form
    carries the signed second at which it was opened and what it is `about`: it is not answered sooner than a person can
    type nor long after. Whoever is taken for a program by mistake is told what to do, and loses nothing.
    """

    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, about: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about
        self.stamp = _stamped(about)
        if self.is_bound and (age := _age(self["opened"].value(), about)) is not None and age <= MOST_SECONDS:
            # It is shown again as it was opened: who comes back after a mistake has waited long enough.
            self.stamp = str(self["opened"].value())

    def clean_website(self) -> str:
        """Empty, or it was no person."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(gettext("Leave this field empty. It is there to stop programs."))
        return ""

    def clean_opened(self) -> str:
        """Not too young, not too old, and of this form."""
        age = _age(self.cleaned_data["opened"], self.about)
        if age is None or age > MOST_SECONDS:
            self.add_error(
                None, gettext("The form was open for long. Everything is still here: send it once more.")
            )
        elif age < LEAST_SECONDS:
            self.add_error(None, gettext("That was very quick. Look it through and send it once more."))
        return ""


def _stamped(about: str) -> str:
    return _signer(about).sign(str(int(clock.now().timestamp())))


def _age(stamp: object, about: str) -> float | None:
    """How many seconds ago the form was opened; None if this is no stamp of it."""
    try:
        began = int(_signer(about).unsign(str(stamp or "")))
    except (signing.BadSignature, ValueError):
        return None
    age = clock.now().timestamp() - began
    return age if age >= 0 else None


def _signer(about: str) -> signing.Signer:
    return signing.Signer(salt=f"{_SALT}:{about}", sep=".")


class InquiryForm(GuardedForm):
    """What a journalist asks, and how she is reached. With an `account` it is asked from its address."""

    text = _text(_("Your question"), LONGEST, 8)
    day = forms.DateField(
        label=_("Deadline: day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    at = forms.TimeField(
        label=_("Deadline: time"),
        required=False,
        help_text=_("Danish time. Without one we take 17:00."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    name = _line(_("Your name"), 200, fills="name")
    outlet = _line(_("Medium"), 200, required=False, fills="organization")
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_(
            "We send you a link there. When you have opened it, the question goes to the press desk."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = _line(_("Telephone"), 40, required=False, fills="tel")
    field_order = ("text", "day", "at", "name", "outlet", "email", "phone", "website", "opened")

    def __init__(self, *args: Any, account: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if account:
            del self.fields["email"]

    def clean(self) -> dict[str, Any]:
        """Day and time as one moment, `deadline`; without a time, the end of the working day."""
        given = super().clean() or {}
        day, at = given.get("day"), given.get("at")
        given["deadline"] = None
        if day is not None:
            given["deadline"] = self._moment(day, at or time(17))
        elif at is not None and "day" not in self.errors:
            self.add_error("day", gettext("Give the day as well."))
        return given

    def _moment(self, day: date, at: time) -> datetime | None:
        """The moment in UTC; None for one that a deadline cannot be, which the field then says."""
        # Asked first: at both ends of the calendar there are days without such a moment.
        if day < clock.today():
            self.add_error("day", gettext("This time has passed."))
            return None
        if day >= clock.today() + FURTHEST:
            self.add_error("day", gettext("Choose a day within a year."))
            return None
        moment = local_moment(day, at)
        if moment is None:
            self.add_error("at", gettext("The clocks skip this hour. Choose another time."))
        elif moment <= clock.now():
            self.add_error("day", gettext("This time has passed."))
        else:
            return moment.astimezone(UTC)
        return None

    @property
    def deadline(self) -> datetime | None:
        """The moment by which an answer is needed."""
        found: datetime | None = self.cleaned_data["deadline"]
        return found


class TrustForm(forms.Form):
    """Whom the secretariat trusts."""

    email = forms.EmailField(
        label=_("E-mail address of the account"),
        max_length=254,
        help_text=_("The journalist needs an account on this site first."),
    )
    outlet = _line(_("Medium"), 200)


class AcceptForm(forms.Form):
    """The terms, accepted by name."""

    name = _line(_("Your full name"), 200, fills="name")
    agreed = forms.BooleanField(
        label=_("I accept these terms"), error_messages={"required": _("Tick this to read the release now.")}
    )
    terms = forms.CharField(widget=forms.HiddenInput)


class KitForm(forms.Form):
    """Who the organisation is, in both languages."""

    about_da = _text(
        _("About, in Danish"), LONGEST_ABOUT, 10, required=False, hint=_("You can use Markdown.")
    )
    about_en = _text(_("About, in English"), LONGEST_ABOUT, 10, required=False)
    read = forms.CharField(required=False, widget=forms.HiddenInput)


class KitPictureForm(forms.Form):
    """A logo or a portrait."""

    file = forms.FileField(
        label=_("Picture"),
        help_text=_("JPEG, PNG or WebP, as large as you have it."),
        widget=forms.FileInput(attrs={"accept": ",".join(f"image/{one}" for one in KINDS)}),
    )
    alt_da = _line(_("What it shows, in Danish"), 500, hint=_("For those who do not see the picture."))
    alt_en = _line(_("What it shows, in English"), 500)
    caption_da = _line(_("Caption in Danish"), 500, required=False)
    caption_en = _line(_("Caption in English"), 500, required=False)
    credit = _line(_("Credit"), 200, hint=_("Who took or made it, as it is to be printed."))
    licence = forms.ChoiceField(label=_("Licence"), choices=Licence.choices, initial=Licence.PRESS)

    def __init__(self, *args: Any, row: Picture | None = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs["initial"] = {name: getattr(row, name) for name in self.base_fields if name != "file"}
        super().__init__(*args, **kwargs)
        if row is not None:
            del self.fields["file"]

    def columns(self) -> dict[str, Any]:
        """What is said of the picture."""
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}


class NewListForm(forms.Form):
    """A list to begin. Those who keep lists for all may choose no organisation."""

    name = _line(_("Name of the list"), 100)
    role = forms.ChoiceField(label=_("Who is on it"), choices=MailingList.Role.choices)
    organisation = forms.ChoiceField(label=_("Whose list"), required=False)

    def __init__(self, *args: Any, places: Iterable[Organisation], for_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)
        named = [(str(one.pk), organisation_name(one)) for one in places]
        field.choices = [*([("", gettext("the whole site"))] if for_all else []), *named]
        field.required = not for_all


class ListEntryForm(forms.Form):
    """Somebody to be put on a list."""

    address = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = _line(_("Name"), 200, required=False)
    outlet = _line(_("Medium"), 200, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)


class ListFileForm(forms.Form):
    """Many of them, from a file."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("The first line names the columns: address, name, outlet, language."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )


class InquirySearchForm(forms.Form):
    """What the history of inquiries is narrowed to."""

    q = _line(_("Words"), 200, required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)

    def __init__(self, *args: Any, places: Iterable[tuple[uuid.UUID, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state, place = self.fields["state"], self.fields["organisation"]
        assert isinstance(state, forms.ChoiceField)
        assert isinstance(place, forms.ChoiceField)
        state.choices = [("", gettext("All")), *Inquiry.State.choices]
        place.choices = [("", gettext("All")), *((str(key), name) for key, name in places)]
